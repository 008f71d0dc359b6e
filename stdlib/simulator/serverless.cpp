// serverless.twilio.com: services, environments, logs, functions and assets, and the routes.
#include "stdlib/simulator/serverless.h"

#include "stdlib/simulator/filler.h"

namespace countersign::simulator {

// In builds.cpp.
Reply list_builds(Visit&);
Reply create_build(Visit&);
Reply fetch_build(Visit&);
Reply delete_build(Visit&);
Reply fetch_build_status(Visit&);
Reply list_deployments(Visit&);
Reply fetch_deployment(Visit&);
Reply create_deployment(Visit&);

// In variables.cpp.
Reply list_variables(Visit&);
Reply fetch_variable(Visit&);
Reply create_variable(Visit&);
Reply update_variable(Visit&);
Reply delete_variable(Visit&);

std::string service_url(const json& service) {
  return "https://serverless.twilio.com/v1/Services/" + service["sid"].get<std::string>();
}

std::string environment_url(const json& service, const json& environment) {
  return service_url(service) + "/Environments/" + environment["sid"].get<std::string>();
}

json* service_of(Visit& visit) {
  std::string wanted = visit.variable("ServiceSid");
  json& services = visit.records("serverless");
  json* service = find_record(services, wanted);
  if (!service) service = find_record(services, wanted, "unique_name");
  if (service) settle_builds(*service, visit.world.now());
  return service;
}

json* environment_of(Visit& visit, json*& service) {
  service = service_of(visit);
  return service ? find_record((*service)["environments"], visit.variable("EnvironmentSid"))
                 : nullptr;
}

json service_resource(const Visit& visit, const json& service, const json& record,
                      const std::string& url, std::initializer_list<const char*> hidden) {
  json view = shown(visit, record, hidden);
  view["service_sid"] = service["sid"];
  view["url"] = url;
  return view;
}

const json* version_of(const json& owners, const std::string& sid, const json** owner) {
  for (const json& record : owners)
    for (const json& version : record["versions"])
      if (version["sid"] == sid) {
        *owner = &record;
        return &version;
      }
  return nullptr;
}

namespace {

json service_view(const Visit& visit, const json& service) {
  json view =
      shown(visit, service,
            {"environments", "functions", "assets", "builds", "build_seconds", "builds_fail"});
  std::string url = service_url(service);
  view["url"] = url;
  view["links"] = {{"environments", url + "/Environments"},
                   {"functions", url + "/Functions"},
                   {"assets", url + "/Assets"},
                   {"builds", url + "/Builds"}};
  return view;
}

Reply list_services(Visit& visit) {
  return product_page(visit, select(visit.records("serverless")), "services",
                      [&](const json& service) { return service_view(visit, service); });
}

Reply fetch_service(Visit& visit) {
  json* service = service_of(visit);
  return service ? Reply(200, service_view(visit, *service)) : not_found(visit.request);
}

Reply delete_service(Visit& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  std::string sid = (*service)["sid"];
  erase_record(visit.records("serverless"), sid);
  record_change(visit, "serverless-service", sid, "deleted");
  return no_content();
}

json environment_view(const Visit& visit, const json& service, const json& environment) {
  std::string url = environment_url(service, environment);
  json view =
      service_resource(visit, service, environment, url, {"variables", "logs", "deployments"});
  view["links"] = {{"variables", url + "/Variables"},
                   {"deployments", url + "/Deployments"},
                   {"logs", url + "/Logs"}};
  return view;
}

Reply list_environments(Visit& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  return product_page(
      visit, select((*service)["environments"]), "environments",
      [&](const json& environment) { return environment_view(visit, *service, environment); });
}

Reply fetch_environment(Visit& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  return environment ? Reply(200, environment_view(visit, *service, *environment))
                     : not_found(visit.request);
}

Reply list_logs(Visit& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment) return not_found(visit.request);
  bool bounded = visit.request.query.has("StartDate");
  Seconds yesterday = visit.world.now() - 24 * 3600;
  Records all = select((*environment)["logs"], [&](const json& log) {
    std::optional<Seconds> time = parse_date(log["date_created"].get<std::string>());
    return same(visit, "FunctionSid", log["function_sid"]) &&
           between(visit, "StartDate", "EndDate", log["date_created"]) &&
           (bounded || !time || *time >= yesterday);
  });
  newest_first(all, "date_created");
  return product_page(visit, all, "logs", [&](const json& log) {
    json view = service_resource(
        visit, *service, log,
        environment_url(*service, *environment) + "/Logs/" + log["sid"].get<std::string>());
    view["environment_sid"] = (*environment)["sid"];
    return view;
  });
}

// A new service has nothing in it, and a domain of its own: never that of one of the same name.
Reply create_service(Visit& visit) {
  for (const char* name : {"UniqueName", "FriendlyName"})
    if (!visit.form.has(name)) return missing_parameter(name);
  const std::string name = visit.form.get("UniqueName");
  json& services = visit.records("serverless");
  if (find_record(services, name, "unique_name"))
    return twilio_error(409, 20409, "A service with this unique name exists: " + name);
  json service = new_record(visit.world, "service");
  service["unique_name"] = name;
  service["friendly_name"] = visit.form.get("FriendlyName");
  service["domain_base"] = name + "-" + digits_of(service["sid"].get<std::string>()).substr(0, 4);
  for (const char* list : {"environments", "functions", "assets", "builds"})
    service[list] = json::array();
  services.push_back(service);
  record_change(visit, "serverless-service", service["sid"], "created");
  return Reply(201, service_view(visit, service));
}

Reply create_environment(Visit& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  if (!visit.form.has("UniqueName")) return missing_parameter("UniqueName");
  const std::string name = visit.form.get("UniqueName"), suffix = visit.form.get("DomainSuffix");
  if (find_record((*service)["environments"], name, "unique_name"))
    return twilio_error(409, 20409, "An environment with this unique name exists: " + name);
  json environment = new_record(visit.world, "environment");
  environment["unique_name"] = name;
  environment["domain_suffix"] = suffix;
  environment["domain_name"] = (*service)["domain_base"].get<std::string>() +
                               (suffix.empty() ? "" : "-" + suffix) + ".twil.io";
  for (const char* list : {"variables", "logs", "deployments"}) environment[list] = json::array();
  (*service)["environments"].push_back(environment);
  record_change(visit, "serverless-environment", environment["sid"], "created");
  return Reply(201, environment_view(visit, *service, environment));
}

Reply create_function(Visit& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  if (!visit.form.has("FriendlyName")) return missing_parameter("FriendlyName");
  json function = new_record(visit.world, "function");
  function["friendly_name"] = visit.form.get("FriendlyName");
  function["versions"] = json::array();
  (*service)["functions"].push_back(function);
  record_change(visit, "serverless-function", function["sid"], "created");
  json view = service_resource(
      visit, *service, function,
      service_url(*service) + "/Functions/" + function["sid"].get<std::string>(), {"versions"});
  view["links"] = {{"function_versions", view["url"].get<std::string>() + "/Versions"}};
  return Reply(201, view);
}

Reply list_owned(Visit& visit, const char* key, const char* collection) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  return product_page(visit, select((*service)[key]), key, [&](const json& record) {
    std::string url =
        service_url(*service) + "/" + collection + "/" + record["sid"].get<std::string>();
    json view = service_resource(visit, *service, record, url, {"versions"});
    std::string name = std::string(key).substr(0, std::string(key).size() - 1);
    view["links"] = {{name + "_versions", url + "/Versions"}};
    return view;
  });
}

Reply list_functions(Visit& visit) {
  return list_owned(visit, "functions", "Functions");
}
Reply list_assets(Visit& visit) {
  return list_owned(visit, "assets", "Assets");
}

// serverless-upload.twilio.com: a new version of a function, as multipart form.
Reply upload_version(Visit& visit) {
  json* service = service_of(visit);
  json* function =
      service ? find_record((*service)["functions"], visit.variable("FunctionSid")) : nullptr;
  if (!function) return not_found(visit.request);
  for (const char* name : {"Path", "Visibility", "Content"})
    if (!visit.form.has(name)) return missing_parameter(name);
  json version = new_record(visit.world, "function_version");
  for (const char* name : {"Path", "Visibility", "Content"})
    version[snake_case(name)] = visit.form.get(name);
  (*function)["versions"].push_back(version);
  record_change(visit, "serverless-function-version", version["sid"], "created");
  json view =
      service_resource(visit, *service, version,
                       service_url(*service) + "/Functions/" + visit.variable("FunctionSid") +
                           "/Versions/" + version["sid"].get<std::string>(),
                       {"content", "reply"});
  view["function_sid"] = (*function)["sid"];
  return Reply(201, view);
}

Reply fetch_content(Visit& visit) {
  json* service = service_of(visit);
  json* function =
      service ? find_record((*service)["functions"], visit.variable("FunctionSid")) : nullptr;
  json* version = function ? find_record((*function)["versions"], visit.variable("Sid")) : nullptr;
  if (!version) return not_found(visit.request);
  return Reply(200, {{"sid", (*version)["sid"]},
                     {"account_sid", visit.account_sid},
                     {"service_sid", (*service)["sid"]},
                     {"function_sid", (*function)["sid"]},
                     {"content", version->value("content", "")},
                     {"url", service_url(*service) + "/Functions/" + visit.variable("FunctionSid") +
                                 "/Versions/" + visit.variable("Sid") + "/Content"}});
}

constexpr Route kRoutes[] = {
    {"GET", "/v1/Services", list_services},
    {"POST", "/v1/Services", create_service},
    {"GET", "/v1/Services/{ServiceSid}", fetch_service},
    {"DELETE", "/v1/Services/{ServiceSid}", delete_service},
    {"GET", "/v1/Services/{ServiceSid}/Environments", list_environments},
    {"POST", "/v1/Services/{ServiceSid}/Environments", create_environment},
    {"GET", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}", fetch_environment},
    {"GET", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Variables", list_variables},
    {"POST", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Variables", create_variable},
    {"GET", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Variables/{Sid}",
     fetch_variable},
    {"POST", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Variables/{Sid}",
     update_variable},
    {"DELETE", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Variables/{Sid}",
     delete_variable},
    {"GET", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Logs", list_logs},
    {"GET", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Deployments",
     list_deployments},
    {"POST", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Deployments",
     create_deployment},
    {"GET", "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Deployments/{Sid}",
     fetch_deployment},
    {"GET", "/v1/Services/{ServiceSid}/Functions", list_functions},
    {"POST", "/v1/Services/{ServiceSid}/Functions", create_function},
    {"GET", "/v1/Services/{ServiceSid}/Functions/{FunctionSid}/Versions/{Sid}/Content",
     fetch_content},
    {"GET", "/v1/Services/{ServiceSid}/Assets", list_assets},
    {"GET", "/v1/Services/{ServiceSid}/Builds", list_builds},
    {"POST", "/v1/Services/{ServiceSid}/Builds", create_build},
    {"GET", "/v1/Services/{ServiceSid}/Builds/{Sid}", fetch_build},
    {"DELETE", "/v1/Services/{ServiceSid}/Builds/{Sid}", delete_build},
    {"GET", "/v1/Services/{ServiceSid}/Builds/{Sid}/Status", fetch_build_status},
};

constexpr Route kUploadRoutes[] = {
    {"POST", "/v1/Services/{ServiceSid}/Functions/{FunctionSid}/Versions", upload_version},
};

}  // namespace

std::span<const Route> serverless_routes() {
  return kRoutes;
}

std::span<const Route> upload_routes() {
  return kUploadRoutes;
}

}  // namespace countersign::simulator
