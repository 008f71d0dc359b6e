// studio.twilio.com: executions of flows and their steps.
#include "stdlib/simulator/calls/call_flow.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

std::string execution_url(const json& execution) {
  return "https://studio.twilio.com/v2/Flows/" + execution["flow_sid"].get<std::string>() +
         "/Executions/" + execution["sid"].get<std::string>();
}

json execution_view(const RequestContext& visit, const json& execution) {
  json view = shown(visit, execution, {"steps"});
  view["url"] = execution_url(execution);
  view["links"] = {{"steps", execution_url(execution) + "/Steps"},
                   {"execution_context", execution_url(execution) + "/Context"}};
  return view;
}

json step_view(const RequestContext& visit, const json& execution, const json& step) {
  json view = shown(visit, step);
  view["flow_sid"] = execution["flow_sid"];
  view["execution_sid"] = execution["sid"];
  view["url"] = execution_url(execution) + "/Steps/" + step["sid"].get<std::string>();
  view["links"] = {{"step_context", view["url"].get<std::string>() + "/Context"}};
  return view;
}

json* execution_of(RequestContext& visit) {
  json* execution = find_record(visit.records("executions"), visit.variable("Sid"));
  return execution && (*execution)["flow_sid"] == visit.variable("FlowSid") ? execution : nullptr;
}

json* step_of(RequestContext& visit, json*& execution) {
  execution = execution_of(visit);
  return execution ? find_record((*execution)["steps"], visit.variable("StepSid")) : nullptr;
}

}  // namespace

ServedReply list_executions(RequestContext& visit) {
  if (!find_record(visit.records("flows"), visit.variable("FlowSid")))
    return not_found(visit.request);
  Records all = select(visit.records("executions"), [&](const json& execution) {
    return execution["flow_sid"] == visit.variable("FlowSid") &&
           same(visit, "status", execution["status"]) &&
           same(visit, "Status", execution["status"]) &&
           between(visit, "DateCreatedFrom", "DateCreatedTo", execution["date_created"]);
  });
  newest_first(all, "date_created");
  return product_page(visit, all, "executions",
                      [&](const json& execution) { return execution_view(visit, execution); });
}

// Somebody is called, or sent a message, by the flow's published revision. It stays active until it
// is ended: nobody is there to answer.
ServedReply create_execution(RequestContext& visit) {
  json* flow = find_record(visit.records("flows"), visit.variable("FlowSid"));
  if (!flow) return not_found(visit.request);
  for (const char* name : {"To", "From"})
    if (visit.form.get(name).empty()) return missing_parameter(name);
  json parameters = json::object();
  if (std::optional<std::string> text = visit.form.find("Parameters")) {
    parameters = json::parse(*text, nullptr, false);
    if (!parameters.is_object()) return bad_parameter("Parameters", *text);
  }
  const json* revision = published_revision(*flow);
  if (!revision)
    return twilio_error(400, 20001,
                        "The flow has no published revision: " + visit.variable("FlowSid"));
  json execution = new_record(visit.world, "execution");
  execution["flow_sid"] = (*flow)["sid"];
  execution["flow_version"] = (*revision)["revision"];
  execution["contact_channel_address"] = visit.form.get("To");
  execution["status"] = "active";
  execution["initiated_by"] = "REST API";
  execution["context"] = {{"flow",
                           {{"flow_sid", (*flow)["sid"]},
                            {"sid", execution["sid"]},
                            {"channel", {{"address", visit.form.get("From")}}},
                            {"data", parameters},
                            {"variables", json::object()}}},
                          {"contact", {{"channel", {{"address", visit.form.get("To")}}}}},
                          {"trigger",
                           {{"request",
                             {{"to", visit.form.get("To")},
                              {"from", visit.form.get("From")},
                              {"parameters", parameters}}}}},
                          {"widgets", json::object()}};
  visit.records("executions").push_back(execution);
  record_change(visit, "execution", execution["sid"], "created");
  return ServedReply(201, execution_view(visit, execution));
}

ServedReply fetch_execution(RequestContext& visit) {
  json* execution = execution_of(visit);
  return execution ? ServedReply(200, execution_view(visit, *execution)) : not_found(visit.request);
}

ServedReply end_execution(RequestContext& visit) {
  json* execution = execution_of(visit);
  if (!execution) return not_found(visit.request);
  std::optional<std::string> status = visit.form.find("Status");
  if (!status) return missing_parameter("Status");
  if (*status != "ended") return bad_parameter("Status", *status);
  json before = *execution;
  (*execution)["status"] = "ended";
  (*execution)["date_updated"] = visit.world.stamp();
  ServedReply reply(200, execution_view(visit, *execution));
  json after = *execution;
  record_change(visit, "execution", after["sid"], "updated", before, after);
  return reply;
}

ServedReply delete_execution(RequestContext& visit) {
  if (!execution_of(visit)) return not_found(visit.request);
  erase_record(visit.records("executions"), visit.variable("Sid"));
  record_change(visit, "execution", visit.variable("Sid"), "deleted");
  return no_content();
}

ServedReply fetch_execution_context(RequestContext& visit) {
  json* execution = execution_of(visit);
  if (!execution) return not_found(visit.request);
  return ServedReply(200, {{"account_sid", visit.account_sid},
                           {"context", (*execution)["context"]},
                           {"flow_sid", (*execution)["flow_sid"]},
                           {"execution_sid", (*execution)["sid"]},
                           {"url", execution_url(*execution) + "/Context"}});
}

ServedReply list_steps(RequestContext& visit) {
  json* execution = execution_of(visit);
  if (!execution) return not_found(visit.request);
  return product_page(visit, select((*execution)["steps"]), "steps",
                      [&](const json& step) { return step_view(visit, *execution, step); });
}

ServedReply fetch_step(RequestContext& visit) {
  json* execution = nullptr;
  json* step = step_of(visit, execution);
  return step ? ServedReply(200, step_view(visit, *execution, *step)) : not_found(visit.request);
}

ServedReply fetch_step_context(RequestContext& visit) {
  json* execution = nullptr;
  json* step = step_of(visit, execution);
  if (!step) return not_found(visit.request);
  return ServedReply(200, {{"account_sid", visit.account_sid},
                           {"context", (*step)["context"]},
                           {"flow_sid", (*execution)["flow_sid"]},
                           {"execution_sid", (*execution)["sid"]},
                           {"step_sid", (*step)["sid"]},
                           {"url", execution_url(*execution) + "/Steps/" +
                                       (*step)["sid"].get<std::string>() + "/Context"}});
}

}  // namespace countersign::simulator
