#include "stdlib/catalogue.h"

#include <fstream>

#include "interpreter/canonical.h"
#include "interpreter/placeholder.h"
#include "tests/stdlib/provider_fixture.h"

using namespace countersign;
using desk::ProviderFixture;
using desk::told;

namespace {

struct Change {
  std::string row;
  json arguments;
  bool in_snapshot = true;  // the target is read from snapshots too
};

const json kDefinition = small_world()["accounts"][sid("AC", 'a')]["flows"][0]["definition"];

json other_definition() {
  json definition = kDefinition;
  definition["description"] = "another";
  return definition;
}

// The small world, with people in its workspace, and something that happened to them.
json staffed_world() {
  json world = small_world();
  json& workspace = world["accounts"][sid("AC", 'a')]["taskrouter"][0];
  workspace["channels"] = {{{"sid", sid("TC", 'a')}, {"unique_name", "voice"}}};
  workspace["workers"] = {{{"sid", sid("WK", 'a')},
                           {"friendly_name", "ann"},
                           {"attributes", {{"skills", {"support"}}}},
                           {"activity_sid", sid("WA", 'a')}},
                          {{"sid", sid("WK", 'b')},
                           {"friendly_name", "bob"},
                           {"activity_sid", sid("WA", 'b')},
                           {"activity_name", "Offline"},
                           {"available", false}}};
  workspace["events"] = {{{"sid", sid("EV", 'a')},
                          {"event_type", "task.created"},
                          {"event_date", "2026-11-20T10:00:00Z"}}};
  return world;
}

// One of each mutating row, in an order in which the world allows them.
std::vector<Change> changes() {
  const std::string pn = sid("PN", 'a'), fw = sid("FW", 'a'), ws = sid("WS", 'a');
  return {
      {"twilio.numbers.update",
       {{"sid", pn},
        {"voice_url", "https://example.com/gone"},
        {"voice_method", "GET"},
        {"friendly_name", "main"},
        {"status_callback", ""}}},
      {"twilio.numbers.update",
       {{"sid", pn}, {"voice_url", ""}, {"trunk_sid", ""}, {"voice_caller_id_lookup", true}}},
      {"twilio.numbers.create",
       {{"phone_number", "+15550100999"}, {"voice_url", "https://example.com/x"}},
       false},
      {"twilio.keys.create", {{"friendly_name", "deploy"}}, false},
      {"twilio.keys.delete", {{"sid", sid("SK", 'c')}}, false},
      {"twilio.recordings.delete", {{"sid", sid("RE", 'a')}}, false},
      {"studio.flows.update",
       {{"sid", fw}, {"status", "draft"}, {"definition", other_definition()}}},
      {"studio.flows.update", {{"sid", fw}, {"status", "draft"}, {"friendly_name", "renamed"}}},
      {"studio.flows.update", {{"sid", fw}, {"status", "published"}, {"commit_message", "live"}}},
      {"studio.flows.update", {{"sid", fw}, {"status", "published"}, {"definition", kDefinition}}},
      {"studio.flows.create",
       {{"friendly_name", "new"}, {"status", "draft"}, {"definition", kDefinition}},
       false},
      {"studio.flows.archive", {{"sid", fw}}},
      {"studio.flows.archive", {{"sid", fw}}},
      {"studio.flows.delete", {{"sid", fw}}},
      {"serverless.variables.create", {{"key", "GREETING"}, {"value", "hello there"}}},
      {"serverless.variables.create", {{"key", "MAILGUN_DOMAIN"}, {"value", "acme.example"}}},
      {"serverless.variables.update", {{"key", "GREETING"}, {"value", "good bye"}}},
      {"serverless.variables.update", {{"key", "ADMIN_EMAIL"}, {"value", ""}}},
      {"serverless.variables.delete", {{"key", "GREETING"}}},
      {"serverless.services.delete", {{"sid", sid("ZS", 'a')}}},
      {"taskrouter.tasks.update",
       {{"workspace", ws},
        {"sid", sid("WT", 'a')},
        {"attributes", {{"taskType", "callback"}}},
        {"priority", 5}},
       false},
      {"taskrouter.tasks.update",
       {{"workspace", ws},
        {"sid", sid("WT", 'a')},
        {"assignment_status", "canceled"},
        {"reason", "over"}},
       false},
      {"taskrouter.queues.create",
       {{"workspace", ws}, {"friendly_name", "Billing"}, {"target_workers", "1==1"}},
       false},
      {"taskrouter.workflows.create",
       {{"workspace", ws},
        {"friendly_name", "Voice to Billing"},
        {"configuration",
         {{"task_routing",
           {{"filters", json::array()},
            {"default_filter", {{"queue", "WQaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}}}}}}},
       false},
      {"taskrouter.queues.update",
       {{"workspace", ws},
        {"sid", sid("WQ", 'a')},
        {"friendly_name", "Billing too"},
        {"target_workers", "skills HAS 'billing'"}}},
      {"taskrouter.workflows.update",
       {{"workspace", ws},
        {"sid", sid("WW", 'a')},
        {"task_reservation_timeout", 60},
        {"configuration",
         {{"task_routing",
           {{"filters", json::array()},
            {"default_filter", {{"queue", "WQaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}}}}}}}},
      {"taskrouter.workers.update",
       {{"workspace", ws},
        {"sid", sid("WK", 'a')},
        {"attributes", {{"skills", {"billing"}}}},
        {"activity_sid", sid("WA", 'b')}},
       false},
      {"taskrouter.workspaces.delete", {{"sid", ws}}},
      {"mailgun.domains.create", {{"name", "fresh.example"}}, false},
      {"mailgun.keys.create", {{"description", "acme voicemail"}, {"role", "sending"}}, false},
      {"mailgun.keys.delete", {{"id", "11111111-11111111"}}},
      {"mailgun.domains.verify", {{"name", "new.example"}}},
      {"mailgun.domains.delete", {{"name", "other.example"}}},
      {"twilio.numbers.delete", {{"sid", pn}}},
  };
}

// The rows of this page's providers: not files, env, commands, nor the deploy.
bool ours(const Row& row) {
  for (const char* provider :
       {"twilio.", "studio.", "serverless.", "taskrouter.", "monitor.", "mailgun.", "snapshot."})
    if (row.name.rfind(provider, 0) == 0) return true;
  return row.name == "flex.configuration.fetch";
}

std::string scope_of(const std::string& target) {
  return target.substr(1, target.find('/', 1) - 1);
}

}  // namespace

TEST_CASE("what a row projects is what is read after it was carried out") {
  ProviderFixture desk(staffed_world());
  for (const Change& change : changes()) {
    INFO(change.row << " " << change.arguments.dump());
    const Row& row = *standard_catalogue().find(change.row);
    REQUIRE(told(check_arguments(row, change.arguments)) == "done");
    const Call call{desk.session(), change.arguments, nullptr};
    const auto target = row.target(call);
    REQUIRE(target);
    const auto before = row.before(call);
    INFO(told(before));
    REQUIRE(before);
    if (change.in_snapshot) {
      const auto snapshot = desk.session().snapshot({scope_of(*target)});
      INFO(told(snapshot));
      REQUIRE(snapshot);
      CHECK(at_pointer(*snapshot, *target) == *before);
    }
    const auto projected = row.project(call, *before);
    INFO(told(projected));
    REQUIRE(projected);
    const json compared = without(*before, row.volatile_fields);
    const auto carried = row.carrier({desk.session(), change.arguments, nullptr, &compared});
    INFO(told(carried));
    REQUIRE(carried);
    const auto after = row.before(call);
    REQUIRE(after);
    CHECK(difference(without(*projected, row.volatile_fields),
                     without(*after, row.volatile_fields)) == json::array());
    if (row.settle == Settle::by_lookup) {
      const auto found = row.lookup(call);
      REQUIRE(found);
      CHECK_FALSE(found->is_null());
    }
  }
}

TEST_CASE("every changing row with a projection is tried by the test above") {
  std::set<std::string> tried = {"studio.executions.cancel",
                                 "serverless.deployments.create"};  // below
  for (const Change& change : changes()) tried.insert(change.row);
  for (const Row& row : standard_catalogue().rows()) {
    INFO(row.name);
    if (ours(row) && row.project) CHECK(tried.count(row.name) == 1);
  }
}

TEST_CASE("an active execution is ended, and keeps its flow from being archived until then") {
  json world = small_world();
  world["accounts"][sid("AC", 'a')]["executions"] =
      json::array({{{"sid", sid("FN", 'a')},
                    {"flow_sid", sid("FW", 'a')},
                    {"status", "active"},
                    {"date_created", "2026-11-20T11:59:00Z"}}});
  ProviderFixture desk(world);
  const Row& archive = *standard_catalogue().find("studio.flows.archive");
  const json flow = {{"sid", sid("FW", 'a')}};
  const Overlay overlay;
  CHECK(told(archive.guard(Call{desk.session(), flow, nullptr})) ==
        "refused: the flow " + sid("FW", 'a') + " has active executions: callers are in it");
  // A plan is made while they still run: it waits for them.
  CHECK(told(archive.guard(Call{desk.session(), flow, &overlay})) == "done");

  const Row& cancel = *standard_catalogue().find("studio.executions.cancel");
  const json execution = {{"flow", sid("FW", 'a')}, {"sid", sid("FN", 'a')}};
  const Call call{desk.session(), execution, nullptr};
  const json before = *cancel.before(call);
  CHECK(before["status"] == "active");
  const json projected = *cancel.project(call, before);
  REQUIRE(cancel.carrier(call));
  CHECK(*cancel.before(call) == projected);
  CHECK(told(archive.guard(Call{desk.session(), flow, nullptr})) == "done");
}

TEST_CASE("a flow that a number still rings is neither archived nor deleted") {
  ProviderFixture desk;
  const std::string webhook =
      "https://webhooks.twilio.com/v1/Accounts/" + sid("AC", 'a') + "/Flows/" + sid("FW", 'a');
  const json flow = {{"sid", sid("FW", 'a')}};
  REQUIRE(desk.call("twilio.numbers.update", {{"sid", sid("PN", 'a')}, {"voice_url", webhook}}));
  const auto live = desk.session().snapshot({"numbers"});
  REQUIRE(live);
  for (const char* name : {"studio.flows.archive", "studio.flows.delete"}) {
    const Row& row = *standard_catalogue().find(name);
    CHECK(told(row.guard(Call{desk.session(), flow, nullptr})) ==
          "refused: the number +15550100200 still rings the flow " + sid("FW", 'a') +
              " (its voice_url)");
    // What the plan projects counts, not what is live while planning.
    Overlay overlay;
    json number = at_pointer(*live, "/numbers/" + sid("PN", 'a'));
    number["voice_url"] = "";
    overlay.set("/numbers/" + sid("PN", 'a'), number);
    CHECK(told(row.guard(Call{desk.session(), flow, &overlay})) == "done");
    overlay.set("/numbers/" + sid("PN", 'a'), nullptr);
    CHECK(told(row.guard(Call{desk.session(), flow, &overlay})) == "done");
    number["voice_url"] = webhook;
    overlay.set("/numbers/" + sid("PN", 'b'), number);
    CHECK(told(row.guard(Call{desk.session(), flow, &overlay})).rfind("refused: ", 0) == 0);
  }
}

TEST_CASE("workspace, service and Mailgun domain are protected") {
  ProviderFixture desk;
  const auto refusal = [&](const std::string& name, const json& arguments) {
    return told(standard_catalogue().find(name)->guard(Call{desk.session(), arguments, nullptr}));
  };
  CHECK(refusal("taskrouter.workspaces.delete", {{"sid", sid("WS", 'a')}}) ==
        "refused: a TaskRouter workspace is protected and cannot be deleted by a runbook");
  CHECK(refusal("serverless.services.delete", {{"sid", sid("ZS", 'a')}}) ==
        "refused: a serverless service is protected and cannot be deleted by a runbook");
  CHECK(refusal("mailgun.domains.delete", {{"name", "acme.example"}}) ==
        "refused: a Mailgun domain is protected and cannot be deleted by a runbook");
}

TEST_CASE("a build is put live, and its environment is what was projected") {
  ProviderFixture desk;
  const json builds = *desk.call("serverless.builds.list", {{"service", sid("ZS", 'a')}});
  REQUIRE_FALSE(builds.empty());
  const json version = builds[0]["function_versions"][0]["sid"];
  const auto build = desk.call("serverless.builds.create",
                               {{"service", sid("ZS", 'a')}, {"function_versions", {version}}});
  INFO(told(build));
  REQUIRE(build);
  desk.stage.simulator.advance(60);
  CHECK((*desk.call("serverless.builds.fetch",
                    {{"service", sid("ZS", 'a')}, {"sid", (*build)["sid"]}}))["status"] ==
        "completed");
  const Row& deploy = *standard_catalogue().find("serverless.deployments.create");
  const json arguments = {
      {"service", sid("ZS", 'a')}, {"environment", sid("ZE", 'a')}, {"build", (*build)["sid"]}};
  const Call call{desk.session(), arguments, nullptr};
  const json before = *deploy.before(call);
  CHECK(at_pointer(*desk.session().snapshot({"serverless"}), *deploy.target(call)) == before);
  const json projected = *deploy.project(call, before);
  REQUIRE(deploy.carrier(call));
  CHECK(*deploy.before(call) == projected);
}

TEST_CASE("a new key's secret is in the store before anybody hears of the key, and nowhere else") {
  ProviderFixture desk;
  const auto made =
      desk.call("mailgun.keys.create", {{"description", "acme voicemail"}, {"role", "sending"}});
  INFO(told(made));
  REQUIRE(made);
  CHECK(is_handle((*made)["secret"], "secret"));
  const std::string kept = "kept/mailgun-acme-" + (*made)["id"].get<std::string>();
  CHECK((*made)["stored"] == "file:" + desk.folder.path + "/" + kept);
  const std::string secret = *desk.vault.open((*made)["secret"]);
  CHECK(desk.folder.read(kept) == secret + "\n");
  struct stat info {};
  REQUIRE(::stat((desk.folder.path + "/" + kept).c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(made->dump().find(secret) == std::string::npos);
  // The new key sends; nothing else may use it.
  const auto sent = desk.call("mailgun.messages.send", {{"from", "a@acme.example"},
                                                        {"to", "b@acme.example"},
                                                        {"subject", "hello"},
                                                        {"text", "test"},
                                                        {"key", (*made)["secret"]}});
  INFO(told(sent));
  CHECK(sent);
  const auto logged = desk.call("mailgun.logs.list", {{"key_id", (*made)["id"]}});
  INFO(told(logged));
  REQUIRE(logged);
  CHECK(logged->size() >= 1);

  desk.configuration.secret_store = {};
  const json arguments = {{"description", "another"}, {"role", "sending"}};
  CHECK(told(standard_catalogue()
                 .find("mailgun.keys.create")
                 ->guard(Call{desk.session(), arguments, nullptr})) ==
        "refused: there is no secret store, and a new key is shown only once");
}

TEST_CASE("a key that was made but cannot be kept leaves a question, not silence") {
  ProviderFixture desk;
  desk.folder.write("kept", "a file where the folder should be");
  const json name = {{"friendly_name", "deploy"}};
  CHECK(told(standard_catalogue()
                 .find("twilio.keys.create")
                 ->guard(Call{desk.session(), name, nullptr}))
            .find("is no folder that can be written to") != std::string::npos);
  // What becomes unusable after the guard looked.
  const auto made = desk.call("twilio.keys.create", name);
  REQUIRE_FALSE(made);
  CHECK(made.error().kind == "in_doubt");
  CHECK(made.error().message.find("was made, but its secret could not be kept") !=
        std::string::npos);
}

TEST_CASE("a create whose natural key is taken is refused") {
  ProviderFixture desk;
  const auto refusal = [&](const std::string& name, const json& arguments) {
    return told(standard_catalogue().find(name)->guard(Call{desk.session(), arguments, nullptr}));
  };
  CHECK(refusal("studio.flows.create",
                {{"friendly_name", "hold"}, {"status", "draft"}, {"definition", kDefinition}}) ==
        "refused: there already is a flow named \"hold\"");
  CHECK(refusal("twilio.numbers.create", {{"phone_number", "+15550100200"}}) ==
        "refused: +15550100200 is already this account's");
  CHECK(refusal("twilio.keys.delete", {{"sid", sid("SK", 'a')}}) ==
        "refused: this is the key that profile \"acme\" itself works with");
}

TEST_CASE("a secret goes into a variable through its handle, and plans show fingerprints") {
  ProviderFixture desk;
  const json handle = desk.vault.hold("env-file:x#K", "sk-very-secret");
  const json arguments = {{"key", "MAILGUN_API_KEY"}, {"value", handle}};
  const Row& row = *standard_catalogue().find("serverless.variables.create");
  REQUIRE(told(check_arguments(row, arguments)) == "done");
  const Call call{desk.session(), arguments, nullptr};
  const json projected = *row.project(call, nullptr);
  CHECK(projected.dump().find("very-secret") == std::string::npos);
  REQUIRE(row.carrier(call));
  CHECK(*row.before(call) == projected);
  const json world = desk.stage.simulator.world();
  CHECK(world.dump().find("sk-very-secret") != std::string::npos);
  CHECK(told(row.project(Call{desk.session(), {{"key", "ADMIN_EMAIL"}, {"value", handle}}, nullptr},
                         nullptr)) ==
        "refused: \"ADMIN_EMAIL\" is declared public, so a secret cannot be put into it");
}

TEST_CASE("every reading row answers in the small world") {
  ProviderFixture desk(staffed_world());
  const std::string fw = sid("FW", 'a'), ws = sid("WS", 'a'), zs = sid("ZS", 'a'),
                    ze = sid("ZE", 'a');
  const json calls = *desk.call("twilio.calls.list", {{"limit", 1}});
  const json executions = *desk.call("studio.executions.list", {{"flow", fw}, {"limit", 1}});
  REQUIRE(calls.size() == 1);
  const json execution = executions.empty() ? json(sid("FN", 'a')) : executions[0]["sid"];
  const json builds = *desk.call("serverless.builds.list", {{"service", zs}});
  const json functions = *desk.call("serverless.functions.list", {{"service", zs}});
  REQUIRE_FALSE(builds.empty());
  REQUIRE_FALSE(functions.empty());
  const std::map<std::string, json> arguments = {
      {"twilio.calls.fetch", {{"sid", calls[0]["sid"]}}},
      {"twilio.notifications.list", {{"call", calls[0]["sid"]}}},
      {"twilio.calls.list",
       {{"started_after", "2026-11-05"}, {"to", "+15550100200"}, {"status", "completed"}}},
      {"twilio.recordings.fetch", {{"sid", sid("RE", 'a')}}},
      {"twilio.transcriptions.list", {{"recording", sid("RE", 'a')}}},
      {"twilio.numbers.fetch", {{"sid", sid("PN", 'a')}}},
      {"twilio.numbers.find", {{"phone_number", "+15550100200"}}},
      {"studio.flows.fetch", {{"sid", fw}}},
      {"studio.flows.find", {{"name", "hold"}}},
      {"studio.flows.validate",
       {{"friendly_name", "x"}, {"status", "draft"}, {"definition", kDefinition}}},
      {"studio.revisions.list", {{"flow", fw}}},
      {"studio.revisions.fetch", {{"flow", fw}, {"revision", 1}}},
      {"studio.executions.list",
       {{"flow", fw}, {"status", "ended"}, {"created_after", "2026-11-01T00:00:00Z"}}},
      {"studio.executions.fetch", {{"flow", fw}, {"sid", execution}}},
      {"studio.steps.list", {{"flow", fw}, {"execution", execution}}},
      {"studio.contexts.fetch", {{"flow", fw}, {"execution", execution}}},
      {"serverless.services.fetch", {{"sid", "waiting"}}},
      {"serverless.environments.list", {{"service", zs}}},
      {"serverless.logs.list", {{"service", zs}, {"environment", ze}, {"since", 1795000000}}},
      {"serverless.functions.list", {{"service", zs}}},
      {"serverless.sources.fetch",
       {{"service", zs},
        {"function", functions[0]["sid"]},
        {"version", builds[0]["function_versions"][0]["sid"]}}},
      {"serverless.assets.list", {{"service", zs}}},
      {"serverless.builds.list", {{"service", zs}}},
      {"serverless.builds.fetch",
       {{"service", zs}, {"sid", builds.empty() ? json(sid("ZB", 'a')) : builds[0]["sid"]}}},
      {"serverless.deployments.list", {{"service", zs}, {"environment", ze}}},
      {"serverless.probe", {{"path", "/open"}}},
      {"taskrouter.workspaces.fetch", {{"sid", ws}}},
      {"taskrouter.workflows.list", {{"workspace", ws}}},
      {"taskrouter.workflows.fetch", {{"workspace", ws}, {"sid", sid("WW", 'a')}}},
      {"taskrouter.queues.list", {{"workspace", ws}}},
      {"taskrouter.channels.list", {{"workspace", ws}}},
      {"taskrouter.channels.fetch", {{"workspace", ws}, {"sid", sid("TC", 'a')}}},
      {"taskrouter.queues.fetch", {{"workspace", ws}, {"sid", sid("WQ", 'a')}}},
      {"taskrouter.workers.list", {{"workspace", ws}, {"attributes", "skills HAS 'support'"}}},
      {"taskrouter.workers.fetch", {{"workspace", ws}, {"sid", sid("WK", 'a')}}},
      {"taskrouter.queue_statistics.fetch", {{"workspace", ws}, {"sid", sid("WQ", 'a')}}},
      {"taskrouter.workflow_statistics.fetch", {{"workspace", ws}, {"sid", sid("WW", 'a')}}},
      {"taskrouter.worker_statistics.fetch", {{"workspace", ws}}},
      {"taskrouter.workspace_statistics.fetch", {{"workspace", ws}}},
      {"taskrouter.events.list", {{"workspace", ws}, {"from", "2026-11-01"}}},
      {"taskrouter.events.fetch", {{"workspace", ws}, {"sid", sid("EV", 'a')}}},
      {"taskrouter.tasks.list", {{"workspace", ws}, {"ordering", "DateCreated:desc"}}},
      {"taskrouter.tasks.fetch", {{"workspace", ws}, {"sid", sid("WT", 'a')}}},
      {"mailgun.domains.fetch", {{"name", "acme.example"}}},
      {"mailgun.queues.fetch", {{"name", "acme.example"}}},
      {"mailgun.keys.list", {{"domain", "acme.example"}}},
      {"mailgun.keys.validate", {{"key", desk.vault.hold("env:KEY", "fake-sending-key")}}},
      {"snapshot.capture", {{"label", "PRE"}, {"scope", {"numbers"}}}},
  };
  for (const Row& row : standard_catalogue().rows()) {
    if (!ours(row) || row.effect != Effect::read) continue;
    if (row.name.rfind("snapshot.", 0) == 0 && row.name != "snapshot.capture") continue;
    const auto at = arguments.find(row.name);
    const auto answer = desk.call(row.name, at == arguments.end() ? json::object() : at->second);
    INFO(row.name << ": " << told(answer));
    CHECK(answer);
  }
}

TEST_CASE("how many tasks wait, and who could take them, are the world's numbers") {
  ProviderFixture desk(staffed_world());
  const json of = {{"workspace", sid("WS", 'a')}, {"sid", sid("WQ", 'a')}};
  const json queue = *desk.call("taskrouter.queue_statistics.fetch", of);
  CHECK(queue["total_tasks"] == 2);
  CHECK(queue["tasks_by_status"]["pending"] == 2);
  CHECK(queue["longest_task_waiting_sid"] == sid("WT", 'a'));
  CHECK(queue["longest_task_waiting_age"].get<long>() / 3600 == 26);
  CHECK(queue["total_eligible_workers"] == 2);
  CHECK(queue["total_available_workers"] == 1);
  CHECK(queue["activity_statistics"].size() == 2);
  const json only = {{"workspace", sid("WS", 'a')}, {"sid", sid("WQ", 'a')}, {"channel", "chat"}};
  CHECK((*desk.call("taskrouter.queue_statistics.fetch", only))["total_tasks"] == 0);
  const json workers =
      *desk.call("taskrouter.worker_statistics.fetch", {{"workspace", of["workspace"]}});
  CHECK(workers["total_workers"] == 2);
  const json away = {{"workspace", of["workspace"]}, {"available", "0"}};
  const json list = *desk.call("taskrouter.workers.list", away);
  REQUIRE(list.size() == 1);
  CHECK(list[0]["friendly_name"] == "bob");
  const json skilled = {{"workspace", of["workspace"]}, {"attributes", "skills HAS 'support'"}};
  CHECK(desk.call("taskrouter.workers.list", skilled)->size() == 1);
  const json recent = {{"workspace", of["workspace"]}, {"minutes", 60}};
  CHECK(desk.call("taskrouter.events.list", recent)->empty());
}

TEST_CASE("messages are chosen by their state too, before they are counted") {
  json world = small_world();
  json& list = world["accounts"][sid("AC", 'a')]["messages"] = json::array();
  for (const char* status : {"delivered", "failed", "delivered", "undelivered", "failed"})
    list.push_back({{"to", "+15550100900"}, {"from", "+15550100200"}, {"status", status}});
  ProviderFixture desk(world);
  const auto number = [&](const json& arguments) {
    return desk.call("twilio.messages.list", arguments)->size();
  };
  CHECK(number(json::object()) == 5);
  CHECK(number({{"status", "failed"}}) == 2);
  CHECK(number({{"status", "failed"}, {"limit", 1}}) == 1);
  CHECK(number({{"status", "sent"}}) == 0);
  CHECK(told(check_arguments(*standard_catalogue().find("twilio.messages.list"),
                             {{"status", "lost"}})) != "done");
}

TEST_CASE("fetch raises where a thing is missing, find says nil") {
  ProviderFixture desk;
  const std::string missing = sid("FW", 'f');
  CHECK(told(desk.call("studio.flows.fetch", {{"sid", missing}})).find("answered 404 (20404)") !=
        std::string::npos);
  CHECK(desk.call("studio.flows.find", {{"sid", missing}})->is_null());
  CHECK(desk.call("studio.flows.find", {{"name", "nothing"}})->is_null());
  CHECK((*desk.call("studio.flows.find", {{"name", "hold"}}))["definition"] == kDefinition);
  CHECK(desk.call("twilio.numbers.find", {{"phone_number", "+15550100111"}})->is_null());
  CHECK(told(desk.call("studio.flows.find", json::object())) ==
        "argument: studio.flows.find: want either sid or name");
}

TEST_CASE("a definition that is wrong is validate's answer, not its failure") {
  ProviderFixture desk;
  const auto answer = desk.call(
      "studio.flows.validate",
      {{"friendly_name", "x"}, {"status", "draft"}, {"definition", {{"states", "none"}}}});
  INFO(told(answer));
  REQUIRE(answer);
  CHECK((*answer)["valid"] == false);
  CHECK((*answer)["message"].get<std::string>().find("81022") != std::string::npos);
}

TEST_CASE("filters are sent by the provider's names") {
  ProviderFixture desk;
  REQUIRE(
      desk.call("twilio.calls.list",
                {{"started_after", 1795176000}, {"started_before", "2026-11-21"}, {"limit", 5}}));
  const std::string requests = desk.stage.simulator.requests().dump();
  CHECK(requests.find("StartTime%3E=2026-11-20T12%3A00%3A00Z&StartTime%3C=2026-11-21T00%3A00%3A00Z&"
                      "PageSize=5") != std::string::npos);
  CHECK(told(desk.call("twilio.calls.list", {{"started_after", "yesterday"}})) ==
        "argument: started_after: got yesterday, want a time");
}

TEST_CASE("no row but the deploy writes the Flex configuration") {
  for (const Row& row : standard_catalogue().rows())
    if (row.name.rfind("flex.", 0) == 0 && row.effect != Effect::read)
      CHECK(row.name == "flex.deploy");
}
