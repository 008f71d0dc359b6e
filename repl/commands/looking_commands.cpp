// plan, show, runs: what there is, without a lock and without the network.
#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "interpreter/run.h"
#include "interpreter/run_index.h"
#include "interpreter/times.h"
#include "repl/app_context.h"
#include "repl/blockers_now.h"
#include "repl/commands/commands.h"
#include "repl/lineage.h"
#include "repl/run_file.h"
#include "repl/trust_standing.h"
#include "repl/views/console.h"
#include "repl/views/plan_view.h"
#include "repl/views/run_view.h"
#include "repl/zone_here.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace {

// --since: a moment, a day, or how long ago; 0: not said.
Result<Time> since_when(CommandContext& context) {
  const std::string& text = context.arguments.since;
  if (text.empty()) return Time{0};
  if (const auto moment = parse_time(text)) return *moment;
  if (const auto ago = parse_duration(text)) return context.app.clock().now() - *ago;
  return Error{"usage", "--since: \"" + text + "\" is no time",
               "write a moment (2026-11-20T12:00:00Z), a day (2026-11-20) or a duration (7d)"};
}

Result<RunFile> wanted(CommandContext& context) {
  Home* home = TRY(context.app.home());
  return read_run(*home, context.arguments.run);
}

}  // namespace

Result<Reply> plan_command(CommandContext& context) {
  show_zone(context);
  const RunFile file = TRY(wanted(context));
  if (!is_final(file.state.status)) TRY(trust_stands(context));
  const Blockers now = blockers_now(context, file.state);
  Home* home = TRY(context.app.home());
  PlanLook look;
  look.full = context.arguments.full;
  look.standing = now;
  look.since = lineage_of(*home, file);
  return Reply{plan_text(file.state, standard_catalogue(), context.console.style(), look),
               plan_value(file.state, standard_catalogue(), look)};
}

Result<Reply> show_command(CommandContext& context) {
  show_zone(context);
  const RunFile file = TRY(wanted(context));
  const Blockers now = blockers_now(context, file.state);
  return Reply{run_text(file.state, standard_catalogue(), context.console.style(), now),
               run_json(file.state, now)};
}

Result<Reply> runs_command(CommandContext& context) {
  show_zone(context);
  const std::vector<std::string> statuses = shown_statuses();
  const std::string& status = context.arguments.status;
  if (!status.empty() && std::find(statuses.begin(), statuses.end(), status) == statuses.end()) {
    std::string all;
    for (const std::string& one : statuses) all += (all.empty() ? "" : ", ") + one;
    return Error{"usage", "there is no status \"" + status + "\"",
                 did_you_mean(status, statuses, "there are: " + all)};
  }
  const Arguments& typed = context.arguments;
  const Time since = TRY(since_when(context));
  Home* home = TRY(context.app.home());
  std::vector<json> all = TRY(complete_index(*home));
  // One that is not configured any more may have runs all the same.
  const bool has_runs = std::any_of(all.begin(), all.end(), [&](const json& run) {
    return run.value("profile", "") == typed.profile;
  });
  if (!typed.profile.empty() && !has_runs) TRY(context.app.profile(typed.profile));
  RunsLook look;
  look.filtered = !status.empty() || !typed.profile.empty() || !typed.runbook.empty() || since > 0;
  std::vector<json> runs;
  for (json& run : all) {
    // Whether one that is under way was approved and left is in its file only.
    if (run.value("status", "") == to_string(RunStatus::running))
      if (const Result<RunFile> file = read_run(*home, run.value("run", "")))
        run["status"] = status_of(file->state);
    if (!status.empty() && run.value("status", "") != status) continue;
    if (!typed.profile.empty() && run.value("profile", "") != typed.profile) continue;
    if (!typed.runbook.empty() && run.value("runbook", "") != typed.runbook) continue;
    if (since > 0 && parse_iso_time(run.value("updated", "")).value_or(0) < since) continue;
    if (typed.limit > 0 && runs.size() >= static_cast<std::size_t>(typed.limit)) {
      ++look.left_out;
      continue;
    }
    // Noted by an earlier version, which did not say what it is about.
    if (!run.contains("about"))
      if (const Result<RunFile> file = read_run(*home, run.value("run", "")))
        run.update(run_json(file->state));
    runs.push_back(std::move(run));
  }
  Reply reply{runs_text(runs, context.console.style(), look), json::array()};
  for (json& run : runs) reply.value.push_back(std::move(run));
  return reply;
}

}  // namespace countersign
