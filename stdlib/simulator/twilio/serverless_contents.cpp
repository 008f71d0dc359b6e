// serverless.twilio.com and serverless-upload.twilio.com: functions and assets, which are alike,
// and their versions.
#include "stdlib/simulator/twilio/serverless.h"

namespace countersign::simulator {
namespace {

// Functions and assets differ in their words only.
struct Content {
  const char *key, *collection, *kind, *version_kind, *noun, *owner_field, *versions_link;
};
constexpr Content kFunctions = {"functions",        "Functions",           "function",
                                "function_version", "serverless-function", "function_sid",
                                "function_versions"};
constexpr Content kAssets = {"assets",           "Assets",    "asset",         "asset_version",
                             "serverless-asset", "asset_sid", "asset_versions"};

// Which of them the path names: /v1/Services/{ServiceSid}/Assets…
const Content& content_of(const RequestContext& visit) {
  const std::string& path = visit.request.path;
  const std::size_t service = std::string("/v1/Services/").size();
  const std::size_t at = path.find('/', service);
  return path.compare(at, 7, "/Assets") == 0 ? kAssets : kFunctions;
}

std::string url_of(const json& service, const Content& content, const json& record) {
  return service_url(service) + "/" + content.collection + "/" + record["sid"].get<std::string>();
}

json content_view(const RequestContext& visit, const json& service, const Content& content,
                  const json& record) {
  const std::string url = url_of(service, content, record);
  json view = service_resource(visit, service, record, url, {"versions"});
  view["links"] = {{content.versions_link, url + "/Versions"}};
  return view;
}

json version_view(const RequestContext& visit, const json& service, const Content& content,
                  const json& record, const json& version) {
  const std::string url =
      url_of(service, content, record) + "/Versions/" + version["sid"].get<std::string>();
  json view = service_resource(visit, service, version, url, {"content", "reply"});
  view[content.owner_field] = record["sid"];
  if (&content == &kFunctions) view["links"] = {{"function_version_content", url + "/Content"}};
  return view;
}

json* record_of(RequestContext& visit, json*& service) {
  service = service_of(visit);
  return service ? find_record((*service)[content_of(visit).key], visit.variable("Sid")) : nullptr;
}

json* version_named(RequestContext& visit, json*& service, json*& record) {
  record = record_of(visit, service);
  return record ? find_record((*record)["versions"], visit.variable("VersionSid")) : nullptr;
}

bool is_visibility(const std::string& text) {
  return text == "public" || text == "protected" || text == "private";
}

// What functions and assets can be reached at: from a slash on, without what a URL cannot hold.
bool is_path(const std::string& path) {
  return !path.empty() && path[0] == '/' && path.size() <= 255 &&
         path.find_first_of(" ?#\r\n") == std::string::npos;
}

}  // namespace

ServedReply list_contents(RequestContext& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  const Content& content = content_of(visit);
  return product_page(visit, select((*service)[content.key]), content.key, [&](const json& record) {
    return content_view(visit, *service, content, record);
  });
}

ServedReply create_content(RequestContext& visit) {
  json* service = service_of(visit);
  if (!service) return not_found(visit.request);
  const Content& content = content_of(visit);
  if (visit.form.get("FriendlyName").empty()) return missing_parameter("FriendlyName");
  json record = new_record(visit.world, content.kind);
  record["friendly_name"] = visit.form.get("FriendlyName");
  (*service)[content.key].push_back(record);
  record_change(visit, content.noun, record["sid"], "created");
  return ServedReply(201, content_view(visit, *service, content, record));
}

ServedReply fetch_content(RequestContext& visit) {
  json* service = nullptr;
  json* record = record_of(visit, service);
  return record ? ServedReply(200, content_view(visit, *service, content_of(visit), *record))
                : not_found(visit.request);
}

ServedReply update_content(RequestContext& visit) {
  json* service = nullptr;
  json* record = record_of(visit, service);
  if (!record) return not_found(visit.request);
  if (visit.form.get("FriendlyName").empty()) return missing_parameter("FriendlyName");
  const Content& content = content_of(visit);
  json before = *record;
  (*record)["friendly_name"] = visit.form.get("FriendlyName");
  (*record)["date_updated"] = visit.world.stamp();
  record_change(visit, content.noun, before["sid"], "updated", before, *record);
  return ServedReply(200, content_view(visit, *service, content, *record));
}

ServedReply delete_content(RequestContext& visit) {
  json* service = nullptr;
  if (!record_of(visit, service)) return not_found(visit.request);
  const Content& content = content_of(visit);
  erase_record((*service)[content.key], visit.variable("Sid"));
  record_change(visit, content.noun, visit.variable("Sid"), "deleted");
  return no_content();
}

ServedReply list_versions(RequestContext& visit) {
  json* service = nullptr;
  json* record = record_of(visit, service);
  if (!record) return not_found(visit.request);
  const Content& content = content_of(visit);
  Records all = select((*record)["versions"]);
  newest_first(all, "date_created");
  return product_page(visit, all, content.versions_link, [&](const json& version) {
    return version_view(visit, *service, content, *record, version);
  });
}

ServedReply fetch_version(RequestContext& visit) {
  json *service = nullptr, *record = nullptr;
  json* version = version_named(visit, service, record);
  return version
             ? ServedReply(200, version_view(visit, *service, content_of(visit), *record, *version))
             : not_found(visit.request);
}

ServedReply fetch_version_content(RequestContext& visit) {
  json *service = nullptr, *record = nullptr;
  json* version = version_named(visit, service, record);
  if (!version) return not_found(visit.request);
  const std::string url = url_of(*service, kFunctions, *record) + "/Versions/" +
                          visit.variable("VersionSid") + "/Content";
  return ServedReply(200, {{"sid", (*version)["sid"]},
                           {"account_sid", visit.account_sid},
                           {"service_sid", (*service)["sid"]},
                           {"function_sid", (*record)["sid"]},
                           {"content", (*version)["content"]},
                           {"url", url}});
}

// A new version, as multipart form.
ServedReply upload_version(RequestContext& visit) {
  json* service = nullptr;
  json* record = record_of(visit, service);
  if (!record) return not_found(visit.request);
  for (const char* name : {"Path", "Visibility", "Content"})
    if (!visit.form.has(name)) return missing_parameter(name);
  if (!is_path(visit.form.get("Path"))) return bad_parameter("Path", visit.form.get("Path"));
  if (!is_visibility(visit.form.get("Visibility")))
    return bad_parameter("Visibility", visit.form.get("Visibility"));
  const Content& content = content_of(visit);
  json version = new_record(visit.world, content.version_kind);
  for (const char* name : {"Path", "Visibility", "Content"})
    version[snake_case(name)] = visit.form.get(name);
  (*record)["versions"].push_back(version);
  record_change(visit, std::string(content.noun) + "-version", version["sid"], "created");
  return ServedReply(201, version_view(visit, *service, content, *record, version));
}

}  // namespace countersign::simulator
