// The wall clock, and spans of time for people. The run's clock itself is Session::now.
#pragma once
#include <string>

#include "interpreter/times.h"

namespace countersign {

Time system_now();
// "24 h", "2 d 3 h", "45 s": for people.
std::string duration_text(Time seconds);

}  // namespace countersign
