#include "stdlib/simulator/task_routing.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "stdlib/simulator/filler.h"
#include "stdlib/simulator/twilio.h"

namespace countersign::simulator {
namespace {

std::string trimmed(const std::string& text) {
  std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

bool is_quoted(const std::string& word) {
  return word.size() > 1 && (word[0] == '\'' || word[0] == '"') && word.back() == word[0];
}

// A literal, or the value of an attribute (a.b looks inside); nothing where it is neither.
std::optional<json> value_of(const std::string& word, const json& attributes) {
  if (is_quoted(word)) return word.substr(1, word.size() - 2);
  json literal = json::parse(word, nullptr, false);
  if (literal.is_number() || literal.is_boolean()) return literal;
  for (unsigned char c : word)
    if (!std::isalnum(c) && c != '_' && c != '.' && c != '-') return std::nullopt;
  const json* value = &attributes;
  for (std::size_t begin = 0; begin < word.size();) {
    std::size_t end = std::min(word.find('.', begin), word.size());
    std::string step = word.substr(begin, end - begin);
    if (!value->is_object() || !value->contains(step)) return json();
    value = &(*value)[step];
    begin = end + 1;
  }
  return *value;
}

bool comparison_holds(const std::string& text, const json& attributes) {
  for (const char* relation : {"!=", "==", " HAS ", "="}) {
    std::size_t at = text.find(relation);
    if (at == std::string::npos) continue;
    std::optional<json> left = value_of(trimmed(text.substr(0, at)), attributes);
    std::optional<json> right =
        value_of(trimmed(text.substr(at + std::char_traits<char>::length(relation))), attributes);
    if (!left || !right) return false;
    if (*relation == '!') return *left != *right;
    if (*relation == '=') return *left == *right;
    return left->is_array() && std::find(left->begin(), left->end(), *right) != left->end();
  }
  return trimmed(text) == "true";
}

bool expression_holds(const std::string& text, const json& attributes) {
  std::size_t either = text.find(" OR ");
  if (either != std::string::npos)
    return expression_holds(text.substr(0, either), attributes) ||
           expression_holds(text.substr(either + 4), attributes);
  std::size_t both = text.find(" AND ");
  if (both != std::string::npos)
    return expression_holds(text.substr(0, both), attributes) &&
           expression_holds(text.substr(both + 5), attributes);
  return comparison_holds(text, attributes);
}

}  // namespace

json queue_for(const json& workflow, const json& attributes) {
  json configuration = json::parse(workflow.value("configuration", "{}"), nullptr, false);
  if (!configuration.is_object()) return nullptr;
  json routing = configuration.value("task_routing", json::object());
  for (const json& filter : routing.value("filters", json::array())) {
    if (!expression_holds(filter.value("expression", ""), attributes)) continue;
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
