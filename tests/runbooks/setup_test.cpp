// The first deployment, on an account where nothing is deployed: what is sent, in which order, what
// is there at the end, and what stops it.
#include <filesystem>
#include <memory>

#include "interpreter/difference.h"
#include "tests/runbooks/company_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Words = std::vector<std::string>;

namespace {

const std::string kFolder = "dev-logs/wait-experience-acme-2026-11-20/";
const std::string kSourceFile =
    "serverless-functions/src/functions/features/callback-and-voicemail-with-email/studio/"
    "wait-experience.protected.js";
const std::string kNewDomain = "custom-flex-extensions-serverless-4242-dev.twil.io";

json parameters(const json& changes = json::object()) {
  json all = {{"client", "acme"},
              {"number", kNumber},
              {"queue", "existing"},
              {"workflow", kWorkflow},
              {"channel", "TC6f838d37b0d47819c9d6f3af9336c221"},
              {"admin_email", "admin@acme.example,second@acme.example"},
              {"mailgun_domain", "acme.connie.example"},
              {"hold_music", "default"},
              {"greeting", "default"},
              {"voicemail_prompt", "default"},
              {"crm_url", "{{task.attributes.profile_url}}"},
              {"sso", true}};
  all.merge_patch(changes);
  return all;
}

// An account with a number and Flex, and a pipeline that deploys.
struct Ground : CompanyFixture {
  explicit Ground(const json& patch = json::array(), CrashFixture site = CrashFixture::empty)
      : CompanyFixture("production", patch, site) {
    pipeline();
  }
};

const Words kSteps = {"devlogs.write",       "mailgun.keys.create",  "mailgun.messages.send",
                      "env.update",          "env.update",           "env.update",
                      "env.update",          "env.update",           "command.run",
                      "devlogs.update",      "files.edit",           "flex.deploy",
                      "studio.flows.create", "twilio.numbers.update"};

// To the moment at which people try it: the deployment is signed, then its documentation.
void deploy(CompanyFixture& firm, const json& changes = json::object()) {
  firm.start("connie/setup", parameters(changes));
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_attestation");
}

void try_out(CompanyFixture& firm) {
  for (const char* item :
       {"hold-agent", "callback", "voicemail", "two-callers", "crm", "admin-mail"})
    firm.attest(item);
  firm.advance();
  firm.sign_off();
  INFO(firm.said.message);
  REQUIRE(firm.status() == "done");
}

json custom_data(CompanyFixture& firm) {
  return firm.account()["flex_configuration"]["ui_attributes"]["custom_data"]["features"];
}

// A file of acme's, changed before the run: its features below custom_data.
void say(CompanyFixture& firm, const std::string& file, const json& features) {
  json text = json::parse(firm.read("flex-config/" + file));
  text["custom_data"]["features"].merge_patch(features);
  firm.write("flex-config/" + file, text.dump(2) + "\n");
}

}  // namespace

TEST_CASE("a setup on an empty account does exactly this, in this order, and ends done") {
  Ground firm;
  const json before = firm.world();
  firm.start("connie/setup", parameters());
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  CHECK(firm.changes().empty());
  CHECK(firm.planned() == kSteps);
  firm.approve();
  CHECK(firm.carried_out() == kSteps);
  CHECK(firm.changes() == Words{"POST api.mailgun.net/v1/keys",
                                "POST api.mailgun.net/v3/acme.connie.example/messages",
                                "POST flex-api.twilio.com/v1/Configuration",
                                "POST studio.twilio.com/v2/Flows",
                                "POST api.twilio.com/2010-04-01/Accounts/" + kAccount +
                                    "/IncomingPhoneNumbers/" + kNumberSid + ".json"});
  REQUIRE(firm.status() == "awaiting_decision");
  CHECK(firm.planned() == Words{"devlogs.update", "registry.create"});
  firm.approve();
  REQUIRE(firm.status() == "awaiting_attestation");
  // The registry says nothing of what nobody has tried.
  CHECK(firm.read("PAC.md").find("Wait Experience + Admin Email since") == std::string::npos);
  try_out(firm);

  const json world = firm.world(), acme = firm.account();
  REQUIRE(acme["flows"].size() == 1);
  const json flow = acme["flows"][0];
  CHECK(flow["status"] == "published");
  const json widget = flow["definition"]["states"][1];
  CHECK(flow["definition"]["states"][0]["transitions"][1]["next"] == "send-to-flex");
  CHECK(widget["properties"]["workflow"] == kWorkflow);
  CHECK(widget["properties"]["waitUrlMethod"] == "POST");
  CHECK(widget["properties"]["waitUrl"] ==
        "https://" + kNewDomain +
            "/features/callback-and-voicemail-with-email/studio/wait-experience?WorkflowSid=" +
            kWorkflow);
  CHECK(widget["properties"]["attributes"] ==
        R"({"call_sid": "{{trigger.call.CallSid}}", "callBackData": {"attempts": 0}})");
  CHECK(acme["phone_numbers"][0]["voice_url"] == "https://webhooks.twilio.com/v1/Accounts/" +
                                                     kAccount + "/Flows/" +
                                                     flow["sid"].get<std::string>());
  CHECK(custom_data(firm) == json{{"activity_skill_filter", {{"enabled", true}}},
                                  {"callback_and_voicemail_with_email", {{"enabled", true}}},
                                  {"enhanced_crm_container",
                                   {{"enabled", true}, {"url", "{{task.attributes.profile_url}}"}}},
                                  {"attribute_viewer", {{"enabled", false}}}});
  REQUIRE(world["mailgun"]["keys"].size() == 2);
  const json key = world["mailgun"]["keys"][1];
  CHECK(key["kind"] == "domain");
  CHECK(key["role"] == "sending");
  const std::string env = firm.read("serverless-functions/.env.acme");
  for (const std::string& line :
       {std::string("ADMIN_EMAIL=admin@acme.example,second@acme.example\n"),
        std::string("MAILGUN_DOMAIN=acme.connie.example\n"),
        "MAILGUN_API_KEY=" + key["secret"].get<std::string>() + "\n",
        "TWILIO_FLEX_WORKSPACE_SID=" + kWorkspace + "\n",
        "TWILIO_FLEX_CALLBACK_WORKFLOW_SID=" + kWorkflow + "\n"})
    CHECK(env.find(line) != std::string::npos);
  CHECK(firm.read("kept/mailgun-acme-" + key["id"].get<std::string>()) ==
        key["secret"].get<std::string>() + "\n");
  CHECK(firm.read("deploys") == "acme\n");
  CHECK(firm.list(kFolder) == Words{"README.md", "acme-account-POST-setup.json",
                                    "acme-account-PRE-setup.json", "acme-config-POST-setup.json",
                                    "acme-config-PRE-setup.json", "acme-deploy-POST-setup.log",
                                    "acme-env-PRE-setup.txt", "acme-flow-POST-setup.json",
                                    "acme-flows-PRE-setup.json", "acme-functions-PRE-setup.json",
                                    "acme-settings-SOURCE-setup.json"});
  CHECK(firm.read(kFolder + "acme-deploy-POST-setup.log").find(kNewDomain) != std::string::npos);
  const std::string registry = firm.read("PAC.md");
  CHECK(registry.find("## acme\n") != std::string::npos);
  for (const std::string& sid : {flow["sid"].get<std::string>(), kWorkflow, kNumberSid})
    CHECK(registry.find(sid) != std::string::npos);

  // Nobody else was touched.
  CHECK(difference(before["accounts"]["ACe61336ac49728f5d344206b3c61644ef"],
                   world["accounts"]["ACe61336ac49728f5d344206b3c61644ef"]) == json::array());
  CHECK(before["mailgun"]["domains"] == world["mailgun"]["domains"]);
  CHECK(before["mailgun"]["keys"][0] == world["mailgun"]["keys"][0]);
  CHECK(before["accounts"][kAccount]["taskrouter"] == acme["taskrouter"]);
}

TEST_CASE(
    "the new key's secret stands in the store and the env file, and in nothing that is kept") {
  Ground firm;
  deploy(firm);
  const std::string secret = firm.world()["mailgun"]["keys"][1]["secret"];
  CHECK(secret.size() > 20);
  std::vector<std::string> places = {firm.kept(), firm.read("PAC.md"), firm.read("deploys")};
  for (const std::string& file : firm.list(kFolder)) places.push_back(firm.read(kFolder + file));
  for (const std::string& one :
       {secret, std::string("fake-auth-token-acme"), std::string("fake-api-secret-acme"),
        std::string("fake-mailgun-account-key")})
    for (const std::string& place : places) CHECK(place.find(one) == std::string::npos);
}

TEST_CASE("a setup makes the queue, the domain and the source file that are not there yet") {
  Ground firm(json::array({{{"op", "remove"}, {"path", "/mailgun/domains/acme.connie.example"}}}),
              CrashFixture::bare);
  std::error_code ignored;
  firm.write("serverless-functions/src/assets/music/acme.mp3", "ID3");
  REQUIRE(std::filesystem::remove(firm.folder + "/flex-config/ui_attributes.acme.json", ignored));
  REQUIRE(firm.simulator.patch(json::array(
      {{{"op", "replace"},
        {"path", "/accounts/" + kAccount + "/flex_configuration/ui_attributes/custom_data"},
        {"value", json::object()}}})));
  firm.start("connie/setup", parameters({{"queue", "create new"},
                                         {"workflow", nullptr},
                                         {"queue_name", "Intake"},
                                         {"queue_workers", "skills HAS 'support'"},
                                         {"sso", false},
                                         {"greeting", "Welcome to Acme."},
                                         {"hold_music", "/music/acme.mp3"}}));
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_time");
  CHECK(firm.carried_out() == Words{"devlogs.write", "mailgun.domains.create"});
  firm.after(3);
  CHECK(firm.status() == "awaiting_time");
  // Somebody publishes the records, and Mailgun sees them.
  const std::string domain = "/mailgun/domains/acme.connie.example";
  json patch = json::array({{{"op", "replace"}, {"path", domain + "/state"}, {"value", "active"}}});
  for (int i = 0; i < 3; ++i)
    patch.push_back({{"op", "replace"},
                     {"path", domain + "/sending_dns_records/" + std::to_string(i) + "/valid"},
                     {"value", "valid"}});
  REQUIRE(firm.simulator.patch(patch));
  firm.after(1);
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_attestation");
  try_out(firm);
  const json acme = firm.account();
  const json workflow = acme["taskrouter"][0]["workflows"].back();
  const json queue = acme["taskrouter"][0]["queues"].back();
  CHECK(queue["friendly_name"] == "Intake");
  CHECK(workflow.dump().find(queue["sid"].get<std::string>()) != std::string::npos);
  const std::string sid = workflow["sid"];
  CHECK(acme["flows"][0]["definition"].dump().find("WorkflowSid=" + sid) != std::string::npos);
  CHECK(firm.read("serverless-functions/.env.acme")
            .find("TWILIO_FLEX_CALLBACK_WORKFLOW_SID=" + sid + "\n") != std::string::npos);
  CHECK(custom_data(firm) ==
        json{{"callback_and_voicemail_with_email", {{"enabled", true}}},
             {"enhanced_crm_container",
              {{"enabled", true}, {"url", "{{task.attributes.profile_url}}"}}}});
  const std::string source = firm.read(kSourceFile);
  CHECK(source.find("initialGreeting: 'Welcome to Acme.'") != std::string::npos);
  CHECK(source.find("holdMusicUrl: '/music/acme.mp3'") != std::string::npos);
  CHECK(source.find("recordVoicemailPrompt: 'Please leave a message at the tone.'") !=
        std::string::npos);
}

TEST_CASE("a key or domain that Mailgun refuses stops the setup before anything is deployed") {
  struct Case {
    int status;
    const char *answered, *hint;
  };
  for (const Case& one :
       {Case{401, "api.mailgun.net answered 401", "wrong key or domain"},
        Case{403, "api.mailgun.net answered 403", "wrong key or domain"},
        Case{400, "api.mailgun.net answered 400", "acme.connie.example is not verified"}}) {
    INFO(one.status);
    Ground firm;
    firm.start("connie/setup", parameters());
    REQUIRE(firm.status() == "awaiting_decision");
    REQUIRE(firm.simulator.add_fault("match=POST api.mailgun.net/v3/*/messages,status=" +
                                     std::to_string(one.status)));
    firm.approve();
    CHECK(firm.status() == "failed");
    CHECK(firm.said.message.find(one.answered) != std::string::npos);
    CHECK(firm.said.hint.find(one.hint) != std::string::npos);
    CHECK(firm.carried_out() == Words{"devlogs.write", "mailgun.keys.create"});
    CHECK_FALSE(firm.has("deploys"));
    CHECK(firm.read("serverless-functions/.env.acme").find("MAILGUN") == std::string::npos);
    CHECK(firm.account()["flows"].empty());

    // The way on: the key that lies in the store now is given to the next run.
    firm.run.reset();
    firm.start("connie/setup", parameters());
    CHECK(firm.said.message.find("no sending key of the client lies about unused") !=
          std::string::npos);
    const std::string id = firm.world()["mailgun"]["keys"][1]["id"];
    firm.start("connie/setup",
               parameters({{"sending_key", "file:" + firm.folder + "/kept/mailgun-acme-" + id}}));
    INFO(firm.said.message << "\n" << firm.said.hint);
    REQUIRE(firm.status() == "awaiting_decision");
    firm.approve();
    INFO(firm.said.message << "\n" << firm.said.hint);
    CHECK(firm.status() == "awaiting_decision");
    CHECK(firm.world()["mailgun"]["keys"].size() == 2);
  }
}

TEST_CASE("a smoke test that fails has the unwiring planned, and it waits for the CEO") {
  for (const char* item : {"hold-agent", "callback", "voicemail", "two-callers"}) {
    INFO(item);
    Ground firm;
    deploy(firm);
    firm.attest(item, "fail");
    firm.advance();
    REQUIRE(firm.status() == "awaiting_decision");
    CHECK(firm.planned() == Words{"twilio.numbers.update"});
    CHECK(firm.account()["phone_numbers"][0]["voice_url"] != "");
    firm.approve();
    CHECK(firm.status() == "failed");
    CHECK(firm.account()["phone_numbers"][0]["voice_url"] == "");
  }
}

TEST_CASE("the CEO signs every setup, on a sandbox too, and nobody else does instead") {
  for (const char* person : {"tom", "otto", "olive"}) {
    INFO(person);
    CompanyFixture firm("test", json::array(), CrashFixture::empty, "cto");
    firm.pipeline();
    firm.start("connie/setup", parameters());
    REQUIRE(firm.status() == "awaiting_decision");
    firm.approve("https://acme.slack.example/p1", person);
    CHECK(firm.status() == "awaiting_decision");
    CHECK(firm.changes().empty());
  }
}

TEST_CASE("an adjacent account that changes in the middle stops the setup before its next change") {
  Ground firm;
  firm.write("deploy.sh",
             firm.read("deploy.sh") + "curl -sf -X POST " + firm.simulator.endpoint() +
                 "/_sim/patch -d "
                 "'[{\"op\":\"replace\",\"path\":\"/accounts/ACe61336ac49728f5d344206b3c61644ef/"
                 "flex_configuration/ui_attributes/custom_data/features/"
                 "callback_and_voicemail_with_email/enabled\",\"value\":false}]'\n");
  firm.start("connie/setup", parameters());
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  CHECK(firm.said.message.find("adjacent account") != std::string::npos);
  CHECK(firm.said.hint.find("severity HIGH") != std::string::npos);
  CHECK(firm.carried_out().back() == "command.run");
  CHECK(firm.account()["flows"].empty());
  CHECK(firm.account()["phone_numbers"][0]["voice_url"] == "");
}

TEST_CASE("a cancellation of what a setup made leaves the world as it was but for what must stay") {
  Ground firm;
  const json before = firm.world();
  deploy(firm);
  try_out(firm);
  firm.start("connie/cancel", CompanyFixture::parameters());
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.live_through();
  const json after = firm.world();
  const json was = before["accounts"][kAccount], is = after["accounts"][kAccount];
  CHECK(after["mailgun"]["keys"] == before["mailgun"]["keys"]);
  CHECK(after["mailgun"]["domains"] == before["mailgun"]["domains"]);
  CHECK(is["taskrouter"] == was["taskrouter"]);
  CHECK(is["phone_numbers"][0]["voice_url"] == kBin);
  CHECK(is["flows"][0]["friendly_name"] == "[ARCHIVED] acme Wait Experience");
  json features = is["flex_configuration"]["ui_attributes"]["custom_data"]["features"];
  CHECK(features["callback_and_voicemail_with_email"]["enabled"] == false);
  for (const char* made :
       {"callback_and_voicemail_with_email", "enhanced_crm_container", "attribute_viewer"})
    features.erase(made);
  CHECK(features == was["flex_configuration"]["ui_attributes"]["custom_data"]["features"]);
  CHECK(is["serverless"].size() == 1);
  CHECK(firm.read("serverless-functions/.env.acme").find("MAILGUN") == std::string::npos);
  CHECK(firm.read("PAC.md").find("> **Cancelled:** ") != std::string::npos);
  CHECK(firm.list("dev-logs") == Words{"_archive", "wait-experience-cct-2026-05-04"});
  // Who comes back is set up on the number that was retained, beside the tombstone.
  firm.run.reset();
  deploy(firm);
  try_out(firm);
  const std::string registry = firm.read("PAC.md");
  CHECK(registry.find("> **Cancelled:** ") != std::string::npos);
  CHECK(registry.find("## acme (2)\n\n- Wait Experience + Admin Email since") != std::string::npos);
}

TEST_CASE("what does not fit is refused before a plan is made, with the way on") {
  struct Case {
    const char* what;
    json patch, parameters;
    std::string refusal;
  };
  const std::string number = "/accounts/" + kAccount + "/phone_numbers/0/";
  const std::vector<Case> cases = {
      {"a number of nobody",
       json::array(),
       {{"number", "+15550100999"}},
       "the number is on this account"},
      {"a number that is in use",
       {{{"op", "replace"}, {"path", number + "voice_url"}, {"value", kBin}}},
       json::object(),
       "the number is free"},
      {"addresses with a space",
       json::array(),
       {{"admin_email", "a@acme.example, b@acme.example"}},
       "the admin e-mails are addresses"},
      {"copy that would end its own text",
       json::array(),
       {{"greeting", "We're here"}},
       "the new text can stand in the source"},
      {"a queue that is there",
       json::array(),
       {{"queue", "create new"},
        {"workflow", nullptr},
        {"queue_name", "Support"},
        {"queue_workers", "1==1"}},
       "no queue has the new one's name"},
      {"another domain than the profile's",
       json::array(),
       {{"mailgun_domain", "connie.example"}},
       "the profile names the same sending domain"},
      {"something that is live and in no source file",
       {{{"op", "add"},
         {"path", "/accounts/" + kAccount +
                      "/flex_configuration/ui_attributes/custom_data/features/by_hand"},
         {"value", {{"enabled", true}}}}},
       json::object(),
       "the source files say everything that is live"},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    Ground firm(one.patch);
    if (one.what == std::string("something that is live and in no source file"))
      say(firm, "ui_attributes.acme.json", {{"by_hand", nullptr}});
    firm.start("connie/setup", parameters(one.parameters));
    INFO(firm.said.message);
    CHECK(firm.said.kind == "check");
    CHECK(firm.said.message.find(one.refusal) != std::string::npos);
    CHECK(firm.status() == "failed");
    CHECK(firm.changes().empty());
  }
  const json all = parameters();
  for (const auto& [name, value] : all.items()) {
    INFO(name);
    Ground firm;
    firm.start("connie/setup", parameters({{name, nullptr}}));
    CHECK(firm.run == nullptr);
    CHECK(firm.said.message.find(name) != std::string::npos);
  }
  Ground firm;
  firm.start("connie/setup", parameters({{"crm_url", "https://crm.acme.example"}}));
  CHECK(firm.run == nullptr);
}

TEST_CASE("what the source files must not say stops the setup before anything is signed") {
  struct Case {
    const char* file;
    json features;
    const char* refusal;
  };
  const json accepting = {{"agent_automation",
                           {{"configuration",
                             {{{"channel", "voice"}, {"auto_accept", false}},
                              {{"channel", "chat"}, {"auto_accept", true}}}}}}};
  for (const Case& one :
       {Case{"ui_attributes.acme.json", accepting, "auto_accept is off on every channel"},
        Case{"ui_attributes.common.json", accepting, "auto_accept is off on every channel"}}) {
    Ground firm;
    say(firm, one.file, one.features);
    firm.start("connie/setup", parameters());
    INFO(firm.said.message);
    CHECK(firm.said.message.find(one.refusal) != std::string::npos);
    CHECK(firm.changes().empty());
  }
}

TEST_CASE("each rail of the setup refuses the copy that breaks it") {
  struct Edit {
    const char *file, *from, *to;
  };
  struct Broken {
    const char* rail;
    Edit edit;
    const char* sentence;
  };
  const char flow[] = "      step(\"Make the flow that queues";
  const auto early = [&](const char* call) {
    static std::vector<std::unique_ptr<std::string>> kept;
    kept.push_back(std::make_unique<std::string>(std::string(call) + "\n" + flow));
    return Edit{"setup.lua", flow, kept.back()->c_str()};
  };
  const char keep[] = "      devlogs.write { folder = found.folder, files = found.pre_files }\n";
  const std::vector<Broken> copies = {
      {"no PRE, no change",
       {"setup.lua", "label = \"PRE\", baselines", "label = \"BEFORE\", baselines"},
       "no snapshot labelled PRE has been captured yet"},
      {"a deploy before the baselines are kept",
       {"setup.lua", keep, "      step(\"Nothing\")\n      flex.deploy {}\n"},
       "a rail forbids flex.deploy: only after devlogs.write (forensic baselines"},
      {"a deploy of functions before the baselines are kept",
       {"setup.lua", keep, "      ground.deploy(run)\n"},
       "a rail forbids command.run: only after devlogs.write (forensic baselines"},
      {"another command",
       {"ground.lua", "name = \"deploy-serverless\", env", "name = \"write-config\", env"},
       "a rail forbids command.run: only with name = \"deploy-serverless\" (the deploy pipeline is "
       "the only way to write; never directly)"},
      {"a configuration written by hand", early("flex.configuration.update { ui_attributes = {} }"),
       "flex.configuration.update"},
      {"an untried key",
       {"setup.lua", "return ground.proven_key(run, params.mailgun_domain, params.sending_key,",
        "return { secret = \"x\" } or ground.proven_key(run, params.mailgun_domain, "
        "params.sending_key,"},
       "a rail forbids env.update: only after mailgun.messages.send (the key is tried before"},
      {"functions before the key is tried",
       {"setup.lua", "return ground.proven_key(run, params.mailgun_domain",
        "ground.deploy(run)\n      return ground.proven_key(run, params.mailgun_domain"},
       "a rail forbids command.run: only after mailgun.messages.send (the key is tried before"},
      {"the feature before its functions",
       {"setup.lua", "return ground.proven_key(run, params.mailgun_domain",
        "flex.deploy {}\n      return ground.proven_key(run, params.mailgun_domain"},
       "a rail forbids flex.deploy: only after command.run with name = \"deploy-serverless\" (a "
       "feature that is on without its functions"},
      {"functions without the entries",
       {"setup.lua", "local function set(key, value) env.update",
        "ground.deploy(run)\n        local function set(key, value) env.update"},
       "a rail forbids command.run: only after env.update"},
      {"a flow before the feature",
       {"setup.lua", "        flex.deploy {}\n", "        step(\"Nothing\")\n"},
       "a rail forbids studio.flows.create: only after flex.deploy"},
      {"a draft",
       {"setup.lua",
        "status = \"published\",\n        definition = deployment.flow {\n          "
        "workflow = workflow_of(run), channel = params.channel, domain = run",
        "status = \"draft\",\n        definition = deployment.flow {\n          workflow = "
        "workflow_of(run), channel = params.channel, domain = run"},
       "a rail forbids studio.flows.create: only with status = \"published\" (unpublished edits "
       "have no effect)"},
      {"the number before its flow",
       early("twilio.numbers.update { sid = run.preflight.number.sid, voice_url = \"\" }"),
       "a rail forbids twilio.numbers.update: only after studio.flows.create with status = "
       "\"published\" (the number is wired last"},
      {"another flow's edit",
       early("studio.flows.update { sid = \"FWbc3a4d5bbdf441d90c3cc781e7ef61fd\", status = "
             "\"published\" }"),
       "a rail forbids studio.flows.update: it is never done by this runbook"},
      {"deleting a flow",
       early("studio.flows.delete { sid = \"FWbc3a4d5bbdf441d90c3cc781e7ef61fd\" }"),
       "a rail forbids studio.flows.delete: it is never done"},
      {"archiving a flow",
       early("studio.flows.archive { sid = \"FWbc3a4d5bbdf441d90c3cc781e7ef61fd\" }"),
       "a rail forbids studio.flows.archive: it is never done"},
      {"releasing the number", early("twilio.numbers.delete { sid = run.preflight.number.sid }"),
       "a rail forbids twilio.numbers.delete: it is never done"},
      {"the domain", early("mailgun.domains.delete { name = \"connie.example\" }"),
       "a rail forbids mailgun.domains.delete: it is never done"},
      {"another's key", early("mailgun.keys.delete { id = \"cc700001-5e0d0001\" }"),
       "a rail forbids mailgun.keys.delete: it is never done"},
      {"the service",
       early("serverless.services.delete { sid = \"ZS71ea5015f8d8bcce433ebfcae46fb645\" }"),
       "a rail forbids serverless.services.delete: it is never done"},
      {"the workspace", early("taskrouter.workspaces.delete { sid = run.preflight.workspace }"),
       "a rail forbids taskrouter.workspaces.delete: it is never done"},
      {"the registry before the number",
       early("registry.create { client = \"acme\", text = \"- soon\" }"),
       "a rail forbids registry.create: only after twilio.numbers.update (the registry says what "
       "is so)"},
      {"an entry before the number",
       early("registry.update { client = \"CCT\", text = \"- soon\" }"),
       "a rail forbids registry.update: only after twilio.numbers.update"},
  };
  for (const Broken& copy : copies) {
    INFO(copy.rail);
    Ground firm;
    firm.edit_runbook(copy.edit.file, copy.edit.from, copy.edit.to);
    firm.start("connie/setup", parameters());
    INFO(firm.said.message);
    CHECK(firm.said.message.find(copy.sentence) != std::string::npos);
    CHECK(firm.status() == "failed");
    CHECK(firm.changes().empty());
    CHECK(firm.carried_out().empty());
    CHECK_FALSE(firm.has("deploys"));
  }
}

TEST_CASE("a copy of the setup that does not look, or looks at something else, deploys nothing") {
  struct Broken {
    const char *file, *from, *to, *sentence;
  };
  const Broken copies[] = {
      {"source.lua", "\"the CRM URL is the literal Liquid template\" .. of", "\"something\"",
       "a rail forbids flex.deploy: only after the check \"the CRM URL is the literal Liquid "
       "template\" has passed"},
      {"source.lua", "\"auto_accept is off on every channel\" .. of", "\"something\"",
       "a rail forbids flex.deploy: only after the check \"auto_accept is off on every channel\""},
      {"source.lua", "\"the attribute viewer is off on an SSO account\" .. of", "\"something\"",
       "a rail forbids flex.deploy: only after the check \"the attribute viewer is off"},
      {"ground.lua", "\"the adjacent accounts are captured too\"", "\"something\"",
       "a rail forbids flex.deploy: only after the check \"the adjacent accounts are captured "
       "too\""},
      {"ground.lua", "\"the profile matches the deploy target\"", "\"something\"",
       "a rail forbids command.run: only after the check \"the profile matches the deploy "
       "target\""},
      {"setup.lua", "check(dns_is_green(run), \"the sending domain's DNS is green\"",
       "check(dns_is_green(run), \"something\"",
       "a rail forbids mailgun.messages.send: only after the check \"the sending domain's DNS is "
       "green\""},
      {"setup.lua", "check(answer.valid, \"the flow is valid\"",
       "check(answer.valid, \"something\"",
       "a rail forbids studio.flows.create: only after the check \"the flow is valid\""},
      // What was written is read again before it is deployed, whatever wrote it.
      {"setup.lua", "files.edit { path = found.file, set = found.settings }",
       "files.edit { path = found.file, set = { "
       "[\"/custom_data/features/enhanced_crm_container/url\"] = \"https://crm.acme.example\" } }",
       "the CRM URL is the literal Liquid template"},
      {"setup.lua", "files.edit { path = found.file, set = found.settings }",
       "files.edit { path = found.file, set = found.settings }\n"
       "      files.edit { path = found.file, set = { "
       "[\"/custom_data/features/agent_automation/voice/auto_accept\"] = true } }",
       "auto_accept is off on every channel"},
      {"setup.lua", "files.edit { path = found.file, set = found.settings }",
       "files.edit { path = found.file, set = found.settings }\n"
       "      files.edit { path = found.file, set = { "
       "[\"/custom_data/features/attribute_viewer/enabled\"] = true } }",
       "the attribute viewer is off on an SSO account"},
  };
  for (const Broken& copy : copies) {
    INFO(copy.sentence);
    Ground firm;
    const json before = custom_data(firm);
    firm.edit_runbook(copy.file, copy.from, copy.to);
    firm.start("connie/setup", parameters());
    INFO(firm.said.message);
    if (firm.status() == "awaiting_decision") firm.approve();
    INFO(firm.said.message);
    CHECK(firm.said.message.find(copy.sentence) != std::string::npos);
    CHECK(firm.status() == "failed");
    if (std::string(copy.sentence).find("studio.flows.create") == std::string::npos)
      CHECK(custom_data(firm) == before);
    CHECK(firm.account()["flows"].empty());
    CHECK(firm.account()["phone_numbers"][0]["voice_url"] == "");
  }
}

TEST_CASE("a setup with the wrong profile, or with nobody beside it, is refused") {
  Ground firm;
  firm.write("serverless-functions/.env.acme",
             "ACCOUNT_SID=ACe61336ac49728f5d344206b3c61644ef\nAUTH_TOKEN=x\n");
  firm.start("connie/setup", parameters());
  CHECK(firm.said.message.find("the profile matches the deploy target: the env file names the "
                               "account ACe61336ac49728f5d344206b3c61644ef") != std::string::npos);
  CHECK(firm.changes().empty());
}
