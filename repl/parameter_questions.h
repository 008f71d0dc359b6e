// The parameters that nobody gave, asked for at the terminal.
#pragma once
#include <nlohmann/json.hpp>

#include "repl/command_context.h"
#include "repl/runbook_file.h"

namespace countersign {

struct Answers {
  json parameters;
  int signal = 0;  // what broke it off; nothing may be started then
};

// `given`, and what the runbook needs beside: all of it shown at once, then asked for one after the
// other; what an answer makes necessary is asked for in the same round. An answer that does not fit
// is asked for again. What is typed for a secret, which is given by where it is, is not echoed.
// Nothing is asked where there is no terminal, with --json or --events, and where what was given
// does not fit. Errors (kind "usage"): the input ended before everything was known.
Result<Answers> ask_for_parameters(CommandContext& context, const RunbookFile& file, json given);

}  // namespace countersign
