// Where a run's runbook and plan come from, looked up in the state folder and in its own journal.
#pragma once
#include "interpreter/home.h"
#include "repl/run_file.h"
#include "repl/views/lineage_view.h"

namespace countersign {

// What cannot be read is left out: it is for looking only.
Lineage lineage_of(const Home& home, const RunFile& run);

}  // namespace countersign
