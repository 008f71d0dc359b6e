// Changes of a live deployment: each type's diff, who signs it, and what is rolled back.
#include <sys/stat.h>

#include <memory>

#include "interpreter/difference.h"
#include "tests/runbooks/company_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Words = std::vector<std::string>;

namespace {

const std::string kSourceFile =
    "serverless-functions/src/functions/features/callback-and-voicemail-with-email/studio/"
    "wait-experience.protected.js";
const std::string kEnvFile = "serverless-functions/.env.acme";

// The demo's live deployment; the policy asks for the CTO, the runbook for the CEO where callers
// notice.
struct Live : CompanyFixture {
  explicit Live(const json& patch = json::array())
      : CompanyFixture("production", patch, CrashFixture::live, "cto") {
    pipeline();
    // The env file and the live functions agree, as after a clean deploy.
    std::string env = read(kEnvFile);
    env.erase(env.find("WEBCHAT_ADDRESS"));
    write(kEnvFile, env);
    write("kept-key", "fake-mailgun-sending-key-acme\n");
    ::chmod((folder + "/kept-key").c_str(), 0600);
  }

  json parameters(const std::string& type, const json& changes) const {
    json all = {{"client", "acme"},        {"number", kNumber},         {"type", type},
                {"caller_visible", false}, {"rollback", "back to PRE"}, {"changed_by", "Olive"}};
    if (type.rfind("mailgun", 0) == 0) all["current_key"] = "file:" + folder + "/kept-key";
    all.merge_patch(changes);
    return all;
  }

  void sign() {
    const bool visible = state().started["parameters"]["caller_visible"];
    approve("https://acme.slack.example/p1", "tom");
    if (visible) approve();
  }

  // To the moment at which people try it.
  void make(const std::string& type, const json& changes) {
    start("connie/change", parameters(type, changes));
    INFO(said.message << "\n" << said.hint);
    REQUIRE(status() == "awaiting_decision");
    sign();
    INFO(said.message << "\n" << said.hint << said.where);
    REQUIRE(status() == "awaiting_decision");
    CHECK(planned() == Words{"devlogs.update", "registry.update"});
    sign();
    INFO(said.message << "\n" << said.hint);
    REQUIRE(status() == "awaiting_attestation");
  }

  void try_out(const Words& items) {
    for (const std::string& item : items) attest(item);
    CHECK(read("PAC.md").find("changed by: Olive") == std::string::npos);
    advance();
    sign_off_as("tom");
    INFO(said.message);
    REQUIRE(status() == "done");
  }

  json variables() {
    json all = json::object();
    for (const json& one : account()["serverless"][0]["environments"][0]["variables"])
      all[one["key"].get<std::string>()] = one["value"];
    return all;
  }
};

const json kVisible = {{"caller_visible", true}, {"approval", "https://acme.slack.example/p2"}};

json with(json base, const json& more) {
  base.merge_patch(more);
  return base;
}

const json kAddress = {{"current", "admin@acme.example"}, {"target", "desk@acme.example"}};

}  // namespace

TEST_CASE("another admin e-mail is the CTO's to sign, and its diff is that address") {
  Live firm;
  const std::string env = firm.read(kEnvFile);
  json variables = firm.variables();
  const json before = firm.world();
  firm.make("admin-email", kAddress);
  CHECK(firm.changes().empty());
  firm.try_out({"smoke-mail", "ceo-told"});
  CHECK(firm.carried_out() ==
        Words{"devlogs.write", "env.update", "command.run", "devlogs.update", "registry.update"});
  std::string wanted = env;
  wanted.replace(wanted.find("admin@acme.example"), 18, "desk@acme.example");
  CHECK(firm.read(kEnvFile) == wanted);
  variables["ADMIN_EMAIL"] = "desk@acme.example";
  CHECK(firm.variables() == variables);
  const json after = firm.world();
  CHECK(after["mailgun"] == before["mailgun"]);
  const std::string registry = firm.read("PAC.md");
  for (const char* line :
       {"- 2026-11-20: admin-email from \"admin@acme.example\" to \"desk@acme.example\"\n",
        "  - changed by: Olive, run ", "  - files touched: serverless-functions/.env.acme\n",
        "  - SIDs changed: none\n",
        "  - PRE snapshot: "
        "wait-experience-acme-2026-11-20-admin-email/acme-account-PRE-admin-email.json\n",
        "  - POST snapshot: "
        "wait-experience-acme-2026-11-20-admin-email/acme-account-POST-admin-email.json\n",
        "  - smoke test: signed in run ", "  - CEO approval: not needed; the CEO is told"})
    CHECK(registry.find(line) != std::string::npos);
}

TEST_CASE("e-mail that is switched off leaves the waiting as it is") {
  Live firm;
  firm.make("disable-email", {{"current", "admin@acme.example"}});
  firm.try_out({"smoke-no-mail", "ceo-told"});
  CHECK(firm.read(kEnvFile).find("ADMIN_EMAIL=\n") != std::string::npos);
  CHECK(firm.variables()["ADMIN_EMAIL"] == "");
  CHECK(firm.variables()["MAILGUN_DOMAIN"] == "acme.connie.example");
  CHECK(firm.changes().empty());
}

TEST_CASE("a new sending key is tried before the redeploy, and shown to nobody") {
  Live firm;
  const json variables = firm.variables();
  firm.make("mailgun-key", json::object());
  CHECK(firm.changes() == Words{"POST api.mailgun.net/v1/keys",
                                "POST api.mailgun.net/v3/acme.connie.example/messages"});
  firm.try_out({"smoke-mail", "ceo-told"});
  CHECK(firm.carried_out() == Words{"devlogs.write", "mailgun.keys.create", "mailgun.messages.send",
                                    "env.update", "command.run", "devlogs.update",
                                    "registry.update"});
  const json key = firm.world()["mailgun"]["keys"].back();
  const std::string secret = key["secret"];
  json wanted = variables;
  wanted["MAILGUN_API_KEY"] = secret;
  CHECK(firm.variables() == wanted);
  CHECK(firm.world()["mailgun"]["keys"].size() == 3);
  CHECK(firm.read("PAC.md").find("SIDs changed: " + key["id"].get<std::string>()) !=
        std::string::npos);
  std::string all = firm.kept() + firm.read("PAC.md");
  const std::string folder = "dev-logs/wait-experience-acme-2026-11-20-mailgun-key/";
  for (const std::string& file : firm.list(folder)) all += firm.read(folder + file);
  CHECK(all.find(secret) == std::string::npos);
  CHECK(all.find("fake-mailgun-sending-key-acme") == std::string::npos);
}

TEST_CASE("another sending domain comes with a key of its own") {
  Live firm;
  firm.make("mailgun-domain", {{"current", "acme.connie.example"}, {"target", "connie.example"}});
  firm.try_out({"smoke-mail", "ceo-told"});
  CHECK(firm.variables()["MAILGUN_DOMAIN"] == "connie.example");
  const json key = firm.world()["mailgun"]["keys"].back();
  CHECK(key["domain_name"] == "connie.example");
  CHECK(firm.variables()["MAILGUN_API_KEY"] == key["secret"]);
}

TEST_CASE("credentials that Mailgun refuses stop a change before the redeploy") {
  for (const int status : {401, 403, 400}) {
    INFO(status);
    Live firm;
    const std::string env = firm.read(kEnvFile);
    firm.start("connie/change", firm.parameters("mailgun-key", json::object()));
    REQUIRE(firm.simulator.add_fault("match=POST api.mailgun.net/v3/*/messages,status=" +
                                     std::to_string(status)));
    firm.sign();
    CHECK(firm.status() == "failed");
    CHECK(firm.said.hint.find(status == 400 ? "is not verified" : "wrong key or domain") !=
          std::string::npos);
    CHECK(firm.read(kEnvFile) == env);
    CHECK_FALSE(firm.has("deploys"));
  }
}

TEST_CASE("what callers hear is one line of the function's source") {
  struct Case {
    const char* type;
    json changes;
    const char *from, *to;
  };
  const char music[] = "/features/callback-and-voicemail-with-email/hold-music.mp3";
  for (const Case& one : {Case{"hold-music",
                               {{"current", music}, {"target", "/music/acme.mp3"}},
                               music,
                               "/music/acme.mp3"},
                          Case{"greeting-voice",
                               {{"current", "Polly.Joanna"}, {"target", "Polly.Matthew"}},
                               "Polly.Joanna",
                               "Polly.Matthew"},
                          Case{"prompt-copy",
                               {{"current", "Please wait for the next available specialist."},
                                {"target", "One moment, please."},
                                {"prompt", "greeting"},
                                {"compliance", "https://acme.example/review/7"}},
                               "Please wait for the next available specialist.",
                               "One moment, please."},
                          Case{"prompt-copy",
                               {{"current", "Please leave a message at the tone."},
                                {"target", "Leave a message."},
                                {"prompt", "voicemail_prompt"},
                                {"compliance", "https://acme.example/review/8"}},
                               "Please leave a message at the tone.",
                               "Leave a message."}}) {
    INFO(one.type << " " << one.to);
    Live firm;
    firm.write("serverless-functions/src/assets/music/acme.mp3", "ID3");
    std::string wanted = firm.read(kSourceFile);
    wanted.replace(wanted.find(one.from), std::string(one.from).size(), one.to);
    const json before = firm.world();
    firm.make(one.type, with(one.changes, kVisible));
    firm.try_out({"smoke-call"});
    CHECK(firm.read(kSourceFile) == wanted);
    CHECK(firm.read("deploys") == "acme\n");
    CHECK(firm.changes().empty());
    CHECK(firm.world()["mailgun"] == before["mailgun"]);
    CHECK(firm.read("PAC.md").find("CEO approval: https://acme.slack.example/p2") !=
          std::string::npos);
  }
}

const json kBilling = {{"queue_name", "Billing"}, {"queue_workers", "skills HAS 'billing'"}};
const json kMenu = {{"entry", "menu"}, {"menu", "Press 1 for support, 2 for billing."}};
const json kOwnNumber = {{"entry", "number"}, {"new_number", "+15550100201"}};
const json kSecondNumber = {{{"op", "add"},
                             {"path", "/accounts/" + kAccount + "/phone_numbers/-"},
                             {"value", {{"phone_number", "+15550100201"}, {"voice_url", ""}}}}};

TEST_CASE("another queue is reached by a menu, each widget with its own WorkflowSid") {
  Live firm;
  firm.make("add-queue", with(with(kBilling, kMenu), kVisible));
  firm.try_out({"smoke-call", "smoke-queue"});
  const json workflow = firm.account()["taskrouter"][0]["workflows"].back();
  const json states = firm.account()["flows"][0]["definition"]["states"];
  CHECK(firm.account()["flows"].size() == 1);
  Words names, urls;
  for (const json& state : states) {
    names.push_back(state["name"]);
    if (state["type"] == "send-to-flex") urls.push_back(state["properties"]["waitUrl"]);
  }
  CHECK(names == Words{"Trigger", "greeting", "send-to-flex", "queue-menu", "queue-choice",
                       "send-to-flex-2"});
  CHECK(states[1]["transitions"][0]["next"] == "queue-menu");
  REQUIRE(urls.size() == 2);
  CHECK(urls[0].find("WorkflowSid=" + kWorkflow) != std::string::npos);
  CHECK(urls[1].find("WorkflowSid=" + workflow["sid"].get<std::string>()) != std::string::npos);
}

TEST_CASE("another queue is reached by a number of its own, which is wired last") {
  Live firm(kSecondNumber);
  const json flow = firm.account()["flows"][0];
  firm.make("add-queue", with(with(kBilling, kOwnNumber), kVisible));
  firm.try_out({"smoke-call", "smoke-queue"});
  CHECK(firm.carried_out() == Words{"devlogs.write", "taskrouter.queues.create",
                                    "taskrouter.workflows.create", "studio.flows.create",
                                    "twilio.numbers.update", "devlogs.update", "registry.update"});
  const json acme = firm.account();
  CHECK(acme["flows"][0] == flow);
  REQUIRE(acme["flows"].size() == 2);
  CHECK(acme["phone_numbers"][1]["voice_url"].get<std::string>().find(
            acme["flows"][1]["sid"].get<std::string>()) != std::string::npos);
}

TEST_CASE("a quiet change takes the CTO's signature, and no operator's or the asker's") {
  for (const char* person : {"otto", "olive", "carla"}) {
    INFO(person);
    Live firm;
    firm.start("connie/change", firm.parameters("admin-email", kAddress));
    REQUIRE(firm.status() == "awaiting_decision");
    CHECK(json::parse(firm.state().request->document)["asks"]["requires"] ==
          json::array({{{"role", "cto"}, {"count", 1}}}));
    firm.advance();
    CHECK(firm.status() == "awaiting_decision");
    firm.approve("https://acme.slack.example/p1", person);
    CHECK(firm.status() == "awaiting_decision");
    CHECK(firm.carried_out().empty());
  }
  Live firm;
  firm.make("admin-email", kAddress);
  firm.attest("smoke-mail");
  firm.advance();
  firm.sign_off_as("tom");
  CHECK(firm.said.message.find("The CEO was told of the change") != std::string::npos);
  CHECK(firm.status() == "awaiting_attestation");
}

TEST_CASE("a change that callers notice is not the CTO's alone") {
  Live firm;
  const json changes = with({{"current", "Polly.Joanna"}, {"target", "Polly.Matthew"}}, kVisible);
  firm.start("connie/change", firm.parameters("greeting-voice", changes));
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve("https://acme.slack.example/p1", "tom");
  CHECK(firm.status() == "awaiting_decision");
  CHECK(firm.carried_out().empty());
  firm.approve();
  CHECK(firm.carried_out() == Words{"devlogs.write", "files.edit", "command.run"});
}

TEST_CASE("what does not fit a change is refused before a plan is made") {
  struct Case {
    const char *what, *type;
    json changes;
    std::string refusal;
  };
  const std::vector<Case> cases = {
      {"a move", "move-to-another-account", json::object(),
       "it is a cancellation plus a setup; run connie/cancel here, then connie/setup there"},
      {"a voice that nobody is said to hear",
       "greeting-voice",
       {{"current", "Polly.Joanna"}, {"target", "Polly.Matthew"}},
       "what callers notice is said to be so"},
      {"an address that is another by now",
       "admin-email",
       {{"current", "old@acme.example"}, {"target", "desk@acme.example"}},
       "the current value is what you believe it is: it is admin@acme.example"},
      {"what is there already",
       "admin-email",
       {{"current", "admin@acme.example"}, {"target", "admin@acme.example"}},
       "the target is not what is there already"},
      {"an address that is none",
       "admin-email",
       {{"current", "admin@acme.example"}, {"target", "admin"}},
       "the admin e-mails are addresses"},
      {"a domain that is not verified",
       "mailgun-domain",
       {{"current", "acme.connie.example"}, {"target", "new-client.connie.example"}},
       "the sending domain's DNS is green"},
      {"another number's menu", "add-queue", with(with(kBilling, kOwnNumber), kVisible),
       "the new number is on this account"},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    Live firm;
    firm.start("connie/change", firm.parameters(one.type, one.changes));
    INFO(firm.said.message);
    CHECK(firm.said.message.find(one.refusal) != std::string::npos);
    CHECK(firm.status() == "failed");
    CHECK(firm.changes().empty());
  }
  Live firm;
  firm.write("kept-key", "fake-another-sending-key\n");
  firm.start("connie/change", firm.parameters("mailgun-key", json::object()));
  CHECK(firm.said.message.find("the current key is the one in the env file") != std::string::npos);
  // Copy that was not reviewed, and a change without a way back, do not begin.
  firm.start(
      "connie/change",
      firm.parameters("prompt-copy",
                      with({{"current", "a"}, {"target", "b"}, {"prompt", "greeting"}}, kVisible)));
  CHECK(firm.run == nullptr);
  CHECK(firm.said.message.find("compliance") != std::string::npos);
  json careless = firm.parameters("admin-email", kAddress);
  careless.erase("rollback");
  firm.start("connie/change", careless);
  CHECK(firm.run == nullptr);
  CHECK(firm.said.message.find("rollback") != std::string::npos);
}

TEST_CASE("a failed smoke test has the way back to PRE planned, and signed like the change") {
  struct Case {
    const char* type;
    json changes;
    const char* item;
  };
  for (const Case& one :
       {Case{"admin-email", kAddress, "smoke-mail"},
        Case{"disable-email", {{"current", "admin@acme.example"}}, "smoke-no-mail"},
        Case{"mailgun-key", json::object(), "smoke-mail"},
        Case{"mailgun-domain",
             {{"current", "acme.connie.example"}, {"target", "connie.example"}},
             "smoke-mail"},
        Case{"greeting-voice",
             with({{"current", "Polly.Joanna"}, {"target", "Polly.Matthew"}}, kVisible),
             "smoke-call"},
        Case{"add-queue", with(with(kBilling, kMenu), kVisible), "smoke-queue"},
        Case{"add-queue", with(with(kBilling, kOwnNumber), kVisible), "smoke-queue"}}) {
    INFO(one.type << " " << one.changes.dump());
    Live firm(kSecondNumber);
    const std::string env = firm.read(kEnvFile), source = firm.read(kSourceFile);
    const json variables = firm.variables(), numbers = firm.account()["phone_numbers"],
               definition = firm.account()["flows"][0]["definition"];
    firm.make(one.type, one.changes);
    firm.attest(one.item, "fail");
    firm.advance();
    INFO(firm.said.message << firm.said.hint);
    REQUIRE(firm.status() == "awaiting_decision");
    CHECK(json::parse(firm.state().request->document)["undo"]["why"].get<std::string>().find(
              "was attested as failed") != std::string::npos);
    firm.sign();
    INFO(firm.said.message << firm.said.hint);
    CHECK(firm.status() == "failed");
    CHECK(firm.said.message.find("what \"apply\" changed was undone") != std::string::npos);
    CHECK(firm.read(kEnvFile) == env);
    CHECK(firm.read(kSourceFile) == source);
    CHECK(firm.variables() == variables);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      CHECK(firm.account()["phone_numbers"][i]["voice_url"] == numbers[i]["voice_url"]);
    CHECK(firm.account()["flows"][0]["definition"] == definition);
  }
}

TEST_CASE("a deploy that moves more than the change stops it, and the way back is planned") {
  Live firm;
  firm.write("deploy.sh",
             firm.read("deploy.sh") + "curl -sf -X POST " + firm.simulator.endpoint() +
                 "/_sim/patch -d '[{\"op\":\"add\",\"path\":\"/accounts/" + kAccount +
                 "/serverless/0/environments/0/variables/-\",\"value\":{\"key\":\"STRAY\","
                 "\"value\":\"x\"}}]'\n");
  firm.start("connie/change", firm.parameters("admin-email", kAddress));
  firm.sign();
  INFO(firm.said.message);
  CHECK(firm.kept().find("the diff is the intended change and nothing else") != std::string::npos);
  CHECK(firm.status() == "awaiting_decision");
  CHECK(firm.planned() == Words{"env.update", "command.run"});
  CHECK(firm.read("PAC.md").find("desk@acme.example") == std::string::npos);
}

TEST_CASE("an adjacent account that changes while one is changed stops the change") {
  Live firm;
  firm.write("deploy.sh",
             firm.read("deploy.sh") + "curl -sf -X POST " + firm.simulator.endpoint() +
                 "/_sim/patch -d "
                 "'[{\"op\":\"replace\",\"path\":\"/accounts/ACe61336ac49728f5d344206b3c61644ef/"
                 "flex_configuration/ui_attributes/custom_data/features/"
                 "callback_and_voicemail_with_email/enabled\",\"value\":false}]'\n");
  firm.start("connie/change", firm.parameters("admin-email", kAddress));
  firm.sign();
  CHECK(firm.said.message.find("adjacent account") != std::string::npos);
  CHECK(firm.said.hint.find("severity HIGH") != std::string::npos);
  CHECK(firm.carried_out().back() == "command.run");
}

TEST_CASE("each rail of the change refuses the copy that breaks it") {
  struct Broken {
    const char* type;
    json changes;
    const char *file, *from, *to, *sentence;
  };
  const std::string begin =
      "function alteration.apply(run)\n  local params, found = run.params, run.preflight.plan\n";
  static std::vector<std::unique_ptr<std::string>> kept;
  const auto first = [&](const std::string& call) {
    kept.push_back(std::make_unique<std::string>(begin + "  step(\"Stray\")\n  " + call + "\n"));
    return kept.back()->c_str();
  };
  const json voice = with({{"current", "Polly.Joanna"}, {"target", "Polly.Matthew"}}, kVisible);
  const json menu = with(with(kBilling, kMenu), kVisible);
  const json own = with(with(kBilling, kOwnNumber), kVisible);
  const char kKeep[] = "      devlogs.write { folder = found.folder, files = found.pre_files }\n";
  struct Stray {
    const char *type, *call, *sentence;
  };
  std::vector<Broken> copies = {
      {"admin-email", kAddress, "change.lua", "label = \"PRE\"", "label = \"BEFORE\"",
       "no snapshot labelled PRE has been captured yet"},
      {"admin-email", kAddress, "ground.lua", "name = \"deploy-serverless\", env",
       "name = \"write-config\", env",
       "a rail forbids command.run: only with name = \"deploy-serverless\""},
      {"admin-email", kAddress, "change.lua", kKeep, "",
       "a rail forbids env.update: only after devlogs.write (PRE is kept before anything is "
       "changed)"},
      {"greeting-voice", voice, "change.lua", kKeep, "",
       "a rail forbids files.edit: only after devlogs.write (PRE is kept before anything is "
       "changed)"},
      {"mailgun-key", json::object(), "change.lua", "return ground.proven_key(",
       "return { secret = \"x\" } or ground.proven_key(",
       "a rail forbids env.update: only after mailgun.messages.send (the new credentials are tried "
       "before the redeploy)"},
      {"add-queue", menu, "alteration.lua",
       "flow.sid, status = \"published\", definition = definition,",
       "flow.sid, status = \"draft\", definition = definition,",
       "a rail forbids studio.flows.update: only with status = \"published\" (unpublished edits "
       "have no effect)"},
      {"add-queue", own, "alteration.lua", "definition = definition,\n    commit_message",
       "definition = definition,\n    status = \"draft\", commit_message",
       "a rail forbids studio.flows.create: only with status = \"published\" (unpublished edits "
       "have no effect)"},
      {"add-queue", menu, "change.lua", kKeep, "",
       "a rail forbids studio.flows.update: only after devlogs.write"},
      {"add-queue", own, "change.lua", kKeep, "",
       "a rail forbids twilio.numbers.update: only after devlogs.write"},
      {"mailgun-key", json::object(), "change.lua", "return ground.proven_key(",
       "ground.deploy(run)\n      return ground.proven_key(",
       "a rail forbids command.run: only after mailgun.messages.send (the new credentials are "
       "tried "
       "before the redeploy)"},
  };
  const std::string flow = "studio.flows.delete { sid = run.preflight.flow.sid }";
  for (const Stray& one : {
           Stray{"admin-email", "flex.deploy {}", "a rail forbids flex.deploy"},
           Stray{"admin-email", "files.edit { path = \"PAC.md\", text = \"\" }",
                 "a rail forbids files.edit"},
           Stray{"admin-email",
                 "studio.flows.update { sid = run.preflight.flow.sid, status = \"published\" }",
                 "a rail forbids studio.flows.update"},
           Stray{"disable-email",
                 "twilio.numbers.update { sid = run.preflight.number.sid, voice_url = \"\" }",
                 "a rail forbids twilio.numbers.update"},
           Stray{"admin-email", flow.c_str(), "a rail forbids studio.flows.delete"},
           Stray{"admin-email", "studio.flows.archive { sid = run.preflight.flow.sid }",
                 "a rail forbids studio.flows.archive"},
           Stray{"admin-email", "twilio.numbers.delete { sid = run.preflight.number.sid }",
                 "a rail forbids twilio.numbers.delete"},
           Stray{"admin-email", "mailgun.keys.delete { id = \"ac3e0001-5e0d0001\" }",
                 "a rail forbids mailgun.keys.delete"},
           Stray{"admin-email", "mailgun.domains.delete { name = \"connie.example\" }",
                 "a rail forbids mailgun.domains.delete"},
           Stray{"admin-email",
                 "serverless.services.delete { sid = \"ZS71ea5015f8d8bcce433ebfcae46fb645\" }",
                 "a rail forbids serverless.services.delete"},
           Stray{"admin-email",
                 "taskrouter.workspaces.delete { sid = \"WS0c3c796f965faebb386bef713506c5a3\" }",
                 "a rail forbids taskrouter.workspaces.delete"},
       }) {
    copies.push_back({one.type,
                      one.type == std::string("admin-email")
                          ? kAddress
                          : json{{"current", "admin@acme.example"}},
                      "alteration.lua", begin.c_str(), first(one.call), one.sentence});
  }
  copies.push_back({"greeting-voice", voice, "alteration.lua", begin.c_str(),
                    first("env.update { file = run.profile.env_file, key = \"ADMIN_EMAIL\", value "
                          "= \"\" }"),
                    "a rail forbids env.update: it is never done by this runbook (the mail is not "
                    "what is changed)"});
  for (const Broken& copy : copies) {
    INFO(copy.sentence);
    Live firm(kSecondNumber);
    firm.edit_runbook(copy.file, copy.from, copy.to);
    firm.start("connie/change", firm.parameters(copy.type, copy.changes));
    INFO(firm.said.message);
    CHECK(firm.said.message.find(copy.sentence) != std::string::npos);
    CHECK(firm.status() == "failed");
    CHECK(firm.changes().empty());
    CHECK(firm.carried_out().empty());
  }
  // What the plan cannot know yet is held when it comes to it.
  for (const auto& [file, from, sentence] :
       {std::tuple{"ground.lua", "\"the profile matches the deploy target\"",
                   "a rail forbids command.run: only after the check \"the profile matches"},
        std::tuple{"change.lua",
                   "check(#others == 0, \"the diff is the intended change and nothing "
                   "else\", others)",
                   "a rail forbids registry.update: only after the check \"the diff is the"}}) {
    INFO(sentence);
    Live firm;
    firm.edit_runbook(file, from, from[0] == '"' ? "\"something\"" : "check(true, \"something\")");
    firm.start("connie/change", firm.parameters("admin-email", kAddress));
    for (int i = 0; i < 2 && firm.status() == "awaiting_decision"; ++i) firm.sign();
    // The registry comes after the smoke test.
    if (firm.status() == "awaiting_attestation") {
      firm.attest("smoke-mail");
      firm.advance();
    }
    INFO(firm.said.message);
    CHECK(firm.said.message.find(sentence) != std::string::npos);
  }
}
