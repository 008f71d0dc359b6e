// The completion scripts of shells. Each asks the program (complete.h) and runs nothing that it is
// told: names come back as data, and are put into the line quoted.
#pragma once
#include <string>

namespace countersign {

// `shell`: bash, zsh or fish; empty for another.
std::string completion_script(const std::string& shell);

}  // namespace countersign
