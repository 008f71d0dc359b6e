// The parameters of a run as they were typed.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

// `file`: a JSON object, or empty; `pairs`: NAME=VALUE, which go before the file's. Errors (kind
// "usage"): not a pair, a name twice, a file that is not an object.
Result<nlohmann::json> read_parameters(const std::string& file,
                                       const std::vector<std::string>& pairs);

}  // namespace countersign
