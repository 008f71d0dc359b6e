// Completes a world that a person wrote: what it leaves out gets a value, what it gets wrong is
// named by its JSON pointer.
#pragma once
#include <nlohmann/json.hpp>

#include "interpreter/error.h"
#include "stdlib/simulator/server/dates.h"

namespace countersign::simulator {

// The complete world; filling a complete world changes nothing. `now` stands for every date that
// is left out. Error kind "config".
Result<nlohmann::json> fill_world(const nlohmann::json& document, Seconds now);

}  // namespace countersign::simulator
