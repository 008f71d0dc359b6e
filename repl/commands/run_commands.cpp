// run, resume, cancel: the commands that go on with a run.
#include <algorithm>
#include <chrono>
#include <thread>

#include "interpreter/clock.h"
#include "interpreter/run.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/parameters_file.h"
#include "repl/run_file.h"
#include "repl/runbook_file.h"
#include "repl/views/console.h"
#include "repl/views/plan_view.h"
#include "repl/views/progress_view.h"
#include "repl/views/run_view.h"
#include "repl/workbench.h"
#include "stdlib/rows.h"

namespace countersign {
namespace {

// A laptop sleeps through its timers, and simulated time jumps: waits are looked at again and
// again.
constexpr auto kLookAgain = std::chrono::seconds(20);
constexpr auto kLookAgainSimulated = std::chrono::milliseconds(500);

void listen(Desk& desk) {
  if (desk.arguments.events) {
    desk.workbench.event = [&desk](const Record& record) {
      desk.console.say_json_line(to_json(record));
    };
  } else {
    desk.workbench.event = [&desk, progress = Progress(desk.console.style_of_progress())](
                               const Record& record) mutable {
      desk.console.progress(progress.text(record));
    };
  }
  desk.workbench.print = [&desk](const std::string& text) { desk.console.progress(text + "\n"); };
}

// What a run came to: the plan first where it waits for a decision on it.
Reply answer(Desk& desk, const RunState& state, const Status& ended) {
  Reply reply;
  reply.value = summary(state);
  // Why it ended now; what the run recorded may be of an earlier time.
  if (!ended) reply.value["error"] = to_json(ended.error());
  reply.code = ended ? exit_code(state.status, state.error ? &*state.error : nullptr)
                     : exit_code(ended.error());
  if (desk.arguments.events) {
    desk.console.say_json_line(reply.value);
    reply.exact = true;
    return reply;
  }
  const Style style = desk.console.style();
  RunState shown = state;
  if (!ended) shown.error = ended.error();
  // The plan ends with what to type.
  const bool decides = state.status == "awaiting_decision" && state.answers.empty() && ended;
  reply.text = decides ? plan_text(state, standard_catalogue(), style) : stop_text(shown, style);
  return reply;
}

// Through a declared wait. The run is let go of meanwhile: a wait of a day must not keep others
// from looking after it.
void wait_for(const RunState& state) {
  const bool simulated = state.started["endpoint"].value("simulated", false);
  const Time until = summary(state)["waiting_for"].value("until_unix", Time{0});
  const auto left = std::chrono::seconds(std::max<Time>(0, until - system_now()));
  if (simulated)
    std::this_thread::sleep_for(kLookAgainSimulated);
  else
    std::this_thread::sleep_for(
        std::clamp<std::chrono::seconds>(left, std::chrono::seconds(1), kLookAgain));
}

Result<Reply> go(Desk& desk, Engine& engine, std::unique_ptr<Run> run) {
  for (;;) {
    const Status ended = run->advance();
    const RunState state = run->state();
    if (!ended || state.status != "awaiting_time" || !desk.arguments.wait)
      return answer(desk, state, ended);
    run.reset();
    wait_for(state);
    Result<std::unique_ptr<Run>> again = Run::open(engine, state.id());
    if (!again) return again.error();
    run = std::move(*again);
  }
}

}  // namespace

Result<Reply> run_command(Desk& desk) {
  const Arguments& typed = desk.arguments;
  const Result<RunbookFile> file = find_runbook(typed.runbook);
  if (!file) return file.error();
  const Result<json> parameters = read_parameters(typed.parameter_file, typed.parameters);
  if (!parameters) return parameters.error();
  listen(desk);
  const Result<Engine*> engine = desk.workbench.engine(typed.principal);
  if (!engine) return engine.error();
  const Result<const Configuration*> config = desk.workbench.configuration();
  const std::string principal =
      typed.principal.empty() ? (*config)->user.principal : typed.principal;
  Result<std::unique_ptr<Run>> run =
      Run::start(**engine, {file->script, file->folder, *parameters, typed.profile, principal});
  if (!run) return run.error();
  return go(desk, **engine, std::move(*run));
}

Result<Reply> resume_command(Desk& desk) {
  const Result<Home*> home = desk.workbench.home();
  if (!home) return home.error();
  // Who asked at the start asks for what is planned later too.
  const Result<RunFile> file = read_run(**home, desk.arguments.run);
  if (!file) return file.error();
  const RunState& state = file->state;
  if (is_final(state.status)) return answer(desk, state, Done{});
  listen(desk);
  const Result<Engine*> engine = desk.workbench.engine(state.started.value("principal", ""));
  if (!engine) return engine.error();
  Result<std::unique_ptr<Run>> run = Run::open(**engine, state.id());
  if (!run) return run.error();
  return go(desk, **engine, std::move(*run));
}

Result<Reply> cancel_command(Desk& desk) {
  const Result<Engine*> engine = desk.workbench.engine("");
  if (!engine) return engine.error();
  Result<std::unique_ptr<Run>> run = Run::open(**engine, desk.arguments.run);
  if (!run) return run.error();
  if (const Status ended = (*run)->cancel(desk.arguments.reason); !ended) return ended.error();
  Reply reply;
  reply.value = summary((*run)->state());
  reply.text = stop_text((*run)->state(), desk.console.style());
  return reply;
}

}  // namespace countersign
