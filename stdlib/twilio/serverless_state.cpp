// The serverless part of live_state.h: services, their environments, and the profile's own.
#include <mutex>

#include "interpreter/difference.h"
#include "stdlib/http/url.h"
#include "stdlib/session/arguments.h"
#include "stdlib/session/at_once.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

const std::string kServices = "https://serverless.twilio.com/v1/Services";

json bare(json resource) {
  for (const char* key : {"date_updated", "url", "links"}) resource.erase(key);
  return resource;
}

Result<json> services(ProviderSession& session) {
  return twilio_list(session, twilio::kApiKey, kServices, "services");
}

Result<json> environments(ProviderSession& session, const std::string& service) {
  return twilio_list(session, twilio::kApiKey,
                     kServices + "/" + percent_encode(service) + "/Environments", "environments");
}

// Every environment of the account, each with its service_sid.
Result<json> all_environments(ProviderSession& session, const json& of_services) {
  std::vector<json> found(of_services.size());
  std::vector<std::function<Status()>> jobs;
  for (std::size_t i = 0; i < of_services.size(); ++i)
    jobs.push_back([&, i]() -> Status {
      const std::string sid = of_services[i].value("sid", "");
      auto list = TRY(environments(session, sid));
      for (json& one : list) one["service_sid"] = sid;
      found[i] = std::move(list);
      return Done{};
    });
  TRY(at_once(jobs, 4));
  json flat = json::array();
  for (json& list : found)
    for (json& one : list) flat.push_back(std::move(one));
  return flat;
}

// The environment that the profile is about; null where there is no environment at all.
Result<json> own_environment(const Profile& profile, const json& all) {
  if (!profile.text(twilio::kServerlessDomain).empty()) {
    for (const json& one : all)
      if (one.value("domain_name", "") == profile.text(twilio::kServerlessDomain)) return one;
    return Error{
        "config",
        "no serverless environment of this account has the domain " +
            profile.text(twilio::kServerlessDomain),
        "correct serverless_domain of profile \"" + profile.name + "\" in countersign.toml"};
  }
  if (all.empty()) return json();
  if (all.size() == 1) return all[0];
  return Error{"config",
               "the account of profile \"" + profile.name + "\" has " + std::to_string(all.size()) +
                   " serverless environments, and nothing says which is meant",
               "add serverless_domain to [profiles." + profile.name + "] in countersign.toml"};
}

}  // namespace

std::string ServerlessPlace::variables_pointer() const {
  if (own) return "/serverless/variables";
  return "/serverless/services/" + service + "/environments/" + environment + "/variables";
}

Result<ServerlessPlace> serverless_place(ProviderSession& session, const json& arguments) {
  auto list = TRY(services(session));
  auto all = TRY(all_environments(session, list));
  auto own = own_environment(session.profile(), all);
  const std::string environment = text_argument(arguments, "environment");
  if (environment.empty()) {
    if (!own) return own.error();
    if (own->is_null())
      return Error{"config", "this account has no serverless environment",
                   "deploy the serverless functions first"};
    return ServerlessPlace{own->value("service_sid", ""), own->value("sid", ""), true};
  }
  const std::string mine = own && !own->is_null() ? own->value("sid", "") : "";
  for (const json& one : all)
    if (one.value("sid", "") == environment)
      return ServerlessPlace{one.value("service_sid", ""), environment, environment == mine};
  return Error{"argument", "this account has no serverless environment " + environment,
               "serverless.environments.list shows them"};
}

Result<json> variables_state(ProviderSession& session, const ServerlessPlace& place) {
  auto list = TRY(twilio_list(session, twilio::kApiKey,
                              kServices + "/" + percent_encode(place.service) + "/Environments/" +
                                  percent_encode(place.environment) + "/Variables",
                              "variables"));
  json map = json::object();
  for (json& one : list)
    if (one.is_object() && one.value("key", json()).is_string())
      map[one["key"].get<std::string>()] = one.value("value", json(""));
  return map;
}

Result<json> environment_state(ProviderSession& session, const ServerlessPlace& place) {
  auto list = TRY(environments(session, place.service));
  for (json& one : list) {
    if (one.value("sid", "") != place.environment) continue;
    json state = bare(std::move(one));
    if (place.own) return state;
    auto variables = TRY(variables_state(session, place));
    state["variables"] = std::move(variables);
    return state;
  }
  return json();
}

Result<json> serverless_state(ProviderSession& session) {
  auto list = TRY(services(session));
  auto all = TRY(all_environments(session, list));
  auto own = own_environment(session.profile(), all);
  // That the profile's environment is gone is a state like others; who wants its variables is told.
  if (!own && !session.profile().text(twilio::kServerlessDomain).empty()) own = json();
  if (!own) return own.error();
  json state = {{"services", json::object()}, {"variables", json::object()}};
  for (json& service : list) {
    const std::string sid = service.value("sid", "");
    state["services"][sid] = bare(std::move(service));
    state["services"][sid]["environments"] = json::object();
  }
  std::mutex mutex;
  std::vector<std::function<Status()>> jobs;
  for (const json& environment : all)
    jobs.push_back([&]() -> Status {
      const ServerlessPlace place{environment.value("service_sid", ""),
                                  environment.value("sid", ""), environment == *own};
      auto variables = TRY(variables_state(session, place));
      json one = bare(environment);
      const std::lock_guard lock(mutex);
      if (!place.own) one["variables"] = std::move(variables);
      state["services"][place.service]["environments"][place.environment] = std::move(one);
      if (place.own) state["variables"] = std::move(variables);
      return Done{};
    });
  TRY(at_once(jobs, 4));
  return state;
}

}  // namespace countersign
