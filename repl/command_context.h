// Where a command works: what was typed, what is there to work with, and where to say things.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"
#include "repl/arguments.h"

namespace countersign {

using json = nlohmann::json;

class AppContext;
class Console;

struct CommandContext {
  const Arguments& arguments;
  AppContext& app;
  Console& console;
};

// What a command answers: `text` for people, `value` for programs (--json); exactly one is shown.
struct Reply {
  std::string text;
  json value;
  int code = 0;
  bool exact = false;  // `text` is shown as it is, with --json too: it is JSON already, or bytes
};

}  // namespace countersign
