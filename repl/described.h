// What scripts say of themselves: the engine's description of a runbook, without running it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/engine.h"
#include "repl/runbook_file.h"

namespace countersign {

struct Described {
  std::string path;
  json head;                         // as a run journals it; `is` is "runbook", or "module"
  std::vector<std::string> modules;  // the files that it requires
};

// Errors: the script cannot be loaded; a rail that there is not (config).
Result<Described> describe_script(Engine& engine, const RunbookFile& file);

// Every runbook in the folders where names are looked up, by name. What another script requires is
// a part of that one, whatever it returns; tests ("…_test.lua") are none. Errors: a script that
// cannot be loaded, named.
Result<std::vector<Described>> shipped_runbooks(Engine& engine);

// A script below these folders that is no part of another and no module: one that can be run, or
// that cannot be read.
struct FoundRunbook {
  std::string name;  // as it is typed
  std::string path;
  Result<Described> described;
};

// All of them, by name. One that cannot be read hides no other.
std::vector<FoundRunbook> found_runbooks(Engine& engine);

// Whether the text, as it is written, ends as a runbook: quick, for completion.
bool looks_like_runbook(const std::string& text);

}  // namespace countersign
