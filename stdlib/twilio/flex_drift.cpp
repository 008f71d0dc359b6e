#include "stdlib/twilio/flex_drift.h"

#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "stdlib/http/url.h"
#include "stdlib/session/secret_fields.h"
#include "stdlib/twilio/flex_merge.h"
#include "stdlib/twilio/flex_source.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

constexpr const char* kBelow = "/custom_data";
// Far enough to tell who, and no more than a few pages of a busy account's events.
constexpr Time kLookBack = 30 * 86400;
constexpr std::size_t kMostEvents = 2000;

// What is compared of a configuration: an empty one and none are the same.
json custom_data(const json& ui_attributes) {
  const json data = ui_attributes.is_object() ? ui_attributes.value("custom_data", json()) : json();
  return data.is_null() ? json::object() : data;
}

// Skills by name: what a deploy adds to, and never changes or takes away.
json by_name(const json& skills) {
  json map = json::object();
  if (!skills.is_array()) return map;
  for (const json& one : skills)
    if (one.is_object() && one.value("name", json()).is_string())
      map[one["name"].get<std::string>()] = one;
  return map;
}

// Where skills differ. An account that has none of the source's, or a source that has none, is one
// that they were never deployed from here: its skills are its own.
json skills_apart(const json& source, const json& live) {
  const json said = by_name(source), there = by_name(live);
  bool deployed = false;
  for (const auto& [name, skill] : there.items()) deployed = deployed || said.contains(name);
  return deployed ? difference(said, there) : json::array();
}

struct Sides {
  json custom_data, skills;
};

Result<Sides> said(const Call& call) {
  auto source = TRY(read_flex_source(call, LargeIntegers::as_text));
  // A secret of a source file gets the handle that it has in the live configuration.
  const std::string origin =
      "flex:" + provider(call).profile().text(twilio::kAccountSid) + "/ui_attributes";
  for (json* layer : {&source.common, &source.client})
    *layer = with_handles(call.session.vault(), origin, std::move(*layer), false);
  auto merged = TRY(merge_ui_attributes({source.common, source.client, json::object()}, true));
  return Sides{custom_data(merged), std::move(source.skills)};
}

Result<Sides> live(ProviderSession& session) {
  const auto answer =
      TRY(session.request(twilio::kApiKey, "GET", "https://flex-api.twilio.com/v1/Configuration"));
  if (!answer.is_object() ||
      answer.value("account_sid", json()) != session.profile().text(twilio::kAccountSid))
    return Error{"refused", "the live Flex configuration is another account's",
                 "check the profile's credentials"};
  return Sides{custom_data(answer.value("ui_attributes", json())),
               answer.value("taskrouter_skills", json())};
}

std::string text_of(const json& event, const char* key) {
  const auto at = event.find(key);
  return at != event.end() && at->is_string() ? at->get<std::string>() : "";
}

bool is_of_flex(const json& event) {
  return event.is_object() && (text_of(event, "event_type").find("flex") != std::string::npos ||
                               text_of(event, "resource_type").find("flex") != std::string::npos);
}

Result<json> writer(ProviderSession& session) {
  const Time now = TRY(session.now());
  const auto events = TRY(twilio_list(
      session, twilio::kApiKey,
      "https://monitor.twilio.com/v1/Events?StartDate=" + percent_encode(iso_time(now - kLookBack)),
      "events", kMostEvents));
  const json* last = nullptr;
  for (const json& one : events)
    if (is_of_flex(one) &&
        (last == nullptr || text_of(one, "event_date") > text_of(*last, "event_date")))
      last = &one;
  if (last == nullptr) return json();
  return json{{"date", text_of(*last, "event_date")},
              {"event", text_of(*last, "event_type")},
              {"actor_type", text_of(*last, "actor_type")},
              {"actor", text_of(*last, "actor_sid")}};
}

// The net under the redaction; handles are no data.
void scrub(const Vault& vault, json& value) {
  if (is_handle(value)) return;
  if (!value.is_structured()) return vault.scrub(value);
  for (json& part : value) scrub(vault, part);
}

}  // namespace

json flex_compared(const json& configuration) {
  return {{"custom_data", custom_data(configuration.value("ui_attributes", json()))},
          {"taskrouter_skills", by_name(configuration.value("taskrouter_skills", json()))}};
}

Result<json> flex_drift(ProviderSession& session) {
  const json none = json::object();
  const Call call{session, none, nullptr};
  // The files first: where they are wrong nobody needs to be asked.
  const Sides source = TRY(said(call));
  const Sides there = TRY(live(session));
  json out = {{"differences", json::array()}, {"writer", nullptr}};
  const auto add = [&](const char* below, const json& all) {
    for (const json& one : all)
      out["differences"].push_back({{"op", one["op"]},
                                    {"path", below + one["path"].get<std::string>()},
                                    {"source", one.value("from", json())},
                                    {"live", one.value("to", json())}});
  };
  add(kBelow, difference(source.custom_data, there.custom_data));
  add("/taskrouter_skills", skills_apart(source.skills, there.skills));
  if (!out["differences"].empty()) {
    // That it differs is worth knowing where Monitor does not answer, too.
    if (auto last = writer(session)) out["writer"] = std::move(*last);
  }
  scrub(session.vault(), out);
  return out;
}

}  // namespace countersign
