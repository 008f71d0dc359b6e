#include "repl/playbook_age.h"

#include "approvals/policy.h"
#include "approvals/text_file.h"
#include "interpreter/clock.h"
#include "repl/app_context.h"

namespace countersign {

Time verified_within(AppContext& app) {
  const Result<const Configuration*> configuration = app.configuration_if_any();
  if (!configuration || *configuration == nullptr) return kVerifiedWithin;
  const std::string& path = (*configuration)->trust.policy;
  const Result<std::string> text = read_text_file(path);
  if (!text) return kVerifiedWithin;
  const Result<Policy> policy = parse_policy(*text, path);
  return policy ? policy->verified_within.value_or(kVerifiedWithin) : kVerifiedWithin;
}

std::vector<std::string> stale_playbooks(const nlohmann::json& described, Time now, Time within) {
  std::vector<std::string> sentences;
  const auto symptoms = described.find("symptoms");
  if (symptoms == described.end() || !symptoms->is_array()) return sentences;
  for (const nlohmann::json& symptom : *symptoms) {
    if (!symptom.is_object()) continue;
    const std::string name = symptom.value("name", "");
    const auto verified = symptom.find("last_verified");
    const std::string day =
        verified != symptom.end() && verified->is_string() ? verified->get<std::string>() : "";
    const std::string may = "; it may describe what is no longer so";
    if (day.empty()) {
      sentences.push_back("the playbook \"" + name + "\" does not say when it was last verified" +
                          may);
      continue;
    }
    const auto time = parse_iso_time(day + "T00:00:00Z");
    if (time && now - *time <= within) continue;
    sentences.push_back("the playbook \"" + name + "\" was last verified on " + day +
                        ", more than " + std::to_string(within / 86400) + " days ago" + may);
  }
  return sentences;
}

}  // namespace countersign
