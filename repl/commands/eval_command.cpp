// eval: Lua that only reads, with nothing kept.
#include <fstream>
#include <iterator>
#include <sstream>

#include "interpreter/walk.h"
#include "repl/commands/commands.h"
#include "repl/input.h"
#include "repl/views/console.h"
#include "repl/views/value_view.h"
#include "repl/workbench.h"

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

Result<Reply> eval_command(Desk& desk) {
  const Result<ScriptFile> script = chunk(desk.arguments);
  if (!script) return script.error();
  const std::string& profile = desk.arguments.profile;
  desk.workbench.print = [&desk](const std::string& text) {
    // With --json stdout is the value's alone.
    if (desk.arguments.json)
      desk.console.progress(text + "\n");
    else
      desk.console.say(text + "\n");
  };
  const Result<Engine*> engine = desk.workbench.reading_engine(!profile.empty());
  if (!engine) return engine.error();
  Ledger ledger(Journal::in_memory(), RunState{}, {});
  std::unique_ptr<Session> session;
  if (!profile.empty()) {
    Result<std::unique_ptr<Session>> opened = desk.workbench.session(profile, ledger.journal());
    if (!opened) return opened.error();
    session = std::move(*opened);
    ledger.set_vault(&session->vault());
  }
  Standing standing;
  standing.stage = Stage::explore;
  const std::size_t slash = script->chunk.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : script->chunk.substr(0, slash);
  Walk walk(**engine, session.get(), ledger, standing, folder);
  const Ending ending = walk.run(*script, {{"kind", "eval"}}, "eval");
  if (ending.kind != Ending::finished) return ending.error;
  return Reply{value_text(ending.value, desk.console.style()), ending.value};
}

}  // namespace countersign
