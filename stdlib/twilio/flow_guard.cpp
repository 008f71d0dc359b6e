#include "stdlib/twilio/flow_guard.h"

#include "interpreter/difference.h"
#include "interpreter/overlay.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/arguments.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

// Which of a number's URLs leads to the flow, or "". Flows are rung by
// https://webhooks.twilio.com/v1/Accounts/AC…/Flows/FW… (twilio_studio_v2.json, webhook_url).
std::string leads_there(const json& number, const std::string& flow) {
  for (const char* key : {"voice_url", "voice_fallback_url", "sms_url", "sms_fallback_url"})
    if (number.is_object() && number.value(key, json()).is_string() &&
        number[key].get_ref<const std::string&>().find("/Flows/" + flow) != std::string::npos)
      return key;
  return {};
}

}  // namespace

Status flow_is_unused(const Call& call) {
  ProviderSession& session = provider(call);
  if (has_placeholder(call.arguments)) return Done{};
  const std::string flow = text_argument(call.arguments, "sid");
  auto numbers = TRY(numbers_state(session));
  if (call.overlay)
    for (const auto& [target, after] : call.overlay->below("/numbers"))
      set_pointer(numbers, target.substr(std::string("/numbers").size()), after);
  for (const auto& [sid, number] : numbers.items()) {
    const std::string key = leads_there(number, flow);
    if (key.empty()) continue;
    return Error{"refused",
                 "the number " + number.value("phone_number", sid) + " still rings the flow " +
                     flow + " (its " + key + ")",
                 "rewire or release the number first: twilio.numbers.update"};
  }
  if (call.overlay) return Done{};
  auto active =
      twilio_list(session, twilio::kApiKey,
                  filled("https://studio.twilio.com/v2/Flows/{sid}/Executions?status=active", call),
                  "executions", 1);
  if (!active && active.error().status == 404) return Done{};
  if (!active) return active.error();
  if (active->empty()) return Done{};
  return Error{"refused", "the flow " + flow + " has active executions: callers are in it",
               "wait until they have ended; studio.executions.list shows them"};
}

}  // namespace countersign
