// Rules of single kinds of records: short forms, and values that follow from other fields.
#include "stdlib/simulator/server/filler.h"

namespace countersign::simulator {
namespace {

bool absent(const json& record, const char* key) {
  return !record.contains(key) || record[key] == "";
}

void copy_if_absent(json& record, const char* to, const char* from) {
  if (absent(record, to) && record.contains(from)) record[to] = record[from];
}

// A list of records may be written as {"NAME": "value"}.
void expand_pairs(json& record, const char* list, const char* name, const char* value) {
  if (!record.contains(list) || !record[list].is_object()) return;
  json expanded = json::array();
  for (const auto& [key, content] : record[list].items())
    expanded.push_back({{name, key}, {value, content}});
  record[list] = expanded;
}

// JSON that the provider holds as text may be written as JSON.
void expand_text(json& record, const char* key) {
  if (record.contains(key) && record[key].is_object()) record[key] = record[key].dump();
}

void expand_call(json& call) {
  copy_if_absent(call, "start_time", "date_created");
  if (absent(call, "end_time") && call.contains("start_time") && call["start_time"].is_string()) {
    std::optional<Seconds> start = parse_date(call["start_time"].get<std::string>());
    std::string length =
        call.contains("duration") && call["duration"].is_string() ? call["duration"] : "0";
    if (start) call["end_time"] = iso_time(*start + std::atoll(length.c_str()));
  }
  copy_if_absent(call, "date_created", "start_time");
  copy_if_absent(call, "date_updated", "end_time");
}

// One version, written on the function or asset itself.
void expand_version(json& record) {
  if (!record.contains("path") || record.contains("versions")) return;
  json version;
  for (const char* key : {"path", "visibility", "content", "reply"})
    if (record.contains(key)) {
      version[key] = record[key];
      record.erase(key);
    }
  copy_if_absent(version, "date_created", "date_created");
  if (absent(record, "friendly_name")) record["friendly_name"] = version["path"];
  record["versions"] = json::array({version});
}

json latest_versions(const json& records) {
  json versions = json::array();
  for (const json& record : records)
    if (!record["versions"].empty()) versions.push_back(record["versions"].back()["sid"]);
  return versions;
}

// A service whose functions are there without a build has one that holds them all.
void derive_builds(json& service, const std::string& pointer) {
  if (service["builds"].empty() && !(service["functions"].empty() && service["assets"].empty())) {
    json build = defaults_of("build");
    build["sid"] = "ZB" + digits_of(pointer + "/builds");
    build["date_created"] = build["date_updated"] = service["date_created"];
    build["function_versions"] = latest_versions(service["functions"]);
    build["asset_versions"] = latest_versions(service["assets"]);
    service["builds"].push_back(build);
    // Environments that say nothing about a build have this one.
    for (json& environment : service["environments"])
      if (environment["build_sid"].is_null() && environment["deployments"].empty())
        environment["build_sid"] = build["sid"];
  }
}

void derive_service(json& service, const std::string& pointer) {
  copy_if_absent(service, "unique_name", "friendly_name");
  copy_if_absent(service, "friendly_name", "unique_name");
  if (service["domain_base"] == "")
    service["domain_base"] = service["unique_name"].get<std::string>() + "-" +
                             digits_of(pointer + "/domain").substr(0, 4);
  for (json& environment : service["environments"]) {
    copy_if_absent(environment, "unique_name", "domain_suffix");
    if (environment["domain_name"] != "") continue;
    std::string suffix = environment["domain_suffix"];
    environment["domain_name"] = service["domain_base"].get<std::string>() +
                                 (suffix.empty() ? "" : "-" + suffix) + ".twil.io";
  }
  derive_builds(service, pointer);
}

void derive_workspace(json& workspace) {
  for (json& task : workspace["tasks"]) {
    if (task["workflow_sid"].is_null() && !workspace["workflows"].empty())
      task["workflow_sid"] = workspace["workflows"][0]["sid"];
    if (task["task_queue_sid"].is_null() && !workspace["queues"].empty())
      task["task_queue_sid"] = workspace["queues"][0]["sid"];
  }
}

}  // namespace

void expand(json& record, std::string_view kind, const Filler&) {
  if (kind == "environment") expand_pairs(record, "variables", "key", "value");
  if (kind == "call") expand_call(record);
  if (kind == "function" || kind == "asset") expand_version(record);
  if (kind == "workflow") expand_text(record, "configuration");
  if (kind == "task" || kind == "worker") expand_text(record, "attributes");
  if (kind == "task" || kind == "execution") copy_if_absent(record, "date_updated", "date_created");
  if (kind == "recording") copy_if_absent(record, "start_time", "date_created");
  if (kind == "flow" && !record.contains("revision") && record.contains("revisions")) {
    int latest = 0;
    for (const json& earlier : record["revisions"])
      latest = std::max(latest, earlier.value("revision", 0));
    record["revision"] = latest + 1;
  }
}

void derive(json& record, std::string_view kind, const std::string& pointer) {
  if (kind == "phone_number") copy_if_absent(record, "friendly_name", "phone_number");
  if (kind == "service") derive_service(record, pointer);
  if (kind == "workspace") derive_workspace(record);
  if (kind == "workspace" && record["default_activity_sid"].is_null())
    record["default_activity_sid"] = record["timeout_activity_sid"] =
        "WA" + digits_of(pointer + "/activity");
}

void derive_account(json& account, const std::string& sid, const std::string& pointer) {
  if (account["auth_token"] == "") account["auth_token"] = digits_of(pointer + "/auth_token");
  if (account["owner_account_sid"].is_null()) account["owner_account_sid"] = sid;
  if (account["friendly_name"] == "") account["friendly_name"] = sid;
  for (std::size_t i = 0; i < account["executions"].size(); ++i) {
    json& execution = account["executions"][i];
    if (execution["flow_sid"] != "") continue;
    std::string place = pointer + "/executions/" + std::to_string(i) + "/flow_sid";
    if (account["flows"].empty()) throw Mistake{place, "no flow that it could belong to"};
    execution["flow_sid"] = account["flows"][0]["sid"];
  }
}

}  // namespace countersign::simulator
