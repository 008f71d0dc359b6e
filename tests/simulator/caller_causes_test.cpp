// One world for each thing that goes wrong, and all that comes of a call in it. Nothing is scripted
// for a symptom: each case changes the configuration of the healthy demo, and the rest follows.
#include "tests/simulator/caller_line.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const std::string kNumberAt = kAcmeAt + "/phone_numbers/0";
const std::string kFlow = kAcmeAt + "/flows/0";
const std::string kFlowUrl = "https://webhooks.twilio.com/v1/Accounts/" + kAcme + "/Flows/";
const char kBin[] = "https://handler.twilio.com/twiml/EH00000000000000000000000000000001";
const char kWorkflow[] = "?WorkflowSid=WWd2189d65ee2e707825558235f79ba136";

struct Case {
  const char* name;
  std::vector<json> patch;
  std::vector<std::string> faults;
  json order;
  bool heard;  // whether what the caller hears is part of the case
  const char* story;
};

void check(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    INFO(one.name);
    Line line(one.patch, one.faults);
    CHECK(line.story(one.order, one.heard) == one.story);
  }
}

}  // namespace

TEST_CASE("what the number and the flow make of a call") {
  check({
      {"the number is not in the world",
       {},
       {},
       {{"to", "+15550109999"}},
       true,
       "not in service\n"
       "hears The number you have dialed is not in service.\n"},
      {"the number has no voice URL",
       {set(kNumberAt + "/voice_url", "")},
       {},
       {{"path", "agent"}},
       true,
       "busy signal\n"
       "hears (busy signal)\n"},
      {"the number's voice URL is null",
       {set(kNumberAt + "/voice_url", nullptr)},
       {},
       {{"path", "agent"}},
       true,
       "busy signal\n"
       "hears (busy signal)\n"},
      {"the number rings a flow that is gone",
       {set(kNumberAt + "/voice_url", kFlowUrl + std::string("FW") + std::string(32, '0'))},
       {},
       {{"path", "agent"}},
       true,
       "error announced\n"
       "hears We are sorry, an application error has occurred. Goodbye.\n"
       "alert 11200\n"},
      {"the number has a fallback for that",
       {set(kNumberAt + "/voice_url", kFlowUrl + std::string("FW") + std::string(32, '0')),
        set(kNumberAt + "/voice_fallback_url", kBin)},
       {},
       {{"path", "agent"}},
       true,
       "call ended\n"
       "hears The number you have dialed is no longer in service.\n"
       "alert 11200\n"},
      {"the flow was never published",
       {set(kFlow + "/status", "draft"), set(kFlow + "/revisions/1/status", "draft")},
       {},
       {{"path", "agent"}},
       true,
       "error announced\n"
       "hears We are sorry, an application error has occurred. Goodbye.\n"
       "alert 11200\n"},
      {"an unpublished edit has no effect",
       {set(kFlow + "/status", "draft"),
        set(kFlow + "/definition/states/1/properties/say", "Never heard.")},
       {},
       {{"path", "agent"}},
       true,
       "agent accepted\n"
       "hears Thank you for calling Acme.\n"
       "hears Please wait while we direct your call to the next agent.\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears (music: http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3)\n"
       "hears (an agent answers)\n"
       "queue Support\n"
       "agent without page\n"},
      {"the account is suspended",
       {set(kAcmeAt + "/status", "suspended")},
       {},
       {{"path", "agent"}},
       true,
       "not in service\n"
       "hears The number you have dialed is not in service.\n"},
  });
}

TEST_CASE("what the Wait URL makes of a call") {
  check({
      {"the wait function is not deployed",
       {set(kService + "/environments/0/build_sid", nullptr)},
       {},
       {{"path", "agent"}},
       true,
       "dead air\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears (silence)\n"
       "alert 11200\n"},
      {"the serverless service was deleted",
       {gone(kService)},
       {},
       {{"path", "agent"}},
       true,
       "dead air\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears (silence)\n"
       "alert 11205\n"},
      {"the Wait URL has a slip",
       {set(kWidget + "/waitUrl", kWaitUrl + "x" + std::string(kWorkflow))},
       {},
       {{"path", "agent"}},
       true,
       "dead air\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears (silence)\n"
       "alert 11200\n"},
      {"the wait function answers 500",
       {set(kService + "/functions/0/versions/0/reply", {{"status", 500}, {"body", "boom"}})},
       {},
       {{"path", "agent"}},
       true,
       "dead air\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears (silence)\n"
       "log error: the function answered 500\n"
       "alert 11200\n"},
      {"the Wait URL fails once",
       {},
       {"match=POST custom-flex*,status=503"},
       {{"path", "agent"}},
       true,
       "dead air\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears (silence)\n"
       "alert 11200\n"},
      {"the Wait URL takes too long",
       {},
       {"kind=delay,match=POST custom-flex*,ms=20000,times=always"},
       {{"path", "agent"}},
       true,
       "dead air\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears (silence)\n"
       "alert 11205\n"},
      {"the wait function answers HTML",
       {set(kService + "/functions/0/versions/0/reply", {{"body", "<html><body>hi</body>"}})},
       {},
       {{"path", "agent"}},
       true,
       "dead air\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears (silence)\n"
       "alert 12100\n"},
      {"the auth token was rotated and the function has the old one",
       {set(kAcmeAt + "/auth_token", "fake-new-token")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: fetch recording RE: 401, given up after attempt 1\n"
       "log info: voicemail RE mailed to admin@acme.example, without recording, with transcript\n"
       "mail delivered admin@acme.example, 0 attached, transcript\n"},
      {"there is no Wait URL",
       {set(kWidget + "/waitUrl", "")},
       {},
       {{"path", "agent"}},
       true,
       "agent accepted\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears (music: Twilio's own)\n"
       "hears (an agent answers)\n"
       "queue Support\n"
       "agent https://crm.acme.example/contacts/15550100999\n"},
      {"the hold music cannot be had",
       {set(kSource, "const HOLD_MUSIC = '/hold.mp3';\n")},
       {},
       {{"path", "agent"}},
       true,
       "agent accepted\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears Please wait while we direct your call to the next agent.\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears (silence where https://custom-flex-extensions-serverless-1234-dev.twil.io/hold.mp3 "
       "should play)\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears (silence where https://custom-flex-extensions-serverless-1234-dev.twil.io/hold.mp3 "
       "should play)\n"
       "hears (an agent answers)\n"
       "queue Support\n"
       "agent https://crm.acme.example/contacts/15550100999\n"
       "alert 11200\n"
       "alert 11200\n"},
      {"the hold music is an asset",
       {set(kSource, "const HOLD_MUSIC = '/hold.mp3';\n"),
        set(kService + "/assets",
            json::array({{{"sid", sid("ZH", '1')},
                          {"versions", {{{"sid", sid("ZN", '1')}, {"path", "/hold.mp3"}}}}}})),
        set(kService + "/builds/0/asset_versions", json::array({sid("ZN", '1')}))},
       {},
       {{"path", "agent"}},
       true,
       "agent accepted\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears Please wait while we direct your call to the next agent.\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears (music: https://custom-flex-extensions-serverless-1234-dev.twil.io/hold.mp3)\n"
       "hears (an agent answers)\n"
       "queue Support\n"
       "agent https://crm.acme.example/contacts/15550100999\n"},
      {"the hold music is no audio",
       {set(kSource, "const HOLD_MUSIC = 'https://cdn.acme.example/hold.mp3';\n"),
        set("/web/https:~1~1cdn.acme.example~1hold.mp3", {{"content_type", "text/html"}})},
       {},
       {{"path", "agent"}},
       true,
       "agent accepted\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears Please wait while we direct your call to the next agent.\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears (silence where https://cdn.acme.example/hold.mp3 should play)\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears (silence where https://cdn.acme.example/hold.mp3 should play)\n"
       "hears (an agent answers)\n"
       "queue Support\n"
       "agent https://crm.acme.example/contacts/15550100999\n"
       "alert 12300\n"
       "alert 12300\n"},
      {"the hold music's address has expired",
       {set(kSource, "const HOLD_MUSIC = 'https://cdn.acme.example/hold.mp3';\n"),
        set("/web/https:~1~1cdn.acme.example~1hold.mp3", {{"status", 403}})},
       {},
       {{"path", "agent"}},
       true,
       "agent accepted\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears Please wait while we direct your call to the next agent.\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears (silence where https://cdn.acme.example/hold.mp3 should play)\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears (silence where https://cdn.acme.example/hold.mp3 should play)\n"
       "hears (an agent answers)\n"
       "queue Support\n"
       "agent https://crm.acme.example/contacts/15550100999\n"
       "alert 11200\n"
       "alert 11200\n"},
      {"the feature is off in the live Flex configuration",
       {set(kFeatures + "/callback_and_voicemail_with_email/enabled", false)},
       {},
       {{"path", "voicemail"}},
       true,
       "nothing offered\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears Please wait while we direct your call to the next agent.\n"
       "hears (music: http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3)\n"
       "hears (music: http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3)\n"
       "hears (music: http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3)\n"
       "hears (music: http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3)\n"},
  });
}

TEST_CASE("where callers and their wishes land") {
  check({
      {"the WorkflowSid is missing, and the fallback workflow is in the workspace",
       {set(kWidget + "/waitUrl", kWaitUrl)},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue H2H\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail delivered admin@acme.example, 1 attached, transcript\n"},
      {"the WorkflowSid is missing, and the fallback workflow is another account's",
       {set(kWidget + "/waitUrl", kWaitUrl), gone(kAcmeAt + "/taskrouter/0/workflows/1")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "log error: creating the voicemail task in workflow WW failed: 400 Invalid parameter "
       "WorkflowSid: WW\n"
       "log error: the function answered 500\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail delivered admin@acme.example, 1 attached, transcript\n"
       "alert 11200\n"},
      {"the same for a callback",
       {set(kWidget + "/waitUrl", kWaitUrl), gone(kAcmeAt + "/taskrouter/0/workflows/1")},
       {},
       {{"path", "callback"}},
       true,
       "error announced\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears Please wait while we direct your call to the next agent.\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears To request a callback, press 1. To leave a voicemail, press 2. To continue holding, "
       "press any other key.\n"
       "hears We are sorry, an application error has occurred. Goodbye.\n"
       "log error: creating the callback task in workflow WW failed: 400 Invalid parameter "
       "WorkflowSid: WW\n"
       "log error: the function answered 500\n"
       "alert 11200\n"},
      {"the WorkflowSid is another queue's",
       {set(kWidget + "/waitUrl", kWaitUrl + "?WorkflowSid=WWf6dc77128eece684aa897e491c530632")},
       {},
       {{"path", "callback"}},
       false,
       "callback requested\n"
       "queue H2H\n"
       "log info: callback task WT created in workflow WW for +15550100999\n"},
      {"the widget's workflow is gone",
       {set(kWidget + "/workflow", std::string("WW") + std::string(32, '0'))},
       {},
       {{"path", "agent"}},
       true,
       "call ended\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"},
      {"the widget's attributes are no JSON",
       {set(kWidget + "/attributes", "{oops}")},
       {},
       {{"path", "agent"}},
       true,
       "call ended\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"},
      {"the function's workspace is another account's",
       {set(kVariables + "/TWILIO_FLEX_WORKSPACE_SID", "WS20321faed91d408e14b6c78f0216dffc")},
       {},
       {{"path", "callback"}},
       false,
       "error announced\n"
       "log error: creating the callback task in workflow WW failed: 404 The requested resource "
       "/v1/Workspaces/WS/Tasks was not found\n"
       "log error: the function answered 500\n"
       "alert 11200\n"},
      {"nobody works in the queue",
       {set(kAcmeAt + "/taskrouter/0/queues/0/agents", 0)},
       {},
       {{"path", "agent"}},
       false,
       "nobody answered\n"},
      {"TaskRouter refuses for a while",
       {},
       {"match=POST taskrouter.twilio.com/*/Tasks,status=503"},
       {{"path", "callback"}},
       false,
       "error announced\n"
       "log error: creating the callback task in workflow WW failed: 503 Service Unavailable\n"
       "log error: the function answered 500\n"
       "alert 11200\n"},
  });
}

TEST_CASE("what becomes of the mail") {
  check({
      {"ADMIN_EMAIL is empty",
       {set(kVariables + "/ADMIN_EMAIL", "")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"},
      {"ADMIN_EMAIL is malformed",
       {set(kVariables + "/ADMIN_EMAIL", "admin@acme.example;boss@acme.example")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 400: to parameter is not a valid "
       "address. please check documentation\n"},
      {"ADMIN_EMAIL names two",
       {set(kVariables + "/ADMIN_EMAIL", "admin@acme.example,boss@acme.example")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log info: voicemail RE mailed to admin@acme.example,boss@acme.example, with recording, "
       "with transcript\n"
       "mail delivered admin@acme.example, 1 attached, transcript\n"
       "mail delivered boss@acme.example, 1 attached, transcript\n"},
      {"the key was revoked",
       {gone("/mailgun/keys/0")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 401: Forbidden\n"},
      {"the key is another domain's",
       {set(kVariables + "/MAILGUN_API_KEY", "fake-mailgun-sending-key-connie")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 401: Forbidden\n"},
      {"the key is another account's",
       {set(kVariables + "/MAILGUN_API_KEY", "fake-foreign-key")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 401: Forbidden\n"},
      {"the key is the account's master key",
       {set(kVariables + "/MAILGUN_API_KEY", "fake-mailgun-account-key")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail delivered admin@acme.example, 1 attached, transcript\n"},
      {"the domain is not verified",
       {set("/mailgun/domains/acme.connie.example/state", "unverified")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 400: Domain acme.connie.example is not "
       "allowed to send: The domain is unverified\n"},
      {"Mailgun's account is in another region",
       {set("/mailgun/region", "eu")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 401: Forbidden\n"},
      {"Mailgun's quota is used up",
       {set("/mailgun/messages_left", 0)},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 429: message limit exceeded, try again "
       "after 3600 seconds\n"
       "log error: mailing voicemail RE: Mailgun answered 429: message limit exceeded, try again "
       "after 3600 seconds\n"
       "log error: mailing voicemail RE: Mailgun answered 429: message limit exceeded, try again "
       "after 3600 seconds\n"
       "log error: voicemail RE was not mailed, given up after attempt 3\n"},
      {"Mailgun fails once",
       {},
       {"match=POST api.mailgun.net/*,status=500"},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 500: Internal Server Error\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail delivered admin@acme.example, 1 attached, transcript\n"},
      {"Mailgun fails for long",
       {},
       {"match=POST api.mailgun.net/*,status=503,times=always"},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun answered 503: Service Unavailable\n"
       "log error: mailing voicemail RE: Mailgun answered 503: Service Unavailable\n"
       "log error: mailing voicemail RE: Mailgun answered 503: Service Unavailable\n"
       "log error: voicemail RE was not mailed, given up after attempt 3\n"},
      {"Mailgun cannot be reached",
       {},
       {"kind=reset,match=POST api.mailgun.net/*,times=always"},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: mailing voicemail RE: Mailgun could not be reached\n"
       "log error: mailing voicemail RE: Mailgun could not be reached\n"
       "log error: mailing voicemail RE: Mailgun could not be reached\n"
       "log error: voicemail RE was not mailed, given up after attempt 3\n"},
      {"the recipient's server refuses",
       {set("/mailgun/failing_recipients", {{"admin@acme.example", "mailbox full"}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail failed admin@acme.example, 1 attached, transcript\n"},
      {"the recipient is new and mail to it slow",
       {set("/mailgun/slow_recipients", {{"admin@acme.example", 10800}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail accepted admin@acme.example, 1 attached, transcript\n"},
  });
}

TEST_CASE("what becomes of the recording and its transcript") {
  check({
      {"the recording is not there at first",
       {set(kAcmeAt + "/voice", {{"recording_seconds", 3}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: fetch recording RE: 404, retrying\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail delivered admin@acme.example, 1 attached, transcript\n"},
      {"and the function does not try again",
       {set(kAcmeAt + "/voice", {{"recording_seconds", 3}}),
        set(kSource, "const RECORDING_FETCH_ATTEMPTS = 1;\n")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: fetch recording RE: 404, given up after attempt 1\n"
       "log info: voicemail RE mailed to admin@acme.example, without recording, with transcript\n"
       "mail delivered admin@acme.example, 0 attached, transcript\n"},
      {"and it tries again too soon",
       {set(kAcmeAt + "/voice", {{"recording_seconds", 25}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: fetch recording RE: 404, retrying\n"
       "log warn: fetch recording RE: 404, retrying\n"
       "log error: fetch recording RE: 404, given up after attempt 3\n"
       "log info: voicemail RE mailed to admin@acme.example, without recording, with transcript\n"
       "mail delivered admin@acme.example, 0 attached, transcript\n"},
      {"and its retry delay was made longer",
       {set(kAcmeAt + "/voice", {{"recording_seconds", 25}}),
        set(kSource, "const RECORDING_RETRY_SECONDS = 15;\n")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: fetch recording RE: 404, retrying\n"
       "log warn: fetch recording RE: 404, retrying\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail delivered admin@acme.example, 1 attached, transcript\n"},
      {"the function has a wrong Auth Token",
       {set(kVariables + "/AUTH_TOKEN", "fake-old-token")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log error: fetch recording RE: 401, given up after attempt 1\n"
       "log info: voicemail RE mailed to admin@acme.example, without recording, with transcript\n"
       "mail delivered admin@acme.example, 0 attached, transcript\n"},
      {"recordings come out empty",
       {set(kAcmeAt + "/voice", {{"recordings", "empty"}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: transcription of RE failed\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, without transcript\n"
       "mail delivered admin@acme.example, 1 attached\n"},
      {"recordings are lost",
       {set(kAcmeAt + "/voice", {{"recordings", "absent"}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: fetch recording RE: 404, retrying\n"
       "log warn: fetch recording RE: 404, retrying\n"
       "log error: fetch recording RE: 404, given up after attempt 3\n"
       "log info: voicemail RE mailed to admin@acme.example, without recording, without "
       "transcript\n"
       "mail delivered admin@acme.example, 0 attached\n"},
      {"the caller says nothing",
       {},
       {},
       {{"path", "voicemail"}, {"speaks", ""}},
       true,
       "call ended\n"
       "hears Thank you for calling Acme. Please hold for the next agent.\n"
       "hears Please wait while we direct your call to the next agent.\n"
       "hears Press star at any time for a callback or to leave a voicemail.\n"
       "hears To request a callback, press 1. To leave a voicemail, press 2. To continue holding, "
       "press any other key.\n"
       "hears Please leave a message at the tone. When you are finished, press star or hang up.\n"
       "hears (tone)\n"
       "hears Sorry. We were not able to capture your message.\n"},
      {"the caller says a word too short to transcribe",
       {},
       {},
       {{"path", "voicemail"}, {"seconds", 1}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: transcription of RE failed\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, without transcript\n"
       "mail delivered admin@acme.example, 1 attached\n"},
      {"the caller talks longer than is recorded",
       {set(kSource, "const MAX_RECORDING_SECONDS = 30;\n")},
       {},
       {{"path", "voicemail"}, {"seconds", 300}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, with transcript\n"
       "mail delivered admin@acme.example, 1 attached, transcript\n"},
      {"the caller talks longer than is transcribed",
       {set(kSource, "const MAX_RECORDING_SECONDS = 600;\n")},
       {},
       {{"path", "voicemail"}, {"seconds", 300}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: transcription of RE failed\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, without transcript\n"
       "mail delivered admin@acme.example, 1 attached\n"},
      {"the transcript comes after the mail",
       {set(kAcmeAt + "/voice", {{"transcription_seconds", 60}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, without transcript\n"
       "mail delivered admin@acme.example, 1 attached\n"},
      {"transcription is off in the function",
       {set(kSource, "const TRANSCRIBE = false;\n")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, without transcript\n"
       "mail delivered admin@acme.example, 1 attached\n"},
      {"transcription fails",
       {set(kAcmeAt + "/voice", {{"transcriptions", "failed"}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: transcription of RE failed\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, without transcript\n"
       "mail delivered admin@acme.example, 1 attached\n"},
      {"the transcription quota is used up",
       {set(kAcmeAt + "/voice", {{"transcriptions_left", 0}})},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: transcription of RE failed\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, without transcript\n"
       "mail delivered admin@acme.example, 1 attached\n"},
      {"the account is in debt",
       {set(kAcmeAt + "/balance/balance", "-3.10")},
       {},
       {{"path", "voicemail"}},
       false,
       "voicemail left\n"
       "queue Support\n"
       "log info: voicemail task WT created in workflow WW for +15550100999\n"
       "log warn: transcription of RE failed\n"
       "log info: voicemail RE mailed to admin@acme.example, with recording, without transcript\n"
       "mail delivered admin@acme.example, 1 attached\n"},
  });
}

TEST_CASE("what the agent sees") {
  check({
      {"the task has no profile_url",
       {set(kWidget + "/attributes", "{\"call_sid\": \"{{trigger.call.CallSid}}\"}")},
       {},
       {{"path", "agent"}},
       false,
       "agent accepted\n"
       "queue Support\n"
       "agent without page\n"},
      {"and there is a page for that",
       {set(kWidget + "/attributes", "{}"),
        set(kFeatures + "/enhanced_crm_container/should_display_url_when_no_tasks", true),
        set(kFeatures + "/enhanced_crm_container/display_url_when_no_tasks",
            "https://crm.acme.example/")},
       {},
       {{"path", "agent"}},
       false,
       "agent accepted\n"
       "queue Support\n"
       "agent https://crm.acme.example/\n"},
      {"the CRM container is off",
       {set(kFeatures + "/enhanced_crm_container/enabled", false)},
       {},
       {{"path", "agent"}},
       false,
       "agent accepted\n"
       "queue Support\n"
       "agent without page\n"},
      {"the CRM url is written in by hand",
       {set(kFeatures + "/enhanced_crm_container/url", "https://crm.acme.example/home")},
       {},
       {{"path", "agent"}},
       false,
       "agent accepted\n"
       "queue Support\n"
       "agent https://crm.acme.example/home\n"},
  });
}
