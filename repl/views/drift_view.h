// Source files against live, as people read it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "repl/views/page.h"

namespace countersign {

using json = nlohmann::json;

// `profiles`: [{profile, account, in_step, differences, writer, error}], see docs/cli.md.
std::string drift_text(const json& profiles, const Style& style);

}  // namespace countersign
