#include "stdlib/twilio/variable_rows.h"

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/http/url.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"
#include "stdlib/twilio/variable_value.h"

namespace countersign {
namespace {

WireField environment_field() {
  return {{.name = "environment",
           .type = Type::sid,
           .summary = "the environment; the profile's where not said",
           .prefix = "ZE"}};
}

WireField key_field() {
  return {{"key", Type::text, true, "the variable's name"}, "Key"};
}

WireField value_field() {
  return {{.name = "value",
           .required = true,
           .summary = "its value; a secret's handle may stand here",
           .sink = true},
          "Value"};
}

std::string variables_url(const ServerlessPlace& place) {
  return "https://serverless.twilio.com/v1/Services/" + percent_encode(place.service) +
         "/Environments/" + percent_encode(place.environment) + "/Variables";
}

Result<std::string> target(const Call& call) {
  auto place = TRY(serverless_place(provider(call), call.arguments));
  return place.variables_pointer() + "/" + escape_pointer(text_argument(call.arguments, "key"));
}

// The variable as listed; null where there is none.
Result<json> resource(ProviderSession& session, const ServerlessPlace& place,
                      const std::string& key) {
  auto list = TRY(twilio_list(session, twilio::kApiKey, variables_url(place), "variables"));
  for (json& one : list)
    if (one.value("key", "") == key) return std::move(one);
  return json();
}

Result<json> live_resource(const Call& call) {
  auto place = TRY(serverless_place(provider(call), call.arguments));
  return resource(provider(call), place, text_argument(call.arguments, "key"));
}

// A variable's state is its value: text, or a handle where the key is not public.
Result<json> before(const Call& call) {
  auto found = live_resource(call);
  if (!found || found->is_null()) return found;
  return found->value("value", json(""));
}

Result<json> projected_value(const Call& call) {
  auto place = TRY(serverless_place(provider(call), call.arguments));
  return variable_value(provider(call), place.environment, text_argument(call.arguments, "key"),
                        call.arguments["value"]);
}

// Which environment it is in, where the profile says so and not the call.
Sources which_environment() {
  return Sources([](const Call& call) -> Result<json> {
    auto place = TRY(serverless_place(provider(call), call.arguments));
    return json{{"service", place.service}, {"environment", place.environment}};
  });
}

Error no_variable(const Call& call) {
  return Error{"argument",
               "there is no serverless variable \"" + text_argument(call.arguments, "key") + "\"",
               "serverless.variables.create makes it"};
}

// A secret's old value is kept nowhere.
json back_to(const json& arguments, const json& was, const char* operation) {
  if (!was.is_string() && !was.is_null()) return nullptr;
  json back = {{"key", arguments["key"]}};
  if (arguments.contains("environment")) back["environment"] = arguments["environment"];
  if (was.is_null()) return {{"operation", "serverless.variables.delete"}, {"arguments", back}};
  back["value"] = was;
  return {{"operation", operation}, {"arguments", back}};
}

Row create() {
  const Fields fields = {key_field(), value_field(), environment_field()};
  Row row{.name = "serverless.variables.create",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the variable",
          .summary = "Makes a variable of the serverless environment"};
  row.carrier = [fields](const Call& call) -> Result<json> {
    auto place = TRY(serverless_place(provider(call), call.arguments));
    const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
    return provider(call).request(twilio::kApiKey, "POST", variables_url(place), urlencoded(pairs));
  };
  row.target = target;
  row.before = before;
  row.project = [](const Call& call, const json& was) -> Result<json> {
    if (!was.is_null())
      return Error{
          "argument",
          "there already is a serverless variable \"" + text_argument(call.arguments, "key") + "\"",
          "serverless.variables.update changes it"};
    return projected_value(call);
  };
  row.inverse = [](const json& arguments, const json& was) {
    return back_to(arguments, was, "serverless.variables.create");
  };
  row.lookup = live_resource;
  row.changing = Changing{
      .wire = 1, .sources = which_environment(), .returns = Returns({{"/sid", range::id("ZV")}})};
  row.settle = Settle::by_lookup;
  return row;
}

// An existing variable is addressed by its SID, which its key is looked up for.
Result<json> send(const Call& call, const std::string& method, const std::string& body) {
  ProviderSession& session = provider(call);
  auto place = TRY(serverless_place(session, call.arguments));
  auto found = TRY(resource(session, place, text_argument(call.arguments, "key")));
  if (found.is_null()) return no_variable(call);
  const std::string sid = found.value("sid", "");
  if (!outside_range(range::id("ZV"), sid).empty())
    return Error{"provider", "serverless.twilio.com names the variable \"" + sid +
                                 "\", which is no SID of a variable"};
  return session.request(twilio::kApiKey, method, variables_url(place) + "/" + percent_encode(sid),
                         body);
}

Row update() {
  const Fields fields = {key_field(), value_field(), environment_field()};
  Row row{.name = "serverless.variables.update",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the variable",
          .summary = "Changes a variable of the serverless environment"};
  row.carrier = [fields](const Call& call) -> Result<json> {
    const auto pairs = TRY(wire_pairs({value_field()}, call.arguments, provider(call)));
    return send(call, "POST", urlencoded(pairs));
  };
  row.target = target;
  row.before = before;
  row.project = [](const Call& call, const json& was) -> Result<json> {
    if (was.is_null()) return no_variable(call);
    return projected_value(call);
  };
  row.inverse = [](const json& arguments, const json& was) {
    return back_to(arguments, was, "serverless.variables.update");
  };
  row.changing = Changing{.wire = 1, .sources = which_environment(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  return row;
}

Row remove() {
  const Fields fields = {key_field(), environment_field()};
  Row row{.name = "serverless.variables.delete",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "nothing",
          .summary = "Removes a variable of the serverless environment",
          .carrier = [](const Call& call) { return send(call, "DELETE", ""); }};
  row.target = target;
  row.before = before;
  row.project = [](const Call&, const json&) -> Result<json> { return json(); };
  row.inverse = [](const json& arguments, const json& was) {
    return back_to(arguments, was, "serverless.variables.create");
  };
  row.changing = Changing{.wire = 1, .sources = which_environment(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  return row;
}

Row list() {
  const Fields fields = {environment_field()};
  Row row{.name = "serverless.variables.list",
          .effect = Effect::read,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "list of variables; values are handles unless their key is public",
          .summary = "Lists the variables of the serverless environment",
          .carrier = [](const Call& call) -> Result<json> {
            auto place = TRY(serverless_place(provider(call), call.arguments));
            return twilio_list(provider(call), twilio::kApiKey, variables_url(place), "variables");
          }};
  return row;
}

}  // namespace

std::vector<Row> variable_rows() {
  return {list(), create(), update(), remove()};
}

}  // namespace countersign
