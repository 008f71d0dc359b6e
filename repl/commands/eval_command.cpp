// eval: Lua that only reads, with nothing kept: of an account, of none, or of what a run recorded.
#include "interpreter/exploration.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/input.h"
#include "repl/replay/recorded_place.h"
#include "repl/views/console.h"
#include "repl/views/escape.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

Result<ScriptFile> chunk(const Arguments& typed) {
  if (!typed.code.empty()) return ScriptFile{"eval", "eval", typed.code};
  if (typed.file.empty())
    return Error{"usage", "eval: there is nothing to run", "give -e CODE, a FILE, or - for stdin"};
  const std::string text = TRY(read_input(typed.file));
  return ScriptFile{"eval", typed.file == "-" ? "stdin" : typed.file, text};
}

Result<Reply> said(CommandContext& context, Exploration& exploration, const ScriptFile& script) {
  const PhaseResult ending = exploration.say(script, true);
  if (ending.kind != PhaseResult::finished) return ending.error;
  if (!ending.what.empty())
    return Error{"script", "the script returned " + ending.what + ", want plain data"};
  Showing showing;
  if (has_moments(ending.value)) showing.now = exploration.now();
  return Reply{value_text(ending.value, context.console.style(), showing), ending.value};
}

Result<Reply> recorded(CommandContext& context, const ScriptFile& script) {
  Engine* engine = TRY(context.app.reading_engine(true));
  const std::unique_ptr<RecordedPlace> place =
      TRY(recorded_place(context.app, *engine, context.arguments.run, context.arguments.phase));
  const std::unique_ptr<Exploration> exploration = place->explore(*engine);
  return said(context, *exploration, script);
}

}  // namespace

Result<Reply> eval_command(CommandContext& context) {
  const ScriptFile script = TRY(chunk(context.arguments));
  const std::string& profile = context.arguments.profile;
  context.app.print = [&context](const std::string& text) {
    // With --json stdout is the value's alone.
    const std::string shown = visible(text, true) + "\n";
    if (context.arguments.json)
      context.console.progress(shown);
    else
      context.console.say(shown);
  };
  if (!context.arguments.run.empty()) return recorded(context, script);
  Engine* engine = TRY(context.app.reading_engine(!profile.empty()));
  std::unique_ptr<Journal> journal = Journal::in_memory();
  std::unique_ptr<Session> session;
  json globals = json::object();
  if (!profile.empty()) {
    std::unique_ptr<Session> opened = TRY(context.app.session(profile, *journal));
    session = std::move(opened);
    globals["profile"] = session->facts();
  }
  const std::size_t slash = script.chunk.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : script.chunk.substr(0, slash);
  Exploration exploration(*engine, std::move(session), std::move(journal), folder, globals);
  return said(context, exploration, script);
}

}  // namespace countersign
