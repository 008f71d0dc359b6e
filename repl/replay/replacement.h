// Which script of a recorded run a file stands in for.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "interpreter/recorded_run.h"

namespace countersign {

struct Replacement {
  std::string file, module;  // no module: the runbook
  ScriptFile script;
};

// `named`: "FILE", or "MODULE=FILE" with the name that the run required it by, or the runbook's. A
// file alone stands in for the module or the runbook whose file is called so; where none is, it is
// the runbook. Errors (kind "usage"): there is no such file or module; several are called so.
Result<Replacement> replacement(const RecordedRun& run, const std::string& named);

// The walk that they make of the recorded one.
Result<WalkOptions> with_replacements(const RecordedRun& run,
                                      const std::vector<Replacement>& replacements);

}  // namespace countersign
