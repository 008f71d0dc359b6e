// The rule that holds around every mutating phase: what is there afterwards is what was there
// before plus what was carried out as signed, and the adjacent accounts are as they were. The
// engine holds a run to it while it goes; who looks at the evidence later, by the same lines.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/run_state.h"

namespace countersign {

using json = nlohmann::json;

// A confirmed operation of the phase.
struct ConfirmedChange {
  std::string target;                                 // JSON pointer; empty: not known any more
  std::vector<std::string> volatile_fields, affects;  // of its row
  std::optional<json> after;  // as projected, placeholders filled in; nothing: it may be anything
};

// What was there, as the bracket's documents keep it.
struct PhaseSnapshots {
  json before, after;
  json baselines_before, baselines_after;  // null: there are no adjacent accounts
  std::vector<std::string> scopes;         // the parts that snapshots have
  std::vector<std::string> volatile_fields;
};

// Paths (diffs as in difference.h) that nothing signed accounts for.
struct Unsigned {
  json account = json::array();
  json adjacent = json::array();
};

// What a row says of itself that the rule needs.
struct RowFacts {
  std::vector<std::string> volatile_fields, affects;
};

// The confirmed operations of the phase, also those under an earlier plan of it. `facts`: of the
// row of that name, as it was when the run was planned. Errors: what an operation returned cannot
// be filled in; a row is not known.
Result<std::vector<ConfirmedChange>> changes_of(
    const RunState& state, const std::string& phase,
    const std::function<std::optional<RowFacts>(const std::string& operation)>& facts);

// The item that a person answers for changes of the own account that nobody signed: bound to these
// very changes.
std::string foreign_slug(const std::string& phase, const json& moved);

Unsigned unsigned_changes(const PhaseSnapshots& bracket,
                          const std::vector<ConfirmedChange>& changes);

}  // namespace countersign
