// serverless.twilio.com: variables of an environment, whose values the provider shows in clear.
#include "stdlib/simulator/twilio/serverless.h"

#include <algorithm>
#include <cctype>

namespace countersign::simulator {
namespace {

json variable_view(const RequestContext& visit, const json& service, const json& environment,
                   const json& variable) {
  json view = service_resource(
      visit, service, variable,
      environment_url(service, environment) + "/Variables/" + variable["sid"].get<std::string>());
  view["environment_sid"] = environment["sid"];
  return view;
}

constexpr std::size_t kLongestKey = 128, kLongestValue = 450;

// A letter or _, then letters, digits and _: what can be the name of an environment variable.
bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= kLongestKey &&
         !std::isdigit(static_cast<unsigned char>(key[0])) &&
         std::all_of(key.begin(), key.end(),
                     [](unsigned char c) { return c == '_' || (std::isalnum(c) && c < 0x80); });
}

std::optional<ServedReply> wrong_variable(const RequestContext& visit) {
  std::optional<std::string> key = visit.form.find("Key"), value = visit.form.find("Value");
  if (key && !is_key(*key)) return bad_parameter("Key", *key);
  if (value && value->size() > kLongestValue)
    return twilio_error(
        400, 20001,
        "Invalid parameter Value: it is longer than " + std::to_string(kLongestValue) + " bytes");
  return std::nullopt;
}

}  // namespace

ServedReply list_variables(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment) return not_found(visit.request);
  return product_page(
      visit, select((*environment)["variables"]), "variables",
      [&](const json& variable) { return variable_view(visit, *service, *environment, variable); });
}

ServedReply fetch_variable(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  json* variable =
      environment ? find_record((*environment)["variables"], visit.variable("Sid")) : nullptr;
  return variable ? ServedReply(200, variable_view(visit, *service, *environment, *variable))
                  : not_found(visit.request);
}

ServedReply create_variable(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment) return not_found(visit.request);
  for (const char* name : {"Key", "Value"})
    if (!visit.form.has(name)) return missing_parameter(name);
  std::string key = visit.form.get("Key");
  if (std::optional<ServedReply> refusal = wrong_variable(visit)) return *refusal;
  if (find_record((*environment)["variables"], key, "key"))
    return twilio_error(409, 20409, "A variable with this key exists in the environment: " + key);
  json variable = new_record(visit.world, "variable");
  variable["key"] = key;
  variable["value"] = visit.form.get("Value");
  (*environment)["variables"].push_back(variable);
  record_change(visit, "serverless-variable", variable["sid"], "created");
  return ServedReply(201, variable_view(visit, *service, *environment, variable));
}

ServedReply update_variable(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  json* variable =
      environment ? find_record((*environment)["variables"], visit.variable("Sid")) : nullptr;
  if (!variable) return not_found(visit.request);
  if (std::optional<ServedReply> refusal = wrong_variable(visit)) return *refusal;
  if (std::optional<std::string> key = visit.form.find("Key")) {
    const json* same_key = find_record((*environment)["variables"], *key, "key");
    if (same_key && same_key != variable)
      return twilio_error(409, 20409,
                          "A variable with this key exists in the environment: " + *key);
  }
  json before = *variable;
  if (std::optional<ServedReply> refusal = assign(visit, *variable, "variable", {"Key", "Value"}))
    return *refusal;
  (*variable)["date_updated"] = visit.world.stamp();
  record_change(visit, "serverless-variable", before["sid"], "updated", before, *variable);
  return ServedReply(200, variable_view(visit, *service, *environment, *variable));
}

ServedReply delete_variable(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment || !erase_record((*environment)["variables"], visit.variable("Sid")))
    return not_found(visit.request);
  record_change(visit, "serverless-variable", visit.variable("Sid"), "deleted");
  return no_content();
}

}  // namespace countersign::simulator
