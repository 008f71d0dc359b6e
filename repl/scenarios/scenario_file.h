// Scenario files, *_test.lua: what a runbook or symptom is tried on, and what is to come of it
// (docs/testing.md).
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/error.h"
#include "repl/runbook_file.h"

namespace countersign {

using json = nlohmann::json;

struct Scenario {
  std::string name;
  int line = 0;
  json breaks = json::array();  // events: {"set", "value"} {"remove"} {"fault"} {"call"} {"edit"}
  json parameters = json::object();
  json decisions;  // null: everybody does what is wanted of them; else events and answers, in order
  json expect = json::object();
};

struct ScenarioFile {
  std::string path;       // as it was named, for people
  RunbookFile script;     // what is tried
  json world;             // as the file has it, before anything is broken
  std::string recorded;   // a cassette that is played instead of a world; empty: none
  std::string workspace;  // the folder that is copied for each scenario; empty: none
  json people;            // name to roles; null where the file leaves that to the workspace
  std::vector<Scenario> scenarios;
};

// The files that `paths` name, each once: a file itself, of a folder every *_test.lua below it, in
// order. Errors (kind "usage"): no such path, none below it.
Result<std::vector<std::string>> find_scenario_files(const std::vector<std::string>& paths);

// Errors: usage (a file it names is not there), config (the world is not JSON), script.
Result<ScenarioFile> read_scenario_file(const std::string& path);

}  // namespace countersign
