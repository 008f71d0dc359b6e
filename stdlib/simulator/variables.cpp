// serverless.twilio.com: variables of an environment, whose values the provider shows in clear.
#include "stdlib/simulator/serverless.h"

namespace countersign::simulator {
namespace {

json variable_view(const Visit& visit, const json& service, const json& environment,
                   const json& variable) {
  json view = service_resource(
      visit, service, variable,
      environment_url(service, environment) + "/Variables/" + variable["sid"].get<std::string>());
  view["environment_sid"] = environment["sid"];
  return view;
}

}  // namespace

Reply list_variables(Visit& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment) return not_found(visit.request);
  return product_page(
      visit, select((*environment)["variables"]), "variables",
      [&](const json& variable) { return variable_view(visit, *service, *environment, variable); });
}

Reply fetch_variable(Visit& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  json* variable =
      environment ? find_record((*environment)["variables"], visit.variable("Sid")) : nullptr;
  return variable ? Reply(200, variable_view(visit, *service, *environment, *variable))
                  : not_found(visit.request);
}

Reply create_variable(Visit& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment) return not_found(visit.request);
  for (const char* name : {"Key", "Value"})
    if (!visit.form.has(name)) return missing_parameter(name);
  std::string key = visit.form.get("Key");
  if (key.empty()) return bad_parameter("Key", key);
  if (find_record((*environment)["variables"], key, "key"))
    return twilio_error(409, 20409, "A variable with this key exists in the environment: " + key);
  json variable = new_record(visit.world, "variable");
  variable["key"] = key;
  variable["value"] = visit.form.get("Value");
  (*environment)["variables"].push_back(variable);
  record_change(visit, "serverless-variable", variable["sid"], "created");
  return Reply(201, variable_view(visit, *service, *environment, variable));
}

Reply update_variable(Visit& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  json* variable =
      environment ? find_record((*environment)["variables"], visit.variable("Sid")) : nullptr;
  if (!variable) return not_found(visit.request);
  json before = *variable;
  if (std::optional<Reply> refusal = assign(visit, *variable, "variable", {"Key", "Value"}))
    return *refusal;
  (*variable)["date_updated"] = visit.world.stamp();
  record_change(visit, "serverless-variable", before["sid"], "updated", before, *variable);
  return Reply(200, variable_view(visit, *service, *environment, *variable));
}

Reply delete_variable(Visit& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment || !erase_record((*environment)["variables"], visit.variable("Sid")))
    return not_found(visit.request);
  record_change(visit, "serverless-variable", visit.variable("Sid"), "deleted");
  return no_content();
}

}  // namespace countersign::simulator
