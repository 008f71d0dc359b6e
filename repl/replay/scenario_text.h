// A scenario file that plays a cassette and expects what a walk came to.
#pragma once
#include <string>

#include "interpreter/recorded_run.h"

namespace countersign {

// `script` and `cassette`: as the file names them; `title`: of its one scenario.
std::string recorded_scenario_text(const std::string& script, const std::string& cassette,
                                   const std::string& title, const WalkedRun& walked);

}  // namespace countersign
