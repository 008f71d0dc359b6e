// What a command reads besides its arguments.
#pragma once
#include <string>

#include "interpreter/error.h"

namespace countersign {

// A file, or stdin for "-". At most 64 MiB. Errors: usage.
Result<std::string> read_input(const std::string& path);

}  // namespace countersign
