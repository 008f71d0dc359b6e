#include "interpreter/plan.h"

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

json digest_of(const std::optional<json>& state) {
  return state ? json(sha256_hex(canonical(*state))) : json();
}

json diff_of(const Intent& intent) {
  if (!intent.before || !intent.after) return json::array();
  json diff = difference(*intent.before, *intent.after);
  for (json& one : diff) {
    one["path"] = intent.target + one["path"].get<std::string>();
    if (one["op"] != "replace") continue;
    // A target that comes or goes as a whole is an addition or a removal of it.
    if (one["path"] == intent.target && one["from"].is_null()) {
      one["op"] = "add";
      one.erase("from");
    } else if (one["path"] == intent.target && one["to"].is_null()) {
      one["op"] = "remove";
      one.erase("to");
    }
  }
  return diff;
}

json intent_json(const Intent& intent) {
  json out = {{"n", intent.n},
              {"operation", intent.operation},
              {"effect", intent.effect},
              {"target", intent.target},
              {"arguments", intent.arguments},
              {"before_sha256", digest_of(intent.before)},
              {"after_sha256", digest_of(intent.after)},
              {"known_after", intent.known_after > 0 ? json(intent.known_after) : json()},
              {"diff", diff_of(intent)}};
  if (!intent.irreversible.empty()) out["irreversible"] = intent.irreversible;
  return out;
}

}  // namespace

const PlannedPhase* Plan::phase(const std::string& name) const {
  for (const PlannedPhase& phase : phases)
    if (phase.name == name) return &phase;
  return nullptr;
}

PlannedPhase* Plan::phase(const std::string& name) {
  return const_cast<PlannedPhase*>(std::as_const(*this).phase(name));
}

const Intent* Plan::intent(int n) const {
  for (const PlannedPhase& phase : phases)
    for (const PlanStep& step : phase.steps)
      for (const Intent& intent : step.intents)
        if (intent.n == n) return &intent;
  return nullptr;
}

int Plan::count() const {
  int n = 0;
  for (const PlannedPhase& phase : phases)
    for (const PlanStep& step : phase.steps) n += static_cast<int>(step.intents.size());
  return n;
}

std::vector<const Intent*> intents_of(const PlannedPhase& phase) {
  std::vector<const Intent*> intents;
  for (const PlanStep& step : phase.steps)
    for (const Intent& intent : step.intents) intents.push_back(&intent);
  return intents;
}

json plan_json(const Plan& plan) {
  json phases = json::array(), later = json::array();
  for (const PlannedPhase& phase : plan.phases) {
    json steps = json::array();
    for (const PlanStep& step : phase.steps) {
      json operations = json::array();
      for (const Intent& intent : step.intents) operations.push_back(intent_json(intent));
      steps.push_back({{"title", step.title}, {"operations", std::move(operations)}});
    }
    json one = {{"name", phase.name},
                {"kind", phase.kind},
                {"title", phase.title},
                {"not_after", phase.not_after > 0 ? json(iso_time(phase.not_after)) : json()},
                {"wait_seconds", phase.kind == "wait" ? json(phase.wait_seconds) : json()},
                {"steps", std::move(steps)}};
    if (!phase.why.empty()) one["why"] = phase.why;
    phases.push_back(std::move(one));
  }
  for (const auto& [name, why] : plan.later) later.push_back({{"phase", name}, {"why", why}});
  return {{"phases", std::move(phases)}, {"later", std::move(later)}};
}

json to_json(const Plan& plan) {
  json out = plan_json(plan);
  std::size_t p = 0;
  for (const PlannedPhase& phase : plan.phases) {
    json& there = out["phases"][p++];
    there["value"] = phase.value;
    there["not_after_unix"] = phase.not_after;
    std::size_t s = 0;
    for (const PlanStep& step : phase.steps) {
      json& operations = there["steps"][s++]["operations"];
      std::size_t i = 0;
      for (const Intent& intent : step.intents) {
        json& one = operations[i++];
        one["where"] = intent.where;
        if (intent.before) one["before"] = json::array({*intent.before});
        if (intent.after) one["after"] = json::array({*intent.after});
      }
    }
  }
  return out;
}

Plan plan_from_json(const json& value) {
  Plan plan;
  for (const json& one : value.at("phases")) {
    PlannedPhase phase;
    phase.name = one.at("name").get<std::string>();
    phase.kind = one.at("kind").get<std::string>();
    phase.title = one.value("title", "");
    phase.why = one.value("why", "");
    phase.not_after = one.value("not_after_unix", Time{0});
    if (one.at("wait_seconds").is_number()) phase.wait_seconds = one["wait_seconds"].get<Time>();
    phase.value = one.value("value", json());
    for (const json& s : one.at("steps")) {
      PlanStep step{s.at("title").get<std::string>(), {}};
      for (const json& o : s.at("operations")) {
        Intent intent;
        intent.n = o.at("n").get<int>();
        intent.operation = o.at("operation").get<std::string>();
        intent.effect = o.at("effect").get<std::string>();
        intent.target = o.at("target").get<std::string>();
        intent.arguments = o.at("arguments");
        intent.where = o.value("where", "");
        intent.irreversible = o.value("irreversible", "");
        if (o.contains("before")) intent.before = o["before"][0];
        if (o.contains("after")) intent.after = o["after"][0];
        if (o.at("known_after").is_number()) intent.known_after = o["known_after"].get<int>();
        step.intents.push_back(std::move(intent));
      }
      phase.steps.push_back(std::move(step));
    }
    plan.phases.push_back(std::move(phase));
  }
  for (const json& one : value.at("later"))
    plan.later.emplace_back(one.at("phase").get<std::string>(), one.at("why").get<std::string>());
  return plan;
}

json essence(const Intent& intent) {
  json out = {
      {"operation", intent.operation}, {"target", intent.target}, {"arguments", intent.arguments}};
  if (intent.before && intent.known_after == 0) out["before"] = *intent.before;
  return out;
}

}  // namespace countersign
