// What the text of the troubleshooting runbook implies, each by its name.
#include <fstream>

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
const json kAgent = {{"path", "agent"}};
const json kVoicemail = {{"path", "voicemail"}, {"after", 300}};
using Names = std::vector<std::string>;

Names causes(const CaseRoom& room) {
  Names all;
  for (const json& one : room.firm.state().findings) all.push_back(one["cause"]);
  return all;
}

Names items(const CaseRoom& room) {
  Names all;
  for (const json& one : room.firm.state().items())
    all.push_back(one["item"] == "attest" ? one["slug"].get<std::string>()
                                          : one["item"].get<std::string>() + ": " +
                                                one.value("text", one.value("role", "")));
  return all;
}

bool has(const Names& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// The causes that a symptom of the runbook declares.
json declared(const CaseRoom& room, const std::string& symptom) {
  for (const json& one : room.firm.state().head()["symptoms"])
    if (one["name"] == symptom) return one["causes"];
  return json();
}

json cause_in(const json& causes, const std::string& slug) {
  for (const json& one : causes)
    if (one["slug"] == slug) return one;
  return json();
}

}  // namespace

TEST_CASE("T1 a foreign key answers 401; the account's own sends, and is the wrong kind") {
  for (const char* key : {"fake-mailgun-sending-key-connie", "fake-key-of-another-account"}) {
    CaseRoom room(json::array({set(kVariables + "/MAILGUN_API_KEY", key)}));
    CHECK(room.firm.call(kVoicemail)["mails"].empty());
    room.troubleshoot("no email");
    CHECK(causes(room) == Names{"mailgun-key-foreign"});
  }
  CaseRoom room(json::array({set(kVariables + "/MAILGUN_API_KEY", "fake-mailgun-account-key")}));
  CHECK(room.firm.call(kVoicemail)["mails"].size() == 1);
  room.troubleshoot("no email");
  CHECK(causes(room) == Names{"mailgun-key-master"});
}

TEST_CASE(
    "T2 seven causes have no fix of ours: what the reporter is told, and when to look again") {
  CaseRoom room;
  room.troubleshoot("no email");
  for (const auto& [symptom, slug] :
       std::vector<std::pair<std::string, std::string>>{{"admin-email", "mail-delayed"},
                                                        {"admin-email", "mail-in-spam"},
                                                        {"dead-air", "wait-url-blip"},
                                                        {"recording", "recording-first-404"},
                                                        {"transcription", "transcript-after-mail"},
                                                        {"transcription", "transcription-billing"},
                                                        {"crm-pop", "profile-url-missing"}}) {
    INFO(slug);
    const json one = cause_in(declared(room, symptom), slug);
    REQUIRE(one.is_object());
    CHECK(one["has_fix"] == false);
    CHECK(one["tell"].get<std::string>().size() > 20);
    CHECK(one["look_again"].is_string());
  }
}

TEST_CASE("T3 suspicion of contamination stops all other troubleshooting and blocks the account") {
  CaseRoom room(json::array({set(kServiceAt + "/environments/0/build_sid", nullptr)}));
  room.firm.call(kAgent);
  room.firm.write("dev-logs/wait-experience-acme-2026-11-19/CCT-config-POST.json",
                  R"({"ui_attributes":{"custom_data":{"a":2}}})");
  room.troubleshoot("dead air");
  CHECK(causes(room) == Names{"adjacent-account-changed"});
  CHECK(room.firm.state().findings[0]["severity"] == "high");
  const std::string incident = room.firm.state().id();
  // Another run of the account is held until the incident is over.
  room.firm.start("connie/change", {{"client", "acme"},
                                    {"number", kNumber},
                                    {"type", "admin-email"},
                                    {"current", "admin@acme.example"},
                                    {"target", "boss@acme.example"},
                                    {"caller_visible", false},
                                    {"rollback", "set it back"},
                                    {"changed_by", "Olive"},
                                    {"also_moves", "WEBCHAT_ADDRESS"}});
  room.firm.approve("", "tom");
  room.firm.approve();
  INFO(room.firm.said.message << room.firm.said.hint << room.firm.status());
  CHECK((room.firm.said.message + room.firm.said.hint).find(incident) != std::string::npos);
  CHECK(room.firm.changes() == Names());
}

TEST_CASE("T3 reverting the affected account is a run of its own, let through by the incident") {
  CaseRoom room;
  CompanyFixture& firm = room.firm;
  const std::string at = "dev-logs/wait-experience-acme-2026-11-19/CCT-config-";
  firm.write(at + "PRE.json", R"({"ui_attributes":{"custom_data":{"a":1}}})");
  firm.write(at + "POST.json", R"({"ui_attributes":{"custom_data":{"a":2}}})");
  // What a person's hand did to the other account's configuration.
  const std::string cct =
      "/accounts/ACe61336ac49728f5d344206b3c61644ef/flex_configuration/"
      "ui_attributes/custom_data";
  json own = {{"custom_data", firm.world()["accounts"]["ACe61336ac49728f5d344206b3c61644ef"]
                                          ["flex_configuration"]["ui_attributes"]["custom_data"]}};
  firm.write("flex-config/ui_attributes.CCT.json", own.dump(2));
  firm.patch(json::array({set(cct + "/wrong", true)}));
  room.troubleshoot("CCT changed");
  REQUIRE(causes(room) == Names{"deployed-to-wrong-account"});
  const std::string incident = firm.state().id();
  // Another run of that account is held, also one that says no incident.
  firm.start("connie/revert",
             {{"client", "CCT"}, {"incident", "20000101-000000"}, {"keys", "/wrong"}});
  if (firm.run && firm.status() == "awaiting_decision") firm.approve();
  CHECK(firm.changes() == Names());
  firm.start("connie/revert", {{"client", "CCT"}, {"incident", incident}, {"keys", "/wrong"}});
  INFO(firm.said.message << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  INFO(firm.said.message << firm.said.hint);
  CHECK(firm.status() == "awaiting_attestation");
  CHECK(firm.changes() == Names{"POST flex-api.twilio.com/v1/Configuration"});
  CHECK_FALSE(firm.world()["accounts"]["ACe61336ac49728f5d344206b3c61644ef"]["flex_configuration"]
                          ["ui_attributes"]["custom_data"]
                              .contains("wrong"));
}

TEST_CASE("T4 the probe is a POST that reads: signed, on the own domain, never with a mode") {
  CaseRoom room;
  room.troubleshoot("dead air");
  int probes = 0;
  for (const json& request : room.firm.simulator.requests()) {
    const std::string host = request["host"], path = request["path"];
    if (request.contains("by") || host.find(".twil.io") == std::string::npos) continue;
    ++probes;
    CHECK(host == "custom-flex-extensions-serverless-1234-dev.twil.io");
    CHECK(request["method"] == "POST");
    CHECK(request["body"].get<std::string>().find("CallSid=CA00000000000000000000000000000000") !=
          std::string::npos);
    CHECK(path.find("mode=") == std::string::npos);
    // Without Twilio's signature it is refused.
    CHECK(request["status"] == 200);
  }
  CHECK(probes == 1);
}

TEST_CASE("T5 drift: both remedies want a reason; updating the source ends with a commit") {
  CaseRoom room;
  room.firm.patch(json::array({set(kFeatures + "/activity_skill_filter/enabled", false)}));
  room.troubleshoot("drift", {{"remedy", "live-wins"}});
  CHECK(room.firm.run == nullptr);
  CHECK(room.firm.said.message.find("reason") != std::string::npos);
  // Without a remedy there is no plan, and both are named.
  room.troubleshoot("drift");
  CHECK(causes(room) == Names{"drift-unknown-writer"});
  CHECK(room.firm.planned() == Names());
  CHECK(room.firm.state().findings[0]["tell"].get<std::string>().find("remedy=live-wins") !=
        std::string::npos);
  room.troubleshoot("drift", {{"remedy", "live-wins"}, {"reason", "agreed with the client"}});
  room.finish();
  CHECK(room.firm.status() == "done");
  CHECK(room.firm.passed("source and live agree"));
  const std::string log = room.firm.folder + "/log";
  REQUIRE(std::system(("git -C " + room.firm.folder + " log --format=%s > " + log).c_str()) == 0);
  CHECK(room.firm.read("log").find("Follow what is live: agreed with the client") == 0);
}

TEST_CASE("T6 a fix needs the CEO, also where a change would let the CTO approve") {
  CaseRoom room(json::array({set(kVariables + "/ADMIN_EMAIL", "")}));
  room.troubleshoot("no email");
  REQUIRE(room.firm.status() == "awaiting_decision");
  room.firm.approve("", "tom");
  CHECK(room.firm.status() == "awaiting_decision");
  CHECK(room.firm.changes() == Names());
  room.firm.approve();
  CHECK(room.firm.status() == "awaiting_attestation");
}

TEST_CASE("T7 the account's balance and the provider's status page are looked at") {
  CaseRoom debt(json::array({set(kAcmeAt + "/balance/balance", "-3.10")}));
  debt.firm.call(kVoicemail);
  debt.troubleshoot("no transcript");
  CHECK(causes(debt) == Names{"transcription-billing"});
  CaseRoom outage(json::array(
      {set(kServiceAt + "/functions/0/versions/0/reply", {{"status", 503}}),
       set("/status_page", {{"status", {{"indicator", "major"}, {"description", "Outage"}}}})}));
  outage.troubleshoot("dead air");
  CHECK(causes(outage) == Names{"provider-outage"});
}

TEST_CASE("T8 a transcript younger than two minutes is too early, not a finding") {
  CaseRoom room(json::array({set(kAcmeAt + "/voice", {{"transcriptions_left", 0}})}));
  room.firm.call({{"path", "voicemail"}, {"after", 60}});
  room.troubleshoot("no transcript");
  CHECK(causes(room) == Names());
  room.firm.simulator.advance(90);
  room.troubleshoot("no transcript");
  CHECK(causes(room) == Names{"transcription-quota"});
}

TEST_CASE("T9 without WorkflowSid: the wrong queue here, no task where the workflow is foreign") {
  CaseRoom here(json::array({set(kWaitAt, kWait)}));
  CHECK(here.firm.call(kVoicemail)["queue"] == "H2H");
  here.troubleshoot("wrong queue");
  CHECK(causes(here) == Names{"workflow-sid-missing"});
  CaseRoom foreign(json::array({set(kWaitAt, kWait), gone(kAcmeAt + "/taskrouter/0/workflows/1")}));
  CHECK(foreign.firm.call(kVoicemail)["task"].is_null());
  foreign.troubleshoot("wrong queue");
  CHECK(causes(foreign) == Names{"workflow-sid-missing-no-task"});
}

TEST_CASE("T10 of two causes both are found, the more caller-visible first") {
  struct Two {
    const char* reported;
    json patch;
    std::vector<json> calls;
    Names found;
  };
  const json dead = set(kServiceAt + "/environments/0/build_sid", nullptr);
  const json queue = set(kWaitAt, kWait);
  const json late = set(kAcmeAt + "/voice", {{"recording_seconds", 25}});
  const json empty = set(kVariables + "/ADMIN_EMAIL", "");
  const json crm = set(kFeatures + "/enhanced_crm_container/url", "https://crm.acme.example/");
  const json pageless = set(kAcmeAt + "/flows/0/definition/states/2/properties/attributes", "{}");
  for (const Two& one : std::vector<Two>{
           {"no email and wrong queue, and dead air",
            {dead, queue},
            {kAgent},
            {"function-not-deployed", "workflow-sid-missing"}},
           {"no email, voicemails in the wrong queue",
            {empty, queue},
            {kVoicemail},
            {"workflow-sid-missing", "admin-email-empty"}},
           {"no recording, and the CRM does not pop",
            {late, crm},
            {kVoicemail},
            {"recording-retry-too-short", "crm-url-hardcoded-source"}},
           {"no email with the key",
            {gone("/mailgun/keys/0"),
             set("/mailgun/domains/acme.connie.example/state", "unverified")},
            {kVoicemail},
            {"mailgun-key-revoked", "domain-unverified"}},
           {"crm screen and dead air",
            {dead, crm},
            {},
            {"function-not-deployed", "crm-url-hardcoded-source"}},
           // What nobody named is found where what was named is not.
           {"drift", {empty, crm}, {}, {"admin-email-empty", "crm-url-hardcoded-source"}},
       }) {
    INFO(one.reported);
    CaseRoom room(one.patch);
    for (const json& order : one.calls) room.firm.call(order);
    room.troubleshoot(one.reported);
    CHECK(causes(room) == one.found);
    CHECK(room.firm.changes() == Names());
    // The other one is settled by a run of its own.
    room.troubleshoot(one.reported, {{"cause", one.found[1]}});
    CHECK(room.firm.status() == "awaiting_decision");
  }
}

TEST_CASE(
    "T11 when it started bounds what is read; reporter and reproducibility decide who is asked "
    "what") {
  CaseRoom room(json::array({set(kAcmeAt + "/voice", {{"recording_seconds", 25}})}));
  room.firm.call(kVoicemail);
  room.firm.simulator.advance(3 * 3600);
  room.troubleshoot("no recording", {{"started", "1h"}});
  CHECK(causes(room) == Names());
  room.troubleshoot("no recording", {{"started", "2026-11-20T11:59:00Z"}});
  CHECK(causes(room) == Names{"recording-retry-too-short"});
  room.troubleshoot("no recording", {{"started", "yesterday"}});
  CHECK(room.firm.said.message.find("want how long ago") != std::string::npos);

  room.troubleshoot("no recording", {{"started", "4h"}});
  room.firm.approve();
  CHECK(has(items(room), "retested"));
  CHECK_FALSE(has(items(room), "watched"));
  CHECK(has(items(room), "reporter-notified"));
  CaseRoom other(json::array({set(kVariables + "/ADMIN_EMAIL", "")}));
  other.troubleshoot("no email", {{"reporter", "alert"}, {"reproducibility", "intermittent"}});
  other.firm.approve();
  CHECK(has(items(other), "watched"));
  CHECK_FALSE(has(items(other), "retested"));
  CHECK(has(items(other), "alert-acknowledged"));
  CHECK_FALSE(has(items(other), "reporter-notified"));
}

TEST_CASE("T12 each trigger of escalation is detected at its threshold, and the CEO is informed") {
  const auto escalation = [](const CaseRoom& room) {
    return room.firm.state().findings.empty()
               ? std::string()
               : room.firm.state().findings[0].value("escalation", std::string());
  };
  const json empty = json::array({set(kAcmeAt + "/voice", {{"recordings", "empty"}})});
  CaseRoom one(empty);
  one.firm.call(kVoicemail);
  one.troubleshoot("voicemail empty");
  CHECK(escalation(one).empty());
  CaseRoom two(empty);
  two.firm.call(kVoicemail);
  two.firm.call({{"path", "voicemail"}, {"after", 300}, {"from", "+15550100888"}});
  two.troubleshoot("voicemail empty");
  CHECK(escalation(two).find("2 or more in the window") != std::string::npos);
  CHECK(has(items(two), "informed-1"));

  CaseRoom tries;
  (void)tries.firm.simulator.add_fault("match=POST api.mailgun.net/v3/*,status=500,times=2");
  tries.firm.call(kVoicemail);
  tries.troubleshoot("no email");
  CHECK(causes(tries) == Names());
  CaseRoom systemic;
  (void)systemic.firm.simulator.add_fault("match=POST api.mailgun.net/v3/*,status=500,times=3");
  systemic.firm.call(kVoicemail);
  systemic.troubleshoot("no email");
  CHECK(escalation(systemic).find("every attempt of a retry budget") != std::string::npos);

  CaseRoom swapped(
      json::array({set(kAcmeAt + "/taskrouter/0/tasks/0/attributes/from", "+15550100777")}));
  swapped.troubleshoot("wrong caller");
  CHECK(escalation(swapped).find("wrong attributes") != std::string::npos);

  // One number's flow nobody changes without the CEO's word.
  const json protected_number = json::array(
      {set(kAcmeAt + "/phone_numbers/0/phone_number", "+17259999678"), set(kWaitAt, kWait + "x")});
  CaseRoom refused(protected_number);
  refused.troubleshoot("dead air");
  CHECK(refused.firm.status() == "failed");
  CHECK(refused.firm.said.message.find("+17259999678") != std::string::npos);
  CHECK(has(causes(refused), "protected-number"));
  CHECK(has(items(refused), "informed-1"));
  CaseRoom agreed(protected_number);
  agreed.troubleshoot("dead air", {{"approval", "https://acme.slack.example/p9"}});
  CHECK(agreed.firm.status() == "awaiting_decision");
}

TEST_CASE("T13 the items of the definition of done, and the incident file with its lesson") {
  CaseRoom room(
      json::array({set(kFeatures + "/enhanced_crm_container/url", "https://crm.acme.example/")}));
  room.firm.call(kAgent);
  room.troubleshoot("crm shows a generic page");
  room.firm.approve();
  CHECK(items(room) ==
        Names{"proven: the root cause is known", "proven: the profile matches the deploy target",
              "proven: the fault is gone", "proven: no adjacent account changed",
              "proven: source and live agree", "retested", "test-call", "admin-email-checked",
              "lessons-captured", "reporter-notified", "sign_off: CEO sign-off on the resolution"});
  const std::vector<std::string> files = room.firm.list("incidents");
  REQUIRE(files.size() == 1);
  const std::string text = room.firm.read("incidents/" + files[0]);
  for (const char* part :
       {"# The client's source file has an address in place of the Liquid template",
        "- reported: crm shows a generic page (by agent)", "- root cause: crm-url-hardcoded-source",
        "live: https://crm.acme.example/", "+++ CLAUDE.md",
        "+- enhanced_crm_container.url is the literal {{task.attributes.profile_url}}",
        "+++ connie/troubleshoot, common gotchas"}) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  }
  // The doctrine itself is not touched: the line is proposed.
  CHECK(room.firm.read("CLAUDE.md") == "# Doctrine\n");
  room.finish();
  CHECK(room.firm.status() == "done");
  // The text for the repository's issue is kept where there is no fix.
  CaseRoom lower;
  (void)lower.firm.simulator.add_fault("match=POST custom-flex*,status=503");
  lower.firm.call(kAgent);
  lower.troubleshoot("dead air");
  CHECK(has(items(lower), "issue-filed"));
  CHECK(lower.firm.kept().find("To the reporter: It was a network or DNS blip") !=
        std::string::npos);
}

TEST_CASE(
    "T14 a variant skips the symptoms it does not have, and hold music of one's own adds some") {
  const json mail = json::array({set(kVariables + "/ADMIN_EMAIL", "")});
  CaseRoom none(mail, "variant = \"no-email\"\n");
  none.troubleshoot("no email");
  CHECK(causes(none) == Names());
  const json source = json::array({set(kAcmeAt + "/voice", {{"recordings", "empty"}})});
  CaseRoom callback(source, "variant = \"callback-only\"\n");
  callback.firm.call(kVoicemail);
  callback.troubleshoot("no recording");
  CHECK(causes(callback) == Names());
  const json dead = json::array({set(kServiceAt + "/environments/0/build_sid", nullptr)});
  CaseRoom voicemail(dead, "variant = \"voicemail-only\"\n");
  voicemail.troubleshoot("dead air");
  CHECK(causes(voicemail) == Names());

  const std::string path =
      "serverless-functions/src/functions/features/callback-and-voicemail-with-email/studio/"
      "wait-experience.protected.js";
  const std::string music = "https://cdn.acme.example/hold.mp3";
  for (const auto& [answer, cause] : std::vector<std::pair<json, std::string>>{
           {nullptr, "hold-music-unreachable"},
           {{{"status", 403}}, "hold-music-expired"},
           {{{"content_type", "text/html"}}, "hold-music-format"}}) {
    INFO(cause);
    json patch = json::array({set(kServiceAt + "/functions/0/versions/0/content",
                                  "const HOLD_MUSIC = '" + music + "';\n")});
    if (!answer.is_null()) {
      patch.push_back(set("/web", json::object()));
      patch.push_back(set("/web/https:~1~1cdn.acme.example~1hold.mp3", answer));
    }
    for (const bool add_on : {false, true}) {
      CaseRoom room(patch, add_on ? "variant = \"custom-hold-music\"\n" : "");
      std::string text = room.firm.read(path);
      const std::size_t at = text.find("const HOLD_MUSIC = '") + 20;
      room.firm.write(path, text.replace(at, text.find('\'', at) - at, music));
      room.firm.call(kAgent);
      room.troubleshoot("no music on hold");
      CHECK(causes(room) == (add_on ? Names{cause} : Names()));
    }
  }
}

TEST_CASE("T15 where a fix can be made in two places, both are named") {
  CaseRoom room;
  room.troubleshoot("no transcript");
  const json transcription = declared(room, "transcription");
  CHECK(cause_in(transcription, "transcription-off-function")["fix"] ==
        "Switch transcription on in the function, and deploy it");
  CHECK(cause_in(transcription, "transcription-off-widget")["fix"] ==
        "Switch transcription on in the widget, and publish the flow");
  CHECK(cause_in(declared(room, "recording"), "recording-retry-too-short")["fix"] ==
        "Have the function wait longer, and deploy it");
}

TEST_CASE("T16 snapshots that other tools left in the dev-log are read as PRE and POST") {
  CaseRoom room;
  const std::string at = "dev-logs/wait-experience-acme-2026-11-19/";
  room.firm.write(at + "cct_flex_config_PRE_deploy.json",
                  R"({"account_sid":"AC1","ui_attributes":{"custom_data":{"features":{"x":1}}}})");
  room.firm.write(at + "cct_flex_config_POST_deploy.json",
                  R"({"account_sid":"AC1","ui_attributes":{"custom_data":{"features":{"x":2}}}})");
  room.firm.write(at + "notes.json", "not json at all");
  room.troubleshoot("dead air");
  REQUIRE(causes(room) == Names{"deployed-to-wrong-account"});
  CHECK(room.firm.state().findings[0]["evidence"].dump().find(
            "/ui_attributes/custom_data/features/x") != std::string::npos);
}

TEST_CASE("T17 a key that stands inside the Flex configuration is never shown") {
  const std::string secret = "key-0123456789abcdef0123456789abcdef";
  CaseRoom room(
      json::array({set(kFeatures + "/callback_and_voicemail_with_email/mailgun_api_key", secret),
                   set(kFeatures + "/enhanced_crm_container/url", "https://crm.acme.example/")}));
  room.firm.call(kAgent);
  room.troubleshoot("crm shows a generic page");
  CHECK(causes(room) == Names{"crm-url-hardcoded-source"});
  CHECK(room.firm.kept().find(secret) == std::string::npos);
  room.finish();
  CHECK(room.firm.status() == "done");
  CHECK(room.firm.kept().find(secret) == std::string::npos);
}

TEST_CASE("a secret that stands where nobody expects it is in no plan, and no change writes it") {
  // The account's own name holds secrets that the profile knows and has not used yet.
  CaseRoom room(json::array({set(kAcmeAt + "/phone_numbers/0/friendly_name",
                                 "fake-auth-token-acme fake-api-secret-acme "
                                 "fake-mailgun-account-key"),
                             set(kAcmeAt + "/phone_numbers/0/voice_url", "")}));
  room.firm.write("runbooks/connie/rename.lua", R"(return runbook {
    name = "connie/rename", title = "Rename", authority = { approver = "ceo" },
    parameters = { client = param.profile { why = "Which" }, to = param.text { why = "What" } },
    procedure = {
      read "inspect" (function() return { pre = snapshot.capture { label = "PRE" }, number = twilio.numbers.list()[1] } end),
      mutate "rename" (function(run)
        step "Rename it"
        twilio.numbers.update { sid = run.inspect.number.sid, friendly_name = run.params.to }
      end),
    },
  })");
  room.firm.start("connie/rename", {{"client", "acme"}, {"to", "front desk"}});
  INFO(room.firm.said.message);
  REQUIRE(room.firm.status() == "awaiting_decision");
  for (const char* secret :
       {"fake-auth-token-acme", "fake-api-secret-acme", "fake-mailgun-account-key"})
    CHECK(room.firm.kept().find(secret) == std::string::npos);
  room.firm.approve();
  INFO(room.firm.said.message);
  CHECK(room.firm.status() == "done");
  CHECK(room.firm.account()["phone_numbers"][0]["friendly_name"] == "front desk");
  for (const char* to : {"fake-mailgun-account-key x", "[secret profile:acme.auth_token] x"}) {
    room.firm.start("connie/rename", {{"client", "acme"}, {"to", to}});
    CHECK(room.firm.status() == "failed");
    CHECK(room.firm.said.kind == "refused");
    CHECK(room.firm.account()["phone_numbers"][0]["friendly_name"] == "front desk");
  }
}
