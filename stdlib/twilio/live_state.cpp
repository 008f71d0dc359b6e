#include "stdlib/twilio/live_state.h"

#include <mutex>

#include "interpreter/difference.h"
#include "stdlib/http/paging.h"
#include "stdlib/session/arguments.h"
#include "stdlib/session/at_once.h"
#include "stdlib/session/provider_state.h"

namespace countersign {
namespace {

const std::string kApi = "https://api.twilio.com/2010-04-01/Accounts/";
const std::string kStudio = "https://studio.twilio.com/v2/Flows";
const std::string kTaskrouter = "https://taskrouter.twilio.com/v1/Workspaces";

// Twilio's addresses of a thing, and the times that differ without a change.
json bare(json resource) {
  for (const char* key : {"date_updated", "uri", "url", "links", "subresource_uris"})
    resource.erase(key);
  return resource;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// List to map by `key`.
json keyed(json list, const std::string& key, json (*state)(json)) {
  json map = json::object();
  for (json& one : list) {
    if (!one.is_object() || !one.value(key, json()).is_string()) continue;
    const std::string name = one[key].get<std::string>();
    map[name] = state(std::move(one));
  }
  return map;
}

}  // namespace

Result<json> or_null(Result<json> found) {
  if (!found && found.error().kind == "provider" && found.error().status == 404) return json();
  return found;
}

json number_state(json resource) {
  if (!resource.is_object()) return nullptr;
  for (auto& [key, value] : resource.items())
    if (value.is_null() &&
        (ends_with(key, "_url") || ends_with(key, "_sid") || key == "status_callback"))
      value = "";
  return bare(std::move(resource));
}

Result<json> numbers_state(ProviderSession& session) {
  auto list = TRY(twilio_list(session, Credential::api_key,
                              kApi + session.profile().account_sid + "/IncomingPhoneNumbers.json",
                              "incoming_phone_numbers"));
  return keyed(std::move(list), "sid", number_state);
}

Result<json> flow_state(ProviderSession& session, const std::string& sid) {
  const std::string url = kStudio + "/" + percent_encode(sid);
  auto flow = or_null(session.request(Credential::api_key, "GET", url));
  if (!flow || flow->is_null()) return flow;
  json state = bare(std::move(*flow));
  // Remarks about the last save, not state: who, why, what the validator thinks of it.
  for (const char* key : {"author_sid", "commit_message", "valid", "errors", "warnings"})
    state.erase(key);
  if (state.value("status", "") == "published") {
    state["live_revision"] = state.value("revision", json());
    return state;
  }
  auto live =
      TRY(or_null(session.request(Credential::api_key, "GET", url + "/Revisions/LatestPublished")));
  state["draft"] = state.value("definition", json());
  state["definition"] = live.is_null() ? json() : live.value("definition", json());
  state["live_revision"] = live.is_null() ? json() : live.value("revision", json());
  return state;
}

Result<json> flows_state(ProviderSession& session) {
  auto list = TRY(twilio_list(session, Credential::api_key, kStudio, "flows"));
  json map = json::object();
  std::mutex mutex;
  std::vector<std::function<Status()>> jobs;
  for (const json& flow : list) {
    const std::string sid = flow.is_object() ? flow.value("sid", "") : "";
    if (sid.empty()) continue;
    jobs.push_back([&, sid]() -> Status {
      auto state = TRY(flow_state(session, sid));
      const std::lock_guard lock(mutex);
      if (!state.is_null()) map[sid] = std::move(state);
      return Done{};
    });
  }
  TRY(at_once(jobs, 8));
  return map;
}

json flex_state(json resource) {
  return bare(std::move(resource));
}

Result<json> taskrouter_state(ProviderSession& session) {
  auto workspaces = TRY(twilio_list(session, Credential::api_key, kTaskrouter, "workspaces"));
  json state = {
      {"workspaces", json::object()}, {"workflows", json::object()}, {"queues", json::object()}};
  for (json& workspace : workspaces) {
    const std::string sid = workspace.is_object() ? workspace.value("sid", "") : "";
    if (sid.empty()) continue;
    const std::string below = kTaskrouter + "/" + percent_encode(sid);
    Result<json> workflows = json(), queues = json();
    TRY(at_once({
        [&]() -> Status {
          workflows = twilio_list(session, Credential::api_key, below + "/Workflows", "workflows");
          return workflows ? Status(Done{}) : Status(workflows.error());
        },
        [&]() -> Status {
          queues = twilio_list(session, Credential::api_key, below + "/TaskQueues", "task_queues");
          return queues ? Status(Done{}) : Status(queues.error());
        },
    }));
    state["workflows"].update(keyed(std::move(*workflows), "sid", bare));
    state["queues"].update(keyed(std::move(*queues), "sid", bare));
    state["workspaces"][sid] = bare(std::move(workspace));
  }
  return state;
}

json mailgun_domain_state(json resource) {
  for (const char* key : {"sending_dns_records", "receiving_dns_records", "updated_at"})
    resource.erase(key);
  return resource;
}

json mailgun_key_state(json resource) {
  for (const char* key : {"updated_at", "secret"}) resource.erase(key);
  return resource;
}

Result<json> mailgun_state(ProviderSession& session) {
  json state = {{"domains", json::object()}, {"keys", json::object()}};
  if (session.profile().mailgun_account_key.empty()) return state;
  const std::string host = "https://" + mailgun_host(session.profile());
  Result<json> domains = json(), keys = json();
  TRY(at_once({
      [&]() -> Status {
        domains = mailgun_list(session, host + "/v4/domains");
        return domains ? Status(Done{}) : Status(domains.error());
      },
      [&]() -> Status {
        auto answer = TRY(session.request(Credential::mail_account, "GET", host + "/v1/keys"));
        keys = answer.value("items", json::array());
        return Done{};
      },
  }));
  state["domains"] = keyed(std::move(*domains), "name", mailgun_domain_state);
  state["keys"] = keyed(std::move(*keys), "id", mailgun_key_state);
  return state;
}

}  // namespace countersign
