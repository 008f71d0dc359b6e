// serverless.twilio.com: services, environments and logs, and the routes of all of it.
#include "stdlib/simulator/twilio/serverless.h"

#include <algorithm>
#include <cctype>

#include "stdlib/simulator/server/filler.h"

namespace countersign::simulator {

// In builds.cpp.
ServedReply list_builds(RequestContext&);
ServedReply create_build(RequestContext&);
ServedReply fetch_build(RequestContext&);
ServedReply delete_build(RequestContext&);
ServedReply fetch_build_status(RequestContext&);
ServedReply list_deployments(RequestContext&);
ServedReply fetch_deployment(RequestContext&);
ServedReply create_deployment(RequestContext&);

// In serverless_contents.cpp.
ServedReply list_contents(RequestContext&);
ServedReply create_content(RequestContext&);
ServedReply fetch_content(RequestContext&);
ServedReply update_content(RequestContext&);
ServedReply delete_content(RequestContext&);
ServedReply list_versions(RequestContext&);
ServedReply fetch_version(RequestContext&);
ServedReply fetch_version_content(RequestContext&);
ServedReply upload_version(RequestContext&);

// In variables.cpp.
ServedReply list_variables(RequestContext&);
ServedReply fetch_variable(RequestContext&);
ServedReply create_variable(RequestContext&);
ServedReply update_variable(RequestContext&);
ServedReply delete_variable(RequestContext&);

std::string service_url(const json& service) {
  return "https://serverless.twilio.com/v1/Services/" + service["sid"].get<std::string>();
}

std::string environment_url(const json& service, const json& environment) {
  return service_url(service) + "/Environments/" + environment["sid"].get<std::string>();
}

json* service_of(RequestContext& visit) {
  std::string wanted = visit.variable("ServiceSid");
  json& services = visit.records("serverless");
  json* service = find_record(services, wanted);
  if (!service) service = find_record(services, wanted, "unique_name");
  if (service) settle_builds(*service, visit.world.now());
  return service;
}

json* environment_of(RequestContext& visit, json*& service) {
  service = service_of(visit);
  return service ? find_record((*service)["environments"], visit.variable("EnvironmentSid"))
                 : nullptr;
}

json service_resource(const RequestContext& visit, const json& service, const json& record,
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

json service_view(const RequestContext& visit, const json& service) {
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

ServedReply list_services(RequestContext& visit) {
  return product_page(visit, select(visit.records("serverless")), "services",
                      [&](const json& service) { return service_view(visit, service); });
}

ServedReply fetch_service(RequestContext& visit) {
  json* service = service_of(visit);
  return service ? ServedReply(200, service_view(visit, *service)) : not_found(visit.request);
}

ServedReply delete_service(RequestContext& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  std::string sid = (*service)["sid"];
  erase_record(visit.records("serverless"), sid);
  record_change(visit, "serverless-service", sid, "deleted");
  return no_content();
}

json environment_view(const RequestContext& visit, const json& service, const json& environment) {
  std::string url = environment_url(service, environment);
  json view =
      service_resource(visit, service, environment, url, {"variables", "logs", "deployments"});
  view["links"] = {{"variables", url + "/Variables"},
                   {"deployments", url + "/Deployments"},
                   {"logs", url + "/Logs"}};
  return view;
}

ServedReply list_environments(RequestContext& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  return product_page(
      visit, select((*service)["environments"]), "environments",
      [&](const json& environment) { return environment_view(visit, *service, environment); });
}

ServedReply fetch_environment(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  return environment ? ServedReply(200, environment_view(visit, *service, *environment))
                     : not_found(visit.request);
}

ServedReply list_logs(RequestContext& visit) {
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

// Letters, digits, - and _.
bool is_unique_name(const std::string& name, std::size_t longest) {
  return !name.empty() && name.size() <= longest &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return c == '-' || c == '_' || (std::isalnum(c) && c < 0x80);
         });
}

// A new service has nothing in it, and a domain of its own: never that of one of the same name.
ServedReply create_service(RequestContext& visit) {
  for (const char* name : {"UniqueName", "FriendlyName"})
    if (!visit.form.has(name)) return missing_parameter(name);
  const std::string name = visit.form.get("UniqueName");
  if (!is_unique_name(name, 50)) return bad_parameter("UniqueName", name);
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
  return ServedReply(201, service_view(visit, service));
}

ServedReply create_environment(RequestContext& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  if (!visit.form.has("UniqueName")) return missing_parameter("UniqueName");
  const std::string name = visit.form.get("UniqueName"), suffix = visit.form.get("DomainSuffix");
  if (!is_unique_name(name, 100)) return bad_parameter("UniqueName", name);
  if (!suffix.empty() && !is_unique_name(suffix, 16)) return bad_parameter("DomainSuffix", suffix);
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
  return ServedReply(201, environment_view(visit, *service, environment));
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
    {"GET", "/v1/Services/{ServiceSid}/Functions", list_contents},
    {"POST", "/v1/Services/{ServiceSid}/Functions", create_content},
    {"GET", "/v1/Services/{ServiceSid}/Functions/{Sid}", fetch_content},
    {"POST", "/v1/Services/{ServiceSid}/Functions/{Sid}", update_content},
    {"DELETE", "/v1/Services/{ServiceSid}/Functions/{Sid}", delete_content},
    {"GET", "/v1/Services/{ServiceSid}/Functions/{Sid}/Versions", list_versions},
    {"GET", "/v1/Services/{ServiceSid}/Functions/{Sid}/Versions/{VersionSid}", fetch_version},
    {"GET", "/v1/Services/{ServiceSid}/Functions/{Sid}/Versions/{VersionSid}/Content",
     fetch_version_content},
    {"GET", "/v1/Services/{ServiceSid}/Assets", list_contents},
    {"POST", "/v1/Services/{ServiceSid}/Assets", create_content},
    {"GET", "/v1/Services/{ServiceSid}/Assets/{Sid}", fetch_content},
    {"POST", "/v1/Services/{ServiceSid}/Assets/{Sid}", update_content},
    {"DELETE", "/v1/Services/{ServiceSid}/Assets/{Sid}", delete_content},
    {"GET", "/v1/Services/{ServiceSid}/Assets/{Sid}/Versions", list_versions},
    {"GET", "/v1/Services/{ServiceSid}/Assets/{Sid}/Versions/{VersionSid}", fetch_version},
    {"GET", "/v1/Services/{ServiceSid}/Builds", list_builds},
    {"POST", "/v1/Services/{ServiceSid}/Builds", create_build},
    {"GET", "/v1/Services/{ServiceSid}/Builds/{Sid}", fetch_build},
    {"DELETE", "/v1/Services/{ServiceSid}/Builds/{Sid}", delete_build},
    {"GET", "/v1/Services/{ServiceSid}/Builds/{Sid}/Status", fetch_build_status},
};

constexpr Route kUploadRoutes[] = {
    {"POST", "/v1/Services/{ServiceSid}/Functions/{Sid}/Versions", upload_version},
    {"POST", "/v1/Services/{ServiceSid}/Assets/{Sid}/Versions", upload_version},
};

}  // namespace

std::span<const Route> serverless_routes() {
  return kRoutes;
}

std::span<const Route> upload_routes() {
  return kUploadRoutes;
}

}  // namespace countersign::simulator
