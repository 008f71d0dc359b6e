#include "interpreter/ways_on.h"

#include <algorithm>

#include "interpreter/run.h"
#include "interpreter/settlers.h"

namespace countersign {
namespace {

Error usage(const RunState& state, const std::string& why, const std::string& hint) {
  return Error{"usage", "the run " + state.id() + " " + why, hint};
}

std::string resume(const RunState& state, const char* option = "") {
  return "countersign resume " + state.id() + option;
}

std::string take_over(const RunState& state) {
  return "countersign run " + state.started["runbook"]["name"].get<std::string>() +
         " … --take-over " + state.id();
}

bool changes_pending(const RunState& state, const std::string& phase) {
  return state.half_done(phase) || state.current == phase;
}

bool changes_ahead(const RunState& state) {
  for (const json& entry : state.head().at("procedure")) {
    const std::string name = entry.at("name").get<std::string>();
    if (phase_kind(entry) == PhaseKind::mutate && state.phases.count(name) == 0 &&
        state.skipped.count(name) == 0)
      return true;
  }
  return false;
}

// Whether something that nobody signed was found and waits for somebody's word.
bool unknown_changes(const RunState& state) {
  return std::any_of(state.obligations.begin(), state.obligations.end(), [&](const json& one) {
    return one.contains("foreign") && !state.attested(one.value("slug", ""));
  });
}

std::vector<std::string> failed_items(const RunState& state) {
  std::vector<std::string> slugs;
  for (const json& item : state.items()) {
    const auto at = state.attestations.find(item.value("slug", ""));
    if (at != state.attestations.end() && at->second.verdict == "fail") slugs.push_back(at->first);
  }
  return slugs;
}

// What a signed plan was made from belongs to its decision.
std::vector<std::string> read_again(const RunState& state, const std::string& failed) {
  std::vector<std::string> phases = state.read_last();
  const bool check = state.error ? state.error->kind == "check" : !state.undoing.is_null();
  if (check)
    if (auto with = state.again_with(failed); !with.empty()) phases = std::move(with);
  if (!state.consumed) return phases;
  std::erase_if(phases,
                [&](const std::string& name) { return state.asked_phases.count(name) != 0; });
  return phases;
}

Error ended(const RunState& state) {
  return usage(state, std::string("has ended: it is ") + to_string(state.status),
               state.confirmed.empty() || state.status == RunStatus::done
                   ? "start a new run"
                   : "a new run can go on with what it did: " + take_over(state));
}

Result<Reopening> look_again(const RunState& state) {
  const Undo undo = undo_of(state);
  if (undo == Undo::over) return usage(state, "has undone what it changed", "start a new run");
  if (undo == Undo::begun)
    return usage(
        state, "is undoing what it changed",
        "go on with that: " + resume(state, state.status == RunStatus::failed ? " --replan" : ""));
  // Without its undoing it would be a second run of what it is there to undo.
  if (undoes_another(state) && state.begun.empty())
    return usage(state, "is there to undo what another run changed",
                 "go on with it: " + resume(state));
  Reopening out;
  if (!state.begun.empty()) {
    if (state.status != RunStatus::failed)
      return usage(state, "looks at what is in doubt whenever it is resumed", resume(state));
    out.why = "finds out whether " + state.begun.begin()->second.operation + " was carried out";
    return out;
  }
  out.items = failed_items(state);
  if (state.status != RunStatus::failed && undo == Undo::none) {
    if (out.items.empty())
      return usage(state,
                   std::string("has nothing that failed and could be looked at again: it is ") +
                       to_string(state.status),
                   "go on with it: " + resume(state));
    out.why = "asks again what was attested as failed";
    return out;
  }
  if (undo == Undo::proposed) {
    out.drops_undo = true;
    out.voids_plan = state.plan.has_value() && !state.undoing.value("signed", false);
  }
  const json* next = state.next_phase();
  const std::string name = next ? next->at("name").get<std::string>() : "";
  const std::optional<PhaseKind> kind = next ? phase_kind(*next) : std::nullopt;
  if (kind == PhaseKind::mutate && state.request && !out.drops_undo) {
    if (state.consumed && state.operations_left(name))
      return usage(state, "failed while it was changing something, and some of that is left",
                   "have what is left planned and decided anew: " + resume(state, " --replan"));
    out.why = state.consumed ? "looks again at what is there after \"" + name + "\""
                             : "looks again at what \"" + name + "\" starts from";
    return out;
  }
  if (kind == PhaseKind::wait && state.error && state.error->kind == "refused")
    return usage(state, "waits otherwise than was signed",
                 "have what is left planned and decided anew: " + resume(state, " --replan"));
  if (kind == PhaseKind::wait) {
    out.phases = {name};
    out.why = "looks again at what \"" + name + "\" waits for";
    return out;
  }
  out.phases = read_again(state, name);
  out.voids_plan = out.voids_plan || (state.plan && !state.consumed);
  std::string names;
  for (const std::string& one : out.phases) names += (names.empty() ? "\"" : ", \"") + one + "\"";
  out.why = names.empty() ? "looks again at what failed" : "reads and checks " + names + " again";
  if (out.drops_undo) out.why += ", and undoes nothing unless it fails again";
  return out;
}

Result<Reopening> replan(const RunState& state) {
  const Undo undo = undo_of(state);
  if (undo == Undo::over) return usage(state, "has undone what it changed", "start a new run");
  if (!state.begun.empty())
    return Error{"in_doubt",
                 "an operation of the run " + state.id() +
                     " is in doubt, and what is left cannot "
                     "be planned before that is known",
                 "settle it first: " +
                     resume(state, state.status == RunStatus::failed ? " --look-again" : "")};
  Reopening out;
  out.voids_plan = state.plan.has_value();
  out.why = "plans what is left from what is there now, for a new decision";
  if (undo != Undo::none) {
    out.undo_anew = true;
    return out;
  }
  const json* next = state.next_phase();
  if (!next || !changes_ahead(state))
    return usage(state, "has nothing left to plan",
                 "look again at what failed: " + resume(state, " --look-again"));
  const std::string name = next->at("name").get<std::string>();
  if (state.status == RunStatus::failed && state.half_done(name) && !state.operations_left(name))
    return usage(state, "has done all that was signed of \"" + name + "\"",
                 "look again at what is there now: " + resume(state, " --look-again"));
  // What a phase that is half done is walked with stays what it was walked with.
  if (!state.half_done(name)) out.phases = state.read_last();
  if (phase_kind(*next) == PhaseKind::wait && state.status == RunStatus::failed)
    out.phases.push_back(name);
  return out;
}

}  // namespace

Undo undo_of(const RunState& state) {
  if (state.undoing.is_null()) return Undo::none;
  bool begun = false, over = true;
  for (const json& name : state.undoing["phases"]) {
    const std::string phase = name.get<std::string>();
    const bool ended = state.phases.count(phase) != 0;
    begun = begun || ended || changes_pending(state, phase);
    over = over && ended;
  }
  return over ? Undo::over : begun ? Undo::begun : Undo::proposed;
}

Result<Reopening> reopening(const RunState& state, Way way) {
  if (is_final(state.status) && state.status != RunStatus::failed) return ended(state);
  return way == Way::look_again ? look_again(state) : replan(state);
}

json ways_on(const RunState& state) {
  json ways = json::array();
  const auto add = [&](const char* way, const std::string& command, const std::string& why) {
    ways.push_back({{"way", way}, {"command", command}, {"why", why}});
  };
  const RunStatus status = state.status;
  const bool failed = status == RunStatus::failed;
  const bool stuck = failed || state.halted || status == RunStatus::drifted;
  if (!is_final(status) && (stuck || status == RunStatus::in_doubt))
    add("resume", resume(state),
        status == RunStatus::drifted || (state.halted && !state.plan)
            ? "has the rest planned from what is there now, for a new decision"
        : status == RunStatus::in_doubt ? "looks at what is there now"
                                        : "goes on once that is over");
  if (const auto again = reopening(state, Way::look_again))
    add("look-again", resume(state, " --look-again"), again->why);
  if (stuck)
    if (const auto anew = reopening(state, Way::replan))
      add("replan", resume(state, " --replan"), anew->why);
  if (is_final(status) && status != RunStatus::done && !state.confirmed.empty() &&
      undo_of(state) != Undo::over)
    add("take-over", take_over(state),
        "a new run goes on with what this one did, also where the runbook was mended");
  if (stuck || undo_of(state) == Undo::proposed || unknown_changes(state))
    for (const Settlement& one : state.settlements) {
      const bool applied = one.answer.verdict == "applied";
      const auto found = correctable(state, applied ? "not-applied" : "applied", one.begun.n);
      if (found && *found == &one)
        add("correct", correcting(state, one),
            "if operation " + std::to_string(one.begun.n) + " (" + one.begun.operation +
                "), which " + one.answer.person + " settled as " +
                (applied ? "carried out, was not" : "not carried out, was"));
    }
  return ways;
}

Error with_way(const RunState& state, Error error) {
  if (error.hint.find("countersign ") != std::string::npos) return error;
  const json ways = ways_on(state);
  if (ways.empty()) return error;
  error.hint += (error.hint.empty() ? "" : "; ") + ways[0]["command"].get<std::string>() + " " +
                ways[0]["why"].get<std::string>();
  return error;
}

}  // namespace countersign
