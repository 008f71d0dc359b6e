#include "stdlib/twilio/live_state.h"

#include <mutex>

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "stdlib/http/url.h"
#include "stdlib/session/at_once.h"
#include "stdlib/session/live_parts.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

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

}  // namespace

json number_state(json resource) {
  if (!resource.is_object()) return nullptr;
  for (auto& [key, value] : resource.items())
    if (value.is_null() &&
        (ends_with(key, "_url") || ends_with(key, "_sid") || key == "status_callback"))
      value = "";
  return bare(std::move(resource));
}

Result<json> numbers_state(ProviderSession& session) {
  auto list = TRY(
      twilio_list(session, twilio::kApiKey,
                  kApi + session.profile().text(twilio::kAccountSid) + "/IncomingPhoneNumbers.json",
                  "incoming_phone_numbers"));
  return keyed(std::move(list), "sid", number_state);
}

Result<json> flow_state(ProviderSession& session, const std::string& sid) {
  const std::string url = kStudio + "/" + percent_encode(sid);
  auto flow = or_null(session.request(twilio::kApiKey, "GET", url));
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
      TRY(or_null(session.request(twilio::kApiKey, "GET", url + "/Revisions/LatestPublished")));
  state["draft"] = state.value("definition", json());
  state["definition"] = live.is_null() ? json() : live.value("definition", json());
  state["live_revision"] = live.is_null() ? json() : live.value("revision", json());
  return state;
}

Result<json> flows_state(ProviderSession& session) {
  auto list = TRY(twilio_list(session, twilio::kApiKey, kStudio, "flows"));
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

Result<json> flex_scope(ProviderSession& session) {
  auto flex =
      TRY(session.request(twilio::kApiKey, "GET", "https://flex-api.twilio.com/v1/Configuration"));
  return flex_state(std::move(flex));
}

json member_state(json resource) {
  // What it says, and not how the provider wrote the text.
  if (const auto text = resource.find("configuration"); text != resource.end() && text->is_string())
    if (auto parsed = parse_json(text->get<std::string>())) *text = std::move(*parsed);
  return bare(std::move(resource));
}

Result<json> taskrouter_state(ProviderSession& session) {
  auto workspaces = TRY(twilio_list(session, twilio::kApiKey, kTaskrouter, "workspaces"));
  json state = {
      {"workspaces", json::object()}, {"workflows", json::object()}, {"queues", json::object()}};
  for (json& workspace : workspaces) {
    const std::string sid = workspace.is_object() ? workspace.value("sid", "") : "";
    if (sid.empty()) continue;
    const std::string below = kTaskrouter + "/" + percent_encode(sid);
    Result<json> workflows = json(), queues = json();
    TRY(at_once({
        [&]() -> Status {
          workflows = twilio_list(session, twilio::kApiKey, below + "/Workflows", "workflows");
          return workflows ? Status(Done{}) : Status(workflows.error());
        },
        [&]() -> Status {
          queues = twilio_list(session, twilio::kApiKey, below + "/TaskQueues", "task_queues");
          return queues ? Status(Done{}) : Status(queues.error());
        },
    }));
    state["workflows"].update(keyed(std::move(*workflows), "sid", member_state));
    state["queues"].update(keyed(std::move(*queues), "sid", member_state));
    state["workspaces"][sid] = bare(std::move(workspace));
  }
  return state;
}

}  // namespace countersign
