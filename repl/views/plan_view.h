// A plan as people decide on it.
#pragma once
#include <string>

#include "interpreter/catalogue.h"
#include "interpreter/run_state.h"
#include "repl/views/page.h"

namespace countersign {

// What is going to change, from what to what, what cannot be undone, what stays as it is, and what
// to type to go on. Rows say in plain words what an operation does.
std::string plan_text(const RunState& state, const Catalogue& catalogue, const Style& style);

// The same as a page to file: without what to type.
std::string plan_page(const RunState& state, const Catalogue& catalogue, const Style& style);

// When an approval may be used, and why it went past the quorum: ", not before …"; mostly empty.
std::string terms_text(const Answer& answer);

// "2026-11-21 12:00 UTC" of "2026-11-21T12:00:00Z".
std::string moment(const std::string& iso);

// "SIMULATED" or "LIVE", loud, and the address.
Spans endpoint_spans(const json& endpoint);

}  // namespace countersign
