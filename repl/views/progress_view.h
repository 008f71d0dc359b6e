// A run as it goes on.
#pragma once
#include <string>

#include "interpreter/journal.h"
#include "repl/views/page.h"

namespace countersign {

// Each record of the journal as lines of progress, empty where people need not
// see it.
class Progress {
 public:
  explicit Progress(Style style) : style_(style) {}
  std::string text(const Record& record);

 private:
  Style style_;
  std::string phase_;  // begun, and nothing has happened in it yet
};

}  // namespace countersign
