// taskrouter.*: workspaces, workflows, queues and tasks. Paths and parameter names:
// twilio_taskrouter_v1.json.
#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/session/protected.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/rows.h"
#include "stdlib/twilio/settings.h"
#include "stdlib/twilio/taskrouter_fields.h"
#include "stdlib/twilio/twilio_list.h"

namespace countersign {
namespace {

using namespace taskrouter;

std::vector<Row> reading_rows() {
  return {
      listing({"taskrouter.workspaces.list",
               twilio::kApiKey,
               kWorkspaces,
               {filter("friendly_name", "FriendlyName", "only workspaces of this name")},
               "list of workspaces",
               "Lists the account's workspaces"},
              "workspaces"),
      fetching({"taskrouter.workspaces.fetch",
                twilio::kApiKey,
                kWorkspaces + "/{sid}",
                {{sid("WS", "the workspace")}},
                "the workspace",
                "Reads one workspace"}),
      listing({"taskrouter.workflows.list",
               twilio::kApiKey,
               kWorkspace + "/Workflows",
               {workspace_field(),
                filter("friendly_name", "FriendlyName", "only workflows of this name")},
               "list of workflows",
               "Lists a workspace's workflows"},
              "workflows"),
      fetching({"taskrouter.workflows.fetch",
                twilio::kApiKey,
                kWorkspace + "/Workflows/{sid}",
                {workspace_field(), {sid("WW", "the workflow")}},
                "the workflow",
                "Reads one workflow"}),
      listing(
          {"taskrouter.queues.list",
           twilio::kApiKey,
           kWorkspace + "/TaskQueues",
           {workspace_field(), filter("friendly_name", "FriendlyName", "only queues of this name"),
            filter("worker_sid", "WorkerSid", "only queues of this worker")},
           "list of queues",
           "Lists a workspace's queues"},
          "task_queues"),
      listing({"taskrouter.channels.list",
               twilio::kApiKey,
               kWorkspace + "/TaskChannels",
               {workspace_field()},
               "list of task channels, told apart by unique_name: voice, chat, sms, …",
               "Lists a workspace's task channels"},
              "channels"),
      listing({"taskrouter.tasks.list",
               twilio::kApiKey,
               kWorkspace + "/Tasks",
               {workspace_field(),
                filter("assignment_status", "AssignmentStatus",
                       "only tasks in these states, comma-separated"),
                filter("workflow_sid", "WorkflowSid", "only tasks of this workflow"),
                filter("workflow_name", "WorkflowName", "only tasks of the workflow of this name"),
                filter("queue_sid", "TaskQueueSid", "only tasks in this queue"),
                filter("queue_name", "TaskQueueName", "only tasks in the queue of this name"),
                filter("attributes", "EvaluateTaskAttributes",
                       "only tasks whose attributes fit, 'taskType == \"voicemail\"'"),
                filter("priority", "Priority", "only tasks of this priority", Type::integer),
                filter("ordering", "Ordering",
                       "such as DateCreated:desc; oldest first where not said")},
               "list of tasks; attributes are JSON text",
               "Lists a workspace's tasks"},
              "tasks"),
      fetching({"taskrouter.tasks.fetch",
                twilio::kApiKey,
                kWorkspace + "/Tasks/{sid}",
                {workspace_field(), {sid("WT", "the task")}},
                "the task; attributes are JSON text",
                "Reads one task"}),
  };
}

Fields task_fields() {
  return {
      workspace_field(),
      {sid("WT", "the task")},
      {{"attributes", Type::any, false, "all attributes, replaced whole: a table or JSON text"},
       "Attributes",
       Form::json_text},
      {{.name = "assignment_status",
        .summary = "its new state",
        .choices = {"pending", "reserved", "assigned", "canceled", "wrapping", "completed"}},
       "AssignmentStatus"},
      {{"reason", Type::text, false, "why it is canceled or completed"}, "Reason"},
      {{"priority", Type::integer, false, "its priority"}, "Priority"},
  };
}

// Tasks are records. What the update may change is their state here; attributes are shown as data.
Result<json> task_before(const Call& call) {
  auto found = or_null(
      provider(call).request(twilio::kApiKey, "GET", filled(kWorkspace + "/Tasks/{sid}", call)));
  if (!found || found->is_null()) return found;
  const json text = found->value("attributes", json());
  auto attributes = parse_json(text.is_string() ? text.get<std::string>() : "{}");
  return json{{"attributes", attributes ? *attributes : text},
              {"assignment_status", found->value("assignment_status", json())},
              {"reason", found->value("reason", json())},
              {"priority", found->value("priority", json())}};
}

Row update_task() {
  const Fields fields = task_fields();
  Row row{.name = "taskrouter.tasks.update",
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(fields),
          .result = "the task",
          .summary = "Changes a task's attributes, state or priority",
          .carrier = [fields](const Call& call) -> Result<json> {
            const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
            return provider(call).request(twilio::kApiKey, "POST",
                                          filled(kWorkspace + "/Tasks/{sid}", call),
                                          urlencoded(pairs));
          }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/records/tasks/" + escape_pointer(text_argument(call.arguments, "sid"));
  };
  row.before = task_before;
  row.project = [](const Call& call, const json& before) -> Result<json> {
    if (before.is_null())
      return Error{"argument", "there is no task " + text_argument(call.arguments, "sid"),
                   "taskrouter.tasks.list shows them"};
    json after = before;
    for (const char* name : {"assignment_status", "reason", "priority", "attributes"})
      if (given(call.arguments, name)) after[name] = call.arguments[name];
    if (after["attributes"].is_string())
      if (auto parsed = parse_json(after["attributes"].get<std::string>()))
        after["attributes"] = *parsed;
    return after;
  };
  row.changing = Changing{
      .wire = 1, .sources = Sources::none(), .returns = Returns({{"/sid", range::same_as("sid")}})};
  row.settle = Settle::by_state;
  return row;
}

// A queue or workflow that is made: Twilio gives the SID, so it is known by its name, and of its
// state what was asked for.
struct Making {
  std::string row, collection, key, scope, prefix, result, summary;
  Fields fields;
};

Result<json> member_named(const Making& making, const Call& call) {
  auto list = TRY(twilio_list(provider(call), twilio::kApiKey,
                              filled(kWorkspace + "/" + making.collection, call), making.key));
  for (json& one : list)
    if (one.value("friendly_name", json()) == call.arguments.value("friendly_name", json()))
      return std::move(one);
  return json();
}

// What was asked for, as the API answers it: a configuration as JSON text becomes data.
json asked_of(const Making& making, const json& from) {
  json state = json::object();
  for (const WireField& field : making.fields) {
    const std::string& name = field.parameter.name;
    if (name == "workspace" || !from.contains(name)) continue;
    state[name] = from[name];
    if (!state[name].is_string() || field.form != Form::json_text) continue;
    if (auto parsed = parse_json(state[name].get<std::string>())) state[name] = *parsed;
  }
  return state;
}

Row create_member(const Making& making) {
  Row row{.name = making.row,
          .effect = Effect::mutate,
          .credential = twilio::kApiKey,
          .parameters = parameters(making.fields),
          .result = making.result,
          .summary = making.summary};
  row.carrier = [making](const Call& call) -> Result<json> {
    const auto pairs = TRY(wire_pairs(making.fields, call.arguments, provider(call)));
    return provider(call).request(twilio::kApiKey, "POST",
                                  filled(kWorkspace + "/" + making.collection, call),
                                  urlencoded(pairs));
  };
  row.target = [making](const Call& call) -> Result<std::string> {
    return "/taskrouter/" + making.scope + "/" +
           escape_pointer(text_argument(call.arguments, "friendly_name"));
  };
  row.before = [making](const Call& call) -> Result<json> {
    auto found = member_named(making, call);
    if (!found || found->is_null()) return found;
    return asked_of(making, *found);
  };
  row.project = [making](const Call& call, const json&) -> Result<json> {
    return asked_of(making, call.arguments);
  };
  row.guard = [making](const Call& call) -> Status {
    if (call.overlay || has_placeholder(call.arguments)) return Done{};
    auto found = TRY(member_named(making, call));
    if (found.is_null()) return Done{};
    return Error{
        "refused",
        "the workspace already has a " + making.scope.substr(0, making.scope.size() - 1) +
            " named \"" + text_argument(call.arguments, "friendly_name") + "\"",
        "a new one is told from others by its name; take another, or use the one there is"};
  };
  row.lookup = [making](const Call& call) { return member_named(making, call); };
  row.changing =
      Changing{.wire = 1,
               .sources = Sources::none(),
               .returns = Returns({{"/sid", range::id(making.prefix)},
                                   {"/friendly_name", range::same_as("friendly_name")}})};
  row.made = [making](const json& result) {
    const std::string sid = result.value("sid", "");
    return sid.empty() ? sid : "/taskrouter/" + making.scope + "/" + escape_pointer(sid);
  };
  row.settle = Settle::by_lookup;
  return row;
}

Row create_queue() {
  return create_member(
      {"taskrouter.queues.create",
       "TaskQueues",
       "task_queues",
       "queues",
       "WQ",
       "the queue",
       "Makes a queue",
       {workspace_field(),
        {{"friendly_name", Type::text, true, "the queue's name"}, "FriendlyName"},
        {{"target_workers", Type::text, true, "which agents it reaches, \"skills HAS 'support'\""},
         "TargetWorkers"}}});
}

Row create_workflow() {
  return create_member(
      {"taskrouter.workflows.create",
       "Workflows",
       "workflows",
       "workflows",
       "WW",
       "the workflow; its configuration is JSON text",
       "Makes a workflow",
       {workspace_field(),
        {{"friendly_name", Type::text, true, "the workflow's name"}, "FriendlyName"},
        {{"configuration", Type::object, true, "which tasks go to which queue"},
         "Configuration",
         Form::json_text}}});
}

Row delete_workspace() {
  Row row{.name = "taskrouter.workspaces.delete",
          .effect = Effect::destroy,
          .credential = twilio::kApiKey,
          .parameters = {sid("WS", "the workspace")},
          .result = "nothing",
          .summary = "Deletes a workspace; protected",
          .carrier = [](const Call& call) {
            return provider(call).request(twilio::kApiKey, "DELETE",
                                          filled(kWorkspaces + "/{sid}", call));
          }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/taskrouter/workspaces/" + escape_pointer(text_argument(call.arguments, "sid"));
  };
  row.before = [](const Call& call) -> Result<json> {
    auto all = TRY(taskrouter_state(provider(call)));
    return at_pointer(all, "/workspaces/" + escape_pointer(text_argument(call.arguments, "sid")));
  };
  row.project = [](const Call&, const json&) -> Result<json> { return json(); };
  row.guard = protect(
      "a TaskRouter workspace",
      "it takes the whole Flex deployment down; closing the whole sub-account is done in the "
      "Twilio Console by its owner");
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.affects = {"/taskrouter", "/flex"};
  row.irreversible = "every workflow, queue, worker and task is gone, and Flex with them";
  return row;
}

}  // namespace

Status add_taskrouter_rows(Catalogue& catalogue) {
  std::vector<Row> rows = reading_rows();
  rows.push_back(update_task());
  rows.push_back(create_queue());
  rows.push_back(create_workflow());
  rows.push_back(delete_workspace());
  for (Row& row : rows)
    if (Status added = catalogue.add(std::move(row)); !added) return added;
  return Done{};
}

}  // namespace countersign
