// What TaskRouter refuses.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace countersign::simulator {

// Each answers why not; empty where all is well.

// A workflow's configuration: task_routing with filters (a list, each with an expression and
// targets) and a default filter, which name queues of the workspace.
std::string wrong_configuration(const nlohmann::json& workspace, const std::string& text);

// A task's change of status: canceled only from pending or reserved, wrapping from assigned,
// completed from assigned or wrapping. People cannot make the others happen.
std::string wrong_transition(const nlohmann::json& task, const std::string& status);

bool is_task_status(const std::string& status);

}  // namespace countersign::simulator
