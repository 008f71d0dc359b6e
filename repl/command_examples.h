// Examples of each command, for `--help` and the manual.
#pragma once
#include <string>
#include <vector>

namespace countersign {

struct Example {
  const char* line;  // as it is typed
  const char* what;  // empty: it speaks for itself
};

// `command`: "run", "trust list"; a group ("trust"); empty: the program's own. Empty: none.
std::vector<Example> examples_of(const std::string& command);

}  // namespace countersign
