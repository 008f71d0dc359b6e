// What time it is for runs that are only looked at, each endpoint asked once.
#pragma once
#include <map>
#include <string>

#include "interpreter/run_state.h"
#include "repl/app_context.h"

namespace countersign {

class RunClock {
 public:
  explicit RunClock(AppContext& app) : workbench_(app) {}

  // The simulator's for a simulated endpoint; of one that does not answer, the run's last record.
  Time now(const RunState& state);

 private:
  AppContext& workbench_;
  std::map<std::string, Time> known_;  // by profile
};

}  // namespace countersign
