#include "interpreter/plan.h"

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"

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
  if (!intent.sources.is_null()) out["sources"] = intent.sources;
  if (!intent.returns.empty()) out["returns"] = intent.returns;
  if (!intent.affects.empty()) out["affects"] = intent.affects;
  return out;
}

}  // namespace

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
  for (const auto* list : {&phases, &undo})
    for (const PlannedPhase& phase : *list)
      for (const PlanStep& step : phase.steps) {
        // The intents of a step are numbered on.
        if (step.intents.empty() || n < step.intents.front().n) continue;
        const auto at = static_cast<std::size_t>(n - step.intents.front().n);
        if (at < step.intents.size() && step.intents[at].n == n) return &step.intents[at];
        for (const Intent& intent : step.intents)
          if (intent.n == n) return &intent;
      }
  return nullptr;
}

int Plan::count() const {
  int n = 0;
  for (const PlannedPhase& phase : phases)
    for (const PlanStep& step : phase.steps) n += static_cast<int>(step.intents.size());
  return n;
}

const Intent* intent_at(const PlannedPhase& phase, std::size_t at) {
  for (const PlanStep& step : phase.steps) {
    if (at < step.intents.size()) return &step.intents[at];
    at -= step.intents.size();
  }
  return nullptr;
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
              {"wait_seconds", phase.kind == PhaseKind::wait ? json(phase.wait_seconds) : json()},
              {"steps", std::move(steps)}};
  if (!phase.why.empty()) one["why"] = phase.why;
  if (!phase.unless.empty()) one["unless"] = phase.unless;
  if (!phase.every.empty()) one["every"] = phase.every;
  if (phase.ready) one["ready"] = true;
  if (phase.till) one["till"] = true;
  if (!phase.attested.empty()) one["attested"] = phase.attested;
  if (!phase.value.is_null()) one["value_sha256"] = sha256_hex(canonical(phase.value));
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

// An intent as `intent_json` writes it, without its states.
Intent intent_from_json(const json& value) {
  Intent intent;
  intent.n = value.at("n").get<int>();
  intent.operation = value.at("operation").get<std::string>();
  intent.effect = value.at("effect").get<std::string>();
  intent.target = value.at("target").get<std::string>();
  intent.arguments = value.at("arguments");
  intent.where = value.value("where", "");
  intent.irreversible = value.value("irreversible", "");
  if (value.at("known_after").is_number()) intent.known_after = value["known_after"].get<int>();
  intent.sources = value.value("sources", json());
  intent.returns = value.value("returns", std::map<std::string, json>());
  intent.affects = value.value("affects", std::vector<std::string>());
  return intent;
}

// A phase as `phase_json` writes it, without its intents and its value.
PlannedPhase bare_phase_from_json(const json& one) {
  PlannedPhase phase;
  phase.name = one.at("name").get<std::string>();
  phase.kind = one.at("kind").get<PhaseKind>();
  phase.title = one.value("title", "");
  phase.why = one.value("why", "");
  phase.unless = one.value("unless", "");
  phase.every = one.value("every", "");
  phase.ready = one.value("ready", false);
  phase.till = one.value("till", false);
  phase.attested = one.value("attested", std::vector<std::string>());
  phase.undoes = one.value("undoes", "");
  phase.check = one.value("check", "");
  if (one.at("not_after").is_string())
    phase.not_after = parse_iso_time(one["not_after"].get<std::string>()).value_or(0);
  if (one.at("wait_seconds").is_number()) phase.wait_seconds = one["wait_seconds"].get<Time>();
  return phase;
}

PlannedPhase phase_from_json(const json& one) {
  PlannedPhase phase = bare_phase_from_json(one);
  phase.not_after = one.value("not_after_unix", Time{0});
  phase.value = one.value("value", json());
  for (const json& s : one.at("steps")) {
    PlanStep step{s.at("title").get<std::string>(), {}};
    for (const json& o : s.at("operations")) {
      Intent intent = intent_from_json(o);
      if (o.contains("before")) intent.before = o["before"][0];
      if (o.contains("after")) intent.after = o["after"][0];
      step.intents.push_back(std::move(intent));
    }
    phase.steps.push_back(std::move(step));
  }
  return phase;
}

// What a document says whose digest stands in the request.
Result<json> named_document(const Documents& documents, const std::string& sha256) {
  const std::string text = TRY(documents.get(sha256));
  if (sha256_hex(text) != sha256)
    return Error{"state", "the document " + sha256 + " is corrupt: its digest is another",
                 "restore the run's file"};
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded())
    return Error{"state", "the document " + sha256 + " is corrupt: it is not JSON",
                 "restore the run's file"};
  return value;
}

Result<PlannedPhase> phase_of_request(const json& one, const Documents& documents) {
  PlannedPhase phase = bare_phase_from_json(one);
  if (one.contains("value_sha256")) {
    json value = TRY(named_document(documents, one["value_sha256"].get<std::string>()));
    phase.value = std::move(value);
  }
  for (const json& s : one.at("steps")) {
    PlanStep step{s.at("title").get<std::string>(), {}};
    for (const json& o : s.at("operations")) {
      Intent intent = intent_from_json(o);
      for (const auto& [key, state] :
           {std::pair<const char*, std::optional<json>*>{"before_sha256", &intent.before},
            {"after_sha256", &intent.after}}) {
        if (!o.at(key).is_string()) continue;
        json value = TRY(named_document(documents, o[key].get<std::string>()));
        *state = std::move(value);
      }
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
  for (const auto& [n, values] : plan.results) out["results"][std::to_string(n)] = values;
  return out;
}

}  // namespace

json plan_json(const Plan& plan) {
  return plan_with(plan, phase_json);
}

json to_json(const Plan& plan) {
  return plan_with(plan, whole_phase_json);
}

namespace {

// All but the phases.
Plan frame_from_json(const json& value) {
  Plan plan;
  for (const json& one : value.at("later"))
    plan.later.emplace_back(one.at("phase").get<std::string>(), one.at("why").get<std::string>());
  for (const json& one : value.value("holes", json::array()))
    plan.holes.push_back(
        {one.at("phase").get<std::string>(), one.at("key").get<std::string>(), one.at("promise")});
  const json results = value.value("results", json::object());
  for (const auto& [n, values] : results.items())
    plan.results[std::stoi(n)] = values.get<std::map<std::string, json>>();
  return plan;
}

}  // namespace

Plan plan_from_json(const json& value) {
  Plan plan = frame_from_json(value);
  for (const json& one : value.at("phases")) plan.phases.push_back(phase_from_json(one));
  for (const json& one : value.value("undo", json::array()))
    plan.undo.push_back(phase_from_json(one));
  return plan;
}

std::vector<std::string> plan_documents(const Plan& plan) {
  std::vector<std::string> documents;
  for (const auto* list : {&plan.phases, &plan.undo})
    for (const PlannedPhase& phase : *list) {
      if (!phase.value.is_null()) documents.push_back(canonical(phase.value));
      for (const Intent* intent : intents_of(phase))
        for (const auto* state : {&intent->before, &intent->after})
          if (*state) documents.push_back(canonical(**state));
    }
  return documents;
}

Result<Plan> plan_of_request(const json& value, const Documents& documents) {
  try {
    Plan plan = frame_from_json(value);
    for (const auto& [key, list] :
         {std::pair<const char*, std::vector<PlannedPhase>*>{"phases", &plan.phases},
          {"undo", &plan.undo}})
      for (const json& one : value.value(key, json::array())) {
        PlannedPhase phase = TRY(phase_of_request(one, documents));
        list->push_back(std::move(phase));
      }
    // Nothing of it may be lost on the way: what is carried out is all that was signed.
    if (plan_json(plan) == value) return plan;
  } catch (const json::exception&) {
  } catch (const std::logic_error&) {
  }
  return Error{"state", "the request holds a plan that this version cannot read",
               "use the version that wrote it, or start a new run"};
}

json essence(const Intent& intent) {
  json out = {{"operation", intent.operation}, {"target", intent.target},
              {"arguments", intent.arguments}, {"sources", intent.sources},
              {"affects", intent.affects},     {"effect", intent.effect}};
  if (intent.before && intent.known_after == 0) {
    out["before"] = *intent.before;
    if (intent.after) out["after"] = *intent.after;
  }
  return out;
}

namespace {

void used_results(const json& value, std::map<int, std::set<std::string>>& used) {
  for (auto& [n, path] : placeholders_in(value)) used[n].insert(path);
}

}  // namespace

void note_returns(Plan& plan, const std::map<int, json>& results,
                  const std::function<json(const Intent&, const std::string& path)>& range) {
  std::map<int, std::set<std::string>> used;
  for (const Intent* intent : all_intents(plan)) used_results(intent->arguments, used);
  for (const auto* list : {&plan.phases, &plan.undo})
    for (const PlannedPhase& phase : *list) used_results(phase.value, used);
  for (const auto& [n, paths] : used) {
    const auto result = results.find(n);
    if (n >= kHoles || plan.intent(n) || result == results.end()) continue;
    for (const std::string& path : paths) plan.results[n][path] = at_pointer(result->second, path);
  }
  for (auto* list : {&plan.phases, &plan.undo})
    for (PlannedPhase& phase : *list)
      for (PlanStep& step : phase.steps)
        for (Intent& intent : step.intents)
          for (const std::string& path : used[intent.n])
            if (json found = range(intent, path); !found.is_null())
              intent.returns[path] = std::move(found);
}

}  // namespace countersign
