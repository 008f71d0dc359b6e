// twilio.*: the core API's numbers, calls, recordings, transcriptions, messages and account. Paths
// and parameter names: twilio_api_v2010.json.
#include "stdlib/session/reading_rows.h"
#include "stdlib/session/secret_fields.h"
#include "stdlib/twilio/calling_row.h"
#include "stdlib/twilio/number_rows.h"
#include "stdlib/twilio/record_rows.h"
#include "stdlib/twilio/rows.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

const std::string kAccount = "https://api.twilio.com/2010-04-01/Accounts/{account}";

Parameter sid(const std::string& prefix, const std::string& summary, bool required = true) {
  return {
      .name = "sid", .type = Type::sid, .required = required, .summary = summary, .prefix = prefix};
}

WireField filter(const std::string& name, const std::string& wire, const std::string& summary,
                 Type type = Type::text, Form form = Form::text) {
  return {{name, type, false, summary}, wire, form};
}

std::vector<Row> call_rows() {
  return {
      listing({"twilio.calls.list",
               twilio::kApiKey,
               kAccount + "/Calls.json",
               {filter("to", "To", "only calls to this number", Type::phone),
                filter("from", "From", "only calls from this number", Type::phone),
                {{.name = "status",
                  .summary = "only calls in this state",
                  .choices = {"queued", "ringing", "in-progress", "completed", "busy", "failed",
                              "no-answer", "canceled"}},
                 "Status"},
                {{.name = "parent_call_sid",
                  .type = Type::sid,
                  .summary = "only legs of this call",
                  .prefix = "CA"},
                 "ParentCallSid"},
                filter("started_after", "StartTime>", "only calls that began then or later",
                       Type::time, Form::iso),
                filter("started_before", "StartTime<", "only calls that began then or earlier",
                       Type::time, Form::iso),
                filter("ended_after", "EndTime>", "only calls that ended then or later", Type::time,
                       Form::iso),
                filter("ended_before", "EndTime<", "only calls that ended then or earlier",
                       Type::time, Form::iso)},
               "list of calls",
               "Lists calls, newest first"},
              "calls"),
      fetching({"twilio.calls.fetch",
                twilio::kApiKey,
                kAccount + "/Calls/{sid}.json",
                {{sid("CA", "the call")}},
                "the call",
                "Reads one call"}),
      listing({"twilio.notifications.list",
               twilio::kApiKey,
               kAccount + "/Calls/{call}/Notifications.json",
               {{{.name = "call",
                  .type = Type::sid,
                  .required = true,
                  .summary = "the call",
                  .prefix = "CA"}},
                filter("log", "Log", "0: errors only, 1: warnings too", Type::integer),
                filter("since", "MessageDate>", "only notifications of that day or later",
                       Type::time, Form::iso)},
               "list of notifications",
               "Lists what went wrong during a call"},
              "notifications"),
      calling_row(),
  };
}

// All of them, or one recording's, which have a path of their own.
// The API has no filter by status, so all pages of the others are read and those kept that fit.
Row messages() {
  const std::string key = "messages";
  const Fields fields = {
      filter("to", "To", "only messages to this number", Type::phone),
      filter("from", "From", "only messages from this number", Type::phone),
      filter("sent_after", "DateSent>", "only messages sent then or later", Type::time, Form::iso),
      filter("sent_before", "DateSent<", "only messages sent then or earlier", Type::time,
             Form::iso),
      {{.name = "status",
        .summary = "only messages in this state",
        .choices = {"accepted", "scheduled", "canceled", "queued", "sending", "sent", "failed",
                    "delivered", "undelivered", "receiving", "received", "read"}}}};
  const std::string url = kAccount + "/Messages.json";
  Row row = listing(
      {"twilio.messages.list", twilio::kApiKey, url, fields, "list of messages", "Lists messages"},
      key);
  row.carrier = [=](const Call& call) -> Result<json> {
    const bool chosen = given(call.arguments, "status");
    const std::string asked = TRY(query_url(url, fields, call));
    const auto limit = limit_of(call.arguments);
    json all = TRY(twilio_list(provider(call), twilio::kApiKey, asked, key,
                               chosen ? std::optional<std::size_t>() : limit));
    if (!chosen) return all;
    json kept = json::array();
    for (json& one : all)
      if (one.value("status", json()) == call.arguments["status"] &&
          (!limit || kept.size() < *limit))
        kept.push_back(std::move(one));
    return kept;
  };
  return row;
}

Row transcriptions() {
  const Fields fields = {{{.name = "recording",
                           .type = Type::sid,
                           .summary = "only transcriptions of this recording",
                           .prefix = "RE"}}};
  Row row = listing({"twilio.transcriptions.list", twilio::kAuthToken, "", fields,
                     "list of transcriptions", "Lists transcriptions of recordings"},
                    "transcriptions");
  row.carrier = [](const Call& call) {
    const bool one = given(call.arguments, "recording");
    const std::string url =
        kAccount + (one ? "/Recordings/{recording}" : "") + "/Transcriptions.json";
    return twilio_list(provider(call), twilio::kAuthToken, filled(url, call), "transcriptions",
                       limit_of(call.arguments));
  };
  return row;
}

std::vector<Row> other_reading_rows() {
  return {
      listing({"twilio.recordings.list",
               twilio::kAuthToken,
               kAccount + "/Recordings.json",
               {{{.name = "call",
                  .type = Type::sid,
                  .summary = "only recordings of this call",
                  .prefix = "CA"},
                 "CallSid"},
                filter("created_after", "DateCreated>", "only recordings made then or later",
                       Type::time, Form::iso),
                filter("created_before", "DateCreated<", "only recordings made then or earlier",
                       Type::time, Form::iso)},
               "list of recordings",
               "Lists recordings"},
              "recordings"),
      fetching({"twilio.recordings.fetch",
                twilio::kAuthToken,
                kAccount + "/Recordings/{sid}.json",
                {{sid("RE", "the recording")}},
                "the recording",
                "Reads one recording's record, not its sound"}),
      transcriptions(),
      messages(),
      fetching({"twilio.account.fetch",
                twilio::kAuthToken,
                kAccount + ".json",
                {},
                "the account",
                "Reads the account's name and status"}),
      fetching({"twilio.balance.fetch",
                twilio::kApiKey,
                kAccount + "/Balance.json",
                {},
                "the balance and its currency",
                "Reads the account's balance"}),
      fetching({"twilio.status.fetch",
                "",
                "https://status.twilio.com/api/v2/summary.json",
                {},
                "the status page: status, components, incidents",
                "Reads Twilio's public status page"}),
      listing({"twilio.keys.list",
               twilio::kAuthToken,
               kAccount + "/Keys.json",
               {},
               "list of keys",
               "Lists the account's API keys, without their secrets"},
              "keys"),
  };
}

// The profile's own Auth Token as a fingerprint: that another value is the same can be told by it,
// and nothing can be done with it. The gate has tried the token when this is called.
Row credentials_row() {
  return Row{.name = "twilio.credentials.fetch",
             .effect = Effect::read,
             .credential = twilio::kAuthToken,
             .result = "{auth_token}: a handle that only compares",
             .summary = "Tells the profile's Auth Token by its fingerprint, after trying it",
             .carrier = [](const Call& call) -> Result<json> {
               ProviderSession& session = provider(call);
               const auto token = TRY(session.secret(twilio::kTokenSecret));
               return with_handles(session.vault(), "profile:" + session.profile().name,
                                   {{"auth_token", token}}, false);
             }};
}

}  // namespace

Status add_twilio_rows(Catalogue& catalogue) {
  std::vector<Row> rows = call_rows();
  for (auto part : {other_reading_rows(), number_rows(), record_rows()})
    for (Row& row : part) rows.push_back(std::move(row));
  rows.push_back(credentials_row());
  for (Row& row : rows)
    if (Status added = catalogue.add(std::move(row)); !added) return added;
  return Done{};
}

}  // namespace countersign
