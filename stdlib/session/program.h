// Running a helper program that keeps secrets: no shell, its output taken, its time limited.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "interpreter/error.h"
#include "stdlib/session/program_identity.h"

namespace countersign {

struct ProgramRun {
  int status = 0;  // exit status, or 128 + the signal that ended it
  std::string output;
};

// What such a program is given, and nothing else of ours: who the user is as the system knows it,
// and the names by which keyrings and agents are reached, where they are set.
std::map<std::string, std::string> helper_environment();

// program_sources of a helper's words, with "argv", "cwd" and those variables of its environment
// that say which store it reads. Errors: config.
Result<json> helper_terms(const std::vector<std::string>& argv, const std::string& cwd);

// Runs `argv`: its program is absolute or found on kProgramPath, never on ours; its environment is
// `helper_environment`, `input` on its stdin, its stderr ours: such programs ask for passphrases
// there. `cwd` empty: "/". Killed after `milliseconds` or past `most` bytes of output.
// Errors (kind "config"): not startable, too slow, too much output.
Result<ProgramRun> run_program(const std::vector<std::string>& argv, const std::string& input,
                               std::size_t most, long milliseconds, const std::string& cwd = {});

}  // namespace countersign
