// api.twilio.com: phone numbers.
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

json number_view(const RequestContext& visit, const json& number) {
  return core_resource(visit, number, "IncomingPhoneNumbers/" + number["sid"].get<std::string>());
}

std::optional<ServedReply> assign_number(RequestContext& visit, json& number) {
  return assign(visit, number, "phone_number",
                {"FriendlyName",
                 "SmsApplicationSid",
                 "SmsFallbackMethod",
                 "SmsFallbackUrl",
                 "SmsMethod",
                 "SmsUrl",
                 "StatusCallback",
                 "StatusCallbackMethod",
                 "TrunkSid",
                 "VoiceApplicationSid",
                 "VoiceCallerIdLookup",
                 "VoiceFallbackMethod",
                 "VoiceFallbackUrl",
                 "VoiceMethod",
                 "VoiceUrl",
                 "EmergencyStatus",
                 "EmergencyAddressSid",
                 "VoiceReceiveMode",
                 "IdentitySid",
                 "AddressSid",
                 "BundleSid"});
}

}  // namespace

ServedReply list_numbers(RequestContext& visit) {
  Records all = select(visit.records("phone_numbers"), [&](const json& number) {
    return same(visit, "PhoneNumber", number["phone_number"]) &&
           same(visit, "FriendlyName", number["friendly_name"]) &&
           same(visit, "Origin", number["origin"]);
  });
  return core_page(visit, all, "incoming_phone_numbers",
                   [&](const json& number) { return number_view(visit, number); });
}

ServedReply fetch_number(RequestContext& visit) {
  json* number = find_record(visit.records("phone_numbers"), visit.variable("Sid"));
  return number ? ServedReply(200, number_view(visit, *number)) : not_found(visit.request);
}

ServedReply update_number(RequestContext& visit) {
  json* number = find_record(visit.records("phone_numbers"), visit.variable("Sid"));
  if (!number) return not_found(visit.request);
  // AccountSid moves a number; a request that names its own account is no move.
  std::string owner = visit.form.get("AccountSid", visit.account_sid);
  if (owner != visit.account_sid && !visit.world.accounts().contains(owner))
    return bad_parameter("AccountSid", owner);
  json before = *number;
  if (std::optional<ServedReply> refusal = assign_number(visit, *number)) return *refusal;
  (*number)["date_updated"] = visit.world.stamp();
  ServedReply reply(200, number_view(visit, *number));
  record_change(visit, "phone-number", before["sid"], "updated", before, *number);
  if (owner != visit.account_sid) {
    visit.world.accounts()[owner]["phone_numbers"].push_back(*number);
    erase_record(visit.records("phone_numbers"), before["sid"].get<std::string>());
  }
  return reply;
}

ServedReply create_number(RequestContext& visit) {
  std::string wanted = visit.form.get("PhoneNumber"), area = visit.form.get("AreaCode");
  if (wanted.empty() && area.empty()) return missing_parameter("PhoneNumber");
  json number = new_record(visit.world, "phone_number");
  if (wanted.empty())
    wanted = "+1" + area + "555" + std::to_string(1000 + visit.world.state["minted"].get<int>());
  if (wanted[0] != '+' || wanted.size() < 8 ||
      wanted.find_first_not_of("0123456789", 1) != std::string::npos)
    return twilio_error(400, 21421, "PhoneNumber is invalid: " + wanted);
  for (json& account : visit.world.accounts())
    if (find_record(account["phone_numbers"], wanted, "phone_number"))
      return twilio_error(400, 21422, wanted + " is not available");
  number["phone_number"] = number["friendly_name"] = wanted;
  if (std::optional<ServedReply> refusal = assign_number(visit, number)) return *refusal;
  visit.records("phone_numbers").push_back(number);
  record_change(visit, "phone-number", number["sid"], "created");
  return ServedReply(201, number_view(visit, number));
}

ServedReply delete_number(RequestContext& visit) {
  if (!erase_record(visit.records("phone_numbers"), visit.variable("Sid")))
    return not_found(visit.request);
  record_change(visit, "phone-number", visit.variable("Sid"), "deleted");
  return no_content();
}

}  // namespace countersign::simulator
