// What time it is for runs that are only looked at, each endpoint asked once.
#pragma once
#include <map>
#include <string>

#include "interpreter/run_state.h"
#include "repl/workbench.h"

namespace countersign {

class RunClock {
 public:
  explicit RunClock(Workbench& workbench) : workbench_(workbench) {}

  // The simulator's for a simulated endpoint; of one that does not answer, the run's last record.
  Time now(const RunState& state);

 private:
  Workbench& workbench_;
  std::map<std::string, Time> known_;  // by profile
};

}  // namespace countersign
