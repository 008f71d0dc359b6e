#include "repl/shell/known_names.h"

#include <algorithm>
#include <filesystem>

#include "interpreter/run_state.h"
#include "repl/app_context.h"
#include "repl/described.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

bool begins(const std::string& text, const std::string& with) {
  return text.compare(0, with.size(), with) == 0;
}

}  // namespace

std::vector<Suggestion> known_runbooks() {
  std::vector<Suggestion> out;
  for (const std::string& name : runbook_names()) {
    const Result<RunbookFile> file = find_runbook(name);
    if (file && looks_like_runbook(file->script.text)) out.push_back({name, ""});
  }
  return out;
}

std::vector<Suggestion> known_profiles(AppContext& app) {
  const Result<const Configuration*> config = app.configuration_if_any();
  std::vector<Suggestion> out;
  if (config && *config != nullptr)
    for (const auto& [name, profile] : (*config)->profiles) out.push_back({name, ""});
  return out;
}

// Not by opening the home folder, which would make one where there is none.
std::vector<Suggestion> known_runs(AppContext& app) {
  std::vector<Suggestion> out;
  const Result<std::string> home = app.home_path();
  if (!home) return out;
  std::error_code bad;
  for (const auto& entry : fs::directory_iterator(*home + "/runs", bad))
    if (entry.path().extension() == ".run") out.push_back({entry.path().stem().string(), ""});
  // The newest first.
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.text > b.text; });
  return out;
}

// What is attested of the run that is named.
std::vector<Suggestion> known_items(AppContext& app, const std::string& run) {
  std::vector<Suggestion> out;
  const Result<std::string> home = app.home_path();
  if (!home || run.empty()) return out;
  std::vector<std::string> ids;
  for (const Suggestion& one : known_runs(app))
    if (begins(one.text, run) || begins(one.text.substr(one.text.find('-') + 1), run))
      ids.push_back(one.text);
  if (ids.size() != 1) return out;
  const auto journal = Journal::open(*home + "/runs/" + ids[0] + ".run", false);
  if (!journal) return out;
  const Result<RunState> state = RunState::of(**journal);
  if (!state) return out;
  for (const json& item : state->items())
    if (item.value("item", "") == "attest" && !state->attested(item.value("slug", "")))
      out.push_back({item.value("slug", ""), item.value("text", "")});
  return out;
}

json parameters_of(const std::string& runbook) {
  const Result<RunbookFile> file = find_runbook(runbook);
  if (!file) return json::object();
  Arguments none;
  AppContext app(none, wall_clock());
  const Result<Engine*> engine = app.reading_engine(false);
  if (!engine) return json::object();
  const Result<Described> described = describe_script(**engine, *file);
  const json head = described ? described->head : json::object();
  const auto at = head.find("parameters");
  return at != head.end() && at->is_object() ? *at : json::object();
}

}  // namespace countersign
