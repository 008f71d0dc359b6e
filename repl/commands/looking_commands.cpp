// plan, show, runs: what there is, without a lock and without the network.
#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "interpreter/run.h"
#include "interpreter/run_index.h"
#include "repl/app_context.h"
#include "repl/blockers_now.h"
#include "repl/commands/commands.h"
#include "repl/run_file.h"
#include "repl/trust_standing.h"
#include "repl/views/console.h"
#include "repl/views/plan_view.h"
#include "repl/views/run_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace {

Result<RunFile> wanted(CommandContext& context) {
  Home* home = TRY(context.app.home());
  return read_run(*home, context.arguments.run);
}

}  // namespace

Result<Reply> plan_command(CommandContext& context) {
  const RunFile file = TRY(wanted(context));
  if (!is_final(file.state.status)) TRY(trust_stands(context));
  const Blockers now = blockers_now(context, file.state);
  PlanLook look;
  look.full = context.arguments.full;
  look.standing = now;
  return Reply{plan_text(file.state, standard_catalogue(), context.console.style(), look),
               plan_value(file.state, standard_catalogue(), now, look.full)};
}

Result<Reply> show_command(CommandContext& context) {
  const RunFile file = TRY(wanted(context));
  return Reply{run_text(file.state, standard_catalogue(), context.console.style(),
                        blockers_now(context, file.state)),
               run_json(file.state)};
}

Result<Reply> runs_command(CommandContext& context) {
  const std::vector<std::string> statuses = shown_statuses();
  const std::string& status = context.arguments.status;
  if (!status.empty() && std::find(statuses.begin(), statuses.end(), status) == statuses.end()) {
    std::string all;
    for (const std::string& one : statuses) all += (all.empty() ? "" : ", ") + one;
    return Error{"usage", "there is no status \"" + status + "\"",
                 did_you_mean(status, statuses, "there are: " + all)};
  }
  Home* home = TRY(context.app.home());
  std::vector<json> all = TRY(complete_index(*home));
  std::vector<json> runs;
  for (json& run : all) {
    // Whether one that is under way was approved and left is in its file only.
    if (run.value("status", "") == to_string(RunStatus::running))
      if (const Result<RunFile> file = read_run(*home, run.value("run", "")))
        run["status"] = status_of(file->state);
    if (!status.empty() && run.value("status", "") != status) continue;
    if (!context.arguments.profile.empty() && run.value("profile", "") != context.arguments.profile)
      continue;
    runs.push_back(std::move(run));
  }
  Reply reply{runs_text(runs, context.console.style()), json::array()};
  for (json& run : runs) reply.value.push_back(std::move(run));
  return reply;
}

}  // namespace countersign
