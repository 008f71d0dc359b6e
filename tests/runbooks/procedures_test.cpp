// Whose a thing is, what is signed before it moves, and what is said when it is so.
#include "interpreter/plan.h"
#include "tests/runbooks/case_room.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Words = std::vector<std::string>;

namespace {

const std::string kAcme = "/accounts/" + kAccount;
const std::string kVariables = kAcme + "/serverless/0/environments/0/variables";
const std::string kFeatures = kAcme + "/flex_configuration/ui_attributes/custom_data/features";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string shown(const CompanyFixture& firm) {
  return plan_view(firm.state()).dump();
}

json variable(const std::string& key, const std::string& value) {
  return {{"op", "add"}, {"path", kVariables + "/-"}, {"value", {{"key", key}, {"value", value}}}};
}

json mail(const std::string& at) {
  return {{"op", "add"},
          {"path", "/mailgun/events/0"},
          {"value",
           {{"event", "accepted"},
            {"timestamp", at},
            {"domain", "acme.connie.example"},
            {"recipient", "admin@acme.example"},
            {"api-key-id", kKey}}}};
}

// A change of the admin's address.
const json kMailChange = {{"client", "acme"},
                          {"number", kNumber},
                          {"type", "admin-email"},
                          {"current", "admin@acme.example"},
                          {"target", "desk@acme.example"},
                          {"caller_visible", false},
                          {"rollback", "back to PRE"},
                          {"changed_by", "Olive"}};

// The env file says what is live: the demo's names one variable more.
void in_step(const CompanyFixture& firm) {
  std::string env = firm.read("serverless-functions/.env.acme");
  env.erase(env.find("WEBCHAT_ADDRESS"));
  firm.write("serverless-functions/.env.acme", env);
}

}  // namespace

TEST_CASE("the plan of a cancellation shows what its deploys remove and reset, one by one") {
  CompanyFixture firm("production",
                      {set(kVariables + "/WEBCHAT_ADDRESS", "by-hand.acme.example"),
                       set(kFeatures + "/by_hand", {{"enabled", true}, {"colour", "red"}})});
  // The source has another word for one of the features, and none for the one that was made by
  // hand.
  json source = json::parse(firm.read("flex-config/ui_attributes.acme.json"));
  source["custom_data"]["features"].erase("by_hand");
  source["custom_data"]["features"]["attribute_viewer"]["enabled"] = true;
  firm.write("flex-config/ui_attributes.acme.json", source.dump(2));
  firm.start("connie/cancel", CompanyFixture::parameters());
  INFO(firm.said.message);
  REQUIRE(firm.status() == "awaiting_decision");
  const std::string plan = shown(firm);
  CHECK(holds(plan, "drops by_hand (colour = \\\"red\\\", enabled = true)"));
  CHECK(holds(plan, "resets attribute_viewer (enabled from false to true)"));
  CHECK(holds(plan, "resets WEBCHAT_ADDRESS from "));
  CHECK(holds(firm.state().findings.dump(), "live-only-features"));
  CHECK_FALSE(holds(plan, "drops callback_and_voicemail_with_email"));
}

TEST_CASE("a variable that a deploy takes away unseen is found after it") {
  CompanyFixture firm;
  firm.write("deploy.sh", firm.read("deploy.sh") + "curl -sf -X POST " + firm.simulator.endpoint() +
                              "/_sim/patch -d '" + json::array({variable("STRAY", "x")}).dump() +
                              "'\n");
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  firm.after(24.1);
  CHECK(holds(firm.said.message,
              "nothing moved but what was signed: [\"/serverless/variables/STRAY\"]"));
}

TEST_CASE("a mail of the last half hour is seen, at once or when the last item is confirmed") {
  for (const bool late : {false, true}) {
    INFO(late);
    CompanyFixture firm;
    firm.start("connie/cancel", CompanyFixture::parameters());
    firm.approve();
    firm.after(24.1);
    if (!late) REQUIRE(firm.simulator.patch(json::array({mail("2026-11-22T11:50:00Z")})));
    firm.after(24.05);
    if (late) {
      REQUIRE(firm.status() == "awaiting_attestation");
      REQUIRE(firm.simulator.patch(json::array({mail("2026-11-22T12:01:00Z")})));
      firm.attest("callers-hear");
      firm.attest("no-admin-mail");
      firm.advance();
    }
    CHECK(holds(firm.said.message, "Mailgun shows no outbound mail for the client's key: 1 mails"));
    CHECK_FALSE(firm.has("dev-logs/_archive"));
  }
}

TEST_CASE("the registry names no archive that is not there") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  firm.after(24.1);
  const std::string registry = firm.read("PAC.md");
  CHECK(holds(registry, "Evidence: dev-log wait-experience-acme-2026-11-20, run "));
  CHECK_FALSE(holds(registry, "_archive"));
}

TEST_CASE("evidence that is gone by the end of the drain stops the teardown before it begins") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  const std::string file = "dev-logs/wait-experience-acme-2026-11-20/acme-flow-PRE-cancel.json";
  REQUIRE(std::remove((firm.folder + "/" + file).c_str()) == 0);
  firm.after(24.1);
  CHECK(holds(firm.said.message, "the PRE-cancellation snapshot is still there"));
  CHECK(firm.carried_out() == Words{"devlogs.write", "studio.flows.update"});
}

TEST_CASE("a call that begins while the history is exported does not end the run") {
  CompanyFixture firm;
  firm.edit_runbook("evidence.lua", "  for _, status in ipairs { \"active\", \"ended\" } do\n",
                    "  twilio.calls.list { to = \"+15550100200\" }\n"
                    "  for _, status in ipairs { \"active\", \"ended\" } do\n");
  // Dated later than the moment up to which is asked, as one that begins meanwhile is.
  REQUIRE(firm.simulator.patch(json::array({{{"op", "add"},
                                             {"path", kAcme + "/executions/0"},
                                             {"value",
                                              {{"sid", "FN00000000000000000000000000000009"},
                                               {"flow_sid", kFlow},
                                               {"status", "ended"},
                                               {"date_created", "2026-11-20T12:30:00Z"}}}}})));
  firm.start("connie/cancel", CompanyFixture::parameters());
  CHECK(firm.status() == "awaiting_decision");
  CHECK_FALSE(holds(firm.kept(), "FN00000000000000000000000000000009"));
}

TEST_CASE("a task that lands where the flow's workflow is known to nobody is seen") {
  CompanyFixture firm("production",
                      json::array({set(kAcme + "/flows/0/definition/states/2/properties/workflow",
                                       "{{flow.variables.workflow}}")}));
  firm.start("connie/cancel", CompanyFixture::parameters());
  INFO(firm.said.message);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  firm.after(24.1);
  INFO(firm.said.message);
  REQUIRE(firm.status() == "awaiting_time");
  json task = {{"op", "add"}, {"path", kAcme + "/taskrouter/0/tasks/-"}};
  task["value"] = {{"workflow_sid", kWorkflow},
                   {"task_queue_sid", kQueue},
                   {"date_created", "2026-11-22T03:00:00Z"},
                   {"attributes", {{"taskType", "voicemail"}}}};
  REQUIRE(firm.simulator.patch(json::array({task})));
  firm.after(24.1);
  CHECK(holds(firm.said.message, "no new tasks landed in the cancelled queue"));
}

TEST_CASE("source that is not committed is said, and kept with the evidence") {
  CompanyFixture firm;
  json source = json::parse(firm.read("flex-config/ui_attributes.acme.json"));
  firm.write("flex-config/ui_attributes.acme.json", source.dump(4) + "\n");
  firm.start("connie/cancel", CompanyFixture::parameters());
  CHECK(holds(firm.state().findings.dump(), "repository-dirty"));
  CHECK(holds(firm.state().findings.dump(), "flex-config/ui_attributes.acme.json"));
  firm.approve();
  const json kept = json::parse(
      firm.read("dev-logs/wait-experience-acme-2026-11-20/acme-functions-PRE-cancel.json"));
  CHECK(kept["uncommitted"][0]["path"] == "flex-config/ui_attributes.acme.json");
  CHECK(holds(kept["sources"].dump(), "initialGreeting"));
}

TEST_CASE("who has not the role of the runbook's operator asks for nothing") {
  {
    CompanyFixture firm;
    firm.start("connie/cancel", CompanyFixture::parameters());
    REQUIRE(firm.state().request);
    const json asks = json::parse(firm.state().request->document)["asks"];
    CHECK(asks["operator"] == "cto");
    CHECK(asks["break_glass"] == "never");
  }
  CompanyFixture firm;
  std::string policy = firm.read("policy.toml");
  const std::string both = "roles = [\"operator\", \"cto\"]";
  policy.replace(policy.find(both), both.size(), "roles = [\"operator\"]");
  firm.write("policy.toml", policy);
  firm.start("connie/cancel", CompanyFixture::parameters());
  INFO(firm.said.message);
  CHECK(firm.said.kind == "refused");
  CHECK(holds(firm.said.message, "the runbook wants its operator to be \"cto\""));
  CHECK(firm.changes().empty());
  CHECK(firm.state().request == std::nullopt);
}

TEST_CASE("a line that is protected by its flow is not changed behind the CEO's back") {
  CompanyFixture firm("production",
                      json::array({{{"op", "add"},
                                    {"path", kAcme + "/phone_numbers/-"},
                                    {"value",
                                     {{"phone_number", "+17259999678"},
                                      {"voice_url", "https://webhooks.twilio.com/v1/Accounts/" +
                                                        kAccount + "/Flows/" + kFlow}}}}}),
                      CrashFixture::live, "cto");
  firm.start("connie/change", kMailChange);
  CHECK(holds(firm.said.message, "the number's flow may be changed"));
  CHECK(firm.changes().empty());
}

TEST_CASE(
    "a variable that appears while people decide is not lost to a deploy that nobody signed so") {
  for (const char* runbook : {"connie/cancel", "connie/change"}) {
    INFO(runbook);
    CompanyFixture firm("production", json::array(), CrashFixture::live, "cto");
    firm.pipeline();
    in_step(firm);
    if (runbook == std::string("connie/cancel"))
      firm.start(runbook, CompanyFixture::parameters());
    else
      firm.start(runbook, kMailChange);
    INFO(firm.said.message);
    REQUIRE(firm.status() == "awaiting_decision");
    REQUIRE(firm.simulator.patch(json::array({variable("VIDEO_API_KEY", "video")})));
    firm.approve("https://acme.slack.example/p1", "tom");
    if (firm.status() == "awaiting_decision") firm.approve();
    if (firm.status() == "awaiting_time") firm.after(24.1);
    INFO(firm.said.message);
    CHECK(holds(firm.said.message, "the deploy still moves what was signed, and nothing else"));
    CHECK(holds(firm.said.message, "removes VIDEO_API_KEY"));
    CHECK_FALSE(firm.has("deploys"));
  }
}

TEST_CASE("an undoing says what it did not bring back") {
  CompanyFixture firm("production", json::array(), CrashFixture::live, "cto");
  firm.pipeline();
  in_step(firm);
  // A pipeline that forgets one of the env file's variables.
  std::string script = firm.read("deploy.sh");
  const std::string each = "sed -n 's/";
  script.replace(script.find(each), each.size(), "sed -n '/^ACCOUNT_SID/d;s/");
  firm.write("deploy.sh", script);
  firm.start("connie/change", kMailChange);
  firm.approve("https://acme.slack.example/p1", "tom");
  INFO(firm.said.message);
  REQUIRE(holds(firm.kept(), "the diff is the intended change and nothing else"));
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve("https://acme.slack.example/p1", "tom");
  INFO(firm.said.message);
  CHECK(firm.status() == "failed");
  CHECK(holds(firm.said.message, "what \"apply\" changed was undone"));
  CHECK(holds(firm.said.message, "not as it was before: "));
  CHECK(holds(firm.said.message, "/serverless/variables/ACCOUNT_SID"));
}
