// Which declared commands may run without approval: what the policy lists, read when it is asked.
#pragma once
#include <functional>
#include <set>
#include <string>

#include "interpreter/error.h"

namespace countersign {

// Configuration::reading_commands over the policy at that path.
std::function<Result<std::set<std::string>>()> reading_commands(const std::string& policy);

}  // namespace countersign
