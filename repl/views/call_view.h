// What a simulated caller lived through, for people.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "repl/views/page.h"

namespace countersign {

// `report` as POST /_sim/calls answers it.
std::string call_text(const nlohmann::json& report, Style style);

}  // namespace countersign
