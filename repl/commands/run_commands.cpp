// run, resume, cancel: the commands that go on with a run.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "interpreter/clock.h"
#include "interpreter/closing.h"
#include "interpreter/parameters.h"
#include "interpreter/run.h"
#include "repl/app_context.h"
#include "repl/blockers_now.h"
#include "repl/break_off.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/lineage.h"
#include "repl/parameter_questions.h"
#include "repl/parameters_file.h"
#include "repl/playbook_age.h"
#include "repl/run_file.h"
#include "repl/runbook_file.h"
#include "repl/trust_standing.h"
#include "repl/views/console.h"
#include "repl/views/error_view.h"
#include "repl/views/plan_view.h"
#include "repl/views/progress_view.h"
#include "repl/views/run_view.h"
#include "repl/zone_here.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace {

// How often is looked: a laptop sleeps through its timers, simulated time jumps, and somebody may
// answer the run meanwhile.
constexpr auto kLook = std::chrono::milliseconds(100);

constexpr int kSignalled = 128;  // as a shell says it of a program that a signal ended

void listen(CommandContext& context, BreakOff& break_off) {
  show_zone(context);
  if (context.arguments.events) {
    context.app.event = [&](const Record& record) {
      break_off.follow(record);
      context.console.say_json_line(to_json(record));
    };
  } else {
    context.app.event = [&,
                         progress = Progress(context.console.style_of_progress(),
                                             standard_catalogue())](const Record& record) mutable {
      break_off.follow(record);
      context.console.progress(progress.text(record));
    };
  }
  context.app.print = [&context](const std::string& text) {
    context.console.progress(text + "\n");
  };
}

// What is different from what was approved and planned before; nothing where that cannot be read.
Lineage lineage_here(CommandContext& context, const RunState& state) {
  const Result<Home*> home = context.app.home();
  if (!home) return {};
  const Result<RunFile> file = read_run(**home, state.id());
  return file ? lineage_of(**home, *file) : Lineage();
}

// What a run came to: the plan first where it waits for a decision on it.
Reply answer(CommandContext& context, const RunState& state, const Status& ended) {
  Reply reply;
  const Blockers now = blockers_now(context, state);
  reply.value = run_json(state, now);
  // Why it ended now; what the run recorded may be of an earlier time.
  if (!ended) reply.value["error"] = error_json(with_way(state, ended.error()));
  reply.code = ended ? exit_code(state.status, state.error ? &*state.error : nullptr)
                     : exit_code(ended.error());
  if (context.arguments.events) {
    context.console.say_json_line(reply.value);
    reply.exact = true;
    return reply;
  }
  const Style style = context.console.style();
  RunState shown = state;
  if (!ended) shown.error = with_way(state, ended.error());
  // The plan ends with what to type.
  const bool decides =
      state.status == RunStatus::awaiting_decision && state.answers.empty() && ended;
  PlanLook look;
  look.standing = now;
  if (decides) look.since = lineage_here(context, state);
  reply.text =
      decides ? plan_text(state, standard_catalogue(), style, look) : stop_text(shown, style, now);
  return reply;
}

// When the run's file was last written: by an answer of somebody else.
std::pair<timespec, timespec> last_written(const std::string& path) {
  struct stat file {
  }, log{};
  (void)stat(path.c_str(), &file);
  (void)stat((path + "-wal").c_str(), &log);
  return {file.st_mtim, log.st_mtim};
}

bool differ(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec || a.tv_nsec != b.tv_nsec;
}

// Through a declared wait, to its end or to an answer of somebody. The run is let go of meanwhile:
// a wait of a day must not keep others from looking after it.
void wait_for(CommandContext& context, const Engine& engine, const RunState& state) {
  const json waits = summary(state)["waiting_for"];
  Time until = waits.value("until_unix", Time{0});
  // What may end it early is looked at in between.
  if (const Time look = waits.value("next_look_unix", Time{0}); look > 0)
    until = std::min(until, look);
  const bool simulated = state.started["endpoint"].value("simulated", false);
  std::unique_ptr<Journal> scratch = Journal::in_memory();
  Result<std::unique_ptr<Session>> session =
      simulated ? context.app.session(state.started["profile"]["name"], *scratch)
                : Result<std::unique_ptr<Session>>(Error{});
  const std::string path = engine.home.run_path(state.id());
  const auto before = last_written(path);
  for (;;) {
    const Result<Time> now = session ? (*session)->now() : Result<Time>(context.app.clock().now());
    if (!now || *now >= until) return;
    context.app.clock().sleep(kLook);
    const auto written = last_written(path);
    if (differ(written.first, before.first) || differ(written.second, before.second)) return;
  }
}

// Nothing is refused for it: an old playbook is better than none at night.
void warn_of_stale_playbooks(CommandContext& context, const json& described) {
  Page page(context.console.style_of_progress());
  for (const std::string& stale :
       stale_playbooks(described, context.app.clock().now(), verified_within(context.app)))
    page.line(0, {{"countersign: ", Tone::warning}, {stale}});
  context.console.warn(page.text());
}

// Whoever answered holds the run for a moment longer.
Result<std::unique_ptr<Run>> open_again(Engine& engine, const std::string& id) {
  for (int attempt = 0;; ++attempt) {
    Result<std::unique_ptr<Run>> run = Run::open(engine, id);
    if (run || run.error().kind != "refused" || attempt == 50) return run;
    engine.clock.sleep(kLook);
  }
}

// Who asks for something at this desk.
Result<std::string> asking(CommandContext& context) {
  if (!context.arguments.principal.empty()) return context.arguments.principal;
  const Configuration* config = TRY(context.app.configuration());
  return config->user.principal;
}

// The run's own way on, where one was named.
Status open_again_at(CommandContext& context, Run& run) {
  const Arguments& typed = context.arguments;
  if (!typed.look_again && !typed.replan && typed.take_over.empty()) return Done{};
  const std::string by = TRY(asking(context));
  if (!typed.take_over.empty()) return run.take_over(typed.take_over, by);
  return run.reopen(typed.replan ? Way::replan : Way::look_again, by);
}

Result<Reply> go(CommandContext& context, Engine& engine, BreakOff& break_off,
                 std::unique_ptr<Run> run) {
  for (;;) {
    break_off.of_run(run->state().id());
    const Status ended = run->advance();
    const RunState state = run->state();
    if (!ended || state.status != RunStatus::awaiting_time || !context.arguments.wait)
      return answer(context, state, ended);
    run.reset();
    break_off.waits(moment(summary(state)["waiting_for"].value("until", ""),
                           context.console.style_of_progress()));
    wait_for(context, engine, state);
    std::unique_ptr<Run> again = TRY(open_again(engine, state.id()));
    run = std::move(again);
  }
}

}  // namespace

Result<Reply> run_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  const RunbookFile file = TRY(find_runbook(typed.runbook));
  std::vector<std::string> pairs = typed.parameters;
  if (!typed.call.empty()) pairs.push_back("call=" + typed.call);
  json parameters = TRY(read_parameters(typed.parameter_file, pairs));
  // Before the questions: to describe the runbook an engine is made, which says what happens there.
  BreakOff break_off(context);
  listen(context, break_off);
  TRY(trust_stands(context));
  Answers answers = TRY(ask_for_parameters(context, file, std::move(parameters)));
  if (answers.signal != 0) {
    context.console.warn("countersign: nothing was started\n");
    return Reply{"", json(), kSignalled + answers.signal};
  }
  Engine* engine = TRY(context.app.engine(typed.principal));
  const std::string principal = TRY(asking(context));
  std::unique_ptr<Run> run = TRY(Run::start(
      *engine, {file.script, file.folder, answers.parameters, typed.profile, principal}));
  warn_of_stale_playbooks(context, run->state().head());
  if (const Status opened = open_again_at(context, *run); !opened) {
    (void)(run)->cancel("it was to take over: " + opened.error().message);
    return opened.error();
  }
  return go(context, *engine, break_off, std::move(run));
}

Result<Reply> resume_command(CommandContext& context) {
  if (context.arguments.all_due) return resume_all_due(context);
  if (context.arguments.run.empty())
    return Error{"usage", "resume: run is required", "`countersign resume --help` shows its use"};
  Home* home = TRY(context.app.home());
  const RunFile file = TRY(read_run(*home, context.arguments.run));
  const RunState& state = file.state;
  const Arguments& typed = context.arguments;
  const bool named = typed.look_again || typed.replan || !typed.take_over.empty();
  if (is_final(state.status) && !named &&
      !is_left_open(state, file.journal->records(), *file.journal))
    return answer(context, state, Done{});
  BreakOff break_off(context);
  break_off.of_run(state.id());
  listen(context, break_off);
  TRY(trust_stands(context));
  // Who asked at the start asks for what is planned later too, unless somebody else takes the run
  // over: from then on the requests are theirs, and signed by them.
  Engine* engine = TRY(context.app.engine(
      typed.principal.empty() ? state.started.value("principal", "") : typed.principal));
  std::unique_ptr<Run> run = TRY(Run::open(*engine, state.id()));
  TRY(open_again_at(context, *run));
  return go(context, *engine, break_off, std::move(run));
}

namespace {

// The parameters as they were given, secrets by their references.
json given_to(const RunState& state) {
  json given = state.started.value("parameters", json::object());
  const json secrets = state.started.value("secrets", json::object());
  for (const auto& [name, reference] : secrets.items()) given[name] = reference;
  for (auto one = given.begin(); one != given.end();)
    one = one->is_null() ? given.erase(one) : std::next(one);
  return given;
}

// What can be said before there is a run of its own.
Status can_be_undone(Home& home, const RunState& state) {
  const std::string id = state.id(), successor = TRY(home.successor(id));
  if (!successor.empty())
    return Error{"usage",
                 "the run " + successor + " goes on with what " + id + " did, or undoes it",
                 "countersign show " + successor + " says how far that is"};
  if (!is_final(state.status))
    return Error{"usage",
                 "the run " + id + " has not ended: it is " + std::string(to_string(state.status)),
                 "go on with it (countersign resume " + id +
                     "), or end it first: countersign cancel " + id + " --reason TEXT"};
  if (state.confirmed.empty())
    return Error{"usage", "the run " + id + " changed nothing, so there is nothing to undo"};
  return Done{};
}

}  // namespace

// A run of its own that does nothing but put back what a finished one changed.
Result<Reply> undo_command(CommandContext& context) {
  Home* home = TRY(context.app.home());
  const RunFile undone = TRY(read_run(*home, context.arguments.run));
  const RunState& state = undone.state;
  TRY(can_be_undone(*home, state));
  const RunbookFile file = TRY(find_runbook(state.started["runbook"].value("path", "")));
  BreakOff break_off(context);
  listen(context, break_off);
  TRY(trust_stands(context));
  Engine* engine = TRY(context.app.engine(context.arguments.principal));
  const std::string principal = TRY(asking(context));
  const json declared = state.head().value("parameters", json::object());
  std::unique_ptr<Run> run = TRY(Run::start(
      *engine, {file.script, file.folder, given_to(state),
                profile_parameter(declared).empty() ? state.started["profile"].value("name", "")
                                                    : std::string(),
                principal}));
  if (const Status begun = run->undo(state.id(), principal); !begun) {
    (void)run->cancel("it was to undo " + state.id() + ": " + begun.error().message);
    return begun.error();
  }
  return go(context, *engine, break_off, std::move(run));
}

Result<Reply> cancel_command(CommandContext& context) {
  Engine* engine = TRY(context.app.engine(""));
  std::unique_ptr<Run> run = TRY(Run::open(*engine, context.arguments.run));
  TRY(run->cancel(context.arguments.reason));
  Reply reply;
  reply.value = run_json(run->state());
  reply.text = stop_text(run->state(), context.console.style());
  return reply;
}

}  // namespace countersign
