// Running a declared program for its effect: no shell, only the environment it is given, a process
// group of its own that ends with its time, both outputs in the order they came.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

struct CommandProcess {
  std::vector<std::string>
      argv;             // argv[0]: a path with "/" from cwd, else looked up in environment's PATH
  std::string program;  // the file to start, absolute; empty: the one that argv[0] names
  std::map<std::string, std::string> digests;  // file to sha256: compared right before the start
  std::string cwd;
  std::map<std::string, std::string> environment;  // all of it
  long milliseconds = 600'000;
  std::size_t most = 4u << 20;  // output beyond it is read and dropped
};

struct CommandOutcome {
  int status = 0;  // exit status, or 128 + the signal that ended it
  bool overdue = false;
  bool cut = false;  // more output came than is kept
  std::string output;
};

// Its stdin is /dev/null, its umask 022, no other descriptor of ours is passed on. What it leaves
// behind in its group is killed when it ends. Errors (kind "config", or "drift" where a digest is
// another): it was not started, so it did nothing.
Result<CommandOutcome> run_command(const CommandProcess& process);

}  // namespace countersign
