// taskrouter.twilio.com: who took a task, and what happened in a workspace.
#include "stdlib/simulator/twilio/taskrouter.h"

namespace countersign::simulator {
namespace {

json* task_of(RequestContext& visit, json*& workspace) {
  workspace = workspace_of(visit);
  return workspace ? find_record((*workspace)["tasks"], visit.variable("TaskSid")) : nullptr;
}

json reservation_view(const RequestContext& visit, const json& workspace, const json& task,
                      const json& reservation) {
  json view = member_view(visit, workspace, reservation, "Reservations");
  std::string of_task = workspace_url(workspace) + "/Tasks/" + task["sid"].get<std::string>();
  view["task_sid"] = task["sid"];
  view["url"] = of_task + "/Reservations/" + reservation["sid"].get<std::string>();
  view["links"] = {{"task", of_task}, {"workspace", workspace_url(workspace)}};
  return view;
}

json event_view(const RequestContext& visit, const json& workspace, const json& event) {
  json view = member_view(visit, workspace, event, "Events");
  view.erase("links");
  return view;
}

}  // namespace

ServedReply list_reservations(RequestContext& visit) {
  json* workspace = nullptr;
  json* task = task_of(visit, workspace);
  if (!task) return not_found(visit.request);
  Records all = select((*task)["reservations"], [&](const json& reservation) {
    return same(visit, "ReservationStatus", reservation["reservation_status"]) &&
           same(visit, "WorkerSid", reservation["worker_sid"]);
  });
  return limited(product_page(visit, all, "reservations", [&](const json& reservation) {
    return reservation_view(visit, *workspace, *task, reservation);
  }));
}

ServedReply fetch_reservation(RequestContext& visit) {
  json* workspace = nullptr;
  json* task = task_of(visit, workspace);
  json* reservation = task ? find_record((*task)["reservations"], visit.variable("Sid")) : nullptr;
  return reservation
             ? limited(ServedReply(200, reservation_view(visit, *workspace, *task, *reservation)))
             : not_found(visit.request);
}

// Twilio: of the last hour, unless the request asks for another time.
ServedReply list_task_events(RequestContext& visit) {
  json* workspace = workspace_of(visit);
  if (!workspace) return not_found(visit.request);
  const Fields& query = visit.request.query;
  bool bounded = query.has("StartDate") || query.has("EndDate");
  Seconds minutes = std::atoll(query.get("Minutes", "60").c_str());
  Records all = select((*workspace)["events"], [&](const json& event) {
    std::optional<Seconds> time = parse_date(event["event_date"].get<std::string>());
    return same(visit, "EventType", event["event_type"]) &&
           same(visit, "TaskSid", event["event_data"].value("task_sid", json())) &&
           same(visit, "WorkflowSid", event["event_data"].value("workflow_sid", json())) &&
           same(visit, "TaskQueueSid", event["event_data"].value("task_queue_sid", json())) &&
           same(visit, "WorkerSid", event["event_data"].value("worker_sid", json())) &&
           same(visit, "ReservationSid", event["event_data"].value("reservation_sid", json())) &&
           between(visit, "StartDate", "EndDate", event["event_date"]) &&
           (bounded || !time || *time >= visit.world.now() - minutes * 60);
  });
  newest_first(all, "event_date");
  return limited(product_page(visit, all, "events", [&](const json& event) {
    return event_view(visit, *workspace, event);
  }));
}

ServedReply fetch_task_event(RequestContext& visit) {
  json* workspace = nullptr;
  json* event = member_of(visit, workspace, "events");
  return event ? limited(ServedReply(200, event_view(visit, *workspace, *event)))
               : not_found(visit.request);
}

}  // namespace countersign::simulator
