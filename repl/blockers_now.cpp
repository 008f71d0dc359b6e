#include "repl/blockers_now.h"

#include <algorithm>

#include "interpreter/clock.h"
#include "repl/app_context.h"
#include "repl/run_clock.h"
#include "repl/views/plan_view.h"

namespace countersign {

Blockers blockers_now(CommandContext& context, const RunState& state) {
  if (is_final(state.status)) return {};
  const Result<Home*> home = context.app.home();
  if (!home) return {};
  const Result<Engine*> engine = context.app.engine(state.started.value("principal", ""));
  const Time now = state.request ? RunClock(context.app).now(state) : state.last_time;
  Blockers out = blockers_of(state, **home, engine ? &(*engine)->authorizer : nullptr, now);
  if (const Result<TrustPaths> paths = context.app.trust())
    if (const Result<Trust> trust = load_trust(*paths))
      out.may_sign = may_sign(state, PeopleNow(*trust, now));
  return out;
}

Status window_fits(const RunState& state, Time not_before, Time not_after, Time now) {
  if (!state.plan || (not_before == 0 && not_after == 0)) return Done{};
  Time earliest = std::max(now, not_before);
  for (const PlannedPhase& phase : state.plan->phases) {
    if (state.phases.count(phase.name) > 0) continue;
    if (phase.kind == PhaseKind::wait) {
      earliest += phase.wait_seconds;
      continue;
    }
    if (intents_of(phase).empty()) continue;
    const std::string name = "\"" + phase.name + "\"";
    if (phase.not_after > 0 && earliest > phase.not_after)
      return Error{"usage",
                   "the approval could never be used: with it " + name + " cannot begin before " +
                       moment(iso_time(earliest)) + ", and the plan lets it begin until " +
                       moment(iso_time(phase.not_after)) + " only",
                   "give an earlier --not-before, or have the run planned later"};
    if (not_after > 0 && earliest > not_after)
      return Error{"usage",
                   "the approval would end at " + moment(iso_time(not_after)) + ", before " + name +
                       " can begin at " + moment(iso_time(earliest)),
                   "give a later --not-after"};
  }
  return Done{};
}

}  // namespace countersign
