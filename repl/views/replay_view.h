// A replay as people and programs read it: the recorded run on one side, the changed script on the
// other.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "repl/replay/walk_difference.h"
#include "repl/views/page.h"

namespace countersign {

struct ReplayShown {
  const RecordedRun& run;
  const WalkedRun& then;
  const WalkedRun& now;
  const WalkDifference& difference;
  std::vector<std::pair<std::string, std::string>> replaced;  // file; "the runbook", or the module
};

std::string replay_text(const ReplayShown& shown, const Style& style);
json replay_json(const ReplayShown& shown);

}  // namespace countersign
