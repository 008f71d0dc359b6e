#include "interpreter/bracket.h"

#include <algorithm>

#include "interpreter/difference.h"

namespace countersign {
namespace {

// Whether snapshots hold what is at `pointer`. What they do not hold (dev-logs, declared commands)
// is read back when it is carried out.
bool in_snapshot(const std::string& pointer, const std::vector<std::string>& scopes) {
  const std::string scope = pointer.substr(1, pointer.find('/', 1) - 1);
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

}  // namespace

Unsigned unsigned_changes(const Bracket& bracket, const std::vector<Change>& changes) {
  json expected = bracket.before;
  std::vector<std::string> open = bracket.volatile_fields;
  for (const Change& change : changes) {
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
