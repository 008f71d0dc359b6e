// new scenario --from-run: what a run was answered becomes a test of its script.
#include "repl/commands/new_scenario.h"

#include <algorithm>
#include <filesystem>

#include "approvals/text_file.h"
#include "interpreter/clock.h"
#include "repl/app_context.h"
#include "repl/conversation/cassette.h"
#include "repl/replay/cassette_file.h"
#include "repl/replay/replacement.h"
#include "repl/replay/scenario_text.h"
#include "repl/run_file.h"
#include "repl/views/console.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 60 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// Of the runbook and the run, where none was given: "troubleshoot-20261120-a1b2c3".
std::string name_of(const Arguments& typed, const RecordedRun& run) {
  if (!typed.name.empty()) return typed.name;
  const std::string runbook = run.started["runbook"].value("name", "run");
  return fs::path(runbook).filename().string() + "-" + run.started.value("run", "");
}

// As the scenario file names the script: a file by its way from there, else by its name.
std::string script_from(const fs::path& folder, const RecordedRun& run,
                        const std::vector<Replacement>& replacements) {
  const json& runbook = run.started["runbook"];
  fs::path file = runbook.value("path", runbook.value("chunk", ""));
  for (const Replacement& one : replacements)
    if (one.module.empty()) file = one.file;
  std::error_code bad;
  if (!fs::is_regular_file(file, bad)) return runbook.value("name", "");
  const fs::path way =
      fs::weakly_canonical(file, bad).lexically_relative(fs::weakly_canonical(folder, bad));
  return bad || way.empty() ? file.string() : way.string();
}

}  // namespace

Result<Reply> new_scenario(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (typed.run.empty())
    return Error{"usage", "new scenario: which run is it made from?",
                 "countersign new scenario --from-run RUN; `new symptom` and `new runbook` write "
                 "one for a world"};
  Home* home = TRY(context.app.home());
  const RunFile file = TRY(read_run(*home, typed.run));
  const RecordedRun run = TRY(recorded_run(*file.journal, standard_catalogue()));
  const std::string name = name_of(typed, run);
  if (!is_name(name))
    return Error{"usage", "\"" + name + "\" is not a name for a scenario",
                 "lower-case letters, digits, - and _, a letter first, at most 60"};
  std::vector<Replacement> replacements;
  for (const std::string& one : typed.files) {
    Replacement made = TRY(replacement(run, one));
    replacements.push_back(std::move(made));
  }
  const fs::path folder = typed.folder.empty() ? "." : typed.folder;
  const std::string tape = (folder / (name + ".cassette.json")).lexically_normal().string();
  const std::string test = (folder / (name + "_test.lua")).lexically_normal().string();
  std::error_code bad;
  for (const std::string& one : {tape, test})
    if (fs::exists(fs::symlink_status(one, bad)))
      return Error{"usage", "\"" + one + "\" is there already, and nothing was written",
                   "take another name, or another folder with --to DIR"};
  Engine* engine = TRY(context.app.reading_engine(true));
  const WalkOptions own = TRY(with_replacements(run, {}));
  const WalkedRun walked = TRY(walk(*engine, run, *run.scripts, own));
  if (walked.answered.empty())
    return Error{"usage", "the run " + file.state.id() + " was answered nothing to play again",
                 "it ended before it read anything"};
  const WalkOptions mended = TRY(with_replacements(run, replacements));
  const WalkedRun wanted =
      replacements.empty() ? walked : TRY(walk(*engine, run, *run.scripts, mended));
  fs::create_directories(folder, bad);
  if (bad || !fs::is_directory(folder, bad))
    return Error{"usage", "the folder \"" + folder.string() + "\" cannot be made" +
                              (bad ? ": " + bad.message() : "")};
  const std::string when = iso_time(file.state.started_at);
  const json cassette = cassette_of(run, walked, when, typed.redact);
  // It holds whom a client called: it is for its owner until that one says otherwise.
  TRY(write_new_file(tape, cassette.dump(1, ' ', false, json::error_handler_t::replace) + "\n"));
  TRY(create_file(test,
                  recorded_scenario_text(script_from(folder, run, replacements),
                                         fs::path(tape).filename().string(),
                                         "as the run " + file.state.id() + " met it", wanted)));
  Page page(context.console.style());
  page.line(0, {{tape, Tone::strong},
                {": what the run was answered, " + std::to_string(walked.answered.size()) +
                 " answers; secrets are redacted" +
                 (typed.redact ? ", and telephone numbers and e-mail addresses" : "")}});
  page.line(
      0, {{test, Tone::strong},
          {replacements.empty() ? ": a scenario that expects what the run came to"
                                : ": a scenario that expects what the changed script comes to"}});
  page.blank();
  page.command(0, "countersign test " + test, "offline");
  return Reply{page.text(),
               {{"kind", "scenario"},
                {"run", file.state.id()},
                {"cassette", tape},
                {"scenarios", test},
                {"answers", walked.answered.size()}}};
}

}  // namespace countersign
