// taskrouter.twilio.com: workspaces, workflows, queues and tasks.
#include "stdlib/simulator/twilio.h"

namespace countersign::simulator {
namespace {

std::string workspace_url(const json& workspace) {
  return "https://taskrouter.twilio.com/v1/Workspaces/" + workspace["sid"].get<std::string>();
}

// All answers of this product carry its rate limit.
Reply limited(Reply reply) {
  reply.headers.emplace_back("X-Rate-Limit-Limit", "500");
  reply.headers.emplace_back("X-Rate-Limit-Remaining", "499");
  reply.headers.emplace_back("X-Rate-Limit-Config", "TaskRouter");
  return reply;
}

json* workspace_of(Visit& visit) {
  return find_record(visit.records("taskrouter"), visit.variable("WorkspaceSid"));
}

// The record of the workspace's list `key` that the route names.
json* member_of(Visit& visit, json*& workspace, const char* key) {
  workspace = workspace_of(visit);
  return workspace ? find_record((*workspace)[key], visit.variable("Sid")) : nullptr;
}

json workspace_view(const Visit& visit, const json& workspace) {
  json view = shown(visit, workspace, {"workflows", "queues", "tasks"});
  std::string url = workspace_url(workspace);
  view["url"] = url;
  for (const char* list : {"Activities", "Workers", "Workflows", "TaskQueues", "Tasks",
                           "TaskChannels", "Events", "Statistics"})
    view["links"][snake_case(list)] = url + "/" + list;
  return view;
}

json member_view(const Visit& visit, const json& workspace, const json& record,
                 const char* collection) {
  json view = shown(visit, record, {"etag"});
  view["workspace_sid"] = workspace["sid"];
  view["url"] =
      workspace_url(workspace) + "/" + collection + "/" + record["sid"].get<std::string>();
  view["links"] = {{"workspace", workspace_url(workspace)},
                   {"statistics", view["url"].get<std::string>() + "/Statistics"}};
  return view;
}

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

Reply list_workspaces(Visit& visit) {
  Records all = select(visit.records("taskrouter"), [&](const json& workspace) {
    return same(visit, "FriendlyName", workspace["friendly_name"]);
  });
  return limited(product_page(visit, all, "workspaces", [&](const json& workspace) {
    return workspace_view(visit, workspace);
  }));
}

Reply fetch_workspace(Visit& visit) {
  json* workspace = workspace_of(visit);
  return workspace ? limited(Reply(200, workspace_view(visit, *workspace)))
                   : not_found(visit.request);
}

Reply delete_workspace(Visit& visit) {
  if (!erase_record(visit.records("taskrouter"), visit.variable("WorkspaceSid")))
    return not_found(visit.request);
  record_change(visit, "workspace", visit.variable("WorkspaceSid"), "deleted");
  return limited(no_content());
}

Reply list_members(Visit& visit, const char* list, const char* key, const char* collection) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  Records all = select((*workspace)[list], [&](const json& record) {
    return same(visit, "FriendlyName", record["friendly_name"]);
  });
  return limited(product_page(visit, all, key, [&](const json& record) {
    return member_view(visit, *workspace, record, collection);
  }));
}

Reply fetch_member(Visit& visit, const char* list, const char* collection) {
  json* workspace = nullptr;
  json* record = member_of(visit, workspace, list);
  return record ? limited(Reply(200, member_view(visit, *workspace, *record, collection)))
                : not_found(visit.request);
}

std::optional<Reply> assign_member(Visit& visit, json& record, std::string_view kind) {
  if (kind == "queue")
    return assign(visit, record, kind,
                  {"FriendlyName", "TargetWorkers", "MaxReservedWorkers", "TaskOrder",
                   "ReservationActivitySid", "AssignmentActivitySid"});
  std::optional<std::string> text = visit.form.find("Configuration");
  if (text && !json::parse(*text, nullptr, false).is_object())
    return bad_parameter("Configuration", *text);
  return assign(visit, record, kind,
                {"FriendlyName", "Configuration", "AssignmentCallbackUrl",
                 "FallbackAssignmentCallbackUrl", "TaskReservationTimeout"});
}

Reply create_member(Visit& visit, const char* kind, const char* list, const char* collection) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  if (!visit.form.has("FriendlyName")) return missing_parameter("FriendlyName");
  if (std::string_view(kind) == "workflow" && !visit.form.has("Configuration"))
    return missing_parameter("Configuration");
  json record = new_record(visit.world, kind);
  if (std::optional<Reply> refusal = assign_member(visit, record, kind)) return *refusal;
  (*workspace)[list].push_back(record);
  record_change(visit, kind, record["sid"], "created");
  return limited(Reply(201, member_view(visit, *workspace, record, collection)));
}

Reply update_member(Visit& visit, const char* kind, const char* list, const char* collection) {
  json* workspace = nullptr;
  json* record = member_of(visit, workspace, list);
  if (!record) return not_found(visit.request);
  json before = *record;
  if (std::optional<Reply> refusal = assign_member(visit, *record, kind)) return *refusal;
  (*record)["date_updated"] = visit.world.stamp();
  record_change(visit, kind, before["sid"], "updated", before, *record);
  return limited(Reply(200, member_view(visit, *workspace, *record, collection)));
}

Reply delete_member(Visit& visit, const char* kind, const char* list) {
  json* workspace = workspace_of(visit);
  if (!workspace || !erase_record((*workspace)[list], visit.variable("Sid")))
    return not_found(visit.request);
  record_change(visit, kind, visit.variable("Sid"), "deleted");
  return limited(no_content());
}

Reply list_workflows(Visit& v) {
  return list_members(v, "workflows", "workflows", "Workflows");
}
Reply fetch_workflow(Visit& v) {
  return fetch_member(v, "workflows", "Workflows");
}
Reply create_workflow(Visit& v) {
  return create_member(v, "workflow", "workflows", "Workflows");
}
Reply update_workflow(Visit& v) {
  return update_member(v, "workflow", "workflows", "Workflows");
}
Reply delete_workflow(Visit& v) {
  return delete_member(v, "workflow", "workflows");
}
Reply list_queues(Visit& v) {
  return list_members(v, "queues", "task_queues", "TaskQueues");
}
Reply fetch_queue(Visit& v) {
  return fetch_member(v, "queues", "TaskQueues");
}
Reply create_queue(Visit& v) {
  return create_member(v, "queue", "queues", "TaskQueues");
}
Reply update_queue(Visit& v) {
  return update_member(v, "queue", "queues", "TaskQueues");
}
Reply delete_queue(Visit& v) {
  return delete_member(v, "queue", "queues");
}

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

constexpr Route kRoutes[] = {
    {"GET", "/v1/Workspaces", list_workspaces},
    {"GET", "/v1/Workspaces/{WorkspaceSid}", fetch_workspace},
    {"DELETE", "/v1/Workspaces/{WorkspaceSid}", delete_workspace},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Workflows", list_workflows},
    {"POST", "/v1/Workspaces/{WorkspaceSid}/Workflows", create_workflow},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Workflows/{Sid}", fetch_workflow},
    {"POST", "/v1/Workspaces/{WorkspaceSid}/Workflows/{Sid}", update_workflow},
    {"DELETE", "/v1/Workspaces/{WorkspaceSid}/Workflows/{Sid}", delete_workflow},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/TaskQueues", list_queues},
    {"POST", "/v1/Workspaces/{WorkspaceSid}/TaskQueues", create_queue},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{Sid}", fetch_queue},
    {"POST", "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{Sid}", update_queue},
    {"DELETE", "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{Sid}", delete_queue},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Tasks", list_tasks},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}", fetch_task},
    {"POST", "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}", update_task},
    {"DELETE", "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}", delete_task},
};

}  // namespace

std::span<const Route> taskrouter_routes() {
  return kRoutes;
}

}  // namespace countersign::simulator
