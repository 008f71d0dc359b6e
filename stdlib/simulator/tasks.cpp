// taskrouter.twilio.com: tasks, the one resource here that is changed under an ETag.
#include <algorithm>

#include "stdlib/simulator/task_routing.h"
#include "stdlib/simulator/taskrouter.h"

namespace countersign::simulator {
namespace {

std::string name_in(const json& workspace, const char* list, const json& sid) {
  if (!sid.is_string()) return "";
  json* found = find_record(const_cast<json&>(workspace)[list], sid.get<std::string>());
  return found ? found->value("friendly_name", "") : "";
}

json task_view(const Visit& visit, const json& workspace, const json& task) {
  json view = member_view(visit, workspace, task, "Tasks");
  std::optional<Seconds> created = parse_date(task["date_created"].get<std::string>());
  view["age"] = std::max<Seconds>(0, visit.world.now() - created.value_or(visit.world.now()));
  view["task_queue_friendly_name"] = name_in(workspace, "queues", task["task_queue_sid"]);
  view["workflow_friendly_name"] = name_in(workspace, "workflows", task["workflow_sid"]);
  view["links"] = {{"workspace", workspace_url(workspace)},
                   {"reservations", view["url"].get<std::string>() + "/Reservations"}};
  return view;
}

std::string etag_of(const json& task) {
  return "\"" + std::to_string(task["etag"].get<int>()) + "\"";
}

Reply task_reply(const Visit& visit, const json& workspace, const json& task, int status) {
  Reply reply(status, task_view(visit, workspace, task));
  reply.headers.emplace_back("ETag", etag_of(task));
  return limited(reply);
}

bool contends(const Visit& visit, const json& task) {
  std::optional<std::string> wanted = visit.request.headers.find("if-match");
  return wanted && *wanted != "*" && *wanted != etag_of(task);
}

Reply precondition_failed() {
  return limited(twilio_error(412, 20412, "Precondition failed: the task was changed meanwhile"));
}

}  // namespace

Reply list_tasks(Visit& visit) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  auto named = [&](const char* parameter, const char* list, const json& sid) {
    std::string wanted = visit.request.query.get(parameter);
    return wanted.empty() || name_in(*workspace, list, sid) == wanted;
  };
  Records all = select((*workspace)["tasks"], [&](const json& task) {
    std::string priority = visit.request.query.get("Priority");
    return same(visit, "AssignmentStatus", task["assignment_status"]) &&
           same(visit, "WorkflowSid", task["workflow_sid"]) &&
           same(visit, "TaskQueueSid", task["task_queue_sid"]) &&
           named("WorkflowName", "workflows", task["workflow_sid"]) &&
           named("TaskQueueName", "queues", task["task_queue_sid"]) &&
           (priority.empty() || priority == std::to_string(task["priority"].get<int>()));
  });
  // Ascending by creation unless the request orders otherwise.
  newest_first(all, "date_created");
  if (visit.request.query.get("Ordering") != "DateCreated:desc")
    std::reverse(all.begin(), all.end());
  return limited(product_page(
      visit, all, "tasks", [&](const json& task) { return task_view(visit, *workspace, task); }));
}

Reply fetch_task(Visit& visit) {
  json* workspace = nullptr;
  json* task = member_of(visit, workspace, "tasks");
  return task ? task_reply(visit, *workspace, *task, 200) : not_found(visit.request);
}

Reply create_task(Visit& visit) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  std::string workflow = visit.form.get("WorkflowSid");
  // Twilio: the workflow may be left out where the workspace has one.
  if (workflow.empty() && (*workspace)["workflows"].size() == 1)
    workflow = (*workspace)["workflows"][0]["sid"];
  if (workflow.empty()) return limited(missing_parameter("WorkflowSid"));
  if (!find_record((*workspace)["workflows"], workflow))
    return limited(bad_parameter("WorkflowSid", workflow));
  std::string attributes = visit.form.get("Attributes", "{}");
  if (!json::parse(attributes, nullptr, false).is_object())
    return limited(bad_parameter("Attributes", attributes));
  json task = new_record(visit.world, "task");
  if (std::optional<Reply> refusal =
          assign(visit, task, "task", {"Attributes", "Priority", "Timeout", "VirtualStartTime"}))
    return limited(*refusal);
  task["workflow_sid"] = workflow;
  task["task_channel_unique_name"] = visit.form.get("TaskChannel", "default");
  std::string sid = add_task(visit.world, *workspace, task);
  record_change(visit, "task", sid, "created");
  return task_reply(visit, *workspace, *find_record((*workspace)["tasks"], sid), 201);
}

Reply update_task(Visit& visit) {
  json* workspace = nullptr;
  json* task = member_of(visit, workspace, "tasks");
  if (!task) return not_found(visit.request);
  if (contends(visit, *task)) return precondition_failed();
  std::optional<std::string> attributes = visit.form.find("Attributes");
  if (attributes && !json::parse(*attributes, nullptr, false).is_object())
    return bad_parameter("Attributes", *attributes);
  json before = *task;
  if (std::optional<Reply> refusal =
          assign(visit, *task, "task",
                 {"Attributes", "AssignmentStatus", "Reason", "Priority", "VirtualStartTime"}))
    return *refusal;
  (*task)["etag"] = before["etag"].get<int>() + 1;
  (*task)["date_updated"] = visit.world.stamp();
  if ((*task)["assignment_status"] != before["assignment_status"])
    add_task_event(visit.world, *workspace, *task,
                   "task." + (*task)["assignment_status"].get<std::string>(),
                   {{"reason", (*task)["reason"]}});
  record_change(visit, "task", before["sid"], "updated", before, *task);
  return task_reply(visit, *workspace, *task, 200);
}

Reply delete_task(Visit& visit) {
  json* workspace = nullptr;
  json* task = member_of(visit, workspace, "tasks");
  if (!task) return not_found(visit.request);
  if (contends(visit, *task)) return precondition_failed();
  return delete_member(visit, "task", "tasks");
}

}  // namespace countersign::simulator
