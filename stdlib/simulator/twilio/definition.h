// What Studio checks in a flow's definition before it takes it.
#pragma once
#include <nlohmann/json.hpp>

namespace countersign::simulator {

// The complaints, each {"property_path", "message"}; an empty list where there are none.
nlohmann::json definition_errors(const nlohmann::json& definition);

}  // namespace countersign::simulator
