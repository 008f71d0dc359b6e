#include "stdlib/twilio/calling_row.h"

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/http/xml.h"
#include "stdlib/session/arguments.h"
#include "stdlib/session/provider_session.h"
#include "stdlib/twilio/settings.h"

namespace countersign {
namespace {

constexpr const char* kCalls = "https://api.twilio.com/2010-04-01/Accounts/{account}/Calls.json";
// SendDigits: "the maximum is 32 digits" (call-resource); w waits half a second, W a whole one.
constexpr std::size_t kMostKeys = 32;
constexpr int kShortest = 1, kLongest = 300;
constexpr std::size_t kMostWords = 500;

// What our own end of the call does once the keys are pressed: say the words, if there are any, and
// stay on the line.
std::string document(const json& arguments) {
  const std::string words = text_argument(arguments, "say");
  const int seconds = arguments.value("seconds", 30);
  std::string out = "<Response>";
  if (!words.empty()) out += "<Pause length=\"5\"/><Say>" + xml_escaped(words) + "</Say>";
  return out + "<Pause length=\"" + std::to_string(seconds) + "\"/></Response>";
}

Status sound(const Call& call) {
  const json& arguments = call.arguments;
  if (has_placeholder(arguments)) return Done{};
  const std::string keys = text_argument(arguments, "keys");
  if (keys.size() > kMostKeys || keys.find_first_not_of("0123456789*#wW") != std::string::npos)
    return Error{"argument", "keys: got \"" + keys +
                                 "\", want at most 32 of 0-9, * and #, with w for half a "
                                 "second and W for a second in between"};
  if (text_argument(arguments, "say").size() > kMostWords)
    return Error{"argument", "say: want at most 500 bytes"};
  const int seconds = arguments.value("seconds", 30);
  if (seconds < kShortest || seconds > kLongest)
    return Error{"argument", "seconds: got " + std::to_string(seconds) + ", want 1 to 300"};
  return Done{};
}

}  // namespace

Row calling_row() {
  Row row{.name = "twilio.calls.create",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = {{.name = "to",
                          .type = Type::phone,
                          .required = true,
                          .summary = "the line that is called"},
                         {.name = "from",
                          .type = Type::phone,
                          .required = true,
                          .summary = "a number of the account, which calls"},
                         {.name = "keys",
                          .summary = "what is pressed once it is answered; w waits half a second, "
                                     "W a second"},
                         {.name = "say", .summary = "what is said after that"},
                         {.name = "seconds",
                          .type = Type::integer,
                          .summary = "how long it stays on the line then; 30"}},
          .result = "the call, as it was placed: read it again when it has ended",
          .summary = "Calls a line, presses keys, speaks, and hangs up"};
  row.carrier = [](const Call& call) -> Result<json> {
    Pairs form = {{"To", text_argument(call.arguments, "to")},
                  {"From", text_argument(call.arguments, "from")},
                  {"Twiml", document(call.arguments)}};
    if (const std::string keys = text_argument(call.arguments, "keys"); !keys.empty())
      form.emplace_back("SendDigits", keys);
    return provider(call).request(twilio::kApiKey, "POST", filled(kCalls, call), urlencoded(form));
  };
  row.target = [](const Call& call) -> Result<std::string> {
    return "/records/calls/" + escape_pointer(text_argument(call.arguments, "to"));
  };
  row.guard = sound;
  row.changing = Changing{
      .wire = 1, .sources = Sources::none(), .returns = Returns({{"/sid", range::id("CA")}})};
  // A second call differs from the first in nothing but its SID.
  row.settle = Settle::ask;
  row.irreversible = "the line rings, and the call is charged";
  return row;
}

}  // namespace countersign
