#include "repl/scenarios/scenario_file.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "interpreter/canonical.h"
#include "repl/input.h"
#include "repl/replay/cassette_file.h"
#include "repl/scenarios/script_reading.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLargestFile = 1u << 20;
const std::string kEnding = "_test.lua";

bool is_scenario_file(const std::string& name) {
  return name.size() > kEnding.size() &&
         name.compare(name.size() - kEnding.size(), kEnding.size(), kEnding) == 0;
}

// Hidden folders hold what tools keep for themselves, and a link may lead in circles.
std::vector<std::string> below(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code bad;
  auto at =
      fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, bad);
  for (; !bad && at != fs::recursive_directory_iterator(); at.increment(bad)) {
    const std::string name = at->path().filename().string();
    std::error_code unreadable;
    if (at->is_directory(unreadable) && name.front() == '.') at.disable_recursion_pending();
    if (is_scenario_file(name) && at->is_regular_file(unreadable))
      found.push_back(at->path().lexically_normal().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// An empty table of Lua may be a list as well as an object.
json list_of(const json& fields, const char* key) {
  json list = fields.value(key, json::array());
  return list.is_array() ? list : json::array();
}

json object_of(const json& fields, const char* key) {
  json object = fields.value(key, json::object());
  return object.is_object() ? object : json::object();
}

Scenario scenario_of(const json& fields) {
  Scenario one;
  one.name = fields.value("name", "");
  one.line = fields.value("line", 0);
  one.breaks = list_of(fields, "break_");
  // A null is a parameter that is not given.
  const json given = object_of(fields, "params");
  for (const auto& [name, value] : given.items())
    if (!value.is_null()) one.parameters[name] = value;
  if (fields.contains("decisions")) one.decisions = list_of(fields, "decisions");
  one.expect = object_of(fields, "expect");
  for (const char* list : {"findings", "checks_failed", "plan", "unchanged", "unanswered"})
    if (one.expect.contains(list)) one.expect[list] = list_of(one.expect, list);
  return one;
}

// Whatever is wrong with a scenario file, nothing can be played: it is the file that is wrong.
Error named(const std::string& path, Error error) {
  error.message = path + ": " + error.message;
  if (error.kind != "usage" && error.kind != "config") error.kind = "script";
  return error;
}

// Beside the scenario file, or a runbook's name.
Result<RunbookFile> script_of(const fs::path& folder, const std::string& name) {
  std::error_code bad;
  if (fs::is_regular_file(folder / name, bad)) return find_runbook((folder / name).string());
  return find_runbook(name);
}

Result<ScenarioFile> taken(const std::string& path, const fs::path& folder, const json& fields) {
  ScenarioFile file;
  file.path = path;
  const Result<RunbookFile> script = script_of(folder, fields.value("script", ""));
  if (!script) return named(path, script.error());
  file.script = *script;

  if (fields.contains("recorded")) {
    file.recorded = (folder / fields["recorded"].get<std::string>()).lexically_normal().string();
    if (const Result<CassetteFile> whole = read_cassette(file.recorded); !whole)
      return named(path, whole.error());
    for (const json& one : fields.at("scenarios")) file.scenarios.push_back(scenario_of(one));
    return file;
  }
  const std::string world = (folder / fields.value("world", "")).lexically_normal().string();
  const Result<std::string> text = read_input(world);
  if (!text) return named(path, text.error());
  Result<json> parsed = parse_json(*text);
  if (!parsed)
    return Error{"config", path + ": \"" + world + "\" is not JSON: " + parsed.error().message,
                 "docs/formats/world.md describes a world"};
  file.world = std::move(*parsed);

  if (fields.contains("workspace")) {
    file.workspace = (folder / fields["workspace"].get<std::string>()).lexically_normal().string();
    std::error_code bad;
    if (!fs::is_directory(file.workspace, bad))
      return Error{"usage", path + ": there is no folder \"" + file.workspace + "\"",
                   "workspace names a folder, relative to the scenario file"};
  }
  file.people = fields.value("people", json());
  for (const json& one : fields.at("scenarios")) file.scenarios.push_back(scenario_of(one));
  return file;
}

}  // namespace

Result<std::vector<std::string>> find_scenario_files(const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  std::error_code bad;
  for (const std::string& path : paths) {
    std::vector<std::string> found;
    if (fs::is_directory(path, bad)) {
      found = below(path);
      if (found.empty())
        return Error{"usage", "there is no scenario file below \"" + path + "\"",
                     "scenario files are named *_test.lua; docs/testing.md says what is in them"};
    } else if (fs::is_regular_file(path, bad)) {
      found = {path};
    } else {
      return Error{"usage", "there is no file or folder \"" + path + "\"",
                   "name a scenario file (*_test.lua), or a folder of such"};
    }
    for (const std::string& one : found)
      if (seen.insert(fs::weakly_canonical(one, bad).string()).second) all.push_back(one);
  }
  return all;
}

Result<ScenarioFile> read_scenario_file(const std::string& path) {
  const std::string text = TRY(read_input(path));
  if (text.size() > kLargestFile)
    return Error{"script", "the scenario file \"" + path + "\" is larger than 1 MiB", "split it"};
  std::error_code bad;
  const fs::path folder = fs::absolute(path, bad).lexically_normal().parent_path();
  const Result<json> fields =
      read_scenarios({fs::path(path).stem().string(), path, text}, folder.string());
  if (!fields) return named(path, fields.error());
  try {
    return taken(path, folder, *fields);
  } catch (const json::exception&) {
    // The table is a script's: it may have been changed after `scenarios` looked at it.
    return Error{"script", path + ": it returned a table that `scenarios` did not make",
                 "end it with `return scenarios { … }`"};
  }
}

}  // namespace countersign
