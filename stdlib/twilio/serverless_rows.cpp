// serverless.*: the functions behind the flows. Paths and parameter names:
// twilio_serverless_v1.json.
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/session/protected.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/probe_row.h"
#include "stdlib/twilio/rows.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"
#include "stdlib/twilio/variable_rows.h"

namespace countersign {
namespace {

const std::string kServices = "https://serverless.twilio.com/v1/Services";
const std::string kService = kServices + "/{service}";
const std::string kEnvironment = kService + "/Environments/{environment}";

WireField service_field(const std::string& name = "service") {
  return {{.name = name,
           .type = Type::sid,
           .required = true,
           .summary = "the service",
           .prefix = "ZS"}};
}

WireField environment_field() {
  return {{.name = "environment",
           .type = Type::sid,
           .required = true,
           .summary = "the environment",
           .prefix = "ZE"}};
}

std::vector<Row> reading_rows() {
  return {
      listing({"serverless.services.list",
               twilio::kApiKey,
               kServices,
               {},
               "list of services",
               "Lists the account's serverless services"},
              "services"),
      fetching({"serverless.services.fetch",
                twilio::kApiKey,
                kServices + "/{sid}",
                {{{"sid", Type::text, true, "the service's SID or unique name"}}},
                "the service",
                "Reads one serverless service"}),
      listing({"serverless.environments.list",
               twilio::kApiKey,
               kService + "/Environments",
               {service_field()},
               "list of environments",
               "Lists a service's environments with their domains"},
              "environments"),
      listing({"serverless.logs.list",
               twilio::kApiKey,
               kEnvironment + "/Logs",
               {service_field(),
                environment_field(),
                {{.name = "function",
                  .type = Type::sid,
                  .summary = "only this function's",
                  .prefix = "ZH"},
                 "FunctionSid"},
                // Without a start the last day is answered; entries are kept 30 days.
                {{"since", Type::time, false,
                  "only entries of then or later; a day ago where not said"},
                 "StartDate",
                 Form::iso},
                {{"until", Type::time, false, "only entries of then or earlier"},
                 "EndDate",
                 Form::iso}},
               "list of log entries, not reliably in order",
               "Lists what the functions logged"},
              "logs"),
      listing({"serverless.functions.list",
               twilio::kApiKey,
               kService + "/Functions",
               {service_field()},
               "list of functions",
               "Lists a service's functions"},
              "functions"),
      fetching({"serverless.sources.fetch",
                twilio::kApiKey,
                kService + "/Functions/{function}/Versions/{version}/Content",
                {service_field(),
                 {{.name = "function",
                   .type = Type::sid,
                   .required = true,
                   .summary = "the function",
                   .prefix = "ZH"}},
                 {{.name = "version",
                   .type = Type::sid,
                   .required = true,
                   .summary = "its version, as a build names it",
                   .prefix = "ZN"}}},
                "the version's source, in content",
                "Reads the source of one version of a function"}),
      listing({"serverless.assets.list",
               twilio::kApiKey,
               kService + "/Assets",
               {service_field()},
               "list of assets",
               "Lists a service's assets"},
              "assets"),
      listing({"serverless.builds.list",
               twilio::kApiKey,
               kService + "/Builds",
               {service_field()},
               "list of builds",
               "Lists a service's builds"},
              "builds"),
      fetching({"serverless.builds.fetch",
                twilio::kApiKey,
                kService + "/Builds/{sid}/Status",
                {service_field(),
                 {{.name = "sid",
                   .type = Type::sid,
                   .required = true,
                   .summary = "the build",
                   .prefix = "ZB"}}},
                "the build's status: building, completed or failed",
                "Reads how far a build is"}),
      listing({"serverless.deployments.list",
               twilio::kApiKey,
               kEnvironment + "/Deployments",
               {service_field(), environment_field()},
               "list of deployments",
               "Lists an environment's deployments"},
              "deployments"),
  };
}

Result<json> post(const std::string& url, const Fields& fields, const Call& call) {
  const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
  return provider(call).request(twilio::kApiKey, "POST", filled(url, call), urlencoded(pairs));
}

// Builds are records: each is new, none replaces another, and only a deployment gives it effect.
Row create_build() {
  const Fields fields = {
      service_field(),
      {{"function_versions", Type::list, false, "SIDs of the functions' versions"},
       "FunctionVersions"},
      {{"asset_versions", Type::list, false, "SIDs of the assets' versions"}, "AssetVersions"},
      {{"dependencies", Type::list, false, "packages: list of {name, version}"},
       "Dependencies",
       Form::json_text},
      {{"runtime", Type::text, false, "such as node22"}, "Runtime"},
  };
  Row row{
      .name = "serverless.builds.create",
      .effect = Effect::mutate,
      .credential = twilio::kApiKey,
      .parameters = parameters(fields),
      .result = "the build; poll serverless.builds.fetch",
      .summary = "Builds a service from versions of its functions and assets",
      .carrier = [fields](const Call& call) { return post(kService + "/Builds", fields, call); }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/records/builds/" + escape_pointer(text_argument(call.arguments, "service"));
  };
  row.changing = Changing{
      .wire = 1, .sources = Sources::none(), .returns = Returns({{"/sid", range::id("ZB")}})};
  row.settle = Settle::ask;
  return row;
}

Result<std::string> environment_target(const Call& call) {
  return "/serverless/services/" + escape_pointer(text_argument(call.arguments, "service")) +
         "/environments/" + escape_pointer(text_argument(call.arguments, "environment"));
}

Row deploy_build() {
  const Fields fields = {
      service_field(),
      environment_field(),
      {{.name = "build",
        .type = Type::sid,
        .required = true,
        .summary = "the build; an earlier one is a rollback",
        .prefix = "ZB"},
       "BuildSid"},
  };
  Row row{.name = "serverless.deployments.create",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the deployment",
          .summary = "Puts a build live in an environment",
          .carrier = [fields](const Call& call) {
            return post(kEnvironment + "/Deployments", fields, call);
          }};
  row.target = environment_target;
  row.before = [](const Call& call) -> Result<json> {
    auto place = TRY(serverless_place(provider(call), call.arguments));
    return environment_state(provider(call), place);
  };
  row.project = [](const Call& call, const json& before) -> Result<json> {
    if (before.is_null())
      return Error{"argument",
                   "there is no environment " + text_argument(call.arguments, "environment"),
                   "serverless.environments.list shows them"};
    json after = before;
    after["build_sid"] = call.arguments["build"];
    return after;
  };
  row.changing = Changing{
      .wire = 1, .sources = Sources::none(), .returns = Returns({{"/sid", range::id("ZD")}})};
  row.settle = Settle::by_state;
  return row;
}

Row delete_service() {
  Row row{.name = "serverless.services.delete",
          .effect = Effect::destroy,
          .credential = twilio::kApiKey,
          .parameters = {{.name = "sid",
                          .type = Type::sid,
                          .required = true,
                          .summary = "the service",
                          .prefix = "ZS"}},
          .result = "nothing",
          .summary = "Deletes a serverless service; protected",
          .carrier = [](const Call& call) {
            return provider(call).request(twilio::kApiKey, "DELETE",
                                          filled(kServices + "/{sid}", call));
          }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/serverless/services/" + escape_pointer(text_argument(call.arguments, "sid"));
  };
  row.before = [](const Call& call) -> Result<json> {
    auto there =
        or_null(provider(call).request(twilio::kApiKey, "GET", filled(kServices + "/{sid}", call)));
    if (!there || there->is_null()) return there;
    auto all = TRY(serverless_state(provider(call)));
    return at_pointer(all, "/services/" + escape_pointer(text_argument(call.arguments, "sid")));
  };
  row.project = [](const Call&, const json&) -> Result<json> { return json(); };
  row.guard = protect("a serverless service",
                      "other features rely on it; remove the client's environment entries instead");
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.affects = {"/serverless"};
  row.irreversible =
      "every function, asset and variable of the service is gone, other features' too";
  return row;
}

}  // namespace

Status add_serverless_rows(Catalogue& catalogue) {
  std::vector<Row> rows = reading_rows();
  std::vector<Row> of_variables = variable_rows();
  rows.insert(rows.end(), of_variables.begin(), of_variables.end());
  rows.push_back(create_build());
  rows.push_back(deploy_build());
  rows.push_back(delete_service());
  rows.push_back(probe_row());
  for (Row& row : rows)
    if (Status added = catalogue.add(std::move(row)); !added) return added;
  return Done{};
}

}  // namespace countersign
