// A plan as people decide on it.
#pragma once
#include <string>

#include "interpreter/catalogue.h"
#include "interpreter/run_state.h"
#include "repl/views/blockers.h"
#include "repl/views/lineage_view.h"
#include "repl/views/page.h"

namespace countersign {

struct PlanLook {
  bool full = false;   // everything whole
  Blockers standing;   // what is so now, beside what is planned
  bool bound = false;  // the request names the digest of the page
  std::string request_sha256;
  Lineage since;  // what is different from what was approved and planned before
};

// What is going to change, from what to what, what cannot be undone, what stays as it is, and what
// to type to go on. Rows say in plain words what an operation does.
std::string plan_text(const RunState& state, const Catalogue& catalogue, const Style& style,
                      PlanLook look = {});

// The same as a page to file: whole, and without what to type.
std::string plan_page(const RunState& state, const Catalogue& catalogue, const Style& style);

// plan.txt, which is handed to people who sign with ssh-keygen: whole, and nothing but what
// `request` and what it names by digest say, so that the same bytes come of it anywhere and at any
// time. `request` may lack what is only added once this page is known: the page does not name the
// request's digest. `bound`: the request is going to name the page's own digest, as "plan_text".
std::string plan_document(const RunState& state, const json& request, const Catalogue& catalogue,
                          bool bound);

// The same as an engine hands it on and has it named, with the rows of this version.
std::string bound_plan_document(const RunState& state, const json& request);

// `plan --json`: CLI.md's shape, with "blocked": what keeps the run from changing anything now, and
// "odd". Operations of which nothing is projected have what they start from, "before"; `full`: all
// have it, and "after", where they are known.
// "approved_before" and "planned_before" say what differs from what people saw before.
json plan_value(const RunState& state, const Catalogue& catalogue, const PlanLook& look);

// When an approval may be used, and why it went past the quorum: ", not before …"; mostly empty.
std::string terms_text(const Answer& answer);

// "2026-11-21 12:00 UTC" of "2026-11-21T12:00:00Z"; with a style that has a zone
// "2026-11-21 12:00 UTC (13:00 CET)".
std::string moment(const std::string& iso);
std::string moment(const std::string& iso, const Style& style);

// "SIMULATED" or "LIVE", loud, and the address.
Spans endpoint_spans(const json& endpoint);
// One of the run's systems as people read it: whose account, where, how that is known.
std::string system_text(const json& system);

}  // namespace countersign
