// Scripts that are made of what was typed: a draft as a runbook, and skeletons to go on with.
#pragma once
#include <string>
#include <vector>

#include "interpreter/catalogue.h"
#include "repl/conversation/input_line.h"

namespace countersign {

struct ScriptHead {
  std::string name, title, account_sid, date;
  std::string operator_role = "operator", approver_role = "approver";
};

// The draft as a runbook: what was read while drafting and a snapshot PRE, exactly the intents of
// the draft, then a snapshot POST and what must be true of it. The operations stand there with the
// arguments that they had, so that the run does what the draft shows whatever the lines computed.
// Errors (kind "usage"): nothing is to be changed; an argument only a handle can fill.
Result<std::string> draft_runbook(const ScriptHead& head, const std::vector<InputLine>& lines,
                                  const PlannedPhase& draft, const Catalogue& catalogue);

// The lines as they were typed, in the shape of a runbook or of a symptom; to be edited. `globals`:
// the names that were given values while they were typed, which a script has to declare.
std::string runbook_skeleton(const ScriptHead& head, const std::vector<InputLine>& lines,
                             const std::vector<std::string>& globals);
std::string symptom_skeleton(const ScriptHead& head, const std::vector<InputLine>& lines,
                             const std::vector<std::string>& globals);

// A value as Lua writes it; results of operation n as `r<n>`. Nothing where it holds a handle.
std::optional<std::string> lua_text(const json& value, std::size_t indent = 0);

}  // namespace countersign
