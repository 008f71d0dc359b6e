#include "interpreter/recorded_walk.h"

#include "interpreter/placeholder.h"
#include "interpreter/utf8.h"

namespace countersign {
namespace {

constexpr std::size_t kShown = 160;

bool reads(Stage stage) {
  return stage == Stage::read || stage == Stage::explore || stage == Stage::draft;
}

}  // namespace

RecordedWalk::RecordedWalk(Recording& recording, Engine& engine, RecordedSession* session,
                           Ledger& ledger, PhaseContext standing, std::string folder)
    : PhaseExecution(engine, session, ledger, std::move(standing), std::move(folder)),
      recording_(recording),
      catalogue_(engine.catalogue),
      recorded_session_(session) {}

CallOutcome RecordedWalk::serve(const HostCall& call) {
  const Stage stage = standing().stage;
  if (standing().replaying) return PhaseExecution::serve(call);
  if (call.name == "run.now" && reads(stage)) {
    // Where the clock was not asked then, it is the moment of what was asked last.
    if (const auto then = recording_.answers.next(call.name, call.arguments);
        then && *then && (*then)->is_number_integer())
      recorded_session_->set_now((*then)->get<Time>());
    recording_.answered.push_back(
        {standing().phase, call.name, call.where, call.arguments, json(recorded_session_->time())});
  }
  const Row* row = catalogue_.find(call.name);
  if (row != nullptr && row->effect != Effect::read && stage == Stage::plan)
    return intend(call, *row);
  CallOutcome served = PhaseExecution::serve(call);
  if (row == nullptr || !served.job) return served;
  if (recording_.computed && recording_.computed(call.name)) return served;
  served.job = [answer = recorded(call)] { return answer; };
  return served;
}

// Called where the script asks, and not where the job runs: in the order of the calls.
Result<json> RecordedWalk::recorded(const HostCall& call) {
  const std::string& phase = standing().phase;
  if (const auto found = recording_.answers.next(call.name, call.arguments)) {
    recording_.answered.push_back({phase, call.name, call.where, call.arguments, *found});
    return *found;
  }
  const std::string other = recording_.answers.elsewhere(call.name, call.arguments);
  std::string hint =
      other.empty() ? "it was not asked then: look at the account, or ask what was asked"
                    : "it was answered in \"" + other + "\", with a change of the run in between";
  recording_.unanswered.push_back({phase, call.name, call.where, call.arguments, hint});
  const std::string arguments =
      clipped(call.arguments.dump(-1, ' ', false, json::error_handler_t::replace), kShown);
  return Error{"transport", "the recording has no answer to " + call.name + " " + arguments,
               std::move(hint), call.name, call.where};
}

// As planning would number it. What it starts from is not known here, so no state is projected and
// no rail is asked.
CallOutcome RecordedWalk::intend(const HostCall& call, const Row& row) {
  if (const Status fits = check_arguments(row, call.arguments); !fits)
    return CallOutcome::end(located(fits.error(), call));
  Intent intent;
  for (const PlanStep& step : planned.steps) intent.n += static_cast<int>(step.intents.size());
  intent.n += first;
  intent.operation = call.name;
  intent.effect = row.effect.name();
  intent.arguments = call.arguments;
  intent.where = call.where;
  intent.irreversible = row.irreversible;
  if (planned.steps.empty()) planned.steps.push_back({planned.title, {}});
  const int n = intent.n;
  planned.steps.back().intents.push_back(std::move(intent));
  return CallOutcome::answer(make_placeholder(n, ""));
}

Result<ScriptFile> RecordedWalk::module(const std::string& name) {
  if (const auto at = recording_.modules.find(name); at != recording_.modules.end())
    return at->second;
  return PhaseExecution::module(name);
}

}  // namespace countersign
