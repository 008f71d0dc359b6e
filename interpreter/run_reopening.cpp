// A run that cannot go on by itself: opened again at a person's word, or its work gone on with by
// another run. Nothing here changes anything of an account; what follows is read, or planned and
// decided.
#include <algorithm>
#include <set>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/placeholder.h"
#include "interpreter/run.h"
#include "interpreter/ways_on.h"

namespace countersign {

namespace {

// The rows that another version than the one the run began with describes otherwise.
std::map<std::string, std::string> other_rows(const RunState& state, const Catalogue& catalogue) {
  std::map<std::string, std::string> rows;
  for (const Row& row : catalogue.rows())
    if (const std::string now = row_digest(row); state.started["rows"].value(row.name, "") != now)
      rows[row.name] = now;
  return rows;
}

}  // namespace

Status Run::keep_reopening(Way way, const std::string& by, const Reopening& what) {
  // What is planned anew is decided anew too, so it may be applied as this version applies it.
  std::optional<std::map<std::string, std::string>> rows;
  if (way == Way::replan)
    if (auto other = other_rows(state(), engine_.catalogue); !other.empty())
      rows = std::move(other);
  return ledger_->add(RunReopenedRecord{.way = way,
                                        .by = by,
                                        .status = state().status,
                                        .error = state().error,
                                        .phases = what.phases,
                                        .items = what.items,
                                        .drops_undo = what.drops_undo,
                                        .undo_anew = what.undo_anew,
                                        .rows = rows});
}

Status Run::reopen(Way way, const std::string& by) {
  const std::string successor = TRY(engine_.home.successor(state().id()));
  if (!successor.empty())
    return Error{"usage", "the run " + successor + " goes on with what " + state().id() + " did",
                 "countersign resume " + successor};
  const Reopening what = TRY(reopening(state(), way));
  TRY(now());
  if (const Status kept = keep_reopening(way, by, what); !kept) return kept;
  if (what.voids_plan)
    if (const Status voided = ledger_->add(
            PlanVoidedRecord{std::string(way == Way::replan ? "planned anew" : "looked again") +
                             " at the word of " + by});
        !voided)
      return voided;
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  return Done{};
}

namespace {

const std::string kUndo = "_undo";

// The phase itself of what undoes one.
std::string phase_of(const std::string& name) {
  const bool undoes = name.size() > kUndo.size() &&
                      name.compare(name.size() - kUndo.size(), kUndo.size(), kUndo) == 0;
  return undoes ? name.substr(0, name.size() - kUndo.size()) : name;
}

// The phases that were undone, or are being undone, after a failed check.
Result<std::set<std::string>> undone(const RunState& state) {
  std::set<std::string> phases;
  if (state.undoing.is_null()) return phases;
  for (const json& name : state.undoing["phases"]) {
    const std::string phase = name.get<std::string>();
    if (state.phases.count(phase) == 0 && state.half_done(phase))
      return Error{"refused", "the run " + state.id() + " has undone a part of what it changed",
                   "finish that first: countersign resume " + state.id() + " --replan"};
    if (state.phases.count(phase) != 0) phases.insert(phase_of(phase));
  }
  return phases;
}

Status same_work(const RunState& mine, const RunState& other) {
  const auto differs = [&](const std::string& what, const json& theirs, const json& ours) {
    return Error{"usage",
                 "the run " + other.id() + " was about " + what + " " + theirs.dump() +
                     ", and this one is about " + ours.dump(),
                 "take over with the same runbook, account and parameters"};
  };
  if (other.started["runbook"]["name"] != mine.started["runbook"]["name"])
    return differs("the runbook", other.started["runbook"]["name"],
                   mine.started["runbook"]["name"]);
  if (other.account_key() != mine.account_key())
    return differs("the account", other.started["account"], mine.started["account"]);
  const json theirs = other.started["parameters"], ours = mine.started["parameters"];
  std::set<std::string> names;
  for (const json* one : {&theirs, &ours})
    for (const auto& [name, value] : one->items()) names.insert(name);
  for (const std::string& name : names)
    if (theirs.value(name, json()) != ours.value(name, json()))
      return differs("the parameter " + name + " =", theirs.value(name, json()),
                     ours.value(name, json()));
  return Done{};
}

// What the other run's journal proves to be done, as far as this run's procedure has the same
// phases in the same order.
Result<TakenOverRecord> work_of(const RunState& other, const json& procedure) {
  const std::set<std::string> put_back = TRY(undone(other));
  TakenOverRecord work;
  std::set<std::string> changed, taken;
  for (const AppliedOperation& one : other.confirmed)
    if (put_back.count(phase_of(one.phase)) == 0) changed.insert(one.phase);
  const std::vector<std::string> fresh = other.read_last();
  for (const json& entry : procedure) {
    const std::string name = entry.at("name").get<std::string>();
    // This run looks for itself at what came after the last change.
    if (put_back.count(name) != 0 || std::find(fresh.begin(), fresh.end(), name) != fresh.end())
      break;
    if (other.skipped.count(name) != 0) {
      work.skipped.push_back(name);
    } else if (other.phases.count(name) != 0) {
      work.phases[name] = {other.phases.at(name), other.ended.at(name)};
      taken.insert(name);
    } else {
      if (other.half_done(name)) {
        work.current = name;
        taken.insert(name);
      }
      break;
    }
  }
  for (const std::string& phase : changed)
    if (taken.count(phase) == 0)
      return Error{"refused",
                   "the run " + other.id() + " changed something in \"" + phase +
                       "\", and this run's procedure does not come to that from what was done "
                       "before it",
                   "take over with the procedure that it had"};
  std::set<int> numbers;
  for (const AppliedOperation& one : other.confirmed) {
    if (taken.count(one.phase) == 0) continue;
    work.confirmed.push_back(one);
    numbers.insert(one.n);
    if (const auto at = other.results.find(one.n); at != other.results.end())
      work.results[one.n] = at->second;
  }
  for (const auto& [key, one] : other.outcomes)
    if (!one.error && (numbers.count(one.n) != 0 || is_handle(one.value, "snapshot")))
      work.outcomes[key] = {one.n, one.operation, one.value};
  for (const std::string& phase : taken) {
    if (const auto at = other.brackets.find(phase); at != other.brackets.end())
      work.brackets[phase] = at->second;
    if (const auto at = other.begun_holes.find(phase); at != other.begun_holes.end())
      work.holes[phase] = at->second;
  }
  const auto of_taken = [&](const json& list) {
    std::vector<json> kept;
    for (const json& one : list)
      if (taken.count(one.value("phase", "")) != 0) kept.push_back(one);
    return kept;
  };
  work.failures.assign(other.failures.begin(), other.failures.end());
  for (const auto& [key, one] : other.outcomes)
    if (one.n > 0 && one.error)
      work.failures.push_back(
          {{"n", one.n}, {"operation", one.operation}, {"error", one.error->message}});
  work.checks = of_taken(other.checks);
  work.notes = of_taken(other.notes);
  work.findings = of_taken(other.findings);
  work.began = other.work_began();
  work.changed_at = other.changed_at;
  work.last_n = other.last_n;
  return work;
}

}  // namespace

bool leaves_work(const RunState& other, const RunState& mine) {
  if (!other.begun.empty() || !same_work(mine, other)) return false;
  const Result<TakenOverRecord> work = work_of(other, mine.head()["procedure"]);
  return work && !work->confirmed.empty();
}

Status Run::take_over(const std::string& id, const std::string& by) {
  return take_work(id, by, false);
}

Status Run::take_work(const std::string& id, const std::string& by, bool to_undo) {
  const std::string mine = state().id();
  if (is_final(state().status) && state().status != RunStatus::failed)
    return Error{"usage", "the run " + mine + " has ended: it is " + to_string(state().status),
                 "start a new run"};
  if (!state().confirmed.empty() || !state().begun.empty())
    return Error{"usage", "the run " + mine + " has changed something itself",
                 "go on with it; what takes over is a run that has changed nothing yet"};
  const std::string found = TRY(engine_.home.find_run(id));
  if (found == mine) return Error{"usage", "a run does not take over from itself"};
  [[maybe_unused]] const Lock lock = TRY(engine_.home.lock_run(found));
  const std::unique_ptr<Journal> journal = TRY(Journal::open(engine_.home.run_path(found), false));
  if (const Status whole = journal->whole(); !whole) return whole;
  const RunState other = TRY(RunState::of(*journal));
  if (!is_final(other.status))
    return Error{"usage", "the run " + found + " has not ended: it is " + to_string(other.status),
                 "go on with it (countersign resume " + found +
                     "), or end it first: countersign cancel " + found + " --reason TEXT"};
  if (other.status == RunStatus::done && !to_undo)
    return Error{"usage", "the run " + found + " is done: nothing of it is left"};
  if (!other.begun.empty())
    return Error{"in_doubt", "an operation of the run " + found + " is in doubt",
                 "have it settled first: countersign resume " + found + " --look-again"};
  if (other.confirmed.empty())
    return Error{"usage",
                 "the run " + found + " changed nothing, so there is nothing to " +
                     (to_undo ? "undo" : "take over"),
                 to_undo ? "" : "go on without it: countersign resume " + mine};
  if (const Status same = same_work(state(), other); !same) return same;
  TakenOverRecord work = TRY(work_of(other, state().head()["procedure"]));
  if (work.confirmed.empty())
    return Error{"usage", "the run " + found + " has undone what it changed",
                 to_undo ? "" : "go on without it: countersign resume " + mine};
  if (to_undo) TRY(as_left(other));
  TRY(now());
  // From here on the other run goes nowhere, whatever becomes of this process.
  if (const Status taken = engine_.home.succeed(found, mine); !taken) return taken;
  for (const std::string& name : journal->documents()) {
    const std::string bytes = TRY(journal->get(name));
    ledger_->journal().put(bytes);
  }
  work.run = found;
  // With those that it took over from in its turn: what they changed is this run's own work.
  if (!other.taken_over.is_null())
    work.runs = other.taken_over.value("runs", std::vector<std::string>());
  work.runs.push_back(found);
  work.head = journal->head();
  work.status = other.status;
  work.by = by;
  if (const Status kept = ledger_->add(work); !kept) return kept;
  if (const Status synced = ledger_->sync(); !synced) return synced;
  note();
  return Done{};
}

}  // namespace countersign
