#include "stdlib/twilio/number_rows.h"

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/http/url.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

const std::string kNumbers =
    "https://api.twilio.com/2010-04-01/Accounts/{account}/IncomingPhoneNumbers";

WireField sid_field() {
  return {{.name = "sid",
           .type = Type::sid,
           .required = true,
           .summary = "the number",
           .prefix = "PN"}};
}

// Argument, Twilio's parameter, and how it reads in the answer: its name in snake_case, which is
// the argument's own.
Fields settings() {
  const auto url = [](const std::string& name, const std::string& wire, const std::string& what) {
    // Not Type::url: an empty text unsets it.
    return WireField{{name, Type::text, false, what + "; empty unsets it"}, wire};
  };
  const auto method = [](const std::string& name, const std::string& wire) {
    return WireField{{.name = name, .summary = "how that URL is asked", .choices = {"GET", "POST"}},
                     wire};
  };
  return {
      {{"friendly_name", Type::text, false, "the number's name"}, "FriendlyName"},
      url("voice_url", "VoiceUrl", "what a call to the number asks for its instructions"),
      method("voice_method", "VoiceMethod"),
      url("voice_fallback_url", "VoiceFallbackUrl", "what is asked when voice_url fails"),
      method("voice_fallback_method", "VoiceFallbackMethod"),
      url("voice_application_sid", "VoiceApplicationSid",
          "the application that takes calls instead"),
      url("trunk_sid", "TrunkSid", "the SIP trunk that takes calls instead"),
      url("status_callback", "StatusCallback", "the URL that is called when a call ends"),
      method("status_callback_method", "StatusCallbackMethod"),
      url("sms_url", "SmsUrl", "what a message to the number asks for its instructions"),
      method("sms_method", "SmsMethod"),
      url("sms_fallback_url", "SmsFallbackUrl", "what is asked when sms_url fails"),
      method("sms_fallback_method", "SmsFallbackMethod"),
      url("sms_application_sid", "SmsApplicationSid",
          "the application that takes messages instead"),
      {{"voice_caller_id_lookup", Type::flag, false, "look up callers' names"},
       "VoiceCallerIdLookup"},
      {{.name = "voice_receive_mode",
        .summary = "what calls to the number are",
        .choices = {"voice", "fax"}},
       "VoiceReceiveMode"},
  };
}

Fields joined(Fields front, const Fields& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

std::string target_of(const Call& call) {
  return "/numbers/" + escape_pointer(text_argument(call.arguments, "sid"));
}

Result<json> number(const Call& call) {
  auto found = or_null(
      provider(call).request(twilio::kApiKey, "GET", filled(kNumbers + "/{sid}.json", call)));
  if (!found || found->is_null()) return found;
  return number_state(std::move(*found));
}

Result<json> post(const std::string& url, const Fields& fields, const Call& call) {
  const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
  return provider(call).request(twilio::kApiKey, "POST", filled(url, call), urlencoded(pairs));
}

// A trunk and a voice application take a number from each other (incomingphonenumber-resource).
void settle_rivals(const json& arguments, json& after) {
  const auto set = [&](const char* name) {
    return given(arguments, name) && arguments[name] != "";
  };
  if (set("trunk_sid"))
    after["voice_application_sid"] = "";
  else if (set("voice_application_sid"))
    after["trunk_sid"] = "";
}

Row update() {
  const Fields fields = joined({sid_field()}, settings());
  Row row{.name = "twilio.numbers.update",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the number",
          .summary = "Updates a phone number's webhooks or name",
          .carrier = [fields](const Call& call) {
            return post(kNumbers + "/{sid}.json", fields, call);
          }};
  row.target = [](const Call& call) -> Result<std::string> { return target_of(call); };
  row.before = number;
  row.project = [](const Call& call, const json& before) -> Result<json> {
    if (before.is_null())
      return Error{"argument", "there is no number " + text_argument(call.arguments, "sid"),
                   "twilio.numbers.list shows the account's numbers"};
    json after = before;
    for (const WireField& field : settings())
      if (given(call.arguments, field.parameter.name))
        after[field.parameter.name] = call.arguments[field.parameter.name];
    settle_rivals(call.arguments, after);
    return after;
  };
  row.inverse = [](const json& arguments, const json& before) -> json {
    json back = {{"sid", arguments["sid"]}};
    const auto was = [&](const std::string& name) {
      if (before.contains(name)) back[name] = before[name];
    };
    for (const WireField& field : settings())
      if (given(arguments, field.parameter.name)) was(field.parameter.name);
    // A trunk and a voice application take a number from each other: both go back.
    if (given(arguments, "trunk_sid") || given(arguments, "voice_application_sid"))
      for (const char* rival : {"trunk_sid", "voice_application_sid"})
        if (before.value(rival, "") != "") was(rival);
    return {{"operation", "twilio.numbers.update"}, {"arguments", back}};
  };
  row.changing = Changing{
      .wire = 1, .sources = Sources::none(), .returns = Returns({{"/sid", range::same_as("sid")}})};
  row.settle = Settle::by_state;
  return row;
}

Row release() {
  const Fields fields = {sid_field()};
  Row row{.name = "twilio.numbers.delete",
          .effect = Effect::destroy,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "nothing",
          .summary = "Releases a phone number",
          .carrier = [](const Call& call) {
            return provider(call).request(twilio::kApiKey, "DELETE",
                                          filled(kNumbers + "/{sid}.json", call));
          }};
  row.target = [](const Call& call) -> Result<std::string> { return target_of(call); };
  row.before = number;
  row.project = [](const Call&, const json&) -> Result<json> { return json(); };
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.irreversible = "the number goes back to Twilio's pool and may be another's tomorrow";
  return row;
}

Result<json> by_phone_number(const Call& call) {
  auto list = TRY(twilio_list(provider(call), twilio::kApiKey,
                              filled(kNumbers + ".json", call) + "?PhoneNumber=" +
                                  percent_encode(text_argument(call.arguments, "phone_number")),
                              "incoming_phone_numbers"));
  for (json& one : list)
    if (one.value("phone_number", json()) == call.arguments.value("phone_number", json()))
      return std::move(one);
  return json();
}

Row buy() {
  const Fields fields = joined({{{.name = "phone_number",
                                  .type = Type::phone,
                                  .required = true,
                                  .summary = "the number to buy"},
                                 "PhoneNumber"}},
                               settings());
  Row row{.name = "twilio.numbers.create",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the number",
          .summary = "Buys a phone number",
          .carrier = [fields](const Call& call) { return post(kNumbers + ".json", fields, call); }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/numbers/" + escape_pointer(text_argument(call.arguments, "phone_number"));
  };
  // The SID is Twilio's to give, so a new number is known by its digits, and of its state what was
  // asked for.
  row.before = [fields](const Call& call) -> Result<json> {
    auto found = by_phone_number(call);
    if (!found || found->is_null()) return found;
    const json whole = number_state(std::move(*found));
    json state = json::object();
    for (const WireField& field : fields)
      if (given(call.arguments, field.parameter.name))
        state[field.parameter.name] = whole.value(field.parameter.name, json());
    return state;
  };
  row.project = [](const Call& call, const json&) -> Result<json> { return call.arguments; };
  row.guard = [](const Call& call) -> Status {
    if (call.overlay || has_placeholder(call.arguments)) return Done{};
    auto found = TRY(by_phone_number(call));
    if (found.is_null()) return Done{};
    return Error{"refused",
                 text_argument(call.arguments, "phone_number") + " is already this account's",
                 "twilio.numbers.update changes it"};
  };
  row.lookup = by_phone_number;
  row.changing = Changing{.wire = 1,
                          .sources = Sources::none(),
                          .returns = Returns({{"/sid", range::id("PN")},
                                              {"/phone_number", range::same_as("phone_number")}})};
  row.made = [](const json& result) {
    const std::string sid = result.value("sid", "");
    return sid.empty() ? sid : "/numbers/" + escape_pointer(sid);
  };
  row.settle = Settle::by_lookup;
  row.irreversible = "the number's price is charged";
  return row;
}

}  // namespace

std::vector<Row> number_rows() {
  Reading find{"twilio.numbers.find",
               twilio::kApiKey,
               kNumbers + ".json",
               {{{.name = "phone_number",
                  .type = Type::phone,
                  .required = true,
                  .summary = "the number, in E.164"}}},
               "the number, or nil",
               "Finds a phone number by its digits"};
  Row find_row = finding(find);
  find_row.carrier = by_phone_number;
  return {
      listing(
          {"twilio.numbers.list",
           twilio::kApiKey,
           kNumbers + ".json",
           {{{"phone_number", Type::text, false, "only numbers that hold these digits"},
             "PhoneNumber"},
            {{"friendly_name", Type::text, false, "only numbers of this name"}, "FriendlyName"}},
           "list of numbers",
           "Lists the account's phone numbers"},
          "incoming_phone_numbers"),
      fetching({"twilio.numbers.fetch",
                twilio::kApiKey,
                kNumbers + "/{sid}.json",
                {sid_field()},
                "the number",
                "Reads one phone number"}),
      std::move(find_row),
      update(),
      release(),
      buy(),
  };
}

}  // namespace countersign
