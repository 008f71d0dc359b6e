// The little of Liquid that Studio's widgets and Flex's container use: {{path.to.value | filter}}.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace countersign::simulator {

// Replaces every {{…}} by its value in `context`; what is not there becomes nothing, as in Studio.
// Filters: default, remove, url_encode, upcase, downcase; others are passed over. Tags ({% … %})
// stay as they are.
std::string render_liquid(const std::string& text, const nlohmann::json& context);

}  // namespace countersign::simulator
