// What no runbook may take away, whatever its steps say. The rows exist so that the refusal stands
// on the path that an attempt would really take.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

// A guard that always refuses: deleting `what` would break more than one client; `instead` is the
// way to go.
std::function<Status(const Call&)> protect(const std::string& what, const std::string& instead);

}  // namespace countersign
