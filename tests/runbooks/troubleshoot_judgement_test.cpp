// What a diagnosis says and plans besides the cause: evidence that was seen, fixes within setup's
// rails, and nothing claimed that was not shown.
#include "tests/runbooks/case_room.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;

namespace {

const std::string kAcmeAt = "/accounts/" + kAccount;
const std::string kServiceAt = kAcmeAt + "/serverless/0";
const std::string kVariables = kServiceAt + "/environments/0/variables";
const std::string kWaitAt = kAcmeAt + "/flows/0/definition/states/2/properties/waitUrl";
const std::string kFeatures = kAcmeAt + "/flex_configuration/ui_attributes/custom_data/features";
const std::string kWait =
    "https://custom-flex-extensions-serverless-1234-dev.twil.io/features/"
    "callback-and-voicemail-with-email/studio/wait-experience";
const std::string kFallback = "WWf6dc77128eece684aa897e491c530632";
const std::string kEnvFile = "serverless-functions/.env.acme";
const json kAgent = {{"path", "agent"}};
const json kVoicemail = {{"path", "voicemail"}, {"after", 300}};
using Names = std::vector<std::string>;

const json kUndeployed = set(kServiceAt + "/environments/0/build_sid", nullptr);

std::string all_of(const CaseRoom& room) {
  return room.firm.run ? room.firm.kept() : room.firm.said.message;
}

bool says(const CaseRoom& room, const std::string& text) {
  return all_of(room).find(text) != std::string::npos;
}

bool asks(const CaseRoom& room, const std::string& slug) {
  for (const json& one : room.firm.state().items())
    if (one.value("slug", "") == slug) return true;
  return false;
}

json finding(const CaseRoom& room, const std::string& cause) {
  for (const json& one : room.firm.state().findings)
    if (one["cause"] == cause) return one;
  return json();
}

void replace(CompanyFixture& firm, const std::string& file, const std::string& from,
             const std::string& to) {
  std::string text = firm.read(file);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  firm.write(file, text.replace(at, from.size(), to));
}

json number(const std::string& digits) {
  return set(
      kAcmeAt + "/phone_numbers/-",
      {{"sid", "PN" + std::string(32, 'b')},
       {"phone_number", digits},
       {"friendly_name", "second line"},
       {"voice_url", "https://webhooks.twilio.com/v1/Accounts/" + kAccount + "/Flows/" + kFlow},
       {"date_created", "2026-05-04T08:30:00Z"}});
}

// A number of the account that rings nothing, to call from.
const std::string kSpare = "+15550100299";

json spare() {
  return set(kAcmeAt + "/phone_numbers/-", {{"sid", "PN" + std::string(32, 'c')},
                                            {"phone_number", kSpare},
                                            {"friendly_name", "spare"},
                                            {"voice_url", ""},
                                            {"date_created", "2026-05-04T08:30:00Z"}});
}

}  // namespace

TEST_CASE("one symptom that fails is a finding, and ends no other") {
  CaseRoom room(json::array({kUndeployed}));
  room.firm.edit_runbook("symptoms/drift.lua", "local both = toolkit.source_and_live(case)\n",
                         "local both = toolkit.source_and_live(case)\n    error(\"no way\")\n");
  room.troubleshoot("dead air");
  CHECK(room.firm.status() == "awaiting_decision");
  CHECK(room.firm.state().findings[0]["cause"] == "function-not-deployed");
  const json lost = finding(room, "not-looked-at");
  REQUIRE(lost.is_object());
  CHECK(lost["symptom"] == "drift");
  CHECK(lost["title"].get<std::string>().find("could not be looked at: ") == 0);
}

TEST_CASE("what cannot be told apart without what could not be read is said, and is no cause") {
  for (const auto& [reported, match, symptom, without] :
       std::vector<std::tuple<const char*, const char*, const char*, const char*>>{
           {"dead air", "serverless.twilio.com/*", "dead-air", "services"},
           {"crm shows a generic page", "flex-api.twilio.com/*", "crm-pop", "configuration"}}) {
    INFO(reported);
    CaseRoom room;
    (void)room.firm.simulator.add_fault("match=" + std::string(match) + ",status=503,times=always");
    room.troubleshoot(reported);
    INFO(room.firm.said.message);
    CHECK(room.firm.status() == "failed");
    CHECK_FALSE(room.firm.passed("the root cause is known"));
    const json open = finding(room, "cannot-be-told-apart");
    REQUIRE(open.is_object());
    CHECK(open["symptom"] == symptom);
    CHECK(open["title"].get<std::string>().find(without) != std::string::npos);
    CHECK(room.firm.said.message.find("cannot be told apart without") != std::string::npos);
    // Nor can anybody have it fixed.
    room.troubleshoot(reported, {{"cause", "cannot-be-told-apart"}});
    CHECK(room.firm.status() == "failed");
    CHECK(room.firm.planned() == Names());
  }
}

TEST_CASE("where no cause is known, what was seen is said and kept for whoever looks next") {
  CaseRoom room;
  const json call = room.firm.call(kVoicemail);
  room.troubleshoot("dead air", {{"call", call["call"]}});
  CHECK(room.firm.status() == "failed");
  for (const char* text :
       {"# No cause is known yet: dead air", "- repository: ConnieML/basecamp-v26.02",
        "the troubleshooting guide", "call from +15550100999 to +15550100200",
        "function info: voicemail mailed to admin@acme.example"}) {
    INFO(text);
    CHECK(says(room, text));
  }
}

TEST_CASE("evidence is what the log says, not what it usually says") {
  CaseRoom room(json::array({set(kVariables + "/ADMIN_EMAIL", "")}));
  room.troubleshoot("no email");
  const std::string seen = finding(room, "admin-email-empty")["evidence"].dump();
  CHECK(seen.find("08:13:00Z voicemail mailed to admin@acme.example") != std::string::npos);
  CHECK(seen.find("no line about a mail") == std::string::npos);
}

TEST_CASE("what does not explain the report is beside it, and never the root") {
  CaseRoom room;
  room.firm.patch(json::array({set(kFeatures + "/activity_skill_filter/enabled", false)}));
  room.troubleshoot("dead air");
  CHECK(room.firm.status() == "failed");
  CHECK_FALSE(room.firm.passed("the root cause is known"));
  CHECK(says(room, "Also found: drift-unknown-writer (drift)"));
  // Nor is it fixed under that report.
  room.troubleshoot("dead air", {{"cause", "drift-unknown-writer"}});
  CHECK(room.firm.status() == "failed");
  CHECK(room.firm.said.message.find("symptom=drift") != std::string::npos);
}

TEST_CASE("a more visible fault that nobody reported is named first, and said to be another") {
  CaseRoom room(json::array({set(kVariables + "/ADMIN_EMAIL", ""), set(kWaitAt, "")}));
  room.troubleshoot("no email");
  CHECK(room.firm.state().findings[0]["cause"] == "wait-url-malformed");
  CHECK(says(room, "another, more visible fault"));
  CHECK(says(room, "Also found: admin-email-empty"));
}

TEST_CASE("several numbers that ring the flow are asked for, and the flow is looked at") {
  CaseRoom room(json::array({number("+15550100299"), set(kWaitAt, "")}));
  room.troubleshoot("dead air");
  CHECK(room.firm.state().findings[0]["cause"] == "wait-url-malformed");
  CHECK(says(room, "Say which one is meant: number=+15550100200"));
}

TEST_CASE("what is healthy again gets no plan") {
  CaseRoom token(json::array({set(kVariables + "/AUTH_TOKEN", "fake-old-token")}));
  token.firm.call(kVoicemail);
  token.firm.patch(
      json::array({set(kVariables, {{"ACCOUNT_SID", kAccount},
                                    {"AUTH_TOKEN", "fake-auth-token-acme"},
                                    {"ADMIN_EMAIL", "admin@acme.example"},
                                    {"MAILGUN_DOMAIN", "acme.connie.example"},
                                    {"MAILGUN_API_KEY", "fake-mailgun-sending-key-acme"},
                                    {"TWILIO_FLEX_WORKSPACE_SID", kWorkspace}})}));
  token.troubleshoot("no audio");
  CHECK(token.firm.state().findings[0]["cause"] == "recording-mended");
  CHECK(token.firm.planned() == Names());
}

TEST_CASE("only a call shows that some fixes mended it: nothing claims it before") {
  CaseRoom late(json::array({set(kAcmeAt + "/voice", {{"recording_seconds", 290}})}));
  late.firm.call(kVoicemail);
  late.troubleshoot("no audio in the mail");
  late.firm.approve();
  INFO(late.firm.said.message);
  CHECK(late.firm.status() == "awaiting_attestation");
  CHECK_FALSE(late.firm.passed("the fault is gone"));
  CHECK(late.firm.passed("what the fix set is in force"));
  CHECK(asks(late, "fault-gone"));
  // Both are set in the source: how long it waits, and how often.
  const std::string source = late.firm.read(
      "serverless-functions/src/functions/features/callback-and-voicemail-with-email/studio/"
      "wait-experience.protected.js");
  CHECK(source.find("const RECORDING_RETRY_SECONDS = 30;") != std::string::npos);
  CHECK(source.find("const RECORDING_FETCH_ATTEMPTS = 5;") != std::string::npos);
}

TEST_CASE("a call that the run places itself shows whether the fault is gone") {
  // A recording that is written after 40 s is waited for once the fix is in force; after 290 s it
  // is not, and the fix has mended nothing.
  for (const int seconds : {40, 290}) {
    INFO(seconds);
    CaseRoom room(
        json::array({set(kAcmeAt + "/voice", {{"recording_seconds", seconds}}), spare()}));
    room.firm.call(kVoicemail);
    room.troubleshoot("no audio in the mail", {{"call_from", kSpare}});
    const Names planned = room.firm.planned_in("try_call");
    CHECK(planned == Names{"twilio.calls.create"});
    CHECK(room.firm.changes() == Names());
    room.firm.approve();
    INFO(room.firm.said.message << room.firm.said.hint);
    CHECK(room.firm.status() == "awaiting_time");
    room.firm.after(0.1);
    INFO(room.firm.said.message);
    CHECK(room.firm.passed("what the fix set is in force"));
    CHECK(room.firm.passed("the fault is gone") == (seconds == 40));
    CHECK(room.firm.status() == (seconds == 40 ? "awaiting_attestation" : "failed"));
    CHECK(says(room, seconds == 40 ? "with recording" : "given up after attempt 5"));
    if (seconds == 40) CHECK_FALSE(asks(room, "fault-gone"));
  }
}

TEST_CASE("hold music is listened to by a call that the run places") {
  const std::string path =
      "serverless-functions/src/functions/features/callback-and-voicemail-with-email/studio/"
      "wait-experience.protected.js";
  const std::string old = "https://cdn.acme.example/hold.mp3";
  // What was given as new can be fetched, or cannot either.
  for (const bool good : {true, false}) {
    INFO(good);
    json patch = json::array(
        {spare(),
         set(kServiceAt + "/functions/0/versions/0/content", "const HOLD_MUSIC = '" + old + "';\n"),
         set("/web", json::object())});
    if (good)
      patch.push_back(
          set("/web/https:~1~1cdn.acme.example~1new.mp3", {{"content_type", "audio/mpeg"}}));
    CaseRoom room(patch, "variant = \"custom-hold-music\"\n");
    std::string text = room.firm.read(path);
    const std::size_t at = text.find("const HOLD_MUSIC = '") + 20;
    room.firm.write(path, text.replace(at, text.find('\'', at) - at, old));
    room.firm.call(kAgent);
    room.troubleshoot("no music on hold",
                      {{"hold_music", "https://cdn.acme.example/new.mp3"}, {"call_from", kSpare}});
    room.firm.approve();
    room.firm.after(0.1);
    INFO(room.firm.said.message);
    CHECK(room.firm.passed("what the fix set is in force"));
    CHECK(room.firm.passed("the fault is gone") == good);
  }
}

TEST_CASE("an Auth Token that is not the account's is not put anywhere") {
  CaseRoom room(json::array({set(kVariables + "/AUTH_TOKEN", "fake-old-token")}));
  replace(room.firm, kEnvFile, "fake-auth-token-acme", "fake-old-token");
  room.firm.call(kVoicemail);
  room.firm.write("secrets/other", "fake-other-token\n");
  std::filesystem::permissions(room.firm.folder + "/secrets/other",
                               std::filesystem::perms::owner_read);
  room.troubleshoot("no audio", {{"auth_token", "file:" + room.firm.folder + "/secrets/other"}});
  INFO(room.firm.said.message);
  REQUIRE(room.firm.run);
  const json found = finding(room, "recording-credentials-wrong");
  REQUIRE(found.is_object());
  CHECK(found["fix"] == "none");
  CHECK(found["evidence"].dump().find("is not the account's either") != std::string::npos);
  CHECK(room.firm.planned() == Names());
}

TEST_CASE("setup's rails hold for what a fix would put live") {
  struct Case {
    const char* below;
    json source, live;
    const char* remedy;
    const char* why;
  };
  const json liquid = "{{task.attributes.profile_url}}", hard = "https://hard.example/";
  for (const Case& one : std::vector<Case>{
           {"/enhanced_crm_container/url", hard, liquid, "source-wins", "literal Liquid template"},
           {"/enhanced_crm_container/url", liquid, hard, "live-wins", "literal Liquid template"},
           {"/agent_automation/auto_accept", true, false, "source-wins", "auto_accept is off"},
           {"/agent_automation/auto_accept", false, true, "live-wins", "auto_accept is off"},
           {"/attribute_viewer/enabled", true, false, "source-wins", "attribute viewer"}}) {
    INFO(one.below << one.remedy);
    json patch = json::array();
    if (std::string(one.below).find("agent_automation") != std::string::npos)
      patch.push_back(set(kFeatures + "/agent_automation", json::object()));
    patch.push_back(set(kFeatures + one.below, one.source));
    CaseRoom room(patch);
    room.firm.patch(json::array({set(kFeatures + one.below, one.live)}));
    room.troubleshoot("drift", {{"remedy", one.remedy}, {"reason", "tried out"}});
    INFO(room.firm.said.message);
    CHECK(room.firm.status() == "failed");
    CHECK(room.firm.said.message.find(one.why) != std::string::npos);
    CHECK(room.firm.changes() == Names());
  }
}

TEST_CASE("a fix that would touch more than the cause says so, and offers the narrow way") {
  CaseRoom room;
  room.firm.patch(
      json::array({set(kFeatures + "/enhanced_crm_container/url", "https://hard.example/"),
                   set(kFeatures + "/dispositions", {{"enabled", true}})}));
  room.troubleshoot("crm shows a generic page");
  const std::string seen = finding(room, "crm-url-hardcoded-live")["evidence"].dump();
  CHECK(seen.find("would also reset other live settings") != std::string::npos);
  CHECK(seen.find("/custom_data/features/dispositions") != std::string::npos);
  CHECK(seen.find("remedy=template-admin") != std::string::npos);
  room.troubleshoot("crm shows a generic page", {{"remedy", "template-admin"}});
  CHECK(room.firm.planned() == Names());
  CHECK(finding(room, "crm-url-hardcoded-live")["tell"].get<std::string>().find(
            "/template-admin") != std::string::npos);
}

TEST_CASE("a deploy says which live variables it resets") {
  CaseRoom room(json::array({kUndeployed, set(kVariables + "/ADMIN_EMAIL", "newboss@acme.example"),
                             set(kVariables + "/EXTRA", "1")}));
  room.troubleshoot("dead air");
  REQUIRE(room.firm.status() == "awaiting_decision");
  const std::string plan = plan_view(room.firm.state()).dump();
  CHECK(plan.find("ADMIN_EMAIL becomes") != std::string::npos);
  CHECK(plan.find("newboss@acme.example") != std::string::npos);
  CHECK(plan.find("EXTRA is removed live") != std::string::npos);
}

TEST_CASE("a Wait URL keeps its other parameters") {
  CaseRoom room(json::array({set(kWaitAt, kWait + "?lang=es&WorkflowSid=" + kFallback + "&x=1")}));
  room.troubleshoot("wrong queue");
  room.firm.approve();
  INFO(room.firm.said.message);
  CHECK(room.firm.world()["accounts"][kAccount]["flows"][0]["definition"]["states"][2]["properties"]
                         ["waitUrl"] == kWait + "?WorkflowSid=" + kWorkflow + "&lang=es&x=1");
}

TEST_CASE("a widget's workflow that is wrong is mended, not copied into the Wait URL") {
  CaseRoom room(
      json::array({set(kAcmeAt + "/flows/0/definition/states/2/properties/workflow", kFallback)}));
  room.troubleshoot("wrong queue");
  CHECK(room.firm.state().findings[0]["cause"] == "widget-workflow-wrong");
  room.firm.approve();
  CHECK(room.firm.call(kVoicemail)["queue"] == "Support");
  CHECK(room.firm.world()["accounts"][kAccount]["flows"][0]["definition"]["states"][2]["properties"]
                         ["workflow"] == kWorkflow);
}

TEST_CASE("the flow that nobody changes is guarded by the flow, whatever number is looked at") {
  CaseRoom room(json::array({number("+17259999678"), set(kWaitAt, "")}));
  room.troubleshoot("dead air", {{"number", kNumber}});
  CHECK(room.firm.status() == "failed");
  CHECK(room.firm.said.message.find("+17259999678") != std::string::npos);
  CHECK(finding(room, "protected-number").is_object());
}

TEST_CASE(
    "an adjacent account that changes while people decide stops the run before its first change") {
  CaseRoom room(json::array({kUndeployed}));
  room.troubleshoot("dead air");
  REQUIRE(room.firm.status() == "awaiting_decision");
  room.firm.patch(json::array({set(
      "/accounts/ACe61336ac49728f5d344206b3c61644ef/flex_configuration/ui_attributes/custom_data/x",
      1)}));
  room.firm.approve();
  INFO(room.firm.said.message);
  CHECK(room.firm.status() == "drifted");
  CHECK(room.firm.carried_out() == Names());
  CHECK(room.firm.state().findings.back()["severity"] == "high");
  CHECK(room.firm.state().findings.back()["symptom"] == "cross-account-contamination");
  CHECK(room.firm.said.message.find("changed since the change was planned") != std::string::npos);
  CHECK(room.firm.said.hint.find("nothing was sent") != std::string::npos);
}

TEST_CASE("sound that is absent, empty or not in the mail counts together across calls") {
  CaseRoom room(json::array({set(kAcmeAt + "/voice", {{"recordings", "empty"}})}));
  room.firm.call(kVoicemail);
  room.firm.patch(json::array({set(kAcmeAt + "/voice/recordings", "absent")}));
  room.firm.call({{"path", "voicemail"}, {"after", 300}, {"from", "+15550100888"}});
  room.troubleshoot("voicemail empty");
  CHECK(room.firm.state().findings[0].value("escalation", "").find("2 or more in the window") !=
        std::string::npos);
}

TEST_CASE("live cannot win where it has lost a key: it is said before anybody signs") {
  CaseRoom room;
  room.firm.patch(json::array({gone(kFeatures + "/activity_skill_filter")}));
  room.troubleshoot("drift", {{"remedy", "live-wins"}, {"reason", "agreed"}});
  CHECK(room.firm.planned() == Names());
  CHECK(room.firm.state().findings[0]["tell"].get<std::string>().find("gone from live") !=
        std::string::npos);
}
