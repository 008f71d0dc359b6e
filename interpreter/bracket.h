// The rule that holds around every mutating phase: what is there afterwards is what was there
// before plus what was carried out as signed, and the adjacent accounts are as they were. The
// engine holds a run to it while it goes; who looks at the evidence later, by the same lines.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

using json = nlohmann::json;

// A confirmed operation of the phase.
struct Change {
  std::string target;                                 // JSON pointer; empty: not known any more
  std::vector<std::string> volatile_fields, affects;  // of its row
  std::optional<json> after;  // as projected, placeholders filled in; nothing: it may be anything
};

// What was there, as the bracket's documents keep it.
struct Bracket {
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

Unsigned unsigned_changes(const Bracket& bracket, const std::vector<Change>& changes);

}  // namespace countersign
