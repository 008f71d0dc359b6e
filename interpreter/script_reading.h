// What a script says of itself. It is read without a run: nothing is allowed to it, and nothing is
// left behind.
#pragma once
#include <string>
#include <vector>

#include "interpreter/engine.h"
#include "interpreter/journal_format.h"

namespace countersign {

// A module that it requires, as a run pins it.
struct ReadModule {
  ModuleRecord record;
  std::string text;

  std::string path() const { return record.path.value_or(""); }
};

struct ScriptReading {
  Result<json> value;
  std::vector<ReadModule> modules;  // by name; also where it failed
};

// `task` is what the script host is asked for: "describe" (a runbook's head), "scenarios".
ScriptReading read_script(Engine& engine, const ScriptFile& script, const std::string& folder,
                          const std::string& task);

}  // namespace countersign
