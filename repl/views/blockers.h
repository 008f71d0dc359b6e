// What is so now, beside what a run's own records say: who of those that approved still counts, and
// what keeps the run from changing anything. Said before anybody signs for nothing.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "interpreter/home.h"
#include "interpreter/run_state.h"
#include "repl/people_now.h"
#include "repl/views/page.h"

namespace countersign {

struct Blockers {
  std::vector<Error> blocking;        // freezes, incidents, trust files that are not the request's
  std::map<std::size_t, Error> lost;  // by place among the run's answers: why one counts no more
  std::string over;  // why the request cannot be used any more, as a sentence; empty: it can
  MaySign may_sign;  // who could give what the run asks for; empty where that is not known
};

// `now`: of the run's clock. `authorizer`: null where the trust files cannot be asked; nothing is
// said about them then. Errors (kind "state"): a latch that cannot be read.
Blockers blockers_of(const RunState& state, const Home& home, Authorizer* authorizer, Time now);

// A block on top of a page; nothing where nothing blocks.
void blocking_lines(Page& page, const Blockers& now);
// Who answered the request, and how: ✓ only where it still counts.
void answer_lines(Page& page, const RunState& state, const Blockers& now);
// What an undoing leaves as it is.
void stays_lines(Page& page, const json& undoing);

}  // namespace countersign
