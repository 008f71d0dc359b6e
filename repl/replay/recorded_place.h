// A point of a recorded run to look around at: what the run knew there, and the answers that it
// got.
#pragma once
#include <memory>
#include <string>

#include "interpreter/exploration.h"
#include "interpreter/recorded_run.h"
#include "repl/app_context.h"

namespace countersign {

struct RecordedPlace {
  std::string run, profile, phase;
  json started;                        // the body of "run.started"
  std::unique_ptr<Journal> documents;  // what handles lead to
  std::unique_ptr<Vault> vault;
  Recording recording;
  json globals;  // `run` and `profile`, as scripts find them

  // Without an account to ask. One for each place.
  std::unique_ptr<Exploration> explore(Engine& engine);

  Time now = 0;
};

// `phase`: as it was when this phase began; empty: where the run stands. Errors (kind "usage"): no
// such run or phase, or the run never came to it.
Result<std::unique_ptr<RecordedPlace>> recorded_place(AppContext& app, Engine& engine,
                                                      const std::string& run,
                                                      const std::string& phase);

}  // namespace countersign
