// Where a run stands, as people read it.
#pragma once
#include <string>
#include <vector>

#include "interpreter/catalogue.h"
#include "interpreter/run_state.h"
#include "repl/views/page.h"

namespace countersign {

// `show`: what was checked, found, done and decided, what it waits for, and what to type next.
std::string run_text(const RunState& state, const Catalogue& catalogue, const Style& style);

// The end of `run` and `resume`: where it stopped, and what to type next.
std::string stop_text(const RunState& state, const Style& style);

// `runs`: one line for each.
std::string runs_text(const std::vector<json>& runs, const Style& style);

// One record of the journal as a line of progress; empty where people need not see it.
std::string progress_text(const Record& record, const Style& style);

}  // namespace countersign
