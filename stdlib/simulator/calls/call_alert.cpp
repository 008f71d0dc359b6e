#include "stdlib/simulator/calls/call_alert.h"

#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

std::string text_of(const std::string& code) {
  if (code == "10003") return "Incoming call rejected due to inactive account";
  if (code == "11200") return "HTTP retrieval failure";
  if (code == "11205") return "HTTP connection failure";
  if (code == "12100") return "Document parse failure";
  if (code == "12300") return "Invalid Content-Type";
  if (code == "81017") return "Error in Twilio Function Response";
  return "";
}

}  // namespace

std::string fetch_error(const ServedReply& reply) {
  return reply.ending == ConnectionEnd::reset ? "11205" : "11200";
}

void add_call_alert(World& world, const std::string& account_sid, const std::string& call_sid,
                    const std::string& code, const std::string& url, const std::string& response) {
  json& account = world.accounts()[account_sid];
  json alert = new_record(world, "alert");
  alert["error_code"] = code;
  const std::string text = text_of(code) + (response.empty() ? "" : ": " + response);
  alert["alert_text"] = text;
  alert["more_info"] = "https://www.twilio.com/docs/errors/" + code;
  alert["request_url"] = url;
  alert["response_body"] = response;
  if (!call_sid.empty()) alert["resource_sid"] = call_sid;
  account["alerts"].push_back(alert);
  json* call = find_record(account["calls"], call_sid);
  if (!call) return;
  json notification = new_record(world, "notification");
  notification["error_code"] = code;
  notification["message_text"] = text;
  notification["more_info"] = alert["more_info"];
  notification["request_url"] = url;
  (*call)["notifications"].push_back(notification);
}

}  // namespace countersign::simulator
