// Independent reads, done at the same time.
#pragma once
#include <functional>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

// Runs every job, at most `limit` of them at a time, and returns when all have ended. The error of
// the first job in the list that failed: the same whatever the order in which they end. After a
// failure no further job is begun.
Status at_once(const std::vector<std::function<Status()>>& jobs, std::size_t limit = 16);

}  // namespace countersign
