// A word that could stand at a place of a command line.
#pragma once
#include <string>

namespace countersign {

struct Suggestion {
  std::string text;
  std::string what;  // in a few words; may be empty
};

}  // namespace countersign
