#include "interpreter/phase_snapshots.h"

#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/gate.h"

namespace countersign {
namespace {

// Whether snapshots hold what is at `pointer`. What they do not hold (dev-logs, declared commands)
// is read back when it is carried out.
bool in_snapshot(const std::string& pointer, const std::vector<std::string>& scopes) {
  const std::string scope = pointer.substr(1, pointer.find('/', 1) - 1);
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

}  // namespace

Result<std::vector<ConfirmedChange>> changes_of(
    const RunState& state, const std::string& phase,
    const std::function<std::optional<RowFacts>(const std::string& operation)>& facts) {
  std::vector<ConfirmedChange> changes;
  // What was done of a phase that was begun again stands in the snapshot before it.
  const auto bracket = state.brackets.find(phase);
  const int behind = bracket == state.brackets.end() ? 0 : bracket->second.value("behind", 0);
  for (const AppliedOperation& one : state.confirmed) {
    if (one.phase != phase || one.n <= behind) continue;
    const std::optional<RowFacts> row = facts(one.operation);
    if (!row) return Error{"state", "the description of " + one.operation + " is missing"};
    ConfirmedChange change{one.target, row->volatile_fields, row->affects, std::nullopt};
    change.affects.insert(change.affects.end(), one.affects.begin(), one.affects.end());
    if (!one.made.empty()) {
      change.target = one.made;  // snapshots hold it by the id that it was given
    } else if (one.after) {
      json after = TRY(fill(*one.after, state.results));
      change.after = std::move(after);
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string foreign_slug(const std::string& phase, const json& moved) {
  std::string name = phase;
  std::replace(name.begin(), name.end(), '_', '-');
  return "known-" + name + "-" + sha256_hex(canonical(moved)).substr(0, 8);
}

Unsigned unsigned_changes(const PhaseSnapshots& bracket,
                          const std::vector<ConfirmedChange>& changes) {
  json expected = bracket.before;
  std::vector<std::string> open = bracket.volatile_fields;
  for (const ConfirmedChange& change : changes) {
    open.insert(open.end(), change.affects.begin(), change.affects.end());
    if (change.target.empty()) continue;
    for (const std::string& field : change.volatile_fields) open.push_back(change.target + field);
    if (!change.after)
      open.push_back(change.target);
    else if (in_snapshot(change.target, bracket.scopes))
      set_pointer(expected, change.target, *change.after);
  }
  Unsigned out;
  for (const json& one : difference(without(expected, open), without(bracket.after, open)))
    if (!covered(one["path"].get<std::string>(), open)) out.account.push_back(one);
  if (!bracket.baselines_before.is_null())
    out.adjacent =
        difference(without(bracket.baselines_before, open), without(bracket.baselines_after, open));
  return out;
}

}  // namespace countersign
