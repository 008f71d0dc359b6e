// A run as it goes on.
#pragma once
#include <string>

#include "interpreter/catalogue.h"
#include "interpreter/journal.h"
#include "interpreter/journal_format.h"
#include "repl/views/page.h"

namespace countersign {

// Each record of the journal as lines of progress, empty where people need not
// see it.
class Progress {
 public:
  // The catalogue, which outlives this, says in words what an operation does.
  Progress(Style style, const Catalogue& catalogue) : style_(style), catalogue_(catalogue) {}
  std::string text(const Record& record);

 private:
  std::string operation_words(const IntentRecord& intent) const;

  Style style_;
  const Catalogue& catalogue_;
  std::string phase_;  // begun, and nothing has happened in it yet
};

}  // namespace countersign
