// Patterns of faults and of restricted keys: `*` stands for any text, the empty one included.
#pragma once
#include <string_view>

namespace countersign::simulator {

bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace countersign::simulator
