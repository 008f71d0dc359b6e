// studio.twilio.com: flows, their revisions and validation.
//
// A flow's record is its latest revision; `revisions` holds the earlier ones. Every save makes a
// new revision, whatever it changes; callers meet the latest published one.
#include "stdlib/simulator/twilio/definition.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {

// In executions.cpp.
ServedReply create_execution(RequestContext&);
ServedReply list_executions(RequestContext&);
ServedReply fetch_execution(RequestContext&);
ServedReply end_execution(RequestContext&);
ServedReply delete_execution(RequestContext&);
ServedReply fetch_execution_context(RequestContext&);
ServedReply list_steps(RequestContext&);
ServedReply fetch_step(RequestContext&);
ServedReply fetch_step_context(RequestContext&);

namespace {

std::string flow_url(const std::string& sid) {
  return "https://studio.twilio.com/v2/Flows/" + sid;
}

json flow_view(const RequestContext& visit, const json& flow) {
  json view = shown(visit, flow, {"revisions"});
  std::string sid = flow["sid"], url = flow_url(sid);
  json errors = definition_errors(flow["definition"]);
  view["valid"] = errors.empty();
  view["errors"] = errors;
  view["warnings"] = json::array();
  view["url"] = url;
  view["webhook_url"] =
      "https://webhooks.twilio.com/v1/Accounts/" + visit.account_sid + "/Flows/" + sid;
  view["links"] = {{"revisions", url + "/Revisions"},
                   {"test_users", url + "/TestUsers"},
                   {"executions", url + "/Executions"}};
  return view;
}

json revision_view(const RequestContext& visit, const json& flow, const json& revision) {
  json view = shown(visit, revision, {"revisions"});
  json errors = definition_errors(revision["definition"]);
  view["sid"] = flow["sid"];
  view["valid"] = errors.empty();
  view["errors"] = errors;
  view["url"] =
      flow_url(flow["sid"]) + "/Revisions/" + std::to_string(revision["revision"].get<int>());
  return view;
}

// The new values of a flow, or a refusal.
std::optional<ServedReply> read_flow(const RequestContext& visit, json& changes,
                                     bool all_required) {
  std::optional<std::string> status = visit.form.find("Status");
  if (!status) return missing_parameter("Status");
  if (*status != "draft" && *status != "published") return bad_parameter("Status", *status);
  changes["status"] = *status;
  std::optional<std::string> name = visit.form.find("FriendlyName");
  if (all_required && !name) return missing_parameter("FriendlyName");
  if (name) changes["friendly_name"] = *name;
  changes["commit_message"] = nullptr;
  if (std::optional<std::string> text = visit.form.find("CommitMessage"))
    changes["commit_message"] = *text;
  if (std::optional<std::string> text = visit.form.find("AuthorSid")) changes["author_sid"] = *text;
  std::optional<std::string> definition = visit.form.find("Definition");
  if (all_required && !definition) return missing_parameter("Definition");
  if (!definition) return std::nullopt;
  json parsed = json::parse(*definition, nullptr, false);
  json errors = definition_errors(parsed);
  if (!errors.empty())
    return twilio_error(400, 81022, "Flow definition validation failed", {{"errors", errors}});
  changes["definition"] = parsed;
  return std::nullopt;
}

ServedReply list_flows(RequestContext& visit) {
  return product_page(visit, select(visit.records("flows")), "flows", [&](const json& flow) {
    json view = flow_view(visit, flow);
    view["definition"] = nullptr;  // only a fetch hands it out
    return view;
  });
}

ServedReply fetch_flow(RequestContext& visit) {
  json* flow = find_record(visit.records("flows"), visit.variable("Sid"));
  return flow ? ServedReply(200, flow_view(visit, *flow)) : not_found(visit.request);
}

ServedReply create_flow(RequestContext& visit) {
  json changes;
  if (std::optional<ServedReply> refusal = read_flow(visit, changes, true)) return *refusal;
  json flow = new_record(visit.world, "flow");
  flow.update(changes);
  visit.records("flows").push_back(flow);
  record_change(visit, "flow", flow["sid"], "created");
  return ServedReply(201, flow_view(visit, flow));
}

ServedReply update_flow(RequestContext& visit) {
  json* flow = find_record(visit.records("flows"), visit.variable("Sid"));
  if (!flow) return not_found(visit.request);
  json changes;
  if (std::optional<ServedReply> refusal = read_flow(visit, changes, false)) return *refusal;
  json before = *flow;
  before.erase("revisions");
  json earlier = before;
  earlier.erase("sid");
  (*flow)["revisions"].push_back(earlier);
  flow->update(changes);
  (*flow)["revision"] = before["revision"].get<int>() + 1;
  (*flow)["date_updated"] = visit.world.stamp();
  ServedReply reply(200, flow_view(visit, *flow));
  json after = *flow;
  record_change(visit, "flow", after["sid"], "updated", before, after);
  return reply;
}

ServedReply delete_flow(RequestContext& visit) {
  std::string sid = visit.variable("Sid");
  if (!erase_record(visit.records("flows"), sid)) return not_found(visit.request);
  // The history of a deleted flow cannot be read any more.
  json kept = json::array();
  for (json& execution : visit.records("executions"))
    if (execution["flow_sid"] != sid) kept.push_back(std::move(execution));
  visit.records("executions") = std::move(kept);
  record_change(visit, "flow", sid, "deleted");
  return no_content();
}

ServedReply validate_flow(RequestContext& visit) {
  json changes;
  if (std::optional<ServedReply> refusal = read_flow(visit, changes, true)) return *refusal;
  return ServedReply(200, {{"valid", true}});
}

// Earliest first, the flow itself being the last.
Records revisions_of(const json& flow) {
  Records all = select(flow["revisions"]);
  all.push_back(&flow);
  return all;
}

ServedReply list_revisions(RequestContext& visit) {
  json* flow = find_record(visit.records("flows"), visit.variable("Sid"));
  if (!flow) return not_found(visit.request);
  Records all = revisions_of(*flow);
  Records latest_first(all.rbegin(), all.rend());
  return product_page(visit, latest_first, "revisions", [&](const json& revision) {
    json view = revision_view(visit, *flow, revision);
    view["definition"] = nullptr;
    return view;
  });
}

ServedReply fetch_revision(RequestContext& visit) {
  json* flow = find_record(visit.records("flows"), visit.variable("Sid"));
  if (!flow) return not_found(visit.request);
  std::string wanted = visit.variable("Revision");
  bool number = wanted.find_first_not_of("0123456789") == std::string::npos && !wanted.empty();
  if (!number && wanted != "LatestRevision" && wanted != "LatestPublished")
    return twilio_error(400, 81021,
                        "Revision must be a number, LatestRevision or LatestPublished: " + wanted);
  Records all = revisions_of(*flow);
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    const json& revision = **it;
    if (wanted == "LatestRevision" ||
        (wanted == "LatestPublished" && revision["status"] == "published") ||
        wanted == std::to_string(revision["revision"].get<int>()))
      return ServedReply(200, revision_view(visit, *flow, revision));
  }
  return not_found(visit.request);
}

constexpr Route kRoutes[] = {
    {"GET", "/v2/Flows", list_flows},
    {"POST", "/v2/Flows", create_flow},
    {"POST", "/v2/Flows/Validate", validate_flow},
    {"GET", "/v2/Flows/{Sid}", fetch_flow},
    {"POST", "/v2/Flows/{Sid}", update_flow},
    {"DELETE", "/v2/Flows/{Sid}", delete_flow},
    {"GET", "/v2/Flows/{Sid}/Revisions", list_revisions},
    {"GET", "/v2/Flows/{Sid}/Revisions/{Revision}", fetch_revision},
    {"GET", "/v2/Flows/{FlowSid}/Executions", list_executions},
    {"POST", "/v2/Flows/{FlowSid}/Executions", create_execution},
    {"GET", "/v2/Flows/{FlowSid}/Executions/{Sid}", fetch_execution},
    {"POST", "/v2/Flows/{FlowSid}/Executions/{Sid}", end_execution},
    {"DELETE", "/v2/Flows/{FlowSid}/Executions/{Sid}", delete_execution},
    {"GET", "/v2/Flows/{FlowSid}/Executions/{Sid}/Context", fetch_execution_context},
    {"GET", "/v2/Flows/{FlowSid}/Executions/{Sid}/Steps", list_steps},
    {"GET", "/v2/Flows/{FlowSid}/Executions/{Sid}/Steps/{StepSid}", fetch_step},
    {"GET", "/v2/Flows/{FlowSid}/Executions/{Sid}/Steps/{StepSid}/Context", fetch_step_context},
};

}  // namespace

std::span<const Route> studio_routes() {
  return kRoutes;
}

}  // namespace countersign::simulator
