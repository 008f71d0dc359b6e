// eval: Lua that only reads, with nothing kept.
#include "interpreter/exploration.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/input.h"
#include "repl/views/console.h"
#include "repl/views/escape.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

Result<ScriptFile> chunk(const Arguments& typed) {
  if (!typed.code.empty()) return ScriptFile{"eval", "eval", typed.code};
  if (typed.file.empty())
    return Error{"usage", "eval: there is nothing to run", "give -e CODE, a FILE, or - for stdin"};
  const Result<std::string> text = read_input(typed.file);
  if (!text) return text.error();
  return ScriptFile{"eval", typed.file == "-" ? "stdin" : typed.file, *text};
}

}  // namespace

Result<Reply> eval_command(CommandContext& context) {
  const Result<ScriptFile> script = chunk(context.arguments);
  if (!script) return script.error();
  const std::string& profile = context.arguments.profile;
  context.app.print = [&context](const std::string& text) {
    // With --json stdout is the value's alone.
    const std::string shown = visible(text, true) + "\n";
    if (context.arguments.json)
      context.console.progress(shown);
    else
      context.console.say(shown);
  };
  const Result<Engine*> engine = context.app.reading_engine(!profile.empty());
  if (!engine) return engine.error();
  std::unique_ptr<Journal> journal = Journal::in_memory();
  std::unique_ptr<Session> session;
  json globals = json::object();
  if (!profile.empty()) {
    Result<std::unique_ptr<Session>> opened = context.app.session(profile, *journal);
    if (!opened) return opened.error();
    session = std::move(*opened);
    globals["profile"] = session->facts();
  }
  const std::size_t slash = script->chunk.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : script->chunk.substr(0, slash);
  Exploration exploration(**engine, std::move(session), std::move(journal), folder, globals);
  const PhaseResult ending = exploration.say(*script, true);
  if (ending.kind != PhaseResult::finished) return ending.error;
  if (!ending.what.empty())
    return Error{"script", "the script returned " + ending.what + ", want plain data"};
  Showing showing;
  if (has_moments(ending.value)) showing.now = exploration.now();
  return Reply{value_text(ending.value, context.console.style(), showing), ending.value};
}

}  // namespace countersign
