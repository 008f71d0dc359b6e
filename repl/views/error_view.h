// An error as people read it: what happened, where, and what to do next.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "interpreter/error.h"
#include "repl/views/page.h"

namespace countersign {

// CLI.md's shape: with "hint", "operation" and "where" also where there is none, then null.
nlohmann::json error_json(const Error& error);

std::string error_text(const Error& error, const Style& style);

}  // namespace countersign
