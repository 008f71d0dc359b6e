// taskrouter.twilio.com: workers, and the numbers of queues, workflows, workers and workspaces as
// they are now.
#include "stdlib/simulator/twilio/task_expression.h"
#include "stdlib/simulator/twilio/taskrouter.h"

namespace countersign::simulator {
namespace {

json worker_view(const RequestContext& visit, const json& workspace, const json& worker) {
  json view = member_view(visit, workspace, worker, "Workers");
  const std::string url = view["url"].get<std::string>();
  view["links"] = {
      {"workspace", workspace_url(workspace)},
      {"activity",
       workspace_url(workspace) + "/Activities/" + worker["activity_sid"].get<std::string>()},
      {"channels", url + "/Channels"},
      {"real_time_statistics", workspace_url(workspace) + "/Workers/RealTimeStatistics"},
      {"reservations", url + "/Reservations"},
      {"worker_statistics", url + "/Statistics"}};
  return view;
}

bool fits(const json& worker, const std::string& expression) {
  const json attributes = json::parse(worker["attributes"].get<std::string>(), nullptr, false);
  const Result<bool> holds =
      expression_holds(expression, attributes.is_object() ? attributes : json::object());
  return holds && *holds;
}

// What the tasks that are kept add up to.
json task_numbers(const World& world, const json& workspace,
                  const std::function<bool(const json&)>& keep) {
  json by_status = {{"reserved", 0}, {"pending", 0}, {"assigned", 0}, {"wrapping", 0}};
  json by_priority = json::object(), longest;
  Seconds since = world.now();
  int total = 0;
  for (const json& task : workspace["tasks"]) {
    const std::string status = task["assignment_status"];
    if (!keep(task) || !by_status.contains(status)) continue;
    ++total;
    by_status[status] = by_status[status].get<int>() + 1;
    const std::string priority = std::to_string(task["priority"].get<int>());
    by_priority[priority] = by_priority.value(priority, 0) + 1;
    const auto made = parse_date(task["date_created"].get<std::string>());
    if ((status == "pending" || status == "reserved") && made &&
        (longest.is_null() || *made < since)) {
      since = *made;
      longest = task["sid"];
    }
  }
  return {{"longest_task_waiting_age", longest.is_null() ? 0 : world.now() - since},
          {"longest_task_waiting_sid", longest},
          {"tasks_by_priority", by_priority},
          {"tasks_by_status", by_status},
          {"total_tasks", total}};
}

json activity_numbers(const json& workspace, const std::function<bool(const json&)>& keep) {
  json list = json::array();
  for (const json& worker : workspace["workers"]) {
    if (!keep(worker)) continue;
    json* known = nullptr;
    for (json& one : list)
      if (one["sid"] == worker["activity_sid"]) known = &one;
    if (known)
      (*known)["workers"] = (*known)["workers"].get<int>() + 1;
    else
      list.push_back({{"sid", worker["activity_sid"]},
                      {"friendly_name", worker["activity_name"]},
                      {"workers", 1}});
  }
  return list;
}

ServedReply numbers(const RequestContext& visit, const json& workspace, json view,
                    const std::string& below) {
  view["account_sid"] = visit.account_sid;
  view["workspace_sid"] = workspace["sid"];
  view["url"] = workspace_url(workspace) + below + "/RealTimeStatistics";
  return limited(ServedReply(200, std::move(view)));
}

// Whether the task is of the channel that the request names by its SID or unique_name.
std::function<bool(const json&)> in_channel(const RequestContext& visit) {
  const std::string wanted = visit.request.query.get("TaskChannel", "");
  return [wanted](const json& task) {
    return wanted.empty() || task["task_channel_sid"] == wanted ||
           task["task_channel_unique_name"] == wanted;
  };
}

bool everybody(const json&) {
  return true;
}

}  // namespace

ServedReply list_workers(RequestContext& visit) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  const std::string expression = visit.request.query.get("TargetWorkersExpression", "");
  const std::string available = visit.request.query.get("Available", "");
  if (!expression.empty() && !expression_holds(expression, json::object()))
    return bad_parameter("TargetWorkersExpression", expression);
  Records all = select((*workspace)["workers"], [&](const json& worker) {
    return same(visit, "FriendlyName", worker["friendly_name"]) &&
           same(visit, "ActivityName", worker["activity_name"]) &&
           same(visit, "ActivitySid", worker["activity_sid"]) &&
           (available.empty() ||
            worker["available"].get<bool>() == (available == "1" || available == "true")) &&
           (expression.empty() || fits(worker, expression));
  });
  return limited(product_page(visit, all, "workers", [&](const json& worker) {
    return worker_view(visit, *workspace, worker);
  }));
}

ServedReply fetch_worker(RequestContext& visit) {
  json* workspace = nullptr;
  json* worker = member_of(visit, workspace, "workers");
  return worker ? limited(ServedReply(200, worker_view(visit, *workspace, *worker)))
                : not_found(visit.request);
}

ServedReply update_worker(RequestContext& visit) {
  json* workspace = nullptr;
  json* worker = member_of(visit, workspace, "workers");
  if (!worker) return not_found(visit.request);
  if (std::optional<std::string> text = visit.form.find("Attributes"))
    if (!json::parse(*text, nullptr, false).is_object()) return bad_parameter("Attributes", *text);
  const json before = *worker;
  if (std::optional<std::string> activity = visit.form.find("ActivitySid")) {
    // An activity is known by who is in it.
    const json* other = find_record((*workspace)["workers"], *activity, "activity_sid");
    if (!other) return bad_parameter("ActivitySid", *activity);
    for (const char* field : {"activity_sid", "activity_name", "available"})
      (*worker)[field] = (*other)[field];
    (*worker)["date_status_changed"] = visit.world.stamp();
  }
  if (std::optional<ServedReply> refusal =
          assign(visit, *worker, "worker", {"FriendlyName", "Attributes"}))
    return *refusal;
  (*worker)["date_updated"] = visit.world.stamp();
  record_change(visit, "worker", before["sid"], "updated", before, *worker);
  return limited(ServedReply(200, worker_view(visit, *workspace, *worker)));
}

ServedReply fetch_channel(RequestContext& visit) {
  json* workspace = nullptr;
  json* channel = member_of(visit, workspace, "channels");
  if (!channel) return not_found(visit.request);
  json view = member_view(visit, *workspace, *channel, "TaskChannels");
  view["links"].erase("statistics");
  return limited(ServedReply(200, std::move(view)));
}

// Where the world names no workers, a queue has as many as its `agents` says.
ServedReply queue_numbers(RequestContext& visit) {
  json* workspace = nullptr;
  json* queue = member_of(visit, workspace, "queues");
  if (!queue) return not_found(visit.request);
  const auto channel = in_channel(visit);
  json view = task_numbers(visit.world, *workspace, [&](const json& task) {
    return task["task_queue_sid"] == (*queue)["sid"] && channel(task);
  });
  const std::string expression = (*queue)["target_workers"];
  const auto eligible = [&](const json& worker) { return fits(worker, expression); };
  int all = 0, available = 0;
  for (const json& worker : (*workspace)["workers"]) {
    if (!eligible(worker)) continue;
    ++all;
    if (worker["available"].get<bool>()) ++available;
  }
  if ((*workspace)["workers"].empty()) all = available = (*queue)["agents"].get<int>();
  view["activity_statistics"] = activity_numbers(*workspace, eligible);
  view["total_eligible_workers"] = all;
  view["total_available_workers"] = available;
  view["longest_relative_task_age_in_queue"] = view["longest_task_waiting_age"];
  view["longest_relative_task_sid_in_queue"] = view["longest_task_waiting_sid"];
  view["task_queue_sid"] = (*queue)["sid"];
  return numbers(visit, *workspace, std::move(view),
                 "/TaskQueues/" + (*queue)["sid"].get<std::string>());
}

ServedReply workflow_numbers(RequestContext& visit) {
  json* workspace = nullptr;
  json* workflow = member_of(visit, workspace, "workflows");
  if (!workflow) return not_found(visit.request);
  const auto channel = in_channel(visit);
  json view = task_numbers(visit.world, *workspace, [&](const json& task) {
    return task["workflow_sid"] == (*workflow)["sid"] && channel(task);
  });
  view["workflow_sid"] = (*workflow)["sid"];
  return numbers(visit, *workspace, std::move(view),
                 "/Workflows/" + (*workflow)["sid"].get<std::string>());
}

ServedReply worker_numbers(RequestContext& visit) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  return numbers(visit, *workspace,
                 {{"activity_statistics", activity_numbers(*workspace, everybody)},
                  {"total_workers", (*workspace)["workers"].size()}},
                 "/Workers");
}

ServedReply workspace_numbers(RequestContext& visit) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  json view = task_numbers(visit.world, *workspace, in_channel(visit));
  view["activity_statistics"] = activity_numbers(*workspace, everybody);
  view["total_workers"] = (*workspace)["workers"].size();
  return numbers(visit, *workspace, std::move(view), "");
}

}  // namespace countersign::simulator
