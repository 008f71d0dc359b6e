#include "stdlib/twilio/record_rows.h"

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/session/secret_store.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

const std::string kAccount = "https://api.twilio.com/2010-04-01/Accounts/{account}";

Result<json> gone(const Call&, const json&) {
  return json();
}

Row delete_recording() {
  Row row{.name = "twilio.recordings.delete",
          .effect = Effect::destroy,
          .credential = twilio::kAuthToken,
          .parameters = {{.name = "sid",
                          .type = Type::sid,
                          .required = true,
                          .summary = "the recording",
                          .prefix = "RE"}},
          .result = "nothing",
          .summary = "Deletes a recording",
          .carrier = [](const Call& call) {
            return provider(call).request(twilio::kAuthToken, "DELETE",
                                          filled(kAccount + "/Recordings/{sid}.json", call));
          }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/records/recordings/" + escape_pointer(text_argument(call.arguments, "sid"));
  };
  row.before = [](const Call& call) -> Result<json> {
    auto found = or_null(provider(call).request(twilio::kAuthToken, "GET",
                                                filled(kAccount + "/Recordings/{sid}.json", call)));
    if (!found || found->is_null()) return found;
    // What is deleted, in the plan's words. A deleted recording may still be answered, as such.
    if (found->value("status", "") == "deleted") return json();
    return json{{"sid", found->value("sid", json())},
                {"call_sid", found->value("call_sid", json())},
                {"duration", found->value("duration", json())},
                {"date_created", found->value("date_created", json())}};
  };
  row.project = gone;
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.irreversible = "the recording's sound and its transcriptions are gone";
  return row;
}

// The keys of the account that pass `wanted`.
Result<json> key_where(const Call& call, const std::string& field, const std::string& value) {
  auto list = TRY(twilio_list(provider(call), twilio::kAuthToken,
                              filled(kAccount + "/Keys.json", call), "keys"));
  for (json& key : list)
    if (key.value(field, "") == value) return std::move(key);
  return json();
}

Result<json> key_by_name(const Call& call) {
  return key_where(call, "friendly_name", text_argument(call.arguments, "friendly_name"));
}

Row create_key() {
  const Fields fields = {
      {{"friendly_name", Type::text, true, "what the key is for"}, "FriendlyName"}};
  Row row{
      .name = "twilio.keys.create",
      .effect = Effect::mutate,
      .credential = twilio::kAuthToken,
      .parameters = parameters(fields),
      .result = "the key; its secret is a handle and lies in the secret store",
      .summary = "Makes an API key",
      .carrier = [fields](const Call& call) -> Result<json> {
        const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
        auto made = TRY(provider(call).request(
            twilio::kAuthToken, "POST", filled(kAccount + "/Keys.json", call), urlencoded(pairs)));
        return with_stored_secret(provider(call), std::move(made), "twilio", "/sid", "/secret");
      }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/records/keys/" + escape_pointer(text_argument(call.arguments, "friendly_name"));
  };
  row.before = [](const Call& call) -> Result<json> {
    auto found = key_by_name(call);
    if (!found || found->is_null()) return found;
    return json{{"friendly_name", found->value("friendly_name", json())}};
  };
  row.project = [](const Call& call, const json&) -> Result<json> {
    return json{{"friendly_name", call.arguments["friendly_name"]}};
  };
  row.guard = [](const Call& call) -> Status {
    if (Status kept = secret_store_there(provider(call)); !kept) return kept;
    if (call.overlay || has_placeholder(call.arguments)) return Done{};
    auto found = TRY(key_by_name(call));
    if (found.is_null()) return Done{};
    return Error{
        "refused",
        "there already is a key named \"" + text_argument(call.arguments, "friendly_name") + "\"",
        "a key is told from another by its name alone; take a new name"};
  };
  row.lookup = key_by_name;
  row.changing =
      Changing{.wire = 1,
               .sources = Sources::none(),
               .returns = Returns({{"/sid", range::id("SK")}, {"/secret", range::secret()}})};
  row.settle = Settle::by_lookup;
  return row;
}

Row delete_key() {
  Row row{.name = "twilio.keys.delete",
          .effect = Effect::destroy,
          .credential = twilio::kAuthToken,
          .parameters = {{.name = "sid",
                          .type = Type::sid,
                          .required = true,
                          .summary = "the key",
                          .prefix = "SK"}},
          .result = "nothing",
          .summary = "Revokes an API key",
          .carrier = [](const Call& call) {
            return provider(call).request(twilio::kAuthToken, "DELETE",
                                          filled(kAccount + "/Keys/{sid}.json", call));
          }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/records/keys/" + escape_pointer(text_argument(call.arguments, "sid"));
  };
  row.before = [](const Call& call) -> Result<json> {
    auto found = key_where(call, "sid", text_argument(call.arguments, "sid"));
    if (!found || found->is_null()) return found;
    return json{{"sid", found->value("sid", json())},
                {"friendly_name", found->value("friendly_name", json())}};
  };
  row.project = gone;
  row.guard = [](const Call& call) -> Status {
    if (text_argument(call.arguments, "sid") != provider(call).profile().text(twilio::kKeySid))
      return Done{};
    return Error{
        "refused",
        "this is the key that profile \"" + provider(call).profile().name + "\" itself works with",
        "put another key into countersign.toml first"};
  };
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.irreversible = "a revoked key cannot be had back; who uses it is locked out";
  return row;
}

}  // namespace

std::vector<Row> record_rows() {
  return {delete_recording(), create_key(), delete_key()};
}

}  // namespace countersign
