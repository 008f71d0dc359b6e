#include "stdlib/simulator/twilio/taskrouter_rules.h"

#include <algorithm>

#include "stdlib/simulator/server/world.h"
#include "stdlib/simulator/twilio/task_expression.h"

namespace countersign::simulator {
namespace {

constexpr const char* kStatuses[] = {"pending",  "reserved", "assigned",
                                     "wrapping", "canceled", "completed"};

std::string wrong_queue(const json& workspace, const json& target, const std::string& place) {
  if (!target.is_object()) return place + " is not an object";
  const json queue = target.value("queue", json());
  if (!queue.is_string()) return place + " names no queue";
  if (!find_record(const_cast<json&>(workspace)["queues"], queue.get<std::string>()))
    return place + " names a queue that is not in the workspace: " + queue.get<std::string>();
  return "";
}

std::string wrong_expression(const json& from, const std::string& place) {
  if (!from.contains("expression")) return "";
  const json& text = from["expression"];
  if (text.is_string() && expression_holds(text.get<std::string>(), json::object())) return "";
  return place + " has an expression that is none: " + text.dump();
}

std::string wrong_filter(const json& workspace, const json& filter, const std::string& place) {
  if (!filter.is_object()) return place + " is not an object";
  if (!filter.contains("expression")) return place + " has no expression";
  if (std::string wrong = wrong_expression(filter, place); !wrong.empty()) return wrong;
  const json targets = filter.value("targets", json());
  if (!targets.is_array() || targets.empty()) return place + " has no list of targets";
  for (const json& target : targets) {
    if (std::string wrong = wrong_queue(workspace, target, place); !wrong.empty()) return wrong;
    if (std::string wrong = wrong_expression(target, place); !wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace

std::string wrong_configuration(const json& workspace, const std::string& text) {
  const json configuration = json::parse(text, nullptr, false);
  if (!configuration.is_object()) return "it is no JSON object";
  const json routing = configuration.value("task_routing", json());
  if (!routing.is_object()) return "task_routing is missing";
  const json filters = routing.value("filters", json::array());
  if (!filters.is_array()) return "task_routing.filters is not a list";
  for (std::size_t i = 0; i < filters.size(); ++i)
    if (std::string wrong =
            wrong_filter(workspace, filters[i], "task_routing.filters[" + std::to_string(i) + "]");
        !wrong.empty())
      return wrong;
  if (filters.empty() && !routing.contains("default_filter"))
    return "task_routing has neither filters nor a default_filter";
  return routing.contains("default_filter")
             ? wrong_queue(workspace, routing["default_filter"], "task_routing.default_filter")
             : "";
}

std::string wrong_transition(const json& task, const std::string& status) {
  const std::string now = task["assignment_status"];
  const auto is = [&](const char* one) { return now == one; };
  const auto refused = [&](const char* what, const char* wanted) {
    return std::string("Cannot ") + what + " task " + task["sid"].get<std::string>() +
           " because it is " + now + ", not " + wanted;
  };
  if (status == "canceled")
    return is("pending") || is("reserved") ? "" : refused("cancel", "pending or reserved");
  if (status == "wrapping") return is("assigned") ? "" : refused("wrap up", "assigned");
  if (status == "completed")
    return is("assigned") || is("wrapping") ? "" : refused("complete", "assigned or wrapping");
  return "A task cannot be made " + status + ": TaskRouter does that";
}

bool is_task_status(const std::string& status) {
  return std::find(std::begin(kStatuses), std::end(kStatuses), status) != std::end(kStatuses);
}

}  // namespace countersign::simulator
