// taskrouter.*: what a workspace's queues, workflows, workers and channels are, how many tasks and
// people there are, and what happened. Paths and parameter names: twilio_taskrouter_v1.json.
#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/rows.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/taskrouter_fields.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

using namespace taskrouter;

WireField sid_filter(const std::string& name, const std::string& wire, const std::string& prefix,
                     const std::string& summary) {
  return {{.name = name, .type = Type::sid, .summary = summary, .prefix = prefix}, wire};
}

// Numbers as they are now; what a channel's are is asked with its SID or unique_name.
Row statistics(const std::string& of, const std::string& below, Fields fields,
               const std::string& summary) {
  fields.insert(fields.begin(), workspace_field());
  fields.push_back(filter("channel", "TaskChannel", "only of this task channel: its SID or name"));
  Reading reading{"taskrouter." + of + "_statistics.fetch",
                  twilio::kApiKey,
                  kWorkspace + below + "/RealTimeStatistics",
                  fields,
                  "the numbers at this moment",
                  summary};
  Row row = reading_row(reading);
  row.carrier = [reading](const Call& call) -> Result<json> {
    const auto url = TRY(query_url(reading.url, reading.fields, call));
    return provider(call).request(twilio::kApiKey, "GET", url);
  };
  return row;
}

std::vector<Row> reading_rows() {
  return {
      fetching({"taskrouter.queues.fetch",
                twilio::kApiKey,
                kWorkspace + "/TaskQueues/{sid}",
                {workspace_field(), {sid("WQ", "the queue")}},
                "the queue",
                "Reads one queue"}),
      fetching({"taskrouter.channels.fetch",
                twilio::kApiKey,
                kWorkspace + "/TaskChannels/{sid}",
                {workspace_field(), {sid("TC", "the task channel")}},
                "the task channel",
                "Reads one task channel"}),
      listing(
          {"taskrouter.workers.list",
           twilio::kApiKey,
           kWorkspace + "/Workers",
           {workspace_field(), filter("friendly_name", "FriendlyName", "only workers of this name"),
            filter("activity_name", "ActivityName", "only workers in this activity"),
            filter("available", "Available", "only workers that are, 1, or are not, 0"),
            filter("attributes", "TargetWorkersExpression",
                   "only workers whose attributes fit, \"skills HAS 'support'\"")},
           "list of workers; attributes are JSON text",
           "Lists a workspace's workers"},
          "workers"),
      fetching({"taskrouter.workers.fetch",
                twilio::kApiKey,
                kWorkspace + "/Workers/{sid}",
                {workspace_field(), {sid("WK", "the worker")}},
                "the worker; attributes are JSON text",
                "Reads one worker"}),
      statistics("queue", "/TaskQueues/{sid}", {{sid("WQ", "the queue")}},
                 "Reads how many tasks wait in a queue, how long, and who could take them"),
      statistics("workflow", "/Workflows/{sid}", {{sid("WW", "the workflow")}},
                 "Reads how many tasks of a workflow wait, and how long"),
      statistics("worker", "/Workers", {}, "Reads how many workers are in which activity"),
      statistics("workspace", "", {}, "Reads how many tasks and workers a workspace has"),
      listing({"taskrouter.events.list",
               twilio::kApiKey,
               kWorkspace + "/Events",
               {workspace_field(),
                filter("event_type", "EventType", "only events of this type, \"task.created\""),
                filter("minutes", "Minutes",
                       "of the last so many minutes; 60 where no time is said", Type::integer),
                filter("from", "StartDate", "only events then or later", Type::time, Form::iso),
                filter("to", "EndDate", "only events then or earlier", Type::time, Form::iso),
                sid_filter("task", "TaskSid", "WT", "only events of this task"),
                sid_filter("queue", "TaskQueueSid", "WQ", "only events of this queue"),
                sid_filter("workflow", "WorkflowSid", "WW", "only events of this workflow"),
                sid_filter("worker", "WorkerSid", "WK", "only events of this worker")},
               "list of events, the latest first",
               "Lists what happened to a workspace's tasks and workers"},
              "events"),
      fetching({"taskrouter.events.fetch",
                twilio::kApiKey,
                kWorkspace + "/Events/{sid}",
                {workspace_field(), {sid("EV", "the event")}},
                "the event",
                "Reads one event"}),
  };
}

// A member that is changed: where it stands in the account's snapshot, or among the records.
struct Changed {
  std::string row, url, target, missing, summary, result;
  Fields fields;
  bool in_snapshot = true;
};

// JSON text is compared as what it says: the provider may write it otherwise than it was sent.
json said(const json& value) {
  if (!value.is_string()) return value;
  auto parsed = parse_json(value.get<std::string>());
  return parsed ? std::move(*parsed) : value;
}

// Of a member, what an update may change.
json changeable(const Changed& changed, const json& from) {
  json state = json::object();
  for (const WireField& field : changed.fields) {
    const std::string& name = field.parameter.name;
    if (field.wire.empty() || !from.contains(name)) continue;
    state[name] = field.form == Form::json_text ? said(from[name]) : from[name];
  }
  return state;
}

Row update_member(const Changed& changed) {
  Row row{.name = changed.row,
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(changed.fields),
          .result = changed.result,
          .summary = changed.summary};
  row.carrier = [changed](const Call& call) -> Result<json> {
    const auto pairs = TRY(wire_pairs(changed.fields, call.arguments, provider(call)));
    return provider(call).request(twilio::kApiKey, "POST", filled(changed.url, call),
                                  urlencoded(pairs));
  };
  row.target = [changed](const Call& call) -> Result<std::string> {
    return changed.target + escape_pointer(text_argument(call.arguments, "sid"));
  };
  row.before = [changed](const Call& call) -> Result<json> {
    auto found = or_null(provider(call).request(twilio::kApiKey, "GET", filled(changed.url, call)));
    if (!found || found->is_null()) return found;
    return changed.in_snapshot ? member_state(std::move(*found)) : changeable(changed, *found);
  };
  row.project = [changed](const Call& call, const json& before) -> Result<json> {
    if (before.is_null())
      return Error{"argument", "there is no " + text_argument(call.arguments, "sid"),
                   changed.missing + " shows what there is"};
    json after = before;
    const json asked = changeable(changed, call.arguments);
    for (const auto& [name, value] : asked.items()) after[name] = value;
    return after;
  };
  row.inverse = [changed](const json& arguments, const json& before) -> json {
    json back = {{"workspace", arguments["workspace"]}, {"sid", arguments["sid"]}};
    for (const WireField& field : changed.fields) {
      const std::string& name = field.parameter.name;
      if (!field.wire.empty() && given(arguments, name) && before.contains(name))
        back[name] = before[name];
    }
    return {{"operation", changed.row}, {"arguments", back}};
  };
  row.changing = Changing{
      .wire = 1, .sources = Sources::none(), .returns = Returns({{"/sid", range::same_as("sid")}})};
  row.settle = Settle::by_state;
  return row;
}

std::vector<Row> changing_rows() {
  return {
      update_member(
          {"taskrouter.queues.update",
           kWorkspace + "/TaskQueues/{sid}",
           "/taskrouter/queues/",
           "taskrouter.queues.list",
           "Changes a queue's name, or whom it reaches",
           "the queue",
           {workspace_field(),
            {sid("WQ", "the queue")},
            filter("friendly_name", "FriendlyName", "its name"),
            filter("target_workers", "TargetWorkers",
                   "which agents it reaches, \"skills HAS 'support'\""),
            filter("max_reserved_workers", "MaxReservedWorkers",
                   "how many workers one task is offered to at once, 1 to 50", Type::integer),
            {{.name = "task_order",
              .summary = "which task is offered first",
              .choices = {"FIFO", "LIFO"}},
             "TaskOrder"}}}),
      update_member(
          {"taskrouter.workflows.update",
           kWorkspace + "/Workflows/{sid}",
           "/taskrouter/workflows/",
           "taskrouter.workflows.list",
           "Changes a workflow's name, or which tasks it sends where",
           "the workflow; its configuration is JSON text",
           {workspace_field(),
            {sid("WW", "the workflow")},
            filter("friendly_name", "FriendlyName", "its name"),
            filter("configuration", "Configuration", "which tasks go to which queue, all of it",
                   Type::object, Form::json_text),
            filter("task_reservation_timeout", "TaskReservationTimeout",
                   "seconds that a worker has to accept a task", Type::integer)}}),
      // Workers come and go with their activity: they are records, and no part of a snapshot.
      update_member({"taskrouter.workers.update",
                     kWorkspace + "/Workers/{sid}",
                     "/records/workers/",
                     "taskrouter.workers.list",
                     "Changes a worker's name, attributes or activity",
                     "the worker; attributes are JSON text",
                     {workspace_field(),
                      {sid("WK", "the worker")},
                      filter("friendly_name", "FriendlyName", "the worker's name"),
                      filter("attributes", "Attributes",
                             "all attributes, replaced whole: a table or JSON text", Type::any,
                             Form::json_text),
                      sid_filter("activity_sid", "ActivitySid", "WA", "the activity")},
                     false}),
  };
}

}  // namespace

Status add_taskrouter_member_rows(Catalogue& catalogue) {
  std::vector<Row> rows = reading_rows();
  for (Row& row : changing_rows()) rows.push_back(std::move(row));
  for (Row& row : rows)
    if (Status added = catalogue.add(std::move(row)); !added) return added;
  return Done{};
}

}  // namespace countersign
