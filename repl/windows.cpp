#include "repl/windows.h"

#include <algorithm>

#include "approvals/demand.h"

namespace countersign {

void take_windows(const Policy& policy, Engine& engine) {
  const Demand standard;
  Time decide = 0, slack = 0;
  const auto take = [&](const std::map<std::string, Rule>& rules) {
    for (const auto& [name, rule] : rules) {
      decide = std::max(decide, rule.decide_by.value_or(standard.decide_by));
      slack = std::max(slack, rule.slack.value_or(standard.slack));
    }
  };
  take(policy.effects);
  take(policy.operations);
  if (decide > 0) engine.decide_seconds = decide;
  if (slack > 0) engine.slack_seconds = slack;
}

}  // namespace countersign
