// Running a program as its users do: as a process, with pipes.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace countersign {

struct Ran {
  int code = -1;  // exit status, or 128 + the signal that ended it
  std::string out, err;
};

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH
  std::string cwd = ".";
  // Nothing else is inherited but PATH.
  std::map<std::string, std::string> environment = {};
  std::string input = {};
};

// What it is started with: PATH, and with a HOME the same home in the system's list of users
// (user_home.c).
std::map<std::string, std::string> whole_environment(const Command& command);

// Waits until it has ended; kills it after a minute.
Ran run_process(const Command& command);

}  // namespace countersign
