// api.twilio.com: accounts, calls, balance, and the routes of all of it.
#include "stdlib/simulator/calls/placing.h"
#include "stdlib/simulator/server/shapes.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {

// In recordings.cpp.
ServedReply list_recordings(RequestContext&);
ServedReply fetch_recording(RequestContext&);
ServedReply delete_recording(RequestContext&);
ServedReply list_transcriptions(RequestContext&);
ServedReply fetch_transcription(RequestContext&);

// In numbers.cpp.
ServedReply list_numbers(RequestContext&);
ServedReply fetch_number(RequestContext&);
ServedReply update_number(RequestContext&);
ServedReply create_number(RequestContext&);
ServedReply delete_number(RequestContext&);

// In placing.cpp.
ServedReply list_messages(RequestContext&);
ServedReply fetch_message(RequestContext&);
ServedReply create_message(RequestContext&);
ServedReply create_call(RequestContext&);

// In api_keys.cpp.
ServedReply list_keys(RequestContext&);
ServedReply fetch_key(RequestContext&);
ServedReply create_key(RequestContext&);
ServedReply delete_key(RequestContext&);

json call_view(const RequestContext& visit, const json& call) {
  std::string sid = call["sid"];
  json view = core_resource(visit, call, "Calls/" + sid, {"notifications", "caller", "moved_to"});
  view["to_formatted"] = call["to"];
  view["from_formatted"] = call["from"];
  std::string base = "/2010-04-01/Accounts/" + visit.account_sid + "/Calls/" + sid;
  view["subresource_uris"] = {{"notifications", base + "/Notifications.json"},
                              {"recordings", base + "/Recordings.json"}};
  return view;
}

namespace {

json account_view(const RequestContext& visit, const std::string& sid, const json& account) {
  std::string uri = "/2010-04-01/Accounts/" + sid;
  json links;
  for (const char* list : {"Calls", "Recordings", "Transcriptions", "IncomingPhoneNumbers", "Keys",
                           "Messages", "Balance"})
    links[snake_case(list)] = uri + "/" + list + ".json";
  json view = {{"auth_token", account["auth_token"]},
               {"friendly_name", account["friendly_name"]},
               {"owner_account_sid", account["owner_account_sid"]},
               {"sid", sid},
               {"status", account["status"]},
               {"type", account["type"]},
               {"subresource_uris", links},
               {"uri", uri + ".json"}};
  for (const char* date : {"date_created", "date_updated"})
    view[date] =
        rfc2822_time(parse_date(account[date].get<std::string>()).value_or(visit.world.now()));
  return view;
}

ServedReply list_accounts(RequestContext& visit) {
  json all = json::array();
  for (const auto& [sid, account] : visit.world.accounts().items())
    if (sid == visit.account_sid || account["owner_account_sid"] == visit.account_sid) {
      json entry = account_view(visit, sid, account);
      if (same(visit, "FriendlyName", entry["friendly_name"]) &&
          same(visit, "Status", entry["status"]))
        all.push_back(entry);
    }
  return core_page(visit, select(all), "accounts", [](const json& view) { return view; });
}

ServedReply fetch_account(RequestContext& visit) {
  return ServedReply(200, account_view(visit, visit.account_sid, *visit.account));
}

ServedReply list_calls(RequestContext& visit) {
  Records calls = select(visit.records("calls"), [&](const json& call) {
    return same(visit, "To", call["to"]) && same(visit, "From", call["from"]) &&
           same(visit, "Status", call["status"]) &&
           same(visit, "ParentCallSid", call["parent_call_sid"]) &&
           in_time(visit, "StartTime", call["start_time"]) &&
           in_time(visit, "EndTime", call["end_time"]);
  });
  newest_first(calls, "start_time");
  return core_page(visit, calls, "calls", [&](const json& call) { return call_view(visit, call); });
}

ServedReply fetch_call(RequestContext& visit) {
  json* call = find_record(visit.records("calls"), visit.variable("Sid"));
  return call ? ServedReply(200, call_view(visit, *call)) : not_found(visit.request);
}

ServedReply list_notifications(RequestContext& visit) {
  json* call = find_record(visit.records("calls"), visit.variable("CallSid"));
  if (!call) return not_found(visit.request);
  Records all = select((*call)["notifications"], [&](const json& entry) {
    return same(visit, "Log", entry["log"]) && in_time(visit, "MessageDate", entry["message_date"]);
  });
  return core_page(visit, all, "notifications", [&](const json& entry) {
    json view = core_resource(visit, entry, "Notifications/" + entry["sid"].get<std::string>());
    view["call_sid"] = (*call)["sid"];
    return view;
  });
}

ServedReply fetch_balance(RequestContext& visit) {
  json view = visit.records("balance");
  view["account_sid"] = visit.account_sid;
  return ServedReply(200, view);
}

constexpr Route kRoutes[] = {
    {"GET", "/2010-04-01/Accounts.json", list_accounts},
    {"GET", "/2010-04-01/Accounts/{AccountSid}.json", fetch_account},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Calls.json", list_calls},
    {"POST", "/2010-04-01/Accounts/{AccountSid}/Calls.json", create_call},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json", fetch_call},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Notifications.json",
     list_notifications},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings.json", list_recordings},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Recordings.json", list_recordings},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}", fetch_recording},
    {"DELETE", "/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.json", delete_recording},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Recordings/{RecordingSid}/Transcriptions.json",
     list_transcriptions},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Transcriptions.json", list_transcriptions},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Transcriptions/{Sid}.json", fetch_transcription},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json", list_numbers},
    {"POST", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json", create_number},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json", fetch_number},
    {"POST", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json", update_number},
    {"DELETE", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json", delete_number},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Messages.json", list_messages},
    {"POST", "/2010-04-01/Accounts/{AccountSid}/Messages.json", create_message},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json", fetch_message},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Keys.json", list_keys},
    {"POST", "/2010-04-01/Accounts/{AccountSid}/Keys.json", create_key},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Keys/{Sid}.json", fetch_key},
    {"DELETE", "/2010-04-01/Accounts/{AccountSid}/Keys/{Sid}.json", delete_key},
    {"GET", "/2010-04-01/Accounts/{AccountSid}/Balance.json", fetch_balance},
};

}  // namespace

std::span<const Route> core_routes() {
  return kRoutes;
}

}  // namespace countersign::simulator
