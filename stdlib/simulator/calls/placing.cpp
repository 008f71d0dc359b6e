// api.twilio.com: messages that are sent and calls that are placed through the API.
#include "stdlib/simulator/calls/placing.h"

#include <algorithm>

#include "stdlib/simulator/calls/caller.h"
#include "stdlib/simulator/calls/twiml.h"
#include "stdlib/simulator/server/scheduler.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

constexpr std::size_t kLongestBody = 1600;
constexpr double kDeliverySeconds = 1;

bool is_phone_number(const std::string& text) {
  return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         text.find_first_not_of("0123456789", 1) == std::string::npos;
}

bool is_url(const std::string& text) {
  return text.rfind("https://", 0) == 0 || text.rfind("http://", 0) == 0;
}

const json* own_number(RequestContext& visit, const std::string& number) {
  return find_record(visit.records("phone_numbers"), number, "phone_number");
}

bool is_number_of_the_world(World& world, const std::string& number) {
  return std::any_of(world.accounts().begin(), world.accounts().end(), [&](json& account) {
    return find_record(account["phone_numbers"], number, "phone_number") != nullptr;
  });
}

// 160 characters in one segment, 153 in each of several; fewer where they are not ASCII.
std::size_t segments_of(const std::string& body) {
  const bool ascii =
      std::all_of(body.begin(), body.end(), [](unsigned char c) { return c < 0x80; });
  const auto characters = static_cast<std::size_t>(
      std::count_if(body.begin(), body.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
  const std::size_t one = ascii ? 160 : 70, each = ascii ? 153 : 67;
  return characters <= one ? 1 : (characters + each - 1) / each;
}

std::optional<ServedReply> wrong_message(RequestContext& visit) {
  const std::string to = visit.form.get("To"), from = visit.form.get("From");
  const std::string body = visit.form.get("Body");
  if (to.empty()) return twilio_error(400, 21604, "A 'To' phone number is required.");
  if (from.empty() && visit.form.get("MessagingServiceSid").empty())
    return twilio_error(400, 21603, "A 'From' or 'MessagingServiceSid' parameter is required.");
  if (body.empty() && visit.form.get("MediaUrl").empty() && visit.form.get("ContentSid").empty())
    return twilio_error(400, 21602, "Message body is required.");
  if (!is_phone_number(to))
    return twilio_error(400, 21211, "The 'To' number " + to + " is not a valid phone number.");
  if (!from.empty() && !own_number(visit, from))
    return twilio_error(400, 21606,
                        "The 'From' phone number " + from + " is not a number of this account.");
  if (body.size() > kLongestBody)
    return twilio_error(400, 21617, "The message body exceeds the 1600 character limit.");
  return std::nullopt;
}

std::optional<ServedReply> wrong_call(RequestContext& visit) {
  const std::string to = visit.form.get("To"), from = visit.form.get("From");
  const std::string url = visit.form.get("Url");
  if (to.empty()) return twilio_error(400, 21201, "No 'To' number is specified");
  if (from.empty()) return twilio_error(400, 21213, "No 'From' number is specified");
  if (url.empty() && visit.form.get("Twiml").empty() && visit.form.get("ApplicationSid").empty())
    return twilio_error(400, 21205, "Url, Twiml or ApplicationSid parameter is required");
  if (!url.empty() && !is_url(url))
    return twilio_error(400, 21205, "Url is not a valid URL: " + url);
  if (!is_phone_number(to))
    return twilio_error(400, 21211, "The 'To' number " + to + " is not a valid phone number.");
  if (!own_number(visit, from))
    return twilio_error(
        400, 21210,
        "The source phone number provided, " + from + ", is not yet verified for your account");
  return std::nullopt;
}

json message_view(const RequestContext& visit, const json& message) {
  const std::string place = "Messages/" + message["sid"].get<std::string>();
  json view = core_resource(visit, message, place);
  view["subresource_uris"] = {
      {"media", "/2010-04-01/Accounts/" + visit.account_sid + "/" + place + "/Media.json"}};
  return view;
}

// What a caller does who presses SendDigits and then does as the document says: who speaks leaves a
// voicemail, who presses keys asks to be called back, and who does neither waits and hangs up.
CallOrder order_of(const Fields& form) {
  CallOrder order;
  order.to = form.get("To");
  order.from = form.get("From");
  for (const char c : form.get("SendDigits"))
    if (c != 'w' && c != 'W') order.keys += c;
  std::string words;
  double pause = 0;
  for (const Verb& verb : parse_twiml(form.get("Twiml")).value_or(std::vector<Verb>())) {
    if (verb.name == "Say" && words.empty()) words = verb.text;
    if (verb.name == "Pause") pause = std::max(pause, verb.number("length", 1));
  }
  if (pause == 0 && order.keys.empty()) return order;
  order.path = !words.empty() ? "voicemail" : !order.keys.empty() ? "callback" : "hangup";
  if (!words.empty()) order.speaks = words;
  order.seconds = spoken_seconds(order.speaks);
  order.hold = pause;
  return order;
}

// A number of the world is called as a caller calls it, and the clock then stands at the call's
// end. Nobody is there to take a call to any other.
void ring(World& world, json& call, const CallOrder& order) {
  if (!is_number_of_the_world(world, order.to)) {
    call["status"] = "no-answer";
    call["end_time"] = call["start_time"];
    return;
  }
  const Seconds began = world.now();
  place_call(world, order);
  call["status"] = "completed";
  call["duration"] = std::to_string(world.now() - began);
  call["end_time"] = call["date_updated"] = world.stamp();
}

}  // namespace

ServedReply list_messages(RequestContext& visit) {
  Records all = select(visit.records("messages"), [&](const json& entry) {
    return same(visit, "To", entry["to"]) && same(visit, "From", entry["from"]) &&
           in_time(visit, "DateSent", entry["date_sent"]);
  });
  newest_first(all, "date_created");
  return core_page(visit, all, "messages",
                   [&](const json& entry) { return message_view(visit, entry); });
}

ServedReply fetch_message(RequestContext& visit) {
  json* message = find_record(visit.records("messages"), visit.variable("Sid"));
  return message ? ServedReply(200, message_view(visit, *message)) : not_found(visit.request);
}

// Queued now, delivered a little later.
ServedReply create_message(RequestContext& visit) {
  if (std::optional<ServedReply> refusal = wrong_message(visit)) return *refusal;
  json message = new_record(visit.world, "message");
  message["to"] = visit.form.get("To");
  message["body"] = visit.form.get("Body");
  message["status"] = "queued";
  message["date_sent"] = nullptr;
  message["num_segments"] = std::to_string(segments_of(visit.form.get("Body")));
  message["num_media"] = std::to_string(visit.form.all("MediaUrl").size());
  if (visit.form.has("From")) message["from"] = visit.form.get("From");
  if (visit.form.has("MessagingServiceSid"))
    message["messaging_service_sid"] = visit.form.get("MessagingServiceSid");
  visit.records("messages").push_back(message);
  schedule(visit.world, visit.world.clock.exact() + kDeliverySeconds,
           {{"kind", "message"}, {"account", visit.account_sid}, {"message", message["sid"]}});
  return ServedReply(201, message_view(visit, message));
}

void deliver_message(World& world, const json& entry) {
  auto account = world.accounts().find(entry["account"].get<std::string>());
  if (account == world.accounts().end()) return;
  json* message = find_record((*account)["messages"], entry["message"].get<std::string>());
  if (!message) return;
  (*message)["status"] = "delivered";
  (*message)["date_sent"] = (*message)["date_updated"] = world.stamp();
}

ServedReply create_call(RequestContext& visit) {
  if (std::optional<ServedReply> refusal = wrong_call(visit)) return *refusal;
  const std::string to = visit.form.get("To"), from = visit.form.get("From");
  json call = new_record(visit.world, "call");
  call["to"] = to;
  call["from"] = from;
  call["direction"] = "outbound-api";
  call["phone_number_sid"] = (*own_number(visit, from))["sid"];
  json placed = call;
  ring(visit.world, placed, order_of(visit.form));
  visit.records("calls").push_back(placed);
  // The answer is of the moment of the request.
  call["status"] = "queued";
  call["duration"] = call["end_time"] = call["start_time"] = nullptr;
  return ServedReply(201, call_view(visit, call));
}

}  // namespace countersign::simulator
