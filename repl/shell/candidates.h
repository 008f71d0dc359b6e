// What could stand at a place of a command line.
#pragma once
#include <string>
#include <vector>

#include "repl/shell/suggestion.h"

namespace countersign {

struct Candidates {
  enum Kind { nothing, words, files, folders };
  Kind kind = nothing;
  std::vector<Suggestion> list;
  bool goes_on = false;  // what is put there is not a whole word yet
};

// `typed`: the words behind the program's name; the last, which may be empty, is the one that is
// completed. Names that a terminal cannot show as they are are left out.
Candidates candidates_for(const std::vector<std::string>& typed);

}  // namespace countersign
