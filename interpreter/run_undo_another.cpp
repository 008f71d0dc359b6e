// A finished run undone by a run of its own. It takes the other one's work over, so that what was
// changed and from what is known, and then only undoes: the piece that undoes after a failed check
// (run_undo.cpp) does the rest. Nothing is marked, and nothing taken over, before all of this
// holds:
//   the other run has ended, and no other run goes on with its work or has undone it
//   nothing that it changed is gone for good
//   every target is as the other run left it
#include <map>
#include <set>

#include "interpreter/difference.h"
#include "interpreter/phase_execution.h"
#include "interpreter/placeholder.h"
#include "interpreter/run.h"
#include "interpreter/utf8.h"
#include "interpreter/vault.h"

namespace countersign {
namespace {

// The kind of the error that the undoing is for: no failure, somebody's wish.
constexpr const char* kAsked = "undo";

bool ends_for_good(const Catalogue& catalogue, const AppliedOperation& one) {
  const Row* row = catalogue.find(one.operation);
  return row == nullptr || row->effect == Effect::destroy || !row->irreversible.empty();
}

// What the phases of the run changed that nothing brings back; one line each.
std::vector<std::string> gone(const RunState& other, const Catalogue& catalogue) {
  std::set<std::string> written;  // phases that say themselves how they are undone
  for (const json& entry : other.head().value("procedure", json::array()))
    if (entry.value("has_undo", false)) written.insert(entry.value("name", ""));
  std::vector<std::string> out;
  for (const AppliedOperation& one : other.confirmed) {
    if (written.count(one.phase) != 0 || !ends_for_good(catalogue, one)) continue;
    const Row* row = catalogue.find(one.operation);
    const bool back =
        row && row->inverse && one.before && !row->inverse(one.arguments, *one.before).is_null();
    if (!back)
      out.push_back("operation " + std::to_string(one.n) + " (" + one.operation + " on " +
                    one.target + ")" +
                    (row && !row->irreversible.empty() ? ": " + row->irreversible : ""));
  }
  return out;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : "; ") + one;
  return text;
}

std::string shown(const json& diff, const char* key) {
  if (!diff.contains(key)) return "absent";
  return clipped(diff[key].dump(-1, ' ', false, json::error_handler_t::replace), 120);
}

}  // namespace

bool undoes_another(const RunState& state) {
  return state.undoing.is_object() && state.undoing.contains("error") &&
         state.undoing["error"].value("kind", "") == kAsked;
}

// The last operation on each target says how the run left it.
Status Run::as_left(const RunState& other) {
  std::map<std::string, const AppliedOperation*> last;
  for (const AppliedOperation& one : other.confirmed) last[one.target] = &one;
  OneLook look(session_.get());
  for (const auto& [target, one] : last) {
    const Row* row = engine_.catalogue.find(one->operation);
    if (!row || !row->before || !one->after) continue;
    TRY(row->credential.empty() ? Result<std::string>(std::string())
                                : session_->account(row->credential));
    const json arguments = TRY(fill(one->arguments, other.results));
    const json live = TRY(row->before(Call{*session_, arguments}));
    json now = comparable(*row, live);
    session_->vault().scrub(now);
    const std::vector<std::string> unknown = late_pointers(*one->after);
    const json left = TRY(fill(without(*one->after, unknown), other.results));
    const json diff = difference(without(left, row->volatile_fields), without(now, unknown));
    if (diff.empty()) continue;
    return Error{"drift",
                 "what the run " + other.id() + " left is not there any more: " + target +
                     diff[0]["path"].get<std::string>() + " was " + shown(diff[0], "from") +
                     " and is " + shown(diff[0], "to"),
                 "somebody changed it since; change it back, or put things right with a runbook",
                 one->operation, one->where};
  }
  return Done{};
}

Status Run::undo(const std::string& run, const std::string& by) {
  const std::string id = TRY(engine_.home.find_run(run));
  const std::string successor = TRY(engine_.home.successor(id));
  if (!successor.empty())
    return Error{"usage",
                 "the run " + successor + " goes on with what " + id + " did, or undoes it",
                 "countersign show " + successor + " says how far that is"};
  const std::unique_ptr<Journal> journal = TRY(Journal::open(engine_.home.run_path(id), false));
  const RunState other = TRY(RunState::of(*journal));
  if (!other.undoing.is_null())
    return Error{"usage", "the run " + id + " undid something itself",
                 "`countersign show " + id + "` says what; the rest is for a runbook"};
  if (const std::vector<std::string> lost = gone(other, engine_.catalogue); !lost.empty())
    return Error{"refused", "the run " + id + " cannot be undone: " + joined(lost),
                 "what is gone is not brought back by undoing the rest; put things right with a "
                 "runbook"};
  if (const UndoRecord of_it = put_back(other); of_it.phases.empty() && !of_it.stays.empty())
    return Error{"refused", "nothing of the run " + id +
                                " can be undone; what stays as it is: " + joined(of_it.stays)};
  TRY(take_work(id, by, true));
  UndoRecord what = put_back(state());
  what.error = Error{kAsked, by + " asked to undo what the run " + id + " changed"};
  TRY(ledger_->add(what));
  TRY(ledger_->sync());
  note();
  return Done{};
}

}  // namespace countersign
