// The manual, countersign(1), written from the table of commands.
#pragma once
#include <string>

namespace countersign {

// In the man macros, ASCII only, so that it looks the same wherever it is formatted.
std::string man_page();

}  // namespace countersign
