#include "interpreter/run_index.h"

#include <filesystem>
#include <set>

#include "interpreter/journal.h"
#include "interpreter/run.h"

namespace countersign {
namespace {

Status note_from_file(Home& home, const std::string& id) {
  const Result<std::unique_ptr<Journal>> journal = Journal::open(home.run_path(id), false);
  if (!journal) return Done{};
  const Result<RunState> state = RunState::of(**journal);
  if (!state) return Done{};
  json known = summary(*state);
  known["records"] = (*journal)->records().size();
  known["head"] = (*journal)->head();
  if (state->changed_at > 0)
    if (const Status noted = home.note_change(state->account_key(), id, state->changed_at); !noted)
      return noted;
  return home.note(known);
}

}  // namespace

Result<std::vector<json>> complete_index(Home& home) {
  Result<std::vector<json>> known = home.runs();
  if (!known) return known;
  std::set<std::string> indexed;
  for (const json& run : *known) indexed.insert(run.value("run", ""));
  bool missing = false;
  for (const std::string& id : home.run_ids()) {
    if (indexed.count(id) != 0) continue;
    missing = true;
    TRY(note_from_file(home, id));
  }
  return missing ? home.runs() : known;
}

Status restore_lost_index(Home& home) {
  std::error_code bad;
  if (std::filesystem::exists(home.path() + "/index.sqlite", bad) || bad) return Done{};
  if (home.run_ids().empty()) return Done{};
  const Result<std::vector<json>> made = complete_index(home);
  return made ? Status(Done{}) : Status(made.error());
}

}  // namespace countersign
