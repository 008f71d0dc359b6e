// A run as it stands in its file: read without a lock, a session or the network, so that looking at
// a run works offline and beside a process that works on it.
#pragma once
#include <memory>

#include "interpreter/home.h"
#include "interpreter/run_state.h"

namespace countersign {

struct RunFile {
  std::unique_ptr<Journal> journal;
  RunState state;
};

// `text`: an id or its unambiguous beginning. Errors: usage, state.
Result<RunFile> read_run(const Home& home, const std::string& text);

}  // namespace countersign
