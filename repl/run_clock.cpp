#include "repl/run_clock.h"

namespace countersign {

Time RunClock::now(const RunState& state) {
  if (!state.started["endpoint"].value("simulated", false)) return workbench_.clock().now();
  const std::string profile = state.started["profile"].value("name", "");
  if (const auto at = known_.find(profile); at != known_.end()) return at->second;
  const std::unique_ptr<Journal> scratch = Journal::in_memory();
  const Result<std::unique_ptr<Session>> session = workbench_.session(profile, *scratch);
  const Result<Time> now = session ? (*session)->now() : Result<Time>(session.error());
  return known_[profile] = now ? *now : state.last_time;
}

}  // namespace countersign
