// studio.*: flows, their revisions and executions. Paths and parameter names:
// twilio_studio_v2.json.
#include "interpreter/difference.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/flow_rows.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/rows.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

const std::string kFlow = "https://studio.twilio.com/v2/Flows/{flow}";
const std::string kExecution = kFlow + "/Executions/{sid}";

WireField flow_field() {
  return {
      {.name = "flow", .type = Type::sid, .required = true, .summary = "the flow", .prefix = "FW"}};
}

WireField execution_field(const std::string& name) {
  return {{.name = name,
           .type = Type::sid,
           .required = true,
           .summary = "the execution",
           .prefix = "FN"}};
}

// Ends an execution. Executions are records: the target is not part of snapshots.
Row cancel() {
  Row row{.name = "studio.executions.cancel",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters({flow_field(), execution_field("sid")}),
          .result = "the execution",
          .summary = "Ends an execution that hangs; its caller is dropped",
          .carrier = [](const Call& call) {
            return provider(call).request(twilio::kApiKey, "POST", filled(kExecution, call),
                                          "Status=ended");
          }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/records/executions/" + escape_pointer(text_argument(call.arguments, "sid"));
  };
  row.before = [](const Call& call) -> Result<json> {
    auto found = or_null(provider(call).request(twilio::kApiKey, "GET", filled(kExecution, call)));
    if (!found || found->is_null()) return found;
    return json{{"flow_sid", found->value("flow_sid", json())},
                {"status", found->value("status", json())}};
  };
  row.project = [](const Call& call, const json& before) -> Result<json> {
    if (before.is_null())
      return Error{"argument", "there is no execution " + text_argument(call.arguments, "sid"),
                   "studio.executions.list shows the flow's executions"};
    json after = before;
    after["status"] = "ended";
    return after;
  };
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.irreversible = "an ended execution cannot go on";
  return row;
}

// Of the execution, or of one of its steps, which have a path of their own.
Row contexts() {
  Row row = fetching({"studio.contexts.fetch",
                      twilio::kApiKey,
                      "",
                      {flow_field(),
                       execution_field("execution"),
                       {{.name = "step",
                         .type = Type::sid,
                         .summary = "a step, instead of the whole",
                         .prefix = "FT"}}},
                      "the context: variables and what widgets returned",
                      "Reads what an execution, or one of its steps, knew"});
  row.carrier = [](const Call& call) {
    const bool one = given(call.arguments, "step");
    return provider(call).request(
        twilio::kApiKey, "GET",
        filled(kFlow + "/Executions/{execution}" + (one ? "/Steps/{step}" : "") + "/Context",
               call));
  };
  return row;
}

std::vector<Row> reading_rows() {
  return {
      listing({"studio.revisions.list",
               twilio::kApiKey,
               kFlow + "/Revisions",
               {flow_field()},
               "list of revisions",
               "Lists a flow's revisions: what was saved when"},
              "revisions"),
      fetching({"studio.revisions.fetch",
                twilio::kApiKey,
                kFlow + "/Revisions/{revision}",
                {flow_field(),
                 {{"revision", Type::any, true, "a number, LatestRevision or LatestPublished"}}},
                "the revision with its definition",
                "Reads one revision of a flow"}),
      listing(
          {"studio.executions.list",
           twilio::kApiKey,
           kFlow + "/Executions",
           {flow_field(),
            // Spelled in lower case, unlike the others (twilio_studio_v2.json).
            {{.name = "status",
              .summary = "only executions in this state",
              .choices = {"active", "ended"}},
             "status"},
            {{"created_after", Type::time, false, "only executions that began then or later"},
             "DateCreatedFrom",
             Form::iso},
            {{"created_before", Type::time, false, "only executions that began then or earlier"},
             "DateCreatedTo",
             Form::iso}},
           "list of executions",
           "Lists a flow's executions"},
          "executions"),
      fetching({"studio.executions.fetch",
                twilio::kApiKey,
                kExecution,
                {flow_field(), execution_field("sid")},
                "the execution",
                "Reads one execution"}),
      listing({"studio.steps.list",
               twilio::kApiKey,
               kFlow + "/Executions/{execution}/Steps",
               {flow_field(), execution_field("execution")},
               "list of steps",
               "Lists the widgets that an execution went through"},
              "steps"),
      contexts(),
      cancel(),
  };
}

}  // namespace

Status add_studio_rows(Catalogue& catalogue) {
  for (auto part : {flow_rows(), reading_rows()})
    for (Row& row : part)
      if (Status added = catalogue.add(std::move(row)); !added) return added;
  return Done{};
}

}  // namespace countersign
