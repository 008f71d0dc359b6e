// Which of the requests that were made changed something, or would have.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace countersign::simulator {

using json = nlohmann::json;

// A request as Simulator::requests() has it. Checking a flow, searching logs and asking a function
// for its instructions (without `mode=`) are POSTs that only read; what the providers ask each
// other is nobody's change, and what is said to the simulator itself is none.
bool is_changing(const json& request);

// Those of `requests` that are.
std::vector<json> changing_requests(const json& requests);

}  // namespace countersign::simulator
