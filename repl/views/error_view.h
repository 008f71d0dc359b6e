// An error as people read it: what happened, where, and what to do next.
#pragma once
#include <string>

#include "interpreter/error.h"
#include "repl/views/page.h"

namespace countersign {

std::string error_text(const Error& error, const Style& style);

}  // namespace countersign
