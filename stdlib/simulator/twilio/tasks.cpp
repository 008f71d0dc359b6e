// taskrouter.twilio.com: tasks, the one resource here that is changed under an ETag.
#include <algorithm>

#include "stdlib/simulator/twilio/task_expression.h"
#include "stdlib/simulator/twilio/task_routing.h"
#include "stdlib/simulator/twilio/taskrouter.h"
#include "stdlib/simulator/twilio/taskrouter_rules.h"

namespace countersign::simulator {
namespace {

std::string name_in(const json& workspace, const char* list, const json& sid) {
  if (!sid.is_string()) return "";
  json* found = find_record(const_cast<json&>(workspace)[list], sid.get<std::string>());
  return found ? found->value("friendly_name", "") : "";
}

json task_view(const RequestContext& visit, const json& workspace, const json& task) {
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

ServedReply task_reply(const RequestContext& visit, const json& workspace, const json& task,
                       int status) {
  ServedReply reply(status, task_view(visit, workspace, task));
  reply.headers.emplace_back("ETag", etag_of(task));
  return limited(reply);
}

bool contends(const RequestContext& visit, const json& task) {
  std::optional<std::string> wanted = visit.request.headers.find("if-match");
  return wanted && *wanted != "*" && *wanted != etag_of(task);
}

ServedReply precondition_failed() {
  return limited(twilio_error(412, 20412, "Precondition failed: the task was changed meanwhile"));
}

// The parts of a list such as "pending,reserved"; none for an empty text.
std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string part = text.substr(begin, end - begin);
    const std::size_t first = std::min(part.find_first_not_of(' '), part.size());
    parts.push_back(part.substr(first, part.find_last_not_of(' ') + 1 - first));
    begin = end + 1;
  }
  return parts;
}

struct Ordering {
  std::string field;
  bool descending;
};

// "Priority:desc,DateCreated:asc"; nothing where it is no ordering.
std::optional<std::vector<Ordering>> read_ordering(const std::string& text) {
  std::vector<Ordering> all;
  for (const std::string& part : listed(text)) {
    const std::size_t colon = std::min(part.find(':'), part.size());
    const std::string attribute = part.substr(0, colon), way = part.substr(colon);
    if (attribute != "DateCreated" && attribute != "Priority" && attribute != "VirtualStartTime")
      return std::nullopt;
    if (way != ":asc" && way != ":desc") return std::nullopt;
    all.push_back({snake_case(attribute), way == ":desc"});
  }
  return all;
}

// By what the request orders, else ascending by creation.
void sort_tasks(Records& tasks, std::vector<Ordering> ordering) {
  if (ordering.empty()) ordering.push_back({"date_created", false});
  std::stable_sort(tasks.begin(), tasks.end(), [&](const json* a, const json* b) {
    for (const Ordering& by : ordering) {
      const json &left = (*a)[by.field], &right = (*b)[by.field];
      if (left != right) return by.descending ? right < left : left < right;
    }
    return false;
  });
}

// What is wrong with the filters of the list, which would otherwise find nothing.
std::optional<ServedReply> wrong_filters(const Fields& query) {
  for (const std::string& status : listed(query.get("AssignmentStatus")))
    if (!is_task_status(status)) return bad_parameter("AssignmentStatus", status);
  const std::string expression = query.get("EvaluateTaskAttributes");
  if (!expression.empty() && !expression_holds(expression, json::object()))
    return bad_parameter("EvaluateTaskAttributes", expression);
  if (!read_ordering(query.get("Ordering")))
    return bad_parameter("Ordering", query.get("Ordering"));
  return std::nullopt;
}

// Whether the task is in a status of the list, and its attributes are as the request wants them.
bool is_wanted(const Fields& query, const json& task) {
  const std::vector<std::string> statuses = listed(query.get("AssignmentStatus"));
  if (!statuses.empty() &&
      std::find(statuses.begin(), statuses.end(), task["assignment_status"]) == statuses.end())
    return false;
  const std::string expression = query.get("EvaluateTaskAttributes");
  return expression.empty() || *expression_holds(expression, attributes_of(task));
}

}  // namespace

ServedReply list_tasks(RequestContext& visit) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  if (std::optional<ServedReply> refusal = wrong_filters(visit.request.query))
    return limited(*refusal);
  auto named = [&](const char* parameter, const char* list, const json& sid) {
    std::string wanted = visit.request.query.get(parameter);
    return wanted.empty() || name_in(*workspace, list, sid) == wanted;
  };
  Records all = select((*workspace)["tasks"], [&](const json& task) {
    std::string priority = visit.request.query.get("Priority");
    return is_wanted(visit.request.query, task) &&
           same(visit, "WorkflowSid", task["workflow_sid"]) &&
           same(visit, "TaskQueueSid", task["task_queue_sid"]) &&
           named("WorkflowName", "workflows", task["workflow_sid"]) &&
           named("TaskQueueName", "queues", task["task_queue_sid"]) &&
           (priority.empty() || priority == std::to_string(task["priority"].get<int>()));
  });
  sort_tasks(all, *read_ordering(visit.request.query.get("Ordering")));
  return limited(product_page(
      visit, all, "tasks", [&](const json& task) { return task_view(visit, *workspace, task); }));
}

ServedReply fetch_task(RequestContext& visit) {
  json* workspace = nullptr;
  json* task = member_of(visit, workspace, "tasks");
  return task ? task_reply(visit, *workspace, *task, 200) : not_found(visit.request);
}

ServedReply create_task(RequestContext& visit) {
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
  if (std::optional<ServedReply> refusal =
          assign(visit, task, "task", {"Attributes", "Priority", "Timeout", "VirtualStartTime"}))
    return limited(*refusal);
  task["workflow_sid"] = workflow;
  task["task_channel_unique_name"] = visit.form.get("TaskChannel", "default");
  std::string sid = add_task(visit.world, *workspace, task);
  record_change(visit, "task", sid, "created");
  return task_reply(visit, *workspace, *find_record((*workspace)["tasks"], sid), 201);
}

ServedReply update_task(RequestContext& visit) {
  json* workspace = nullptr;
  json* task = member_of(visit, workspace, "tasks");
  if (!task) return not_found(visit.request);
  if (contends(visit, *task)) return precondition_failed();
  std::optional<std::string> attributes = visit.form.find("Attributes");
  if (attributes && !json::parse(*attributes, nullptr, false).is_object())
    return limited(bad_parameter("Attributes", *attributes));
  if (std::optional<std::string> status = visit.form.find("AssignmentStatus")) {
    if (!is_task_status(*status)) return limited(bad_parameter("AssignmentStatus", *status));
    if (std::string wrong = wrong_transition(*task, *status); !wrong.empty())
      return limited(twilio_error(400, 20001, wrong));
  }
  json before = *task;
  if (std::optional<ServedReply> refusal =
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

ServedReply delete_task(RequestContext& visit) {
  json* workspace = nullptr;
  json* task = member_of(visit, workspace, "tasks");
  if (!task) return not_found(visit.request);
  if (contends(visit, *task)) return precondition_failed();
  return delete_member(visit, "task", "tasks");
}

}  // namespace countersign::simulator
