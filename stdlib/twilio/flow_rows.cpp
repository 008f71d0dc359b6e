#include "stdlib/twilio/flow_rows.h"

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/flow_guard.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

const std::string kFlows = "https://studio.twilio.com/v2/Flows";
const std::string kFlow = kFlows + "/{sid}";
const std::string kArchived = "[ARCHIVED] ";

// What a number rings: https://www.twilio.com/docs/studio/rest-api/v2/flow, webhook_url.
json webhook_range(json sid) {
  return range::exactly_parts({json("https://webhooks.twilio.com/v1/Accounts/"), range::account(),
                               json("/Flows/"), std::move(sid)});
}

WireField sid_field() {
  return {
      {.name = "sid", .type = Type::sid, .required = true, .summary = "the flow", .prefix = "FW"}};
}

Fields flow_fields(bool making) {
  return {
      {{"friendly_name", Type::text, making, "the flow's name"}, "FriendlyName"},
      // Required on every save, also of a rename (twilio_studio_v2.json).
      {{.name = "status",
        .required = true,
        .summary = "published: live at once; draft: no effect on callers",
        .choices = {"draft", "published"}},
       "Status"},
      {{"definition", Type::object, making, "the whole definition; there is no partial change"},
       "Definition",
       Form::json_text},
      {{"commit_message", Type::text, false, "why it is saved"}, "CommitMessage"},
  };
}

Fields joined(Fields front, const Fields& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

Result<std::string> flow_target(const Call& call) {
  return "/flows/" + escape_pointer(text_argument(call.arguments, "sid"));
}

Result<json> live_flow(const Call& call) {
  return flow_state(provider(call), text_argument(call.arguments, "sid"));
}

Error no_flow(const Call& call) {
  return Error{"argument", "there is no flow " + text_argument(call.arguments, "sid"),
               "studio.flows.list shows the account's flows"};
}

Result<json> post(const std::string& url, const Fields& fields, const Call& call) {
  const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
  return provider(call).request(twilio::kApiKey, "POST", filled(url, call), urlencoded(pairs));
}

// What a save makes of a flow's state. Every save is a new revision; only a published one is live.
json saved(const json& before, const json& arguments) {
  json after = before;
  if (given(arguments, "friendly_name")) after["friendly_name"] = arguments["friendly_name"];
  const json latest = before.value("draft", before.value("definition", json()));
  const json definition = given(arguments, "definition") ? arguments["definition"] : latest;
  after["revision"] = before.value("revision", 0) + 1;
  after["status"] = arguments["status"];
  if (arguments["status"] == "published") {
    after["definition"] = definition;
    after["live_revision"] = after["revision"];
    after.erase("draft");
  } else {
    after["draft"] = definition;
  }
  return after;
}

Row update() {
  const Fields fields = joined({sid_field()}, flow_fields(false));
  Row row{.name = "studio.flows.update",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the flow",
          .summary = "Saves a flow: another definition, name or status",
          .carrier = [fields](const Call& call) { return post(kFlow, fields, call); }};
  row.target = flow_target;
  row.before = live_flow;
  row.project = [](const Call& call, const json& before) -> Result<json> {
    if (before.is_null()) return no_flow(call);
    return saved(before, call.arguments);
  };
  // Every save is a revision of its own; the one before is saved again, and published if it was.
  row.inverse = [](const json& arguments, const json& before) -> json {
    if (!before.is_object() || before.contains("draft")) return nullptr;
    json back = {{"sid", arguments["sid"]},
                 {"status", before.value("status", "published")},
                 {"commit_message", "As it was before"}};
    if (given(arguments, "friendly_name")) back["friendly_name"] = before["friendly_name"];
    if (before.contains("definition")) back["definition"] = before["definition"];
    return {{"operation", "studio.flows.update"}, {"arguments", back}};
  };
  row.changing =
      Changing{.wire = 1,
               .sources = Sources::none(),
               .returns = Returns({{"/sid", range::same_as("sid")},
                                   {"/webhook_url", webhook_range(range::argument("sid"))}})};
  row.settle = Settle::by_state;
  return row;
}

// The rename saves nothing but the name: name and status are those that were compared.
Result<json> rename_to_archived(const Call& call) {
  const std::string url = filled(kFlow, call);
  if (!call.before || !call.before->is_object()) return no_flow(call);
  const std::string name = call.before->value("friendly_name", "");
  if (name.rfind(kArchived, 0) == 0) return provider(call).request(twilio::kApiKey, "GET", url);
  return provider(call).request(twilio::kApiKey, "POST", url,
                                urlencoded({{"Status", call.before->value("status", "published")},
                                            {"FriendlyName", kArchived + name}}));
}

Row archive() {
  const Fields fields = {sid_field()};
  Row row{.name = "studio.flows.archive",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the flow",
          .summary = "Takes a flow out of use: renames it to \"[ARCHIVED] …\"",
          .carrier = rename_to_archived};
  row.target = flow_target;
  row.before = live_flow;
  row.project = [](const Call& call, const json& before) -> Result<json> {
    if (before.is_null()) return no_flow(call);
    const std::string name = before.value("friendly_name", "");
    if (name.rfind(kArchived, 0) == 0) return before;
    return saved(before, {{"status", before.value("status", "published")},
                          {"friendly_name", kArchived + name}});
  };
  row.guard = flow_is_unused;
  row.changing = Changing{
      .wire = 1, .sources = Sources::none(), .returns = Returns({{"/sid", range::same_as("sid")}})};
  row.settle = Settle::by_state;
  return row;
}

Row remove() {
  const Fields fields = {sid_field()};
  Row row{.name = "studio.flows.delete",
          .effect = Effect::destroy,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "nothing",
          .summary = "Deletes a flow; studio.flows.archive keeps it",
          .carrier = [](const Call& call) {
            return provider(call).request(twilio::kApiKey, "DELETE", filled(kFlow, call));
          }};
  row.target = flow_target;
  row.before = live_flow;
  row.project = [](const Call&, const json&) -> Result<json> { return json(); };
  row.guard = flow_is_unused;
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.irreversible = "the flow, its revisions and its execution history are gone";
  return row;
}

// The flow of that name; an error where several bear it.
Result<json> by_name(const Call& call, const std::string& name) {
  auto list = TRY(twilio_list(provider(call), twilio::kApiKey, kFlows, "flows"));
  json found;
  for (const json& flow : list) {
    if (flow.value("friendly_name", "") != name) continue;
    if (!found.is_null())
      return Error{"check", "several flows are named \"" + name + "\"",
                   "name the flow by its SID; studio.flows.list shows them"};
    found = flow;
  }
  if (found.is_null()) return json();
  return provider(call).request(twilio::kApiKey, "GET", kFlows + "/" + found.value("sid", ""));
}

Row create() {
  const Fields fields = flow_fields(true);
  Row row{.name = "studio.flows.create",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the flow; its webhook_url is what a number rings",
          .summary = "Makes a flow",
          .carrier = [fields](const Call& call) { return post(kFlows, fields, call); }};
  const auto named = [](const Call& call) {
    return by_name(call, text_argument(call.arguments, "friendly_name"));
  };
  row.target = [](const Call& call) -> Result<std::string> {
    return "/flows/" + escape_pointer(text_argument(call.arguments, "friendly_name"));
  };
  // The SID is Studio's to give, so a new flow is known by its name, and of its state what was
  // asked for.
  row.before = [named](const Call& call) -> Result<json> {
    auto found = named(call);
    if (!found || found->is_null()) return found;
    return json{{"friendly_name", found->value("friendly_name", json())},
                {"status", found->value("status", json())},
                {"definition", found->value("definition", json())}};
  };
  row.project = [](const Call& call, const json&) -> Result<json> {
    return json{{"friendly_name", call.arguments["friendly_name"]},
                {"status", call.arguments["status"]},
                {"definition", call.arguments["definition"]}};
  };
  row.guard = [named](const Call& call) -> Status {
    if (call.overlay || has_placeholder(call.arguments)) return Done{};
    auto found = TRY(named(call));
    if (found.is_null()) return Done{};
    return Error{
        "refused",
        "there already is a flow named \"" + text_argument(call.arguments, "friendly_name") + "\"",
        "a new flow is told from others by its name; take another, or update the flow"};
  };
  row.lookup = named;
  row.changing =
      Changing{.wire = 1,
               .sources = Sources::none(),
               .returns = Returns({{"/sid", range::id("FW")},
                                   {"/webhook_url", webhook_range(range::result("/sid"))}})};
  row.made = [](const json& result) {
    const std::string sid = result.value("sid", "");
    return sid.empty() ? sid : "/flows/" + escape_pointer(sid);
  };
  row.settle = Settle::by_lookup;
  return row;
}

Row find() {
  Reading reading{"studio.flows.find",
                  twilio::kApiKey,
                  kFlow,
                  {{{.name = "sid", .type = Type::sid, .summary = "by its SID", .prefix = "FW"}},
                   {{"name", Type::text, false, "or by its name"}}},
                  "the flow with its definition, or nil",
                  "Finds a flow by SID or name"};
  Row row = finding(reading);
  row.carrier = [by_sid = row.carrier](const Call& call) -> Result<json> {
    if (given(call.arguments, "sid") == given(call.arguments, "name"))
      return Error{"argument", "studio.flows.find: want either sid or name"};
    if (given(call.arguments, "sid")) return by_sid(call);
    return by_name(call, text_argument(call.arguments, "name"));
  };
  return row;
}

// A POST that reads. A definition that is wrong is an answer, not a failure.
Row validate() {
  const Fields fields = flow_fields(true);
  Row row{.name = "studio.flows.validate",
          .effect = Effect::read,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "{valid, message}",
          .summary = "Asks Studio whether a definition is valid; saves nothing",
          .carrier = [fields](const Call& call) -> Result<json> {
            const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
            auto answer =
                provider(call).ask(twilio::kApiKey, kFlows + "/Validate", urlencoded(pairs));
            if (answer) return json{{"valid", answer->value("valid", true)}, {"message", ""}};
            if (answer.error().status != 400) return answer;
            return json{{"valid", false}, {"message", answer.error().message}};
          }};
  return row;
}

}  // namespace

std::vector<Row> flow_rows() {
  return {
      listing({"studio.flows.list",
               twilio::kApiKey,
               kFlows,
               {},
               "list of flows, without definitions",
               "Lists the account's flows"},
              "flows"),
      fetching({"studio.flows.fetch",
                twilio::kApiKey,
                kFlow,
                {sid_field()},
                "the flow with its definition",
                "Reads one flow, its latest revision"}),
      find(),
      validate(),
      create(),
      update(),
      archive(),
      remove(),
  };
}

}  // namespace countersign
