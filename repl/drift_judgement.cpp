#include "repl/drift_judgement.h"

#include <algorithm>

#include "stdlib/twilio/flex_drift.h"

namespace countersign {
namespace {

bool is_at_or_below(const std::string& path, const std::string& pointer) {
  return path == pointer || (path.size() > pointer.size() && path.rfind(pointer, 0) == 0 &&
                             path[pointer.size()] == '/');
}

}  // namespace

void say_which_moved(json& differences, const json& snapshot) {
  const json then = flex_compared(snapshot.at("flex"));
  for (json& one : differences) {
    const json::json_pointer at(one["path"].get<std::string>());
    const bool there = then.contains(at);
    // What is not there differs from what is null.
    const auto same = [&](const char* side, const char* absent) {
      return one["op"] == absent ? !there : there && then.at(at) == one[side];
    };
    const bool as_source = same("source", "add"), as_live = same("live", "remove");
    one["moved"] = as_source ? "live" : as_live ? "source" : "both";
  }
}

std::vector<std::string> mark_known(json& differences, const std::vector<KnownDrift>& known,
                                    const std::string& profile, Time now) {
  std::vector<std::string> sayings;
  const std::string today = iso_time(now).substr(0, 10);
  for (const KnownDrift& entry : known) {
    if (!entry.profile.empty() && entry.profile != profile) continue;
    const bool over = today > entry.until;
    bool fits = false;
    for (json& one : differences) {
      if (!is_at_or_below(one["path"].get<std::string>(), entry.path)) continue;
      fits = true;
      if (!over && !one.contains("known"))
        one["known"] = {{"reason", entry.reason}, {"owner", entry.owner}, {"until", entry.until}};
    }
    if (over && fits)
      sayings.push_back(entry.path + " was known until " + entry.until + " (" + entry.owner +
                        "): decide anew, or give it a later day in [[drift.known]]");
    if (!fits && !entry.profile.empty())
      sayings.push_back(entry.path + " does not differ any more: take it out of [[drift.known]]");
  }
  return sayings;
}

std::size_t unknown(const json& differences) {
  return static_cast<std::size_t>(
      std::count_if(differences.begin(), differences.end(),
                    [](const json& one) { return !one.contains("known"); }));
}

}  // namespace countersign
