// What `check` has to say of a place in a script.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace countersign {

struct ScriptFinding {
  std::string file;
  int line = 1;
  int column = 1;
  std::string code;      // "unknown-operation": stable; docs/check.md lists them
  std::string severity;  // "error": the run would stop or never be done; "warning"
  std::string message;   // one sentence, no full stop
  std::string hint;      // the next step; may be empty
};

nlohmann::json to_json(const ScriptFinding& finding);

// Whether `b` says of its place what `a` said already, if in other words: a module is reached from
// several phases and runbooks. One place may lack several things, and break several rails.
bool says_again(const ScriptFinding& a, const ScriptFinding& b);

}  // namespace countersign
