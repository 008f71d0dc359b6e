// What an operator changes through the providers' APIs has its effect on the next caller, once it
// is published or deployed, and not before.
#include "tests/simulator/caller_line.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"

using nlohmann::json;

namespace {

const std::string kFlowApi = "/studio.twilio.com/v2/Flows/FWbc3a4d5bbdf441d90c3cc781e7ef61fd";
const std::string kServiceSid = "ZS71ea5015f8d8bcce433ebfcae46fb645";
const std::string kServiceApi = "/serverless.twilio.com/v1/Services/" + kServiceSid;
const std::string kEnvironmentApi =
    kServiceApi + "/Environments/ZEebdec9895c64ab444b7bb4b53fdedab6";

// The demo's deploy program, with another setting and source here and there.
struct Workspace {
  std::string folder;

  Workspace() {
    char draft[] = "/tmp/countersign-deploy-XXXXXX";
    folder = ::mkdtemp(draft);
    shell("cp -R " COUNTERSIGN_SOURCE_DIR "/docs/examples/demo/. " + folder);
  }
  ~Workspace() { shell("rm -rf " + folder); }

  static void shell(const std::string& line) { countersign::run_process({{"sh", "-c", line}}); }

  void edit(const std::string& file, const std::string& from, const std::string& to) const {
    std::ifstream in(folder + "/" + file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    std::ofstream(folder + "/" + file) << text.replace(at, from.size(), to);
  }

  countersign::Ran deploy(int port) const {
    countersign::Command program{{folder + "/deploy-serverless.sh"}};
    program.environment = {{"ENVIRONMENT", "acme"},
                           {"ENDPOINT", "http://127.0.0.1:" + std::to_string(port)},
                           {"TWILIO_USERNAME", "SK29061521b0294920183e16344b29f240"},
                           {"TWILIO_PASSWORD", "fake-api-secret-acme"}};
    return countersign::run_process(program);
  }
};

}  // namespace

TEST_CASE("a corrected Wait URL counts once it is published") {
  Line line(Patch{set(kWidget + "/waitUrl", kWaitUrl)});
  const json voicemail = {{"path", "voicemail"}};
  CHECK(line.call(voicemail)["queue"] == "H2H");
  json definition = line.acme().get(kFlowApi)["definition"];
  definition["states"][2]["properties"]["waitUrl"] =
      kWaitUrl + "?WorkflowSid=WWd2189d65ee2e707825558235f79ba136";
  auto save = [&](const char* status) {
    CHECK(line.acme()
              .post(kFlowApi, {{"Status", status}, {"Definition", definition.dump()}})
              .status == 200);
  };
  save("draft");
  json report = line.call(voicemail);
  CHECK(report["queue"] == "H2H");
  CHECK(report["revision"] == 3);
  save("published");
  report = line.call(voicemail);
  CHECK(report["queue"] == "Support");
  CHECK(report["revision"] == 5);
}

TEST_CASE("a variable that is set and a key that is revoked count from the next voicemail on") {
  Line line(Patch{set(kVariables + "/ADMIN_EMAIL", "")});
  const json voicemail = {{"path", "voicemail"}, {"after", 60}};
  CHECK(line.call(voicemail)["mails"].empty());
  const json variables = line.acme().get(kEnvironmentApi + "/Variables")["variables"];
  for (const json& variable : variables)
    if (variable["key"] == "ADMIN_EMAIL")
      line.acme().post(kEnvironmentApi + "/Variables/" + variable["sid"].get<std::string>(),
                       {{"Value", "new@acme.example"}});
  CHECK(line.call(voicemail)["mails"][0]["recipient"] == "new@acme.example");
  CHECK(line.mail("fake-mailgun-account-key")
            .del("/api.mailgun.net/v1/keys/ac3e0001-5e0d0001")
            .status == 200);
  CHECK(line.call(voicemail)["mails"].empty());
  CHECK(line.logs().back() == "error: mailing voicemail RE: Mailgun answered 401: Forbidden");
}

TEST_CASE("a number that is unwired or rewired rings what it is wired to") {
  Line line;
  const std::string number = "/api.twilio.com/2010-04-01/Accounts/" + kAcme +
                             "/IncomingPhoneNumbers/PN03cca2b259f51e6fe0b6503b54449880.json";
  line.acme().post(number, {{"VoiceUrl", ""}});
  CHECK(line.call()["ended"] == "busy signal");
  line.acme().post(
      number,
      {{"VoiceUrl", "https://handler.twilio.com/twiml/EH00000000000000000000000000000001"}});
  CHECK(line.call()["heard"][0]["heard"] == "The number you have dialed is no longer in service.");
  line.acme().del(number);
  CHECK(line.call()["ended"] == "not in service");
}

TEST_CASE("the deploy program sets the variables of the file and removes the others") {
  Line line(Patch{set(kVariables + "/LEFT_OVER", "1"), set(kService + "/build_seconds", 0)});
  Workspace workspace;
  workspace.edit("serverless-functions/.env.acme", "ADMIN_EMAIL=admin@acme.example",
                 "ADMIN_EMAIL=a@acme.example,b@acme.example\nGREETING=say \"hi\" \\o/ = 100%");
  const countersign::Ran ran = workspace.deploy(line.port);
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  std::map<std::string, std::string> live;
  const json variables = line.acme().get(kEnvironmentApi + "/Variables")["variables"];
  for (const json& variable : variables) live[variable["key"]] = variable["value"];
  CHECK(live == std::map<std::string, std::string>{
                    {"ACCOUNT_SID", kAcme},
                    {"AUTH_TOKEN", "fake-auth-token-acme"},
                    {"ADMIN_EMAIL", "a@acme.example,b@acme.example"},
                    {"GREETING", "say \"hi\" \\o/ = 100%"},
                    {"MAILGUN_DOMAIN", "acme.connie.example"},
                    {"MAILGUN_API_KEY", "fake-mailgun-sending-key-acme"},
                    {"TWILIO_FLEX_WORKSPACE_SID", "WS0c3c796f965faebb386bef713506c5a3"},
                    {"TWILIO_FLEX_CALLBACK_WORKFLOW_SID", "WWd2189d65ee2e707825558235f79ba136"},
                    {"WEBCHAT_ADDRESS", "chat.acme.example"}});
  CHECK(ran.out.find("deploy: removed LEFT_OVER\n") != std::string::npos);
  CHECK(ran.out.find("fake-") == std::string::npos);
  CHECK(line.call({{"path", "voicemail"}, {"after", 60}})["mails"].size() == 2);
}

TEST_CASE("the deploy program brings back a function that was not deployed") {
  Line line(Patch{set(kService + "/environments/0/build_sid", nullptr),
                  set(kService + "/build_seconds", 0)});
  CHECK(line.call()["ended"] == "dead air");
  Workspace workspace;
  const countersign::Ran ran = workspace.deploy(line.port);
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  CHECK(line.call()["ended"] == "agent accepted");
}

TEST_CASE("a changed source counts once it is built and deployed") {
  Line line(Patch{set(kService + "/build_seconds", 0),
                  set(kAcmeAt + "/voice", {{"recording_seconds", 25}})});
  const json voicemail = {{"path", "voicemail"}, {"after", 120}};
  CHECK(line.call(voicemail)["mails"][0]["attachments"].empty());
  Workspace workspace;
  workspace.edit(
      "serverless-functions/src/functions/features/callback-and-voicemail-with-email/studio/"
      "wait-experience.protected.js",
      "const RECORDING_RETRY_SECONDS = 5;", "const RECORDING_RETRY_SECONDS = 15;");
  REQUIRE(workspace.deploy(line.port).code == 0);
  CHECK(line.call(voicemail)["mails"][0]["attachments"].size() == 1);
  const json service = line.account()["serverless"][0];
  CHECK(service["functions"][0]["versions"].size() == 2);
  CHECK(service["functions"][1]["versions"].size() == 1);
  CHECK(service["builds"].back()["function_versions"].size() == 2);
  CHECK(service["environments"][0]["build_sid"] == service["builds"].back()["sid"]);
}

TEST_CASE("a build that fails is not deployed") {
  Line line(Patch{set(kService + "/build_seconds", 0), set(kService + "/builds_fail", true)});
  Workspace workspace;
  const json before = line.account()["serverless"][0]["environments"][0]["build_sid"];
  const countersign::Ran ran = workspace.deploy(line.port);
  CHECK(ran.code == 1);
  CHECK(plain(ran.err).find("is failed\n") != std::string::npos);
  CHECK(line.account()["serverless"][0]["environments"][0]["build_sid"] == before);
}

TEST_CASE("the deploy program asks nobody outside this machine, and wants the right account") {
  Line line;
  Workspace workspace;
  countersign::Command program{{workspace.folder + "/deploy-serverless.sh"}};
  program.environment = {{"ENVIRONMENT", "acme"},
                         {"ENDPOINT", "https://serverless.twilio.com"},
                         {"TWILIO_USERNAME", "SK1"},
                         {"TWILIO_PASSWORD", "fake"}};
  countersign::Ran ran = countersign::run_process(program);
  CHECK(ran.code == 1);
  CHECK(ran.err == "deploy: https://serverless.twilio.com is not on this machine\n");
  program.environment["ENDPOINT"] = "http://127.0.0.1:" + std::to_string(line.port);
  CHECK(countersign::run_process(program).code != 0);
  program.environment["ENVIRONMENT"] = "nobody";
  ran = countersign::run_process(program);
  CHECK(ran.err == "deploy: there is no serverless-functions/.env.nobody\n");
}
