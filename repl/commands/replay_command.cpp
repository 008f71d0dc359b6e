// replay: a recorded run walked with a changed script, and what that would have found otherwise.
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/replay/replacement.h"
#include "repl/run_file.h"
#include "repl/views/console.h"
#include "repl/views/escape.h"
#include "repl/views/replay_view.h"
#include "stdlib/catalogue.h"

namespace countersign {

Result<Reply> replay_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  Home* home = TRY(context.app.home());
  const RunFile file = TRY(read_run(*home, typed.run));
  const RecordedRun run = TRY(recorded_run(*file.journal, standard_catalogue()));
  std::vector<Replacement> replacements;
  for (const std::string& named : typed.files) {
    Replacement one = TRY(replacement(run, named));
    replacements.push_back(std::move(one));
  }
  const WalkOptions before = TRY(with_replacements(run, {}));
  const WalkOptions after = TRY(with_replacements(run, replacements));
  Engine* engine = TRY(context.app.reading_engine(true));
  // What the recorded script prints was printed then.
  const WalkedRun then = TRY(walk(*engine, run, *run.scripts, before));
  engine->print = [&context](const std::string& text) {
    context.console.progress(visible(text, true) + "\n");
  };
  const WalkedRun now = TRY(walk(*engine, run, *run.scripts, after));
  const WalkDifference difference = compare_walks(then, now);
  ReplayShown shown{run, then, now, difference, {}};
  for (const Replacement& one : replacements)
    shown.replaced.emplace_back(one.file,
                                one.module.empty() ? "the runbook" : "the module " + one.module);
  const bool same = difference.same() && now.unanswered.empty();
  return Reply{replay_text(shown, context.console.style()), replay_json(shown),
               same ? kDone : kCheckFailed};
}

}  // namespace countersign
