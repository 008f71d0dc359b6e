// Two walks over one recording compared: what was found, checked and planned then and now.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/recorded_run.h"

namespace countersign {

using json = nlohmann::json;

// One line of a comparison. Both sides: the same, or changed.
struct ComparedEntry {
  std::optional<json> then, now;

  bool same() const { return then && now && *then == *now; }
};

struct WalkDifference {
  std::vector<ComparedEntry> findings;    // {"symptom", "cause", "title", …}
  std::vector<ComparedEntry> checks;      // {"title", "ok", "detail"}
  std::vector<ComparedEntry> operations;  // {"phase", "step", "operation", "arguments"}

  bool same() const;
};

WalkDifference compare_walks(const WalkedRun& then, const WalkedRun& now);

}  // namespace countersign
