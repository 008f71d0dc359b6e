// What a script says of itself. It is read without a run: nothing is allowed to it, and nothing is
// left behind.
#pragma once
#include <string>
#include <vector>

#include "interpreter/engine.h"

namespace countersign {

// A module that it requires, as a run pins it.
struct ReadModule {
  json record;  // {"name", "chunk", "sha256", "path"}
  std::string text;

  std::string path() const { return record.value("path", ""); }
};

struct ScriptReading {
  Result<json> value;
  std::vector<ReadModule> modules;  // by name; also where it failed
};

// `task` is what the script host is asked for: "describe" (a runbook's head), "scenarios".
ScriptReading read_script(Engine& engine, const ScriptFile& script, const std::string& folder,
                          const std::string& task);

}  // namespace countersign
