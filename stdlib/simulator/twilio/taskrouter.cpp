// taskrouter.twilio.com: workspaces, workflows, queues, channels, and the product's routes.
#include "stdlib/simulator/twilio/taskrouter.h"

#include "stdlib/simulator/twilio/task_expression.h"
#include "stdlib/simulator/twilio/taskrouter_rules.h"

namespace countersign::simulator {

// In tasks.cpp.
ServedReply list_tasks(RequestContext&);
ServedReply fetch_task(RequestContext&);
ServedReply create_task(RequestContext&);
ServedReply update_task(RequestContext&);
ServedReply delete_task(RequestContext&);

// In reservations.cpp.
ServedReply list_reservations(RequestContext&);
ServedReply fetch_reservation(RequestContext&);
ServedReply list_task_events(RequestContext&);
ServedReply fetch_task_event(RequestContext&);

// In workers.cpp.
ServedReply list_workers(RequestContext&);
ServedReply fetch_worker(RequestContext&);
ServedReply update_worker(RequestContext&);
ServedReply fetch_channel(RequestContext&);
ServedReply queue_numbers(RequestContext&);
ServedReply workflow_numbers(RequestContext&);
ServedReply worker_numbers(RequestContext&);
ServedReply workspace_numbers(RequestContext&);

std::string workspace_url(const json& workspace) {
  return "https://taskrouter.twilio.com/v1/Workspaces/" + workspace["sid"].get<std::string>();
}

ServedReply limited(ServedReply reply) {
  reply.headers.emplace_back("X-Rate-Limit-Limit", "500");
  reply.headers.emplace_back("X-Rate-Limit-Remaining", "499");
  reply.headers.emplace_back("X-Rate-Limit-Config", "TaskRouter");
  return reply;
}

json* workspace_of(RequestContext& visit) {
  return find_record(visit.records("taskrouter"), visit.variable("WorkspaceSid"));
}

json* member_of(RequestContext& visit, json*& workspace, const char* key) {
  workspace = workspace_of(visit);
  return workspace ? find_record((*workspace)[key], visit.variable("Sid")) : nullptr;
}

json member_view(const RequestContext& visit, const json& workspace, const json& record,
                 const char* collection) {
  json view = shown(visit, record, {"etag", "agents", "reservations"});
  view["workspace_sid"] = workspace["sid"];
  view["url"] =
      workspace_url(workspace) + "/" + collection + "/" + record["sid"].get<std::string>();
  view["links"] = {{"workspace", workspace_url(workspace)},
                   {"statistics", view["url"].get<std::string>() + "/Statistics"}};
  return view;
}

ServedReply delete_member(RequestContext& visit, const char* kind, const char* list) {
  json* workspace = workspace_of(visit);
  if (!workspace || !erase_record((*workspace)[list], visit.variable("Sid")))
    return not_found(visit.request);
  record_change(visit, kind, visit.variable("Sid"), "deleted");
  return limited(no_content());
}

namespace {

json workspace_view(const RequestContext& visit, const json& workspace) {
  json view =
      shown(visit, workspace, {"workflows", "queues", "channels", "workers", "tasks", "events"});
  std::string url = workspace_url(workspace);
  view["url"] = url;
  for (const char* list : {"Activities", "Workers", "Workflows", "TaskQueues", "Tasks",
                           "TaskChannels", "Events", "Statistics"})
    view["links"][snake_case(list)] = url + "/" + list;
  return view;
}

ServedReply list_workspaces(RequestContext& visit) {
  Records all = select(visit.records("taskrouter"), [&](const json& workspace) {
    return same(visit, "FriendlyName", workspace["friendly_name"]);
  });
  return limited(product_page(visit, all, "workspaces", [&](const json& workspace) {
    return workspace_view(visit, workspace);
  }));
}

ServedReply fetch_workspace(RequestContext& visit) {
  json* workspace = workspace_of(visit);
  return workspace ? limited(ServedReply(200, workspace_view(visit, *workspace)))
                   : not_found(visit.request);
}

ServedReply delete_workspace(RequestContext& visit) {
  if (!erase_record(visit.records("taskrouter"), visit.variable("WorkspaceSid")))
    return not_found(visit.request);
  record_change(visit, "workspace", visit.variable("WorkspaceSid"), "deleted");
  return limited(no_content());
}

ServedReply list_members(RequestContext& visit, const char* list, const char* key,
                         const char* collection) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  Records all = select((*workspace)[list], [&](const json& record) {
    return same(visit, "FriendlyName", record["friendly_name"]);
  });
  return limited(product_page(visit, all, key, [&](const json& record) {
    return member_view(visit, *workspace, record, collection);
  }));
}

ServedReply fetch_member(RequestContext& visit, const char* list, const char* collection) {
  json* workspace = nullptr;
  json* record = member_of(visit, workspace, list);
  return record ? limited(ServedReply(200, member_view(visit, *workspace, *record, collection)))
                : not_found(visit.request);
}

// What is wrong with the parameters of a queue.
std::optional<ServedReply> wrong_queue(const RequestContext& visit, json& workspace,
                                       const json& record) {
  if (std::optional<std::string> name = visit.form.find("FriendlyName")) {
    const json* same_name = find_record(workspace["queues"], *name, "friendly_name");
    if (same_name && (*same_name)["sid"] != record["sid"])
      return twilio_error(400, 20001, "A TaskQueue with this FriendlyName exists: " + *name);
  }
  std::optional<std::string> workers = visit.form.find("TargetWorkers");
  if (workers && !expression_holds(*workers, json::object()))
    return bad_parameter("TargetWorkers", *workers);
  std::optional<std::string> order = visit.form.find("TaskOrder");
  if (order && *order != "FIFO" && *order != "LIFO") return bad_parameter("TaskOrder", *order);
  std::optional<std::string> most = visit.form.find("MaxReservedWorkers");
  const long count = most ? std::atol(most->c_str()) : 1;
  if (count < 1 || count > 50) return bad_parameter("MaxReservedWorkers", *most);
  return std::nullopt;
}

std::optional<ServedReply> assign_member(RequestContext& visit, json& workspace, json& record,
                                         std::string_view kind) {
  std::optional<std::string> name = visit.form.find("FriendlyName");
  if (name && name->empty()) return bad_parameter("FriendlyName", *name);
  if (kind == "queue") {
    if (std::optional<ServedReply> refusal = wrong_queue(visit, workspace, record)) return refusal;
    return assign(visit, record, kind,
                  {"FriendlyName", "TargetWorkers", "MaxReservedWorkers", "TaskOrder",
                   "ReservationActivitySid", "AssignmentActivitySid"});
  }
  if (std::optional<std::string> text = visit.form.find("Configuration"))
    if (std::string wrong = wrong_configuration(workspace, *text); !wrong.empty())
      return twilio_error(400, 20001, "Invalid parameter Configuration: " + wrong);
  return assign(visit, record, kind,
                {"FriendlyName", "Configuration", "AssignmentCallbackUrl",
                 "FallbackAssignmentCallbackUrl", "TaskReservationTimeout"});
}

ServedReply create_member(RequestContext& visit, const char* kind, const char* list,
                          const char* collection) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  if (!visit.form.has("FriendlyName")) return missing_parameter("FriendlyName");
  if (std::string_view(kind) == "workflow" && !visit.form.has("Configuration"))
    return missing_parameter("Configuration");
  json record = new_record(visit.world, kind);
  if (std::optional<ServedReply> refusal = assign_member(visit, *workspace, record, kind))
    return *refusal;
  (*workspace)[list].push_back(record);
  record_change(visit, kind, record["sid"], "created");
  return limited(ServedReply(201, member_view(visit, *workspace, record, collection)));
}

ServedReply update_member(RequestContext& visit, const char* kind, const char* list,
                          const char* collection) {
  json* workspace = nullptr;
  json* record = member_of(visit, workspace, list);
  if (!record) return not_found(visit.request);
  json before = *record;
  if (std::optional<ServedReply> refusal = assign_member(visit, *workspace, *record, kind))
    return *refusal;
  (*record)["date_updated"] = visit.world.stamp();
  record_change(visit, kind, before["sid"], "updated", before, *record);
  return limited(ServedReply(200, member_view(visit, *workspace, *record, collection)));
}

ServedReply list_channels(RequestContext& visit) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  Records all = select((*workspace)["channels"], [](const json&) { return true; });
  return limited(product_page(visit, all, "channels", [&](const json& channel) {
    json view = member_view(visit, *workspace, channel, "TaskChannels");
    view["links"].erase("statistics");
    return view;
  }));
}

ServedReply list_workflows(RequestContext& v) {
  return list_members(v, "workflows", "workflows", "Workflows");
}
ServedReply fetch_workflow(RequestContext& v) {
  return fetch_member(v, "workflows", "Workflows");
}
ServedReply create_workflow(RequestContext& v) {
  return create_member(v, "workflow", "workflows", "Workflows");
}
ServedReply update_workflow(RequestContext& v) {
  return update_member(v, "workflow", "workflows", "Workflows");
}
ServedReply delete_workflow(RequestContext& v) {
  return delete_member(v, "workflow", "workflows");
}
ServedReply list_queues(RequestContext& v) {
  return list_members(v, "queues", "task_queues", "TaskQueues");
}
ServedReply fetch_queue(RequestContext& v) {
  return fetch_member(v, "queues", "TaskQueues");
}
ServedReply create_queue(RequestContext& v) {
  return create_member(v, "queue", "queues", "TaskQueues");
}
ServedReply update_queue(RequestContext& v) {
  return update_member(v, "queue", "queues", "TaskQueues");
}
ServedReply delete_queue(RequestContext& v) {
  return delete_member(v, "queue", "queues");
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
    {"GET", "/v1/Workspaces/{WorkspaceSid}/TaskChannels", list_channels},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/TaskChannels/{Sid}", fetch_channel},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/RealTimeStatistics", workspace_numbers},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Workers", list_workers},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Workers/RealTimeStatistics", worker_numbers},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Workers/{Sid}", fetch_worker},
    {"POST", "/v1/Workspaces/{WorkspaceSid}/Workers/{Sid}", update_worker},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/TaskQueues/{Sid}/RealTimeStatistics", queue_numbers},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Workflows/{Sid}/RealTimeStatistics", workflow_numbers},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Tasks", list_tasks},
    {"POST", "/v1/Workspaces/{WorkspaceSid}/Tasks", create_task},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}", fetch_task},
    {"POST", "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}", update_task},
    {"DELETE", "/v1/Workspaces/{WorkspaceSid}/Tasks/{Sid}", delete_task},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Tasks/{TaskSid}/Reservations", list_reservations},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Tasks/{TaskSid}/Reservations/{Sid}", fetch_reservation},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Events", list_task_events},
    {"GET", "/v1/Workspaces/{WorkspaceSid}/Events/{Sid}", fetch_task_event},
};

}  // namespace

std::span<const Route> taskrouter_routes() {
  return kRoutes;
}

}  // namespace countersign::simulator
