// Running a helper program that keeps secrets: no shell, its output taken, its time limited.
#pragma once
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

struct ProgramRun {
  int status = 0;  // exit status, or 128 + the signal that ended it
  std::string output;
};

// Runs `argv` (found by PATH) with our environment, `input` on its stdin, its stderr ours: such
// programs ask for passphrases there. Killed after `milliseconds` or past `most` bytes of output.
// Errors (kind "config"): not startable, too slow, too much output.
Result<ProgramRun> run_program(const std::vector<std::string>& argv, const std::string& input,
                               std::size_t most, long milliseconds);

}  // namespace countersign
