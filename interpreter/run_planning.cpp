// Planning: the rest of the procedure walked over projected state, and the request that people
// decide on.
#include <algorithm>

#include "interpreter/account_key.h"
#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/home.h"
#include "interpreter/phase_execution.h"
#include "interpreter/placeholder.h"
#include "interpreter/rails.h"
#include "interpreter/run.h"
#include "interpreter/terms.h"
#include "interpreter/utf8.h"

namespace countersign {
namespace {

// How long the people whose answers a wait is for may take: what comes after it is signed for so
// long.
Time time_for_answers(const RunState& state, const std::vector<std::string>& slugs) {
  Time longest = 0;
  for (const json& item : state.items()) {
    if (item["item"] != "attest" ||
        std::find(slugs.begin(), slugs.end(), item["slug"].get<std::string>()) == slugs.end())
      continue;
    const auto within = item.contains("within") && item["within"].is_string()
                            ? parse_duration(item["within"].get<std::string>())
                            : std::nullopt;
    longest = std::max(longest, within.value_or(86400));
  }
  return longest;
}

}  // namespace

Status Run::plan_rest() {
  const ScriptFile file = TRY(script());
  Plan plan;
  Overlay overlay;
  int next = state().last_n + 1;
  PhaseContext where = standing(Stage::plan, "");
  where.draft = &plan;
  where.overlay = &overlay;
  // Until when a phase may begin, decided on as late as it may be.
  Time latest = ledger_->now() + engine_.decide_seconds;
  // When it could begin at the earliest, decided on at once.
  Time earliest = ledger_->now();
  // What the script says of a phase by what is known, without any operation.
  const auto said = [&](const std::string& name, const char* part) -> Result<PhaseResult> {
    const json view = TRY(run_view(*ledger_, nullptr, nullptr));
    PhaseExecution walk(engine_, session_.get(), *ledger_, standing(Stage::describe, name),
                        folder());
    return walk.run(file, {{"kind", "phase"}, {"phase", name}, {"part", part}, {"run", view}},
                    name + "." + part);
  };
  // By what has happened so far: what depends on anything else may still come.
  const auto surely_skipped = [&](const json& entry) -> Result<bool> {
    if (!entry.value("has_when", false)) return false;
    const PhaseResult looked = TRY(said(entry["name"].get<std::string>(), "when"));
    return looked.kind == PhaseResult::skipped;
  };
  for (const json& entry : state().head()["procedure"]) {
    const std::string name = entry["name"].get<std::string>();
    const json returns = entry.value("returns", json::object());
    if (where.ended.count(name) != 0 || returns.empty()) continue;
    // What this run never comes to is not unknown.
    const bool skipped = TRY(surely_skipped(entry));
    if (skipped) continue;
    for (const auto& [key, promise] : returns.items()) plan.holes.push_back({name, key, promise});
  }
  for (const json& entry : state().head()["procedure"]) {
    const std::string name = entry["name"].get<std::string>();
    const PhaseKind kind = entry["phase"].get<PhaseKind>();
    if (where.ended.count(name) != 0) continue;
    std::string unknown;
    bool skipped = false;
    PlannedPhase phase;
    phase.name = name;
    phase.kind = kind;
    phase.title = entry.contains("title") && entry["title"].is_string()
                      ? entry["title"].get<std::string>()
                      : name;
    if (kind == PhaseKind::wait) {
      const json seconds = TRY(wait_seconds(entry, &plan, skipped, unknown));
      if (unknown.empty() && !skipped) {
        phase.wait_seconds = seconds.get<Time>();
        phase.why = entry.contains("why") && entry["why"].is_string()
                        ? entry["why"].get<std::string>()
                        : "";
        phase.unless = entry.value("unless", "");
        phase.ready = entry.value("has_ready", false);
        phase.till = entry.value("till", false);
        if (phase.ready || !phase.unless.empty()) phase.every = entry.value("every", "15m");
        if (entry.value("attested", json()).is_array())
          phase.attested = entry["attested"].get<std::vector<std::string>>();
        // A wait until a moment is over then, however late it is reached.
        if (phase.unless.empty())
          earliest = phase.till ? std::max(earliest, ledger_->now() + phase.wait_seconds)
                                : earliest + phase.wait_seconds;
        latest = (phase.till ? std::max(latest, ledger_->now() + phase.wait_seconds)
                             : latest + phase.wait_seconds) +
                 time_for_answers(state(), phase.attested);
        plan.phases.push_back(phase);
      }
    } else if (kind == PhaseKind::mutate) {
      if (!plan.later.empty()) {
        plan.later.emplace_back(name, "it follows a phase that is planned later");
        continue;
      }
      std::optional<Time> end;
      if (entry.value("has_not_after", false)) {
        const PhaseResult bound = TRY(said(name, "not_after"));
        if (bound.kind == PhaseResult::failed) return bound.error;
        if (bound.kind == PhaseResult::unknown) {
          plan.later.emplace_back(
              name, "it depends on run." + bound.what + ", which has not happened yet");
          continue;
        }
        if (bound.kind == PhaseResult::finished && !bound.value.is_number_integer())
          return Error{"script", "the not_after of \"" + name + "\" is no moment",
                       "return seconds since the epoch, as time.parse does"};
        if (bound.kind == PhaseResult::finished) end = bound.value.get<Time>();
      }
      const std::vector<std::string> holes = holes_of(state(), plan, name);
      const json view = TRY(run_view(*ledger_, &plan, &holes));
      where.phase = name;
      plan.phases.push_back(phase);  // its intents so far stand in the plan, so that rails see them
      PhaseExecution walk(engine_, session_.get(), *ledger_, where, folder());
      walk.first = next;
      walk.planned = phase;
      walk.in_plan = &plan.phases.back();
      PhaseResult ending = walk_phase(walk, file, name, view);
      plan.phases.pop_back();
      if (ending.kind == PhaseResult::failed) return ending.error;
      skipped = ending.kind == PhaseResult::skipped;
      if (ending.kind == PhaseResult::unknown) unknown = ending.what;
      if (ending.kind == PhaseResult::finished) {
        walk.planned.value = ending.value;
        walk.planned.not_after = latest + engine_.slack_seconds;
        if (end && !intents_of(walk.planned).empty() && *end < earliest)
          return Error{"refused",
                       "the phase \"" + name + "\" may change something until " + iso_time(*end) +
                           " only, and what comes before it lasts until " + iso_time(earliest) +
                           " at least: the two contradict each other",
                       "choose a later window, or shorter waits, and start a new run"};
        if (end) walk.planned.not_after = std::min(walk.planned.not_after, *end);
        next += static_cast<int>(intents_of(walk.planned).size());
        plan.phases.push_back(std::move(walk.planned));
        // What undoes it if the named check fails is signed with it.
        if (entry.contains("undo_if") && entry["undo_if"].is_string()) {
          Overlay behind = overlay;
          PhaseContext there = where;
          there.overlay = &behind;
          PlannedPhase undo = TRY(plan_undo_of(name, plan, there, next));
          undo.check = entry["undo_if"].get<std::string>();
          next += static_cast<int>(intents_of(undo).size());
          plan.undo.push_back(std::move(undo));
        }
      }
    }
    if (!unknown.empty())
      plan.later.emplace_back(name,
                              "it depends on run." + unknown + ", which has not happened yet");
    else
      where.ended.insert(name);
  }
  for (PlannedPhase& undo : plan.undo) undo.not_after = latest + engine_.slack_seconds;
  return keep_plan(plan);
}

// What later operations are built on is bounded in the plan itself.
Status Run::keep_plan(Plan& plan) {
  const std::string account = state().started["account"].get<std::string>();
  note_returns(plan, state().results, [&](const Intent& intent, const std::string& path) {
    const Row* row = engine_.catalogue.find(intent.operation);
    return row ? range_of(*row, intent.arguments, account, path) : json();
  });
  return ledger_->add(PlanRecord{ledger_->journal().put(canonical(to_json(plan)))});
}

// The canonical document an approver decides on; publishing it is a sync point.
Status Run::publish() {
  const RunState& now = state();
  json terms = TRY(terms_now({now, journal(), engine_, *session_}));
  const json rows = terms["rows"];
  for (const auto& [name, digest] : rows.items())
    if (now.started["rows"].value(name, json()) != digest)
      return Error{"refused",
                   "this version of Countersign applies " + name +
                       " differently from the one that the run began with",
                   "have what is left planned by this version, for a new decision: countersign "
                   "resume " +
                       now.id() + " --replan"};
  json effects = json::array(), operations = json::array();
  bool mutates = false, destroys = false;
  for (const Intent* intent : all_intents(*now.plan))
    (intent->effect == "destroy" ? destroys : mutates) = true;
  if (mutates) effects.push_back("mutate");
  if (destroys) effects.push_back("destroy");
  for (const auto& [name, digest] : rows.items()) operations.push_back(name);
  const json approval = now.head().value("approval", json::object());
  json asks = {{"effects", effects},
               {"operations", operations},
               {"requires", json::array()},
               {"reference", approval.value("reference", "optional")}};
  if (approval.value("break_glass", json()) == "never") asks["break_glass"] = "never";
  if (const json authority = now.head().value("authority", json::object());
      authority.value("operator", json()).is_string())
    asks["operator"] = authority["operator"];
  // A role may be asked for on some of the runbook's paths only; where none is, the approver's is.
  for (json one : approval.value("requires", json::array())) {
    if (one.is_object() && !given_holds(one, now.started["parameters"])) continue;
    if (one.is_object()) one.erase("given");
    asks["requires"].push_back(std::move(one));
  }
  if (asks["requires"].empty() &&
      now.head().value("authority", json::object()).contains("approver"))
    asks["requires"] = json::array({{{"role", now.head()["authority"]["approver"]}, {"count", 1}}});
  // What reverts an incident is decided on by who has to know of it.
  std::string incident;
  if (now.head().contains("incident") && now.head()["incident"].is_string())
    if (const json value =
            now.started["parameters"].value(now.head()["incident"].get<std::string>(), json());
        value.is_string() && !value.get<std::string>().empty()) {
      const std::string id = TRY(engine_.home.find_run(value.get<std::string>()));
      incident = id;
      const std::vector<Latch> latches =
          TRY(engine_.home.latches().standing({account_key_now(session_.get(), now)}));
      for (const Latch& latch : latches)
        if (latch.run == incident && !latch.role.empty())
          asks["requires"].push_back({{"role", latch.role}, {"count", 1}});
    }
  // The parameter that holds the written approval is the reference a decision starts from.
  std::string reference;
  if (approval.contains("reference_parameter") && approval["reference_parameter"].is_string())
    if (const json value = now.started["parameters"].value(
            approval["reference_parameter"].get<std::string>(), json());
        value.is_string())
      reference = value.get<std::string>();
  json draft = {{"type", "countersign-request"},
                {"version", RunState::kDrivingVersion},
                {"run", now.id()},
                {"title", now.started["runbook"]["title"]},
                {"account", now.started["account"]},
                {"reference_hint", reference},
                {"asks", asks}};
  draft.update(terms);
  if (!incident.empty()) draft["incident"] = incident;
  if (!now.undoing.is_null())
    draft["undo"] = {{"why", now.undoing["error"]["message"]}, {"stays", now.undoing["stays"]}};
  // What must not change is compared from now on, not only once the first change begins.
  const json baselines = TRY(session_->baselines());
  std::string neighbours;
  if (!baselines.empty()) {
    neighbours = ledger_->journal().put(canonical(baselines));
    draft["baselines"] = neighbours;
  }
  PageMaker page;
  if (engine_.plan_document)
    page = [&](const json& completed) {
      return ledger_->journal().put(engine_.plan_document(now, completed));
    };
  // The endpoint's own time: the ledger's has run on with this machine's clock since it was asked,
  // and a simulated one may stand still. Whoever approves a moment later must not be too early.
  const Time asked_at = TRY(this->now());
  const Signed request = TRY(engine_.authorizer.request(draft, asked_at, page));
  for (const std::string& document : plan_documents(*now.plan)) ledger_->journal().put(document);
  RequestRecord record{.document = ledger_->journal().put(request.document), .trust = kept_trust()};
  // What each row of the plan said of itself then: the request names its digest.
  for (const auto& [name, digest] : rows.items())
    ledger_->journal().put(canonical(describe(*engine_.catalogue.find(name))));
  if (!neighbours.empty()) record.baselines = neighbours;
  if (!request.signature.empty()) record.signature = ledger_->journal().put(request.signature);
  return ledger_->add(record);
}

// The phase planned once more from what is there now: the same, or the run stops before its first
// change.
Status Run::replan_same(const PlannedPhase& planned) {
  const ScriptFile file = TRY(script());
  const std::vector<std::string> holes = holes_of(state(), *state().plan, planned.name);
  const json view = TRY(run_view(*ledger_, &*state().plan, &holes));
  Plan plan;
  Overlay overlay;
  PhaseContext where = standing(Stage::plan, planned.name);
  where.draft = &plan;
  where.overlay = &overlay;
  PlannedPhase fresh;
  fresh.name = planned.name;
  fresh.kind = planned.kind;
  fresh.title = planned.title;
  plan.phases.push_back(fresh);
  PhaseExecution walk(engine_, session_.get(), *ledger_, where, folder());
  // What is done stays done; the rest is held against what was signed.
  std::vector<const Intent*> wanted;
  for (const Intent* intent : intents_of(planned))
    if (std::none_of(state().confirmed.begin(), state().confirmed.end(),
                     [&](const AppliedOperation& one) { return one.n == intent->n; }))
      wanted.push_back(intent);
  walk.first = wanted.empty() ? 1 : wanted.front()->n;
  walk.planned = fresh;
  walk.in_plan = &plan.phases.back();
  PhaseResult ending = walk_phase(walk, file, planned.name, view);
  const std::string hint =
      "resume the run to have the rest planned anew from what is there now; that needs a new "
      "decision";
  if (ending.kind == PhaseResult::failed) {
    // The same script with the same values could be planned when it was signed: what it is about
    // is not there any more.
    const Error& error = ending.error;
    if (error.kind != "argument" && (error.kind != "provider" || error.status != 404)) return error;
    return Error{"drift",
                 "the phase \"" + planned.name +
                     "\" cannot be planned any more as it was signed: " + error.message,
                 hint, error.operation, error.where};
  }
  if (ending.kind != PhaseResult::finished)
    return Error{"drift", "the phase \"" + planned.name + "\" no longer does what was planned"};
  const auto now = intents_of(walk.planned);
  if (now.size() != wanted.size())
    return Error{"drift",
                 "the phase \"" + planned.name + "\" was planned with " +
                     std::to_string(wanted.size()) + " operations and now has " +
                     std::to_string(now.size()),
                 hint};
  for (std::size_t i = 0; i < now.size(); ++i) {
    // What was unknown when it was signed may be known now.
    json then = essence(*wanted[i]), here = essence(*now[i]);
    for (const char* key : {"before", "after"}) {
      if (!then.contains(key)) here.erase(key);
      if (then.contains(key) && here.contains(key)) {
        const std::vector<std::string> unknown = late_pointers(then[key]);
        for (json* side : {&then, &here}) (*side)[key] = without((*side)[key], unknown);
      }
      for (json* side : {&then, &here}) {
        if (!side->contains(key)) continue;
        json known = TRY(fill((*side)[key], state().results));
        (*side)[key] = std::move(known);
      }
    }
    const json diff = difference(then, here);
    if (diff.empty()) continue;
    // Where it starts from something else, it leads to something else too.
    const auto starts = std::find_if(diff.begin(), diff.end(), [](const json& one) {
      return one["path"].get_ref<const std::string&>().rfind("/before", 0) == 0;
    });
    const json& first = starts == diff.end() ? diff[0] : *starts;
    const auto side = [&](const char* key) {
      return first.contains(key)
                 ? clipped(first[key].dump(-1, ' ', false, json::error_handler_t::replace), 160)
                 : "absent";
    };
    std::string path = first["path"].get<std::string>();
    if (path.rfind("/before", 0) == 0) path = wanted[i]->target + path.substr(7);
    const bool reads = path.rfind("/sources", 0) == 0, ends = path.rfind("/after", 0) == 0;
    if (reads || ends)
      return Error{"refused",
                   "operation " + std::to_string(wanted[i]->n) + " (" + wanted[i]->operation +
                       ") " + (reads ? "reads" : "would lead to") +
                       " something else than was signed: " + path.substr(reads ? 8 : 6) + " was " +
                       side("from") + " and is " + side("to"),
                   "put it back, or " + hint, wanted[i]->operation, wanted[i]->where};
    return Error{"drift",
                 "what operation " + std::to_string(wanted[i]->n) + " (" + wanted[i]->operation +
                     ") starts from has changed since it was signed: " + path + " was " +
                     side("from") + " and is " + side("to"),
                 hint, wanted[i]->operation, wanted[i]->where};
  }
  return Done{};
}

}  // namespace countersign
