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

std::string range_text(const json& promise) {
  const std::string hole = promise.value("hole", "");
  if (hole == "text") return "a text like " + promise.value("pattern", "");
  if (hole == "domain_below") return "a host name below " + promise.value("domain", "");
  if (hole == "number")
    return "a number from " + promise.at("from").dump() + " to " + promise.at("to").dump();
  if (hole == "one_of") {
    std::string all;
    for (const json& value : promise.at("values"))
      all +=
          (all.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : value.dump());
    return "one of " + all;
  }
  return "a document";
}

std::vector<const Intent*> all_intents(const Plan& plan) {
  std::vector<const Intent*> intents;
  for (const auto* list : {&plan.phases, &plan.undo})
    for (const PlannedPhase& phase : *list)
      for (const Intent* intent : intents_of(phase)) intents.push_back(intent);
  return intents;
}

const PlannedPhase* Plan::phase(const std::string& name) const {
  for (const auto* list : {&phases, &undo})
    for (const PlannedPhase& phase : *list)
      if (phase.name == name) return &phase;
  return nullptr;
}

PlannedPhase* Plan::phase(const std::string& name) {
  return const_cast<PlannedPhase*>(std::as_const(*this).phase(name));
}

const Intent* Plan::intent(int n) const {
  for (const Intent* intent : all_intents(*this))
    if (intent->n == n) return intent;
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

namespace {

json phase_json(const PlannedPhase& phase) {
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
  if (!phase.unless.empty()) one["unless"] = phase.unless;
  if (!phase.undoes.empty()) one["undoes"] = phase.undoes;
  if (!phase.check.empty()) one["check"] = phase.check;
  return one;
}

// With what only the journal keeps: states, places in the script, what the phase returned.
json whole_phase_json(const PlannedPhase& phase) {
  json one = phase_json(phase);
  one["value"] = phase.value;
  one["not_after_unix"] = phase.not_after;
  std::size_t s = 0;
  for (const PlanStep& step : phase.steps) {
    json& operations = one["steps"][s++]["operations"];
    std::size_t i = 0;
    for (const Intent& intent : step.intents) {
      json& operation = operations[i++];
      operation["where"] = intent.where;
      if (intent.before) operation["before"] = json::array({*intent.before});
      if (intent.after) operation["after"] = json::array({*intent.after});
    }
  }
  return one;
}

PlannedPhase phase_from_json(const json& one) {
  PlannedPhase phase;
  phase.name = one.at("name").get<std::string>();
  phase.kind = one.at("kind").get<std::string>();
  phase.title = one.value("title", "");
  phase.why = one.value("why", "");
  phase.unless = one.value("unless", "");
  phase.undoes = one.value("undoes", "");
  phase.check = one.value("check", "");
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
  return phase;
}

json plan_with(const Plan& plan, json (*shape)(const PlannedPhase&)) {
  json phases = json::array(), later = json::array(), holes = json::array(), undo = json::array();
  for (const PlannedPhase& phase : plan.phases) phases.push_back(shape(phase));
  for (const auto& [name, why] : plan.later) later.push_back({{"phase", name}, {"why", why}});
  for (const Hole& hole : plan.holes)
    holes.push_back({{"phase", hole.phase},
                     {"key", hole.key},
                     {"range", range_text(hole.promise)},
                     {"promise", hole.promise}});
  for (const PlannedPhase& phase : plan.undo) undo.push_back(shape(phase));
  json out = {{"phases", std::move(phases)}, {"later", std::move(later)}};
  if (!holes.empty()) out["holes"] = std::move(holes);
  if (!undo.empty()) out["undo"] = std::move(undo);
  return out;
}

}  // namespace

json plan_json(const Plan& plan) {
  return plan_with(plan, phase_json);
}

json to_json(const Plan& plan) {
  return plan_with(plan, whole_phase_json);
}

Plan plan_from_json(const json& value) {
  Plan plan;
  for (const json& one : value.at("phases")) plan.phases.push_back(phase_from_json(one));
  for (const json& one : value.at("later"))
    plan.later.emplace_back(one.at("phase").get<std::string>(), one.at("why").get<std::string>());
  for (const json& one : value.value("holes", json::array()))
    plan.holes.push_back(
        {one.at("phase").get<std::string>(), one.at("key").get<std::string>(), one.at("promise")});
  for (const json& one : value.value("undo", json::array()))
    plan.undo.push_back(phase_from_json(one));
  return plan;
}

json essence(const Intent& intent) {
  json out = {
      {"operation", intent.operation}, {"target", intent.target}, {"arguments", intent.arguments}};
  if (intent.before && intent.known_after == 0) out["before"] = *intent.before;
  return out;
}

}  // namespace countersign
