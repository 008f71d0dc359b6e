#include "stdlib/simulator/twilio/task_routing.h"

#include "stdlib/simulator/server/filler.h"
#include "stdlib/simulator/twilio/task_expression.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
json queue_for(const json& workflow, const json& attributes) {
  json configuration = json::parse(workflow.value("configuration", "{}"), nullptr, false);
  if (!configuration.is_object()) return nullptr;
  json routing = configuration.value("task_routing", json::object());
  for (const json& filter : routing.value("filters", json::array())) {
    const Result<bool> holds = expression_holds(filter.value("expression", ""), attributes);
    if (!holds || !*holds) continue;
    for (const json& target : filter.value("targets", json::array()))
      if (target.contains("queue")) return target["queue"];
  }
  return routing.value("default_filter", json::object()).value("queue", json());
}

void add_task_event(World& world, json& workspace, const json& task, const std::string& type,
                    const json& more) {
  json event = new_record(world, "task_event");
  event["event_type"] = type;
  event["event_date_ms"] = world.now() * 1000;
  event["description"] = "Task " + task["sid"].get<std::string>() + ": " + type;
  event["resource_sid"] = task["sid"];
  event["resource_type"] = type.substr(0, type.find('.'));
  event["event_data"] = {{"task_sid", task["sid"]},
                         {"task_attributes", task["attributes"]},
                         {"task_assignment_status", task["assignment_status"]},
                         {"task_channel_unique_name", task["task_channel_unique_name"]},
                         {"task_queue_sid", task["task_queue_sid"]},
                         {"workflow_sid", task["workflow_sid"]},
                         {"workspace_sid", workspace["sid"]}};
  event["event_data"].update(more);
  workspace["events"].push_back(event);
}

std::string add_task(World& world, json& workspace, json task) {
  std::string sid = task["sid"];
  const json* workflow =
      find_record(workspace["workflows"], task["workflow_sid"].get<std::string>());
  task["task_queue_sid"] = workflow ? queue_for(*workflow, attributes_of(task)) : json();
  workspace["tasks"].push_back(task);
  add_task_event(world, workspace, task, "task.created");
  if (task["task_queue_sid"].is_string())
    add_task_event(world, workspace, task, "task-queue.entered");
  else
    settle_task(world, workspace, workspace["tasks"].back(), "canceled",
                "Task did not match any workflow filter");
  return sid;
}

void settle_task(World& world, json& workspace, json& task, const std::string& status,
                 const std::string& reason) {
  task["assignment_status"] = status;
  if (!reason.empty()) task["reason"] = reason;
  task["etag"] = task["etag"].get<int>() + 1;
  task["date_updated"] = world.stamp();
  add_task_event(world, workspace, task, "task." + status, {{"reason", task["reason"]}});
}

std::string accept_task(World& world, json& workspace, json& task) {
  if (!task["task_queue_sid"].is_string()) return "";
  const json* queue = find_record(workspace["queues"], task["task_queue_sid"].get<std::string>());
  if (!queue || (*queue)["agents"].get<int>() < 1) return "";
  json reservation = new_record(world, "reservation");
  std::string name = "agent of " + (*queue)["friendly_name"].get<std::string>();
  reservation["worker_name"] = name;
  reservation["worker_sid"] = "WK" + digits_of((*queue)["sid"].get<std::string>() + "/agent");
  json told = {{"reservation_sid", reservation["sid"]},
               {"worker_sid", reservation["worker_sid"]},
               {"worker_name", name}};
  add_task_event(world, workspace, task, "reservation.created", told);
  reservation["reservation_status"] = "accepted";
  task["reservations"].push_back(reservation);
  add_task_event(world, workspace, task, "reservation.accepted", told);
  settle_task(world, workspace, task, "assigned", "");
  return reservation["sid"];
}

json* workspace_with(json& account, const char* list, const std::string& sid) {
  for (json& workspace : account["taskrouter"])
    if (find_record(workspace[list], sid)) return &workspace;
  return nullptr;
}

json attributes_of(const json& task) {
  json attributes = json::parse(task.value("attributes", "{}"), nullptr, false);
  return attributes.is_object() ? attributes : json::object();
}

}  // namespace countersign::simulator
