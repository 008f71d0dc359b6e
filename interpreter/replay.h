// A run walked once more with nothing but its journal: every phase has to come to what it came to.
#pragma once
#include "interpreter/engine.h"
#include "interpreter/journal.h"

namespace countersign {

struct Replayed {
  int phases = 0;  // walked again
  int calls = 0;   // that the journal answered
};

// Needs no network, no session and no trust: the script, the modules and the answers are the
// journal's own. Errors (kind "drift"): the script or this version does something else than then,
// with both sides.
Result<Replayed> replay(Engine& engine, Journal& journal);

// A journal in memory with the same documents and no records.
std::unique_ptr<Journal> copy_of_documents(const Journal& journal);

}  // namespace countersign
