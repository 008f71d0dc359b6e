#include "tests/runbooks/worlds.h"

#include <filesystem>

namespace countersign::firm {
namespace {

const std::string kAcmeAt = "/accounts/" + kAccount;
const std::string kServiceAt = kAcmeAt + "/serverless/0";
const std::string kEnvironment = kServiceAt + "/environments/0";
const std::string kVariables = kEnvironment + "/variables";
const std::string kFlowAt = kAcmeAt + "/flows/0";
const std::string kStates = kFlowAt + "/definition/states";
const std::string kWidget = kStates + "/2/properties";
const std::string kReply = kServiceAt + "/functions/0/versions/0/reply";
const std::string kContent = kServiceAt + "/functions/0/versions/0/content";
const std::string kFeatures = kAcmeAt + "/flex_configuration/ui_attributes/custom_data/features";
const std::string kDomain = "https://custom-flex-extensions-serverless-1234-dev.twil.io";
const std::string kPath = "/features/callback-and-voicemail-with-email/studio/wait-experience";
const std::string kWait = kDomain + kPath;
const std::string kFallback = "WWf6dc77128eece684aa897e491c530632";
const std::string kEnvFile = "serverless-functions/.env.acme";
const std::string kSource = "serverless-functions/src/functions" + kPath + ".protected.js";
const std::string kCct = "ACe61336ac49728f5d344206b3c61644ef";
const std::string kLive = kAcmeAt + "/serverless/0/environments/0/variables";

const json kAgent = {{"path", "agent"}};
const json kVoicemail = {{"path", "voicemail"}, {"after", 300}};

std::string url(const std::string& workflow) {
  return kWait + "?WorkflowSid=" + workflow;
}

void replace(CompanyFixture& firm, const std::string& file, const std::string& from,
             const std::string& to) {
  std::string text = firm.read(file);
  const std::size_t at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
  firm.write(file, text);
}

// Sets an entry of the live environment behind everybody's back.
std::function<void(CompanyFixture&)> live(const std::string& key, const json& value) {
  return [=](CompanyFixture& firm) {
    const json variables =
        firm.world()["accounts"][kAccount]["serverless"][0]["environments"][0]["variables"];
    for (std::size_t i = 0; i < variables.size(); ++i)
      if (variables[i]["key"] == key)
        firm.patch(json::array({set(kVariables + "/" + std::to_string(i) + "/value", value)}));
  };
}

std::function<void(CompanyFixture&)> flex(const json& patch) {
  return [=](CompanyFixture& firm) { firm.patch(patch); };
}

std::function<void(CompanyFixture&)> env(const std::string& key, const std::string& from,
                                         const std::string& to) {
  return [=](CompanyFixture& firm) { replace(firm, kEnvFile, key + "=" + from, key + "=" + to); };
}

json mail_key(const json& value) {
  return json::array({set(kVariables + "/MAILGUN_API_KEY", value)});
}

// A second widget to which callers come where the first cannot take them.
json second_widget(const std::string& workflow, const std::string& wait_url) {
  return json::array({set(kStates + "/2/transitions/1/next", "second"),
                      set(kStates + "/-", {{"name", "second"},
                                           {"type", "send-to-flex"},
                                           {"properties",
                                            {{"offset", {{"x", 0}, {"y", 0}}},
                                             {"workflow", workflow},
                                             {"channel", "TC6f838d37b0d47819c9d6f3af9336c221"},
                                             {"attributes", "{}"},
                                             {"waitUrl", wait_url},
                                             {"waitUrlMethod", "POST"}}},
                                           {"transitions",
                                            {{{"event", "callComplete"}},
                                             {{"event", "failedToEnqueue"}},
                                             {{"event", "callFailure"}}}}})});
}

json number(const std::string& sid, const std::string& digits) {
  return set(
      kAcmeAt + "/phone_numbers/-",
      {{"sid", sid},
       {"phone_number", digits},
       {"friendly_name", "second line"},
       {"voice_url", "https://webhooks.twilio.com/v1/Accounts/" + kAccount + "/Flows/" + kFlow},
       {"date_created", "2026-05-04T08:30:00Z"}});
}

json status_page(const std::string& name, const std::string& description = "Minor Service Outage") {
  return set("/status_page",
             {{"status", {{"indicator", "major"}, {"description", description}}},
              {"incidents", json::array({{{"name", name}, {"status", "investigating"}}})}});
}

std::string always(const std::string& match, int status) {
  return "match=" + match + ",status=" + std::to_string(status) + ",times=always";
}

const json kUndeployed = set(kEnvironment + "/build_sid", nullptr);
const json kFailing = set(kReply, {{"status", 500}, {"body", "boom"}});

void dead_air(std::vector<CaseWorld>& all) {
  const auto dead = [&](const std::string& name, const std::string& cause, const json& patch,
                        std::vector<std::string> faults = {}, std::vector<std::string> later = {}) {
    all.push_back({name, "dead air", cause, patch, {kAgent}, std::move(faults), std::move(later)});
  };
  const auto wait = [](const json& value) {
    return json::array({set(kWidget + "/waitUrl", value)});
  };
  dead("an empty Wait URL", "wait-url-malformed", wait(""));
  dead("a Wait URL with a typing error", "wait-url-malformed",
       wait(kWait + "x?WorkflowSid=" + kWorkflow));
  dead("a Wait URL at another's domain", "wait-url-malformed",
       wait("https://other-1-dev.twil.io" + kPath + "?WorkflowSid=" + kWorkflow));
  dead("a Wait URL without TLS", "wait-url-malformed", wait("http" + url(kWorkflow).substr(5)));
  dead("a Wait URL that begins with a space", "wait-url-malformed", wait(" " + url(kWorkflow)));
  dead("nothing is deployed", "function-not-deployed", json::array({kUndeployed}));
  dead("a build without the function", "function-not-deployed",
       json::array({gone(kServiceAt + "/builds/0/function_versions/0")}));
  dead("the service is gone", "service-deleted", json::array({gone(kServiceAt)}));
  dead("the service has another domain", "service-moved",
       json::array({set(kEnvironment + "/domain_name",
                        "custom-flex-extensions-serverless-9999-dev.twil.io")}));
  dead("the function answers 500", "function-failing", json::array({kFailing}));
  dead("the function answers HTML", "function-failing",
       json::array({set(
           kReply, {{"status", 200}, {"content_type", "text/html"}, {"body", "<html></html>"}})}));
  dead("the function answers nothing to hear", "function-failing",
       json::array({set(
           kReply, {{"status", 200}, {"content_type", "text/xml"}, {"body", "<Response/>"}})}));
  dead("one call met a 503", "wait-url-blip", json::array(),
       {"match=POST custom-flex*,status=503"});
  dead("nobody reaches the function any more", "wait-url-unreachable", json::array(), {},
       {"kind=reset,match=POST custom-flex*,times=always"});
  dead("Functions have an outage", "provider-outage",
       json::array({set(kReply, {{"status", 503}, {"body", "busy"}}),
                    status_page("Elevated errors of Twilio Functions")}));
  dead("500 beside an incident of SMS elsewhere", "function-failing",
       json::array({kFailing, status_page("SMS delays in Chile")}));
  dead("undeployed beside an incident of SMS elsewhere", "function-not-deployed",
       json::array({kUndeployed, status_page("SMS delays in Chile")}));
  dead("undeployed beside an outage of Functions", "function-not-deployed",
       json::array({kUndeployed, status_page("Elevated errors of Twilio Functions")}));
  dead("a blip beside an incident of SMS elsewhere", "wait-url-blip",
       json::array({status_page("SMS delays in Chile")}), {"match=POST custom-flex*,status=503"});
  dead("a probe of a healthy line that is reset once", "", json::array(), {},
       {"kind=reset,match=POST custom-flex*,times=1"});
  dead("the second widget's Wait URL is wrong", "wait-url-malformed",
       second_widget(kWorkflow, kWait + "-old"));
  dead("a widget that nothing leads to", "",
       json::array({set(kStates + "/-", {{"name", "orphan"},
                                         {"type", "send-to-flex"},
                                         {"properties", {{"workflow", kWorkflow}, {"waitUrl", ""}}},
                                         {"transitions", json::array()}})}));
  json two = wait("");
  two.push_back(number("PN" + std::string(32, 'b'), "+15550100299"));
  dead("two numbers ring the broken flow", "wait-url-malformed", two);
  dead("the fixed Wait URL was never published", "wait-url-unpublished",
       json::array(
           {set(kFlowAt + "/status", "draft"),
            set(kFlowAt + "/revisions/1/definition/states/2/properties/waitUrl", kWait + "-old")}));
  dead("undeployed, and put back by hand since", "mended-meanwhile", json::array({kUndeployed}));
  all.back().prepare = [](CompanyFixture& firm) {
    firm.patch(
        json::array({set(kEnvironment + "/build_sid", "ZB5f7fcd82da1fabe7a4688a3d78304537")}));
  };
  // What was not read is said, and what was is judged.
  for (const auto& [name, match, status] : std::vector<std::tuple<std::string, std::string, int>>{
           {"Flex down", "flex-api.twilio.com/*", 503},
           {"Mailgun down", "api.mailgun.net/*", 503},
           {"Mailgun's key stale", "api.mailgun.net/*", 401},
           {"Mailgun slows us down", "api.mailgun.net/*", 429},
           {"Monitor down", "monitor.twilio.com/*", 503},
           {"Studio down", "studio.twilio.com/*", 503},
           {"TaskRouter down", "taskrouter.twilio.com/*", 503},
           {"the core API down", "api.twilio.com/*", 503},
           {"the status page down", "status.twilio.com/*", 503}})
    dead("nothing is deployed, " + name, "function-not-deployed", json::array({kUndeployed}), {},
         {always(match, status)});
  dead("a wrong Wait URL, Serverless down", "wait-url-malformed", wait(""), {},
       {always("serverless.twilio.com/*", 503)});
  dead("Twilio answers nothing", "account-unreachable", json::array(), {},
       {always("*twilio.com/*", 503)});
  dead("a voicemail's first fetch came too early", "",
       json::array({set(kAcmeAt + "/voice", {{"recording_seconds", 3}})}));
  all.back().calls = {kVoicemail};
  dead("a setting has drifted", "", json::array());
  all.back().prepare =
      flex(json::array({set(kFeatures + "/activity_skill_filter/enabled", false)}));
  dead("an alert of another client's address", "",
       json::array(
           {set(kAcmeAt + "/alerts/-", {{"sid", "NO" + std::string(32, 'a')},
                                        {"error_code", "11200"},
                                        {"log_level", "error"},
                                        {"alert_text", "HTTP retrieval failure"},
                                        {"request_url", "https://other-1-dev.twil.io" + kPath},
                                        {"resource_sid", "CA" + std::string(32, 'a')},
                                        {"date_created", "2026-11-20T11:30:00Z"}})}));
}

void wrong_queue(std::vector<CaseWorld>& all) {
  const auto queue = [&](const std::string& name, const std::string& cause, const json& patch,
                         std::vector<json> calls = {kVoicemail}) {
    all.push_back({name, "voicemails arrive in the wrong queue", cause, patch, std::move(calls)});
  };
  const auto wait = [](const json& value) {
    return json::array({set(kWidget + "/waitUrl", value)});
  };
  queue("no WorkflowSid", "workflow-sid-missing", wait(kWait));
  queue("no WorkflowSid, and no call since", "workflow-sid-missing", wait(kWait), {});
  json foreign = wait(kWait);
  foreign.push_back(gone(kAcmeAt + "/taskrouter/0/workflows/1"));
  queue("no WorkflowSid, and the fallback is another account's", "workflow-sid-missing-no-task",
        foreign);
  queue("no WorkflowSid, another account's fallback, and no call since",
        "workflow-sid-missing-no-task", foreign, {});
  queue("the fallback's WorkflowSid", "workflow-sid-wrong", wait(url(kFallback)));
  queue("a WorkflowSid that is nowhere", "workflow-sid-wrong",
        wait(url("WW" + std::string(32, 'e'))));
  queue("a wrong WorkflowSid among other parameters", "workflow-sid-wrong",
        wait(kWait + "?lang=es&WorkflowSid=" + kFallback + "&x=1"));
  json unclear = wait(url(kFallback));
  unclear.push_back(set(kVariables + "/TWILIO_FLEX_CALLBACK_WORKFLOW_SID", kFallback));
  queue("the widget says one workflow, and the functions and the Wait URL another",
        "workflow-unclear", unclear);
  queue("WorkflowSid in small letters", "workflow-sid-missing",
        wait(kWait + "?workflowsid=" + kWorkflow));
  queue("the right WorkflowSid among other parameters", "", wait(url(kWorkflow) + "&lang=es"));
  queue("the widget's own workflow is wrong", "widget-workflow-wrong",
        json::array({set(kWidget + "/workflow", kFallback)}));
  queue("the second widget has no WorkflowSid", "workflow-sid-missing",
        second_widget(kWorkflow, kWait));
  queue("the second widget has a workflow of its own", "",
        second_widget(kFallback, url(kFallback)));
  queue("swapped callers", "task-attributes-swapped",
        json::array({set(kAcmeAt + "/taskrouter/0/tasks/0/attributes/from", "+15550100777")}), {});
  queue("the caller written without the plus", "",
        json::array({set(kAcmeAt + "/taskrouter/0/tasks/0/attributes/from", "15550100300")}), {});
  queue("an anonymous caller", "",
        json::array({set(kAcmeAt + "/taskrouter/0/tasks/0/attributes/from", "anonymous")}), {});
  queue("the corrected WorkflowSid was never published", "workflow-sid-unpublished",
        json::array({set(kFlowAt + "/status", "draft"),
                     set(kFlowAt + "/revisions/1/definition/states/2/properties/waitUrl", kWait)}));
  // Both are found in every run, whatever was reported.
  all.push_back(
      {"swapped callers that nobody reported", "odd noises", "task-attributes-swapped",
       json::array(
           {set(kAcmeAt + "/taskrouter/0/tasks/0/attributes/from", "+15550100777"), kUndeployed})});
}

void admin_email(std::vector<CaseWorld>& all) {
  const auto mail = [&](const std::string& name, const std::string& cause, const json& patch,
                        std::function<void(CompanyFixture&)> prepare = nullptr,
                        std::vector<json> calls = {kVoicemail}) {
    all.push_back(
        {name, "no admin email", cause, patch, std::move(calls), {}, {}, std::move(prepare)});
  };
  const auto to = [](const json& value) {
    return json::array({set(kVariables + "/ADMIN_EMAIL", value)});
  };
  const json none = json::array();
  mail("ADMIN_EMAIL is empty", "admin-email-empty", to(""));
  mail("ADMIN_EMAIL is empty, and nobody called", "admin-email-empty", to(""), nullptr, {});
  mail("there is no ADMIN_EMAIL", "admin-email-empty",
       json::array({gone(kVariables + "/ADMIN_EMAIL")}));
  json never = to("admin@acme.example;boss@acme.example");
  never.push_back(set("/mailgun/events", none));
  mail("ADMIN_EMAIL with a semicolon", "admin-email-malformed",
       to("admin@acme.example;boss@acme.example"));
  mail("ADMIN_EMAIL with a space", "admin-email-malformed",
       to("admin@acme.example, boss@acme.example"), nullptr, {});
  mail("ADMIN_EMAIL with a semicolon, and no mail ever", "admin-email-malformed", never, nullptr,
       {});
  mail("several addresses, rightly written", "", to("admin@acme.example,boss@acme.example"));
  mail("the key was revoked", "mailgun-key-revoked", json::array({gone("/mailgun/keys/0")}));
  mail("the key is disabled", "mailgun-key-revoked",
       json::array({set("/mailgun/keys/0/is_disabled", true)}));
  mail("the key of another domain", "mailgun-key-foreign",
       mail_key("fake-mailgun-sending-key-connie"));
  mail("a key of nobody's", "mailgun-key-foreign", mail_key("fake-key-of-another-account"));
  mail("the account's master key", "mailgun-key-master", mail_key("fake-mailgun-account-key"));
  mail("no key", "mailgun-key-missing", json::array({gone(kVariables + "/MAILGUN_API_KEY")}));
  mail("another sending domain", "mailgun-domain-wrong",
       json::array({set(kVariables + "/MAILGUN_DOMAIN", "connie.example")}));
  mail("a sending domain that is none", "mailgun-domain-wrong",
       json::array({set(kVariables + "/MAILGUN_DOMAIN", "acme.conie.example")}));
  mail("no sending domain", "mailgun-domain-wrong",
       json::array({gone(kVariables + "/MAILGUN_DOMAIN")}));
  mail("another sending domain, in the env file too", "mailgun-domain-wrong",
       json::array({set(kVariables + "/MAILGUN_DOMAIN", "connie.example")}),
       env("MAILGUN_DOMAIN", "acme.connie.example", "connie.example"));
  mail("the domain is not verified", "domain-unverified",
       json::array({set("/mailgun/domains/acme.connie.example/state", "unverified"),
                    set("/mailgun/domains/acme.connie.example/dns_published", true)}));
  mail("the domain is disabled", "domain-disabled",
       json::array({set("/mailgun/domains/acme.connie.example/state", "disabled")}));
  mail("Mailgun takes its time", "mail-delayed",
       json::array({set("/mailgun/slow_recipients", {{"admin@acme.example", 10800}})}));
  mail("the recipient's server refuses", "mail-rejected",
       json::array({set("/mailgun/failing_recipients", {{"admin@acme.example", "mailbox full"}})}));
  mail("the quota is used up", "mailgun-quota", json::array({set("/mailgun/messages_left", 0)}));
  mail("delivered, and the call is named", "mail-in-spam", none);
  all.back().parameters = {{"call", "the last"}};
  mail("delivered, and no call is named", "", none);
  mail("Mailgun fails a whole retry budget", "mailgun-5xx", none);
  all.back().faults = {"match=POST api.mailgun.net/v3/*,status=503,times=3"};
  mail("Mailgun fails once", "", none);
  all.back().faults = {"match=POST api.mailgun.net/v3/*,status=503,times=1"};
  mail("Mailgun is down for us, too", "mailgun-5xx", none, nullptr, {});
  all.back().later = {always("api.mailgun.net/*", 503)};
  mail("the refused key was set right, and mails went since", "mail-mended",
       mail_key("fake-mailgun-sending-key-connie"), [](CompanyFixture& firm) {
         live("MAILGUN_API_KEY", "fake-mailgun-sending-key-acme")(firm);
         firm.call(kVoicemail);
       });
  mail("the feature is off live", "drift-unknown-writer", none,
       flex(json::array({set(kFeatures + "/callback_and_voicemail_with_email/enabled", false)})));
  mail("the feature is on as a text", "drift-unknown-writer", none,
       flex(json::array({set(kFeatures + "/callback_and_voicemail_with_email/enabled", "true")})));
  mail("the key is refused, and Mailgun's keys cannot be listed", "mailgun-key-refused",
       json::array({gone("/mailgun/keys/0")}));
  all.back().later = {always("GET api.mailgun.net/v1/keys*", 403)};
  mail("one call met a dead line, and it is over", "", none);
  all.back().calls = {kAgent};
  all.back().faults = {"match=POST custom-flex*,status=503"};
  json both = to("");
  both.push_back(set(kWidget + "/waitUrl", ""));
  all.push_back({"no mail reported, and dead air besides",
                 "no admin email",
                 "wait-url-malformed",
                 both,
                 {kVoicemail}});
}

void recordings(std::vector<CaseWorld>& all) {
  const auto sound = [&](const std::string& name, const std::string& cause, const json& patch,
                         std::function<void(CompanyFixture&)> prepare = nullptr,
                         std::vector<json> calls = {kVoicemail}) {
    all.push_back(
        {name, "no audio in the mail", cause, patch, std::move(calls), {}, {}, std::move(prepare)});
  };
  const auto voice = [](const json& value) {
    return json::array({set(kAcmeAt + "/voice", value)});
  };
  const auto token = [](const json& value) {
    return json::array({set(kVariables + "/AUTH_TOKEN", value)});
  };
  const auto account = [](const json& value) {
    return json::array({set(kVariables + "/ACCOUNT_SID", value)});
  };
  const json other = {{"path", "voicemail"}, {"after", 300}, {"from", "+15550100888"}};
  sound("an old Auth Token", "recording-credentials-wrong", token("fake-old-token"));
  sound("an old Auth Token, in the env file too", "recording-credentials-wrong",
        token("fake-old-token"), env("AUTH_TOKEN", "fake-auth-token-acme", "fake-old-token"));
  sound("another account's SID", "recording-account-wrong", account(kCct));
  sound("another account's SID, in the env file too", "recording-account-wrong", account(kCct),
        env("ACCOUNT_SID", kAccount, kCct));
  sound("the Auth Token was set right since", "recording-mended", token("fake-old-token"),
        live("AUTH_TOKEN", "fake-auth-token-acme"));
  sound("recordings that take their time", "recording-retry-too-short",
        voice({{"recording_seconds", 25}}));
  sound("recordings that take very long", "recording-retry-too-short",
        voice({{"recording_seconds", 290}}));
  sound("recordings took their time, and went with a mail since", "recording-mended",
        voice({{"recording_seconds", 25}}), [](CompanyFixture& firm) {
          firm.patch(json::array({set(kAcmeAt + "/voice/recording_seconds", 0)}));
          firm.call(kVoicemail);
        });
  sound("a first fetch that came too early", "recording-first-404",
        voice({{"recording_seconds", 3}}));
  sound("no sound", "recording-empty", voice({{"recordings", "empty"}}));
  sound("no recording", "recording-lost", voice({{"recordings", "absent"}}));
  sound("one lost, one empty", "recording-empty", voice({{"recordings", "empty"}}),
        [](CompanyFixture& firm) {
          firm.patch(json::array({set(kAcmeAt + "/voice/recordings", "absent")}));
          firm.call({{"path", "voicemail"}, {"after", 300}, {"from", "+15550100888"}});
        });
  sound("two mails without sound", "recording-credentials-wrong", token("fake-old-token"), nullptr,
        {kVoicemail, other});
}

void transcripts(std::vector<CaseWorld>& all) {
  const auto text = [&](const std::string& name, const std::string& cause, const json& patch,
                        std::function<void(CompanyFixture&)> prepare = nullptr,
                        std::vector<json> calls = {kVoicemail}) {
    all.push_back(
        {name, "no transcript", cause, patch, std::move(calls), {}, {}, std::move(prepare)});
  };
  const auto voice = [](const json& value) {
    return json::array({set(kAcmeAt + "/voice", value)});
  };
  const auto local_off = [](CompanyFixture& firm) {
    replace(firm, kSource, "const TRANSCRIBE = true", "const TRANSCRIBE = false");
  };
  const json off = json::array({set(kContent, "const TRANSCRIBE = false;\n")});
  text("off in the function", "transcription-off-function", off, local_off);
  text("off in the deployed function alone", "transcription-off-function", off);
  text("off in a local file alone", "", json::array(), local_off);
  text("none are made", "transcription-quota", voice({{"transcriptions_left", 0}}));
  text("they fail", "transcription-quota", voice({{"transcriptions", "failed"}}));
  text("the account is in debt", "transcription-billing",
       json::array({set(kAcmeAt + "/balance/balance", "-3.10")}));
  text("the account is in debt, and nobody left a voicemail", "",
       json::array({set(kAcmeAt + "/balance/balance", "-3.10")}), nullptr, {});
  text("it came after the mail", "transcript-after-mail", voice({{"transcription_seconds", 60}}));
  text("too short to transcribe", "transcription-failed", json::array(), nullptr,
       {{{"path", "voicemail"}, {"after", 300}, {"seconds", 1}}});
  text("too early to tell", "", voice({{"transcriptions_left", 0}}), nullptr,
       {{{"path", "voicemail"}, {"after", 60}}});
}

void configuration(std::vector<CaseWorld>& all) {
  const json none = json::array();
  const auto crm = [&](const std::string& name, const std::string& cause, const json& patch,
                       std::function<void(CompanyFixture&)> prepare = nullptr) {
    all.push_back(
        {name, "CRM shows a generic page", cause, patch, {kAgent}, {}, {}, std::move(prepare)});
  };
  const auto drift = [&](const std::string& name, const std::string& cause, const json& live_patch,
                         std::function<void(CompanyFixture&)> more = nullptr) {
    all.push_back({name, "configuration drift", cause, none, {}, {}, {}, [=](CompanyFixture& firm) {
                     if (!live_patch.empty()) firm.patch(live_patch);
                     if (more) more(firm);
                   }});
  };
  const auto no_source = [](CompanyFixture& firm) {
    std::filesystem::remove(firm.folder + "/flex-config/ui_attributes.acme.json");
  };
  const json hard =
      json::array({set(kFeatures + "/enhanced_crm_container/url", "https://crm.acme.example/")});
  crm("the CRM's address in source and live", "crm-url-hardcoded-source", hard);
  crm("the CRM's address live alone", "crm-url-hardcoded-live", none, flex(hard));
  crm("the CRM's address with blanks in the braces", "crm-url-hardcoded-live", none,
      flex(json::array(
          {set(kFeatures + "/enhanced_crm_container/url", "{{ task.attributes.profile_url }}")})));
  crm("no CRM container", "crm-url-hardcoded-live", none,
      flex(json::array({gone(kFeatures + "/enhanced_crm_container")})));
  crm("the CRM container is off live", "crm-container-off", none,
      flex(json::array({set(kFeatures + "/enhanced_crm_container/enabled", false)})));
  crm("the CRM container is off in both", "crm-container-off",
      json::array({set(kFeatures + "/enhanced_crm_container/enabled", false)}));
  crm("tasks name no page", "profile-url-missing",
      json::array({set(kWidget + "/attributes", "{\"call_sid\": \"{{trigger.call.CallSid}}\"}")}));
  crm("the CRM's address live, and no source file", "source-missing", none,
      [=](CompanyFixture& firm) {
        firm.patch(hard);
        no_source(firm);
      });
  json tasks_gone = hard;
  crm("the CRM's address live, and no common source file", "crm-url-hardcoded-live", none,
      [=](CompanyFixture& firm) {
        firm.patch(tasks_gone);
        std::filesystem::remove(firm.folder + "/flex-config/ui_attributes.common.json");
      });
  const auto at = [](const std::string& below) { return kFeatures + below; };
  drift("a value has drifted", "drift-unknown-writer",
        json::array({set(at("/activity_skill_filter/enabled"), false)}));
  drift("true has become a text", "drift-unknown-writer",
        json::array({set(at("/activity_skill_filter/enabled"), "true")}));
  drift("a number has become a text", "drift-unknown-writer",
        json::array({set(at("/callback_and_voicemail_with_email/max_attempts"), "3")}));
  drift("an empty object was added", "drift-unknown-writer",
        json::array({set(at("/dispositions"), json::object())}));
  drift("a feature was added", "drift-unknown-writer",
        json::array({set(at("/dispositions"), {{"enabled", true}})}));
  drift("a feature was taken away", "drift-unknown-writer",
        json::array({gone(at("/activity_skill_filter"))}));
  drift("a feature became null", "drift-unknown-writer",
        json::array({set(at("/activity_skill_filter"), nullptr)}));
  drift("a skill was changed", "drift-unknown-writer",
        json::array({set(kAcmeAt + "/flex_configuration/taskrouter_skills/0/multivalue", true)}));
  drift("a skill was added", "drift-unknown-writer",
        json::array(
            {set(kAcmeAt + "/flex_configuration/taskrouter_skills/-", {{"name", "spanish"},
                                                                       {"multivalue", false},
                                                                       {"minimum", nullptr},
                                                                       {"maximum", nullptr}})}));
  for (const auto& [actor, cause] : std::vector<std::pair<std::string, std::string>>{
           {"user", "drift-admin-ui"}, {"account", "drift-direct-write"}})
    drift("a value has drifted by a " + actor, cause,
          json::array({set(at("/activity_skill_filter/enabled"), false),
                       set(kAcmeAt + "/events/-", {{"event_type", "flex-configuration.updated"},
                                                   {"resource_type", "flex-configuration"},
                                                   {"actor_type", actor},
                                                   {"event_date", "2026-11-20T11:30:00Z"}})}));
  drift("no source file", "source-missing", none, no_source);
}

void neighbours(std::vector<CaseWorld>& all) {
  const auto log = [](CompanyFixture& firm, const std::string& day, const std::string& side,
                      const std::string& data) {
    firm.write("dev-logs/wait-experience-acme-" + day + "/CCT-config-" + side + ".json",
               "{\"ui_attributes\":{\"custom_data\":" + data + "}}");
  };
  const std::string at = "/accounts/" + kCct + "/flex_configuration/ui_attributes/custom_data";
  const auto world = [&](const std::string& name, const std::string& cause,
                         std::function<void(CompanyFixture&)> prepare) {
    all.push_back({name, "dead air", cause, json::array(), {}, {}, {}, std::move(prepare)});
  };
  world("a deploy changed CCT", "deployed-to-wrong-account", [=](CompanyFixture& firm) {
    log(firm, "2026-11-19", "PRE", R"({"a":1})");
    log(firm, "2026-11-19", "POST", R"({"a":2})");
    firm.patch(json::array({set(at + "/a", 2)}));
  });
  world("a deploy changed CCT, and the next one hides it", "deployed-to-wrong-account",
        [=](CompanyFixture& firm) {
          log(firm, "2026-11-18", "PRE", R"({"a":1})");
          log(firm, "2026-11-18", "POST", R"({"a":2})");
          log(firm, "2026-11-19", "PRE", R"({"a":2})");
          log(firm, "2026-11-19", "POST", R"({"a":2})");
          firm.patch(json::array({set(at, {{"a", 2}})}));
        });
  world("a deploy changed CCT, and it was reverted", "", [=](CompanyFixture& firm) {
    log(firm, "2026-11-19", "PRE", R"({"a":1})");
    log(firm, "2026-11-19", "POST", R"({"a":2})");
    firm.patch(json::array({set(at, {{"a", 1}})}));
  });
  world("a deploy changed CCT, and its source files won since", "", [=](CompanyFixture& firm) {
    log(firm, "2026-11-19", "PRE", R"({"a":1})");
    log(firm, "2026-11-19", "POST", R"({"a":2})");
    firm.patch(json::array({set(at, {{"b", 1}})}));
    firm.write("flex-config/ui_attributes.CCT.json", R"({"custom_data":{"b":1}})");
  });
  world("CCT is as the last deploy left it", "", [=](CompanyFixture& firm) {
    log(firm, "2026-11-19", "PRE", R"({"a":1})");
    log(firm, "2026-11-19", "POST", R"({"a":1})");
    firm.patch(json::array({set(at, {{"a", 1}})}));
  });
  world("CCT changed since the last deploy", "adjacent-account-changed",
        [=](CompanyFixture& firm) { log(firm, "2026-11-19", "POST", R"({"a":2})"); });
}

}  // namespace

std::vector<CaseWorld> case_worlds() {
  std::vector<CaseWorld> all;
  for (const auto part :
       {dead_air, wrong_queue, admin_email, recordings, transcripts, configuration, neighbours})
    part(all);
  return all;
}

std::vector<CaseWorld> generated_worlds() {
  std::vector<CaseWorld> base = case_worlds();
  for (const char* reported : {"dead air", "wrong queue", "no email", "no recording",
                               "no transcript", "crm pop", "drift", "odd noises"})
    base.push_back({std::string("all is well: ") + reported,
                    reported,
                    "",
                    json::array(),
                    {kAgent, kVoicemail}});
  struct Beside {
    const char* name;
    json patch;
    std::vector<std::string> later;
    const char* not_for;  // a part of names that this would change
  };
  const std::vector<Beside> besides = {
      {"", json::array(), {}, nullptr},
      {", beside an incident of SMS elsewhere",
       json::array({status_page("SMS delays in Chile")}),
       {},
       "outage"},
      {", the probe reset once",
       json::array(),
       {"kind=reset,match=POST custom-flex*,times=1"},
       "reset once"},
  };
  std::vector<CaseWorld> all;
  for (const Beside& beside : besides)
    for (CaseWorld world : base) {
      if (beside.not_for && world.name.find(beside.not_for) != std::string::npos) continue;
      if (!beside.patch.empty() && world.patch.dump().find("status_page") != std::string::npos)
        continue;
      world.name += beside.name;
      for (const json& one : beside.patch) world.patch.push_back(one);
      for (const std::string& one : beside.later) world.later.insert(world.later.begin(), one);
      all.push_back(std::move(world));
    }
  return all;
}

namespace {

// What a call comes to, without what differs from call to call.
std::string outcome(const json& report) {
  json mails = json::array();
  for (const json& mail : report["mails"])
    mails.push_back(
        {mail["recipient"], mail["attachments"].size(), mail["transcript"], mail["status"]});
  return json{report["ended"], report["queue"], mails,
              report["agent"].is_null() ? json() : report["agent"]["crm"]}
      .dump();
}

struct Healthy {
  std::string agent, mail;
};

const Healthy& healthy() {
  static const Healthy one = [] {
    CompanyFixture firm("production", json::array(), CrashFixture::demo);
    Healthy well;
    well.agent = outcome(firm.call(kAgent));
    well.mail = outcome(firm.call(kVoicemail));
    return well;
  }();
  return one;
}

}  // namespace

Verdict judged(const CaseWorld& world, bool fix) {
  Verdict verdict;
  CaseRoom room(world.patch, world.profile, world.faults);
  CompanyFixture& firm = room.firm;
  json last;
  for (const json& order : world.calls) last = firm.call(order);
  if (world.prepare) world.prepare(firm);
  for (const std::string& fault : world.later) (void)firm.simulator.add_fault(fault);
  json parameters = world.parameters;
  if (parameters.contains("call")) parameters["call"] = last["call"];
  room.troubleshoot(world.reported, parameters);
  verdict.said = firm.said.message;
  if (!firm.run) {
    verdict.crash = "no run: " + firm.said.message;
    return verdict;
  }
  const std::vector<json> findings(firm.state().findings.begin(), firm.state().findings.end());
  if (!findings.empty()) verdict.first = findings[0]["cause"];
  const bool known = firm.passed("the root cause is known");
  const auto diagnosed = firm.state().phases.find("diagnose");
  if (known && diagnosed != firm.state().phases.end()) {
    const json& told =
        diagnosed->second.contains("value") ? diagnosed->second["value"] : diagnosed->second;
    verdict.root = told["root"].value("cause", "");
  }
  for (const json& one : findings)
    if (one["cause"] == "not-looked-at") verdict.crash = one["title"];
  if (!known && firm.said.message.find("the root cause is known") == std::string::npos)
    verdict.crash = firm.said.message;
  if (!fix || firm.status() != "awaiting_decision" ||
      firm.planned() == std::vector<std::string>{"files.write"})
    return verdict;
  firm.approve();
  verdict.fixed = true;
  verdict.gone = firm.passed("the fault is gone");
  verdict.said = firm.said.message;
  // A line that was not mended is not called again for the comparison's sake alone.
  verdict.mended = outcome(firm.call(kAgent)) == healthy().agent &&
                   outcome(firm.call(kVoicemail)) == healthy().mail;
  return verdict;
}

}  // namespace countersign::firm
