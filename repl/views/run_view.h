// Where a run stands, as people read it.
#pragma once
#include <string>
#include <vector>

#include "interpreter/catalogue.h"
#include "interpreter/run_state.h"
#include "repl/views/blockers.h"
#include "repl/views/page.h"

namespace countersign {

// What people would call where it stands: a run that is approved and that nobody has gone on with
// is "approved".
std::string status_of(const RunState& state);
// All that it may be called.
std::vector<std::string> shown_statuses();
// CLI.md's shape of it, with that status.
json run_json(const RunState& state);
// The same, with who could give what it waits for: "may_sign" in `waiting_for`.
json run_json(const RunState& state, const Blockers& now);

// "operation 2 (command.run) was settled as carried out by ada: asked at the desk"
std::string settled_words(const Settlement& settlement);

// `show`: what was checked, found, done and decided, what it waits for, and what to type next.
std::string run_text(const RunState& state, const Catalogue& catalogue, const Style& style,
                     const Blockers& now = {});

// The end of `run` and `resume`: where it stopped, and what to type next.
std::string stop_text(const RunState& state, const Style& style, const Blockers& now = {});

struct RunsLook {
  bool filtered = false;     // not all of them were asked for
  std::size_t left_out = 0;  // by --limit
};

// `runs`: where each stands, and below that what it is about.
std::string runs_text(const std::vector<json>& runs, const Style& style, const RunsLook& look = {});

// `due`: what waits for somebody over all runs, and what blocks changes.
std::string due_text(const json& due, const json& latches, const Style& style);

// What was found, with its evidence; nothing where nothing was.
void findings_section(Page& page, const RunState& state);

}  // namespace countersign
