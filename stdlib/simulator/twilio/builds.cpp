// serverless.twilio.com: builds, which take their time, and deployments of finished ones.
#include "stdlib/simulator/twilio/serverless.h"

#include <algorithm>

namespace countersign::simulator {
namespace {

std::string build_url(const json& service, const json& build) {
  return service_url(service) + "/Builds/" + build["sid"].get<std::string>();
}

// A build names versions; its answer shows them.
json versions_view(const RequestContext& visit, const json& service, const json& build,
                   const char* field, const char* owners, const char* owner_field) {
  json views = json::array();
  for (const json& sid : build[field]) {
    const json* owner = nullptr;
    const json* version =
        sid.is_string() ? version_of(service[owners], sid.get<std::string>(), &owner) : nullptr;
    if (!version) continue;
    json view = shown(visit, *version, {"content", "reply"});
    view["service_sid"] = service["sid"];
    view[owner_field] = (*owner)["sid"];
    views.push_back(view);
  }
  return views;
}

json build_view(const RequestContext& visit, const json& service, const json& build) {
  json view = service_resource(visit, service, build, build_url(service, build), {"completes_at"});
  view["function_versions"] =
      versions_view(visit, service, build, "function_versions", "functions", "function_sid");
  view["asset_versions"] =
      versions_view(visit, service, build, "asset_versions", "assets", "asset_sid");
  view["links"] = {{"build_status", build_url(service, build) + "/Status"}};
  return view;
}

json deployment_view(const RequestContext& visit, const json& service, const json& environment,
                     const json& deployment) {
  json view = service_resource(visit, service, deployment,
                               environment_url(service, environment) + "/Deployments/" +
                                   deployment["sid"].get<std::string>());
  view["environment_sid"] = environment["sid"];
  return view;
}

json* build_of(RequestContext& visit, json*& service) {
  service = service_of(visit);
  return service ? find_record((*service)["builds"], visit.variable("Sid")) : nullptr;
}

// A list of {name, version}. The official tool wraps the JSON in quotes, without escaping it.
json read_dependencies(std::string text) {
  json read = json::parse(text, nullptr, false);
  if (read.is_string()) read = json::parse(read.get<std::string>(), nullptr, false);
  if (read.is_discarded() && text.size() > 1 && text.front() == '"' && text.back() == '"')
    read = json::parse(text.substr(1, text.size() - 2), nullptr, false);
  return read;
}

bool are_dependencies(const json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const json& one) {
           return one.is_object() && one.value("name", json()).is_string() &&
                  one.value("version", json()).is_string();
         });
}

}  // namespace

void settle_builds(json& service, Seconds now) {
  for (json& build : service["builds"]) {
    if (build["status"] != "building" || !build["completes_at"].is_string()) continue;
    std::optional<Seconds> time = parse_date(build["completes_at"].get<std::string>());
    if (!time || now < *time) continue;
    build["status"] = service["builds_fail"] == true ? "failed" : "completed";
    build["date_updated"] = build["completes_at"];
  }
}

ServedReply list_builds(RequestContext& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  Records all = select((*service)["builds"]);
  newest_first(all, "date_created");
  return product_page(visit, all, "builds",
                      [&](const json& build) { return build_view(visit, *service, build); });
}

ServedReply create_build(RequestContext& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  json build = new_record(visit.world, "build");
  struct {
    const char *parameter, *field, *owners;
  } const parts[] = {{"FunctionVersions", "function_versions", "functions"},
                     {"AssetVersions", "asset_versions", "assets"}};
  for (const auto& part : parts)
    for (const std::string& sid : visit.form.all(part.parameter)) {
      const json* owner = nullptr;
      if (!version_of((*service)[part.owners], sid, &owner))
        return bad_parameter(part.parameter, sid);
      build[part.field].push_back(sid);
    }
  if (std::optional<std::string> text = visit.form.find("Dependencies")) {
    json dependencies = read_dependencies(*text);
    if (!are_dependencies(dependencies)) return bad_parameter("Dependencies", *text);
    build["dependencies"] = dependencies;
  }
  build["runtime"] = visit.form.get("Runtime", "node22");
  build["status"] = "building";
  build["completes_at"] = iso_time(visit.world.now() + (*service)["build_seconds"].get<int>());
  (*service)["builds"].push_back(build);
  record_change(visit, "serverless-build", build["sid"], "created");
  return ServedReply(201, build_view(visit, *service, build));
}

ServedReply fetch_build(RequestContext& visit) {
  json* service = nullptr;
  json* build = build_of(visit, service);
  return build ? ServedReply(200, build_view(visit, *service, *build)) : not_found(visit.request);
}

ServedReply delete_build(RequestContext& visit) {
  json* service = nullptr;
  if (!build_of(visit, service)) return not_found(visit.request);
  if (const json* environment =
          find_record((*service)["environments"], visit.variable("Sid"), "build_sid"))
    return twilio_error(400, 20001,
                        "The build is deployed in the environment " +
                            (*environment)["unique_name"].get<std::string>() +
                            " and cannot be deleted: " + visit.variable("Sid"));
  erase_record((*service)["builds"], visit.variable("Sid"));
  record_change(visit, "serverless-build", visit.variable("Sid"), "deleted");
  return no_content();
}

ServedReply fetch_build_status(RequestContext& visit) {
  json* service = nullptr;
  json* build = build_of(visit, service);
  if (!build) return not_found(visit.request);
  return ServedReply(200, {{"sid", (*build)["sid"]},
                           {"account_sid", visit.account_sid},
                           {"service_sid", (*service)["sid"]},
                           {"status", (*build)["status"]},
                           {"url", build_url(*service, *build) + "/Status"}});
}

ServedReply list_deployments(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment) return not_found(visit.request);
  Records all = select((*environment)["deployments"]);
  newest_first(all, "date_created");
  return product_page(visit, all, "deployments", [&](const json& deployment) {
    return deployment_view(visit, *service, *environment, deployment);
  });
}

ServedReply fetch_deployment(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  json* deployment =
      environment ? find_record((*environment)["deployments"], visit.variable("Sid")) : nullptr;
  return deployment ? ServedReply(200, deployment_view(visit, *service, *environment, *deployment))
                    : not_found(visit.request);
}

// Without a BuildSid the environment serves nothing any more.
ServedReply create_deployment(RequestContext& visit) {
  json* service = nullptr;
  json* environment = environment_of(visit, service);
  if (!environment) return not_found(visit.request);
  json build_sid;
  if (std::optional<std::string> sid = visit.form.find("BuildSid")) {
    json* build = find_record((*service)["builds"], *sid);
    if (!build) return bad_parameter("BuildSid", *sid);
    if ((*build)["status"] != "completed")
      return twilio_error(400, 20001,
                          "The build is " + (*build)["status"].get<std::string>() +
                              " and cannot be deployed: " + *sid);
    build_sid = *sid;
  }
  json deployment = new_record(visit.world, "deployment");
  deployment["build_sid"] = build_sid;
  (*environment)["build_sid"] = build_sid;
  (*environment)["date_updated"] = visit.world.stamp();
  (*environment)["deployments"].push_back(deployment);
  record_change(visit, "serverless-deployment", deployment["sid"], "created");
  return ServedReply(201, deployment_view(visit, *service, *environment, deployment));
}

}  // namespace countersign::simulator
