// resume --all-due: what a timer calls. It answers nothing for anybody: a run goes on only where
// all that it waited for has come, by itself or by a person's signed answer.
//
// A run goes on where
//   its wait is over, or the moment to look whether it may end early has come;
//   it was approved, and nobody has resumed it since;
//   the last answer that a wait was for has been taken in;
//   it was halted, and nothing blocks changes any more: it goes on under the same decision.
// All others stay: a run that waits for somebody, that was interrupted or settled, that drifted,
// failed or is in doubt is for a person to look at (`due` lists them).
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "interpreter/run.h"
#include "interpreter/subject.h"
#include "repl/app_context.h"
#include "repl/blockers_now.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/run_clock.h"
#include "repl/run_file.h"
#include "repl/trust_standing.h"
#include "repl/views/console.h"
#include "repl/views/run_view.h"

namespace countersign {
namespace {

struct DueRun {
  std::string id, runbook, profile;
  std::string why;      // "time", "approved", "answered", "halted"
  std::string outcome;  // "went on", "blocked", "busy", "failed"
  std::string status;   // where it stands now
  int code = 0;
  std::optional<Error> error;
};

// In the order in which they are worse than one another. What a run waits for next, and its end,
// are no failures.
constexpr int kFailures[] = {kInDoubt, kDrifted, kRefused, kCheckFailed, kUsage};

// Whether the wait that the run stands at has been answered by everybody it was for.
bool is_answered(const RunState& state) {
  const json* next = state.next_phase();
  return next != nullptr && state.status == RunStatus::running && !state.halted &&
         phase_kind(*next) == PhaseKind::wait && next->value("attested", json()).is_array() &&
         state.waits.count(next->at("name").get<std::string>()) != 0 &&
         !wait_unanswered(state, *next);
}

// Why it can go on; empty: it does not, or not yet.
std::string due_for(const RunState& state, Time now) {
  if (is_final(state.status)) return "";
  if (state.halted) return "halted";
  if (status_of(state) == "approved") return "approved";
  if (is_answered(state)) return "answered";
  if (state.status != RunStatus::awaiting_time) return "";
  const json waits = summary(state)["waiting_for"];
  if (!waits.is_object() || waits.value("kind", "") != "time") return "";
  Time until = waits.value("until_unix", Time{0});
  if (const Time look = waits.value("next_look_unix", Time{0}); look > 0)
    until = std::min(until, look);
  return now >= until ? "time" : "";
}

// In a context of its own: who asks, and whose secrets are known, is each run's own matter.
void go_on(CommandContext& context, const RunState& state, DueRun& due) {
  Arguments typed = context.arguments;
  typed.all_due = false;
  typed.run = due.id;
  typed.json = true;  // nobody reads the page of one among many
  AppContext app(typed, context.app.clock());
  CommandContext own{typed, app, context.console};
  if (due.why == "approved" || due.why == "halted")
    if (const Blockers now = blockers_now(own, state); !now.blocking.empty()) {
      due.outcome = "blocked";
      due.error = now.blocking.front();
      return;
    }
  const Result<Reply> reply = resume_command(own);
  due.outcome = "went on";
  due.code = reply ? reply->code : exit_code(reply.error());
  if (reply) {
    due.status = reply->value.value("status", due.status);
    if (const json& error = reply->value["error"]; error.is_object())
      due.error =
          Error{error.value("kind", ""), error.value("message", ""), error.value("hint", "")};
  } else {
    due.error = reply.error();
  }
  if (std::find(std::begin(kFailures), std::end(kFailures), due.code) != std::end(kFailures))
    due.outcome = "failed";
}

json to_json(const DueRun& one) {
  return {{"run", one.id},
          {"runbook", one.runbook.empty() ? json() : json(one.runbook)},
          {"profile", one.profile.empty() ? json() : json(one.profile)},
          {"why", one.why.empty() ? json() : json(one.why)},
          {"outcome", one.outcome},
          {"status", one.status.empty() ? json() : json(one.status)},
          {"code", one.code},
          {"error", one.error ? countersign::to_json(*one.error) : json()}};
}

std::string text_of(const std::vector<DueRun>& runs, const Style& style) {
  Page page(style);
  for (const DueRun& one : runs) {
    const Tone tone = one.outcome == "failed"    ? Tone::bad
                      : one.outcome == "went on" ? Tone::good
                                                 : Tone::warning;
    Spans spans = {
        {one.id, Tone::strong},
        {"  " + one.runbook + (one.profile.empty() ? "" : " (" + one.profile + ")") + "  "},
        {one.outcome, tone}};
    if (!one.status.empty()) spans.push_back(": " + one.status);
    if (one.error && one.outcome != "went on") {
      const std::string& message = one.error->message;
      spans.push_back(": " + message.substr(0, message.find('\n')));
    }
    page.unbroken(0, spans);
  }
  if (runs.empty()) page.line(0, {{"No run can go on by itself."}});
  return page.text();
}

int worst(const std::vector<DueRun>& runs) {
  for (const int code : kFailures)
    for (const DueRun& one : runs)
      if (one.outcome == "failed" && one.code == code) return code;
  return kDone;
}

}  // namespace

Result<Reply> resume_all_due(CommandContext& context) {
  Home* home = TRY(context.app.home());
  RunClock clock(context.app);
  std::vector<DueRun> runs;
  bool looked = false;
  for (const std::string& id : home->run_ids()) {
    DueRun due{.id = id};
    const Result<RunFile> file = read_run(*home, id);
    if (!file) {
      // One damaged file must not keep the others from going on.
      due.outcome = "failed";
      due.error = file.error();
      due.code = exit_code(file.error());
      runs.push_back(std::move(due));
      continue;
    }
    const RunState& state = file->state;
    due.why = due_for(state, is_final(state.status) ? Time{0} : clock.now(state));
    if (due.why.empty()) continue;
    due.runbook = state.started["runbook"].value("name", "");
    due.profile = state.started["profile"].value("name", "");
    due.status = status_of(state);
    if (!std::exchange(looked, true)) TRY(trust_stands(context));
    // Whoever holds it works on it.
    if (!home->lock_run(id))
      due.outcome = "busy";
    else
      go_on(context, state, due);
    runs.push_back(std::move(due));
  }
  Reply reply{text_of(runs, context.console.style()), json::array(), worst(runs)};
  for (const DueRun& one : runs) reply.value.push_back(to_json(one));
  return reply;
}

}  // namespace countersign
