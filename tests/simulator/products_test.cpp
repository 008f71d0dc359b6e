#include "stdlib/simulator/twilio/webhook.h"
#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const std::string kFlex = "/flex-api.twilio.com/v1/Configuration";
const std::string kService = "/serverless.twilio.com/v1/Services/" + sid("ZS", 'a');
const std::string kEnvironment = kService + "/Environments/" + sid("ZE", 'a');
const std::string kWorkspace = "/taskrouter.twilio.com/v1/Workspaces/" + sid("WS", 'a');

}  // namespace

TEST_CASE("a configuration update replaces the keys it names and no other") {
  SimulatorFixture stage;
  json before = stage.key().get(kFlex).body;
  CHECK(before["account_sid"] == sid("AC", 'a'));
  CHECK(before["taskrouter_workspace_sid"] == sid("WS", 'a'));
  stage.simulator.advance(60);
  json change = {{"account_sid", sid("AC", 'a')},
                 {"ui_attributes", {{"custom_data", json::object()}}},
                 {"date_created", "2000-01-01T00:00:00Z"}};
  json expected = before;
  expected["ui_attributes"] = change["ui_attributes"];
  expected["date_updated"] = "2026-11-20T12:01:00Z";
  CHECK(stage.key().post_json(kFlex, change).body == expected);
  CHECK(stage.key().get(kFlex).body == expected);
  CHECK(stage.key().post_json(kFlex, {{"ui_language", "de"}}).verdict() == "400 20001");
  CHECK(stage.key().post_json(kFlex, {{"account_sid", sid("AC", 'b')}}).verdict() == "400 20001");
  CHECK(stage.key().post(kFlex, {{"account_sid", sid("AC", 'a')}}).verdict() == "400 20001");
  CHECK(Client(stage.port, sid("SK", 'd'), "other").get(kFlex).verdict() == "404 20404");
}

TEST_CASE("variables are created, changed and deleted") {
  SimulatorFixture stage;
  std::string list = kEnvironment + "/Variables";
  CHECK(stage.key().get(list)["variables"][0]["key"] == "ADMIN_EMAIL");
  Answer made = stage.key().post(list, {{"Key", "X"}, {"Value", "1"}});
  CHECK(made.verdict() == "201");
  CHECK(stage.key().post(list, {{"Key", "X"}, {"Value", "1"}}).verdict() == "409 20409");
  CHECK(stage.key().post(list, {{"Key", "Y"}}).verdict() == "400 20001");
  std::string one = list + "/" + made["sid"].get<std::string>();
  CHECK(stage.key().post(one, {{"Value", ""}})["value"] == "");
  CHECK(stage.key().del(one).verdict() == "204");
  CHECK(stage.key().del(one).verdict() == "404 20404");
  std::string by_name = "/serverless.twilio.com/v1/Services/waiting";
  CHECK(stage.key().get(by_name)["sid"] == sid("ZS", 'a'));
}

TEST_CASE("a build takes its time, fails if the world says so, and only a good one is deployed") {
  SimulatorFixture stage;
  std::string list = kService + "/Builds";
  std::string version = stage.key().get(list)["builds"][0]["function_versions"][0]["sid"];
  CHECK(stage.key().post(list, {{"FunctionVersions", sid("ZN", 'f')}}).verdict() == "400 20001");
  Answer build = stage.key().post(list, {{"FunctionVersions", version}});
  CHECK(build.verdict() == "201");
  CHECK(build["status"] == "building");
  std::string status = list + "/" + build["sid"].get<std::string>() + "/Status";
  Pairs deployment = {{"BuildSid", build["sid"]}};
  CHECK(stage.key().post(kEnvironment + "/Deployments", deployment).verdict() == "400 20001");
  stage.simulator.advance(5);
  CHECK(stage.key().get(status)["status"] == "completed");
  CHECK(stage.key().post(kEnvironment + "/Deployments", deployment).verdict() == "201");
  CHECK(stage.key().get(kEnvironment)["build_sid"] == build["sid"]);
  std::string at = "/accounts/" + sid("AC", 'a') + "/serverless/0/builds_fail";
  REQUIRE(stage.simulator.patch({{{"op", "replace"}, {"path", at}, {"value", true}}}));
  Answer bad = stage.key().post(list, {{"FunctionVersions", version}});
  stage.simulator.advance(5);
  CHECK(stage.key().get(list + "/" + bad["sid"].get<std::string>())["status"] == "failed");
}

TEST_CASE("a deployed function wants Twilio's signature") {
  SimulatorFixture stage;
  using countersign::simulator::Fields;
  Fields form;
  form.add("QueueSid", "QU1");
  form.add("CallSid", "CA1");
  std::string path = "/features/studio/wait-experience?WorkflowSid=" + sid("WW", 'a');
  auto sign = [&](const char* token) {
    return countersign::simulator::webhook_signature(token, "https://waiting-dev.twil.io" + path,
                                                     form);
  };
  auto probe = [&](const std::string& where, const std::string& signature) {
    return stage.nobody().post("/waiting-dev.twil.io" + where,
                               {{"QueueSid", "QU1"}, {"CallSid", "CA1"}},
                               {{"X-Twilio-Signature", signature}});
  };
  Answer good = probe(path, sign("token"));
  CHECK(good.verdict() == "200");
  CHECK(good.headers.at("content-type") == "text/xml");
  CHECK(good.text.find("WorkflowSid=" + sid("WW", 'a')) != std::string::npos);
  CHECK(probe(path, sign("wrong")).verdict() == "403");
  CHECK(probe(path + "x", sign("token")).verdict() == "403");
  CHECK(probe("/features/absent", sign("token")).verdict() == "404");
  CHECK(probe("/open", "").verdict() == "200");
  CHECK(probe("/broken", "").text == "boom");
  CHECK(stage.key().post(kEnvironment + "/Deployments", {}).verdict() == "201");
  CHECK(probe(path, sign("token")).verdict() == "404");
}

// The example of the provider's own documentation.
TEST_CASE("the signature is the one that Twilio documents") {
  countersign::simulator::Fields form;
  form.add("CallSid", "CA1234567890ABCDE");
  form.add("Caller", "+12349013030");
  form.add("Digits", "1234");
  form.add("From", "+12349013030");
  form.add("To", "+18005551212");
  CHECK(countersign::simulator::webhook_signature("12345",
                                                  "https://mycompany.com/myapp.php?foo=1&bar=2",
                                                  form) == "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
}

TEST_CASE("a new version is uploaded as multipart form") {
  SimulatorFixture stage;
  std::string functions = kService + "/Functions";
  std::string function = stage.key().get(functions)["functions"][0]["sid"];
  std::string body;
  for (auto [name, value] : {std::pair("Path", "/new"),
                             {"Visibility", "public"},
                             {"Content", "exports.handler = 1;\r\n"}})
    body += std::string("--x\r\nContent-Disposition: form-data; name=\"") + name +
            "\"; filename=\"f\"\r\n\r\n" + value + "\r\n";
  std::string path = "/serverless-upload.twilio.com/v1/Services/" + sid("ZS", 'a') + "/Functions/" +
                     function + "/Versions";
  Answer made = stage.key().send("POST", path, body + "--x--\r\n",
                                 {{"Content-Type", "multipart/form-data; boundary=x"}});
  CHECK(made.verdict() == "201");
  CHECK(made["path"] == "/new");
  json versions =
      stage.simulator
          .world()["accounts"][sid("AC", 'a')]["serverless"][0]["functions"][0]["versions"];
  CHECK(versions[1]["content"] == "exports.handler = 1;\r\n");
}

TEST_CASE("tasks come in order and are changed under their ETag") {
  SimulatorFixture stage;
  std::string list = kWorkspace + "/Tasks";
  Answer tasks = stage.key().get(list);
  CHECK(tasks["tasks"][0]["sid"] == sid("WT", 'a'));
  CHECK(tasks["tasks"][0]["attributes"] == "{\"taskType\":\"voicemail\"}");
  CHECK(tasks["tasks"][0]["task_queue_friendly_name"] == "Support");
  CHECK(tasks["tasks"][0]["age"] == 26 * 3600);
  CHECK(tasks.headers.count("x-rate-limit-limit") == 1);
  CHECK(stage.key().get(list + "?Ordering=DateCreated:desc")["tasks"][0]["sid"] == sid("WT", 'b'));
  CHECK(stage.key().get(list + "?TaskQueueName=Other")["tasks"].empty());
  std::string one = list + "/" + sid("WT", 'a');
  std::string etag = stage.key().get(one).headers.at("etag");
  Answer changed = stage.key().post(one, {{"Priority", "5"}}, {{"If-Match", etag}});
  CHECK(changed["priority"] == 5);
  CHECK(stage.key().post(one, {{"Priority", "6"}}, {{"If-Match", etag}}).verdict() == "412 20412");
  CHECK(stage.key().post(one, {{"Priority", "6"}}).verdict() == "200");
  CHECK(stage.key().post(one, {{"Attributes", "no"}}).verdict() == "400 20001");
}

TEST_CASE("workflows and queues are made and unmade") {
  SimulatorFixture stage;
  Answer made = stage.key().post(kWorkspace + "/TaskQueues", {{"FriendlyName", "Night"}});
  CHECK(made.verdict() == "201");
  CHECK(stage.key().get(kWorkspace + "/TaskQueues?FriendlyName=Night")["task_queues"].size() == 1);
  std::string one = kWorkspace + "/TaskQueues/" + made["sid"].get<std::string>();
  CHECK(stage.key().del(one).verdict() == "204");
  CHECK(stage.key().post(kWorkspace + "/Workflows", {{"FriendlyName", "x"}}).verdict() ==
        "400 20001");
  CHECK(stage.key()
            .post(kWorkspace + "/Workflows", {{"FriendlyName", "x"}, {"Configuration", "{}"}})
            .verdict() == "400 20001");
}

TEST_CASE("what nobody should delete can be deleted") {
  SimulatorFixture stage;
  CHECK(stage.key().del(kWorkspace).verdict() == "204");
  CHECK(stage.key().get(kWorkspace).verdict() == "404 20404");
  CHECK(stage.key().del(kService).verdict() == "204");
  CHECK(stage.key().get(kService).verdict() == "404 20404");
  CHECK(stage.mail().del("/api.mailgun.net/v3/domains/acme.example").verdict() == "200");
  CHECK(stage.mail().get("/api.mailgun.net/v4/domains/acme.example").verdict() == "404");
}

TEST_CASE("the status page needs no credential") {
  SimulatorFixture stage;
  Answer page = stage.nobody().get("/status.twilio.com/api/v2/summary.json");
  CHECK(page["status"]["indicator"] == "none");
  CHECK(page["page"]["updated_at"] == "2026-11-20T12:00:00Z");
}

TEST_CASE("logs and alerts end where the provider forgets") {
  SimulatorFixture stage;
  std::string account = "/accounts/" + sid("AC", 'a');
  json log = {{"message", "old"}, {"date_created", "2026-11-18T12:00:00Z"}};
  json alert = {{"date_created", "2026-10-01T00:00:00Z"}};
  REQUIRE(stage.simulator.patch(
      {{{"op", "add"}, {"path", account + "/serverless/0/environments/0/logs/-"}, {"value", log}},
       {{"op", "add"}, {"path", account + "/alerts/-"}, {"value", alert}}}));
  CHECK(stage.key().get(kEnvironment + "/Logs")["logs"].empty());
  CHECK(stage.key().get(kEnvironment + "/Logs?StartDate=2026-11-18T00:00:00Z")["logs"].size() == 1);
  CHECK(stage.key().get("/monitor.twilio.com/v1/Alerts")["alerts"].empty());
}
