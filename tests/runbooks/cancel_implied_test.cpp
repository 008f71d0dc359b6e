// C1 to C16: what the cancellation's text implies, each with a test that names it.
#include <algorithm>

#include "interpreter/clock.h"
#include "tests/runbooks/company_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Words = std::vector<std::string>;

namespace {

const std::string kLog = "dev-logs/wait-experience-acme-2026-11-20/";
const std::string kArchive = "dev-logs/_archive/wait-experience-acme-2026-11-20/";
const std::string kNewFlow = "FW00000000000000000000000000000002";
const std::string kWindow = "2026-11-20T22:00:00Z/2026-11-20T23:30:00Z";

std::size_t first(const Words& words, const std::string& word) {
  const auto at = std::find(words.begin(), words.end(), word);
  INFO(word);
  REQUIRE(at != words.end());
  return static_cast<std::size_t>(at - words.begin());
}

std::size_t last(const Words& words, const std::string& word) {
  const auto at = std::find(words.rbegin(), words.rend(), word);
  INFO(word);
  REQUIRE(at != words.rend());
  return words.size() - 1 - static_cast<std::size_t>(at - words.rbegin());
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A voicemail flow that somebody set up beforehand.
json second_flow() {
  return {{{"op", "add"},
           {"path", "/accounts/" + kAccount + "/flows/-"},
           {"value",
            {{"sid", kNewFlow},
             {"friendly_name", "Acme Voicemail"},
             {"status", "published"},
             {"revision", 1},
             {"definition",
              {{"description", "Voicemail-only"},
               {"flags", {{"allow_concurrent_calls", true}}},
               {"initial_state", "Trigger"},
               {"states",
                {{{"name", "Trigger"},
                  {"type", "trigger"},
                  {"properties", json::object()},
                  {"transitions",
                   {{{"event", "incomingMessage"}},
                    {{"event", "incomingCall"}},
                    {{"event", "incomingConversationMessage"}},
                    {{"event", "incomingRequest"}},
                    {{"event", "incomingParent"}}}}}}}}}}}}};
}

json switching(const json& changes = json::object()) {
  json all = CompanyFixture::parameters({{"type", "B"},
                                         {"goodbye", nullptr},
                                         {"out_of_service_url", nullptr},
                                         {"outage_window", kWindow},
                                         {"target", "voicemail-only"},
                                         {"revoke_key", true}});
  all.merge_patch(changes);
  return all;
}

json execution(const std::string& sid, const std::string& status, const std::string& created) {
  return {{"op", "add"},
          {"path", "/accounts/" + kAccount + "/executions/0"},
          {"value",
           {{"sid", sid},
            {"flow_sid", kFlow},
            {"status", status},
            {"contact_channel_address", "+15550100399"},
            {"date_created", created}}}};
}

Words wanted_items(const CompanyFixture& firm) {
  Words items;
  const json& done = firm.state().head()["done"];
  for (std::size_t i = 0; i < done.size(); ++i)
    if (firm.state().wanted.at(i))
      items.push_back(done[i].contains("slug") && done[i]["slug"].is_string() ? done[i]["slug"]
                                                                              : done[i]["text"]);
  return items;
}

std::string notes(const CompanyFixture& firm) {
  return firm.state().notes.dump();
}
std::string findings(const CompanyFixture& firm) {
  return firm.state().findings.dump();
}

}  // namespace

TEST_CASE(
    "C1 the client's env entries go after the flag is deployed off and before the key, then the "
    "functions are deployed") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  CHECK(holds(firm.read("serverless-functions/.env.acme"), "MAILGUN_API_KEY"));
  firm.after(24.1);
  const Words done = firm.carried_out();
  CHECK(first(done, "flex.deploy") < first(done, "env.delete"));
  CHECK(last(done, "env.delete") < first(done, "command.run"));
  CHECK(first(done, "command.run") < first(done, "mailgun.keys.delete"));
  CHECK(firm.read("deploys") == "acme\n");
  CHECK(firm.read("serverless-functions/.env.acme") ==
        "# acme\nACCOUNT_SID=" + kAccount +
            "\nAUTH_TOKEN=fake-auth-token-acme\nTWILIO_FLEX_WORKSPACE_SID=" + kWorkspace +
            "\nWEBCHAT_ADDRESS=chat.acme.example\n");
  CHECK(firm.account()["serverless"][0]["sid"] == kService);
}

TEST_CASE(
    "C2 archiving the dev-logs is the last change, after the 24h checks and before the sign-off") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  firm.after(24.1);
  CHECK(firm.has(kLog));
  CHECK_FALSE(firm.has("dev-logs/_archive"));
  firm.after(24.1);
  REQUIRE(firm.status() == "awaiting_attestation");
  // Not before every item of the 24 hours is confirmed, those that people attest too.
  firm.attest("callers-hear");
  firm.advance();
  CHECK(firm.status() == "awaiting_attestation");
  CHECK_FALSE(firm.has("dev-logs/_archive"));
  firm.attest("no-admin-mail");
  firm.advance();
  REQUIRE(firm.status() == "awaiting_attestation");
  CHECK(firm.carried_out().back() == "devlogs.archive");
  CHECK(firm.passed("Mailgun shows no outbound mail for the client's key"));
  CHECK(firm.list("dev-logs") == Words{"_archive", "wait-experience-cct-2026-05-04"});
  CHECK(firm.list("dev-logs/_archive") ==
        Words{"wait-experience-acme-2026-05-04", "wait-experience-acme-2026-11-20"});
  CHECK(firm.has(kArchive + "acme-residual-activity-POST-cancel.json"));
  CHECK(firm.has(kArchive + "acme-account-POST-cancel.json"));
  CHECK(firm.state().sign_offs.empty());
}

TEST_CASE(
    "C3 a switch without its setup runbook stops after planning and opens the obligation to author "
    "it") {
  CompanyFixture firm;
  firm.start("connie/cancel", switching());
  INFO(firm.said.message);
  CHECK(firm.status() == "awaiting_attestation");
  CHECK(firm.changes().empty());
  CHECK(firm.carried_out().empty());
  CHECK(holds(findings(firm), "setup-runbook-missing"));
  CHECK(holds(findings(firm), "voicemail-only/02_setup.md"));
  CHECK(holds(findings(firm), "document what you actually shipped, not what you planned to ship"));
  const std::string told = notes(firm);
  std::size_t at = 0;
  for (const char* step :
       {"1 make the new voicemail-only flow", "2 rewire", "3 wait until the old flow",
        "4 switch the feature off", "5 remove the env entries", "6 smoke-test"}) {
    INFO(step);
    const std::size_t found = told.find(step);
    REQUIRE(found != std::string::npos);
    CHECK(found >= at);
    at = found;
  }
  firm.sign_off();
  CHECK(holds(firm.said.message, "Setup runbook is authored and published"));
}

TEST_CASE(
    "C3 a switch rewires first, retires the old flow when it is calm, and does both inside the "
    "agreed window") {
  CompanyFixture firm("production", second_flow());
  firm.start("connie/cancel", switching({{"target_flow", kNewFlow}}));
  INFO(firm.said.message << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  CHECK(plan_view(firm.state())["later"] == json::array());
  CHECK(firm.planned_in("keep") == Words{"devlogs.write"});
  CHECK(firm.planned_in("switch") == Words{"twilio.numbers.update"});
  firm.approve();
  REQUIRE(firm.status() == "awaiting_time");
  firm.after(9.8);
  CHECK(firm.changes().empty());
  REQUIRE(firm.simulator.patch(json::array(
      {execution("FN00000000000000000000000000000001", "active", "2026-11-20T21:47:00Z")})));
  firm.after(0.25);
  INFO(firm.said.message << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_time");
  CHECK(firm.carried_out() == Words{"devlogs.write", "twilio.numbers.update"});
  CHECK(holds(firm.account()["phone_numbers"][0]["voice_url"], kNewFlow));
  REQUIRE(firm.simulator.patch(
      json::array({json{{"op", "replace"},
                        {"path", "/accounts/" + kAccount + "/executions/0/status"},
                        {"value", "ended"}}})));
  firm.after(0.1);
  INFO(firm.said.message << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_attestation");
  const Words done = firm.carried_out();
  CHECK(done == Words{"devlogs.write", "twilio.numbers.update", "devlogs.update", "files.edit",
                      "flex.deploy", "env.delete", "env.delete", "env.delete", "env.delete",
                      "serverless.variables.delete", "serverless.variables.delete",
                      "serverless.variables.delete", "serverless.variables.delete", "command.run",
                      "studio.flows.archive", "mailgun.keys.delete"});
  CHECK(firm.passed("the switch begins inside the agreed window"));
  CHECK(firm.passed("the retirement begins inside the agreed window"));
  CHECK(holds(firm.account()["flows"][0]["friendly_name"], "[ARCHIVED]"));
  CHECK(firm.account()["flows"][1]["friendly_name"] == "Acme Voicemail");
}

TEST_CASE("C3 a window that is over is no window, before the switch and before the retirement") {
  CompanyFixture firm("production", second_flow());
  firm.start("connie/cancel",
             switching({{"target_flow", kNewFlow},
                        {"outage_window", "2026-11-19T22:00:00Z/2026-11-19T23:00:00Z"}}));
  CHECK(holds(firm.said.message, "the outage window is one that lies ahead"));
  firm.start("connie/cancel", switching({{"target_flow", kNewFlow}}));
  firm.approve();
  firm.after(12);
  CHECK(holds(firm.said.message, "the switch begins inside the agreed window"));
  CHECK(firm.status() == "failed");
  CHECK(firm.changes().empty());

  CompanyFixture late("production", second_flow());
  late.start("connie/cancel", switching({{"target_flow", kNewFlow}}));
  late.approve();
  REQUIRE(late.simulator.patch(json::array(
      {execution("FN00000000000000000000000000000001", "active", "2026-11-20T21:47:00Z")})));
  late.after(10.05);
  REQUIRE(late.status() == "awaiting_time");
  REQUIRE(late.simulator.patch(
      json::array({json{{"op", "replace"},
                        {"path", "/accounts/" + kAccount + "/executions/0/status"},
                        {"value", "ended"}}})));
  late.after(2);
  // The switch was made, so it is asked whether it is to be undone; a person decides.
  CHECK(late.status() == "awaiting_decision");
  CHECK(holds(late.state().undoing["error"]["message"].get<std::string>(),
              "the retirement begins inside the agreed window"));
  CHECK(late.planned() == Words{"twilio.numbers.update"});
  CHECK(late.account()["flows"][0]["friendly_name"] == "Acme Wait Experience");
}

TEST_CASE("C4 the done list depends on the path, and a switch does not mark the client cancelled") {
  CompanyFixture firm("production", second_flow());
  const std::string registry = firm.read("PAC.md");
  firm.start("connie/cancel", switching({{"target_flow", kNewFlow}, {"revoke_key", false}}));
  firm.approve();
  firm.after(10.05);
  INFO(firm.said.message << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_attestation");
  CHECK(wanted_items(firm) == Words{"the Mailgun parent domain is intact",
                                    "the TaskRouter workspace is intact",
                                    "the number rings the new flow", "smoke-test", "setup-runbook",
                                    "CEO sign-off on the completed cancellation, acknowledging "
                                    "that the 24h verification passed"});
  CHECK(firm.read("PAC.md") == registry);
  // Whether key and entries go is a parameter.
  CHECK(firm.world()["mailgun"]["keys"].size() == 2);
  CHECK(holds(firm.read("serverless-functions/.env.acme"), "MAILGUN_API_KEY"));
  CHECK_FALSE(firm.has("deploys"));
}

TEST_CASE("C5 goodbye text, out-of-service URL and outage window have no silent default") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters({{"goodbye", nullptr}}));
  CHECK(holds(firm.said.message, "goodbye is missing: Goodbye text"));
  firm.start("connie/cancel", CompanyFixture::parameters({{"out_of_service_url", nullptr}}));
  CHECK(holds(firm.said.message, "out_of_service_url is missing: Out-of-service URL"));
  firm.start("connie/cancel", switching({{"outage_window", nullptr}}));
  CHECK(holds(firm.said.message, "outage_window is missing: Outage window"));
  CHECK_FALSE(holds(firm.said.message, "goodbye is missing"));
  CHECK(firm.run == nullptr);
  // Not needed, not asked for.
  firm.start("connie/cancel", CompanyFixture::parameters(
                                  {{"disposition", "release"}, {"out_of_service_url", nullptr}}));
  CHECK(firm.status() == "awaiting_decision");
}

TEST_CASE(
    "C6 retain sets the voice URL where the order has it, release destroys never before the drain "
    "ended, and only a person can tell what callers hear") {
  {
    CompanyFixture firm;
    firm.start("connie/cancel", CompanyFixture::parameters());
    CHECK(firm.planned_in("teardown")[1] == "twilio.numbers.update");
    firm.approve();
    CHECK(holds(firm.account()["phone_numbers"][0]["voice_url"], kFlow));
    firm.after(24.1);
    CHECK(firm.account()["phone_numbers"][0]["voice_url"] == kBin);
  }
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters(
                                  {{"disposition", "release"}, {"out_of_service_url", nullptr}}));
  bool destroys = false;
  const json plan = plan_view(firm.state());
  for (const json& phase : plan["phases"])
    for (const json& step : phase["steps"])
      for (const json& operation : step["operations"])
        if (operation["operation"] == "twilio.numbers.delete")
          destroys = operation["effect"] == "destroy" && phase["name"] == "teardown";
  CHECK(destroys);
  firm.approve();
  firm.after(23.5);
  CHECK(firm.account()["phone_numbers"].size() == 1);
  firm.after(0.6);
  CHECK(firm.account()["phone_numbers"].empty());
  firm.after(24.1);
  REQUIRE(firm.status() == "awaiting_attestation");
  CHECK(holds(summary(firm.state())["waiting_for"].dump(), "callers-hear"));
}

TEST_CASE("C7 the drain ends when its time is over and no call or execution is active") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  const std::string call = "/accounts/" + kAccount + "/calls/0";
  REQUIRE(firm.simulator.patch(
      {execution("FN00000000000000000000000000000001", "active", "2026-11-21T11:00:00Z"),
       {{"op", "add"},
        {"path", call},
        {"value",
         {{"sid", "CA00000000000000000000000000000001"},
          {"from", "+15550100399"},
          {"to", kNumber},
          {"status", "in-progress"}}}}}));
  firm.after(24.1);
  CHECK(firm.status() == "awaiting_time");
  CHECK(holds(notes(firm), "1 calls and 1 executions are still active"));
  REQUIRE(firm.simulator.patch(
      json::array({json{{"op", "replace"},
                        {"path", "/accounts/" + kAccount + "/executions/0/status"},
                        {"value", "ended"}}})));
  firm.after(0.3);
  CHECK(holds(notes(firm), "1 calls and 0 executions are still active"));
  CHECK(firm.carried_out() == Words{"devlogs.write", "studio.flows.update"});
  REQUIRE(firm.simulator.patch(
      json::array({json{{"op", "replace"}, {"path", call + "/status"}, {"value", "completed"}}})));
  firm.after(0.3);
  INFO(firm.said.message);
  CHECK(first(firm.carried_out(), "twilio.numbers.update") == 3);
}

TEST_CASE(
    "C8 the environment is a fact of the profile, bound into the request, and only what is not "
    "production skips the drain") {
  {
    CompanyFixture firm("production");
    firm.start("connie/cancel", CompanyFixture::parameters({{"type", "C"}}));
    CHECK(holds(firm.said.message,
                "type C skips the drain, and acme is a production deployment: use type A"));
    firm.start("connie/cancel", CompanyFixture::parameters({{"drain", "1h"}}));
    CHECK(holds(firm.said.message, "production drains 24h at least, got 1h"));
    CHECK(firm.changes().empty());
    firm.start("connie/cancel", CompanyFixture::parameters({{"drain", "36h"}}));
    CHECK(json::parse(firm.state().request->document)["profile"]["environment"] == "production");
  }
  CompanyFixture firm("staging");
  firm.start("connie/cancel", CompanyFixture::parameters({{"type", "C"}}));
  INFO(firm.said.message);
  REQUIRE(firm.status() == "awaiting_decision");
  CHECK(json::parse(firm.state().request->document)["profile"]["environment"] == "staging");
  firm.start("connie/cancel", CompanyFixture::parameters({{"drain", "1h"}}));
  CHECK(firm.status() == "awaiting_decision");
}

TEST_CASE(
    "C9 the execution history is exported before and after the drain, and its count is the API's") {
  CompanyFixture firm;
  const std::size_t then = firm.account()["executions"].size();
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  CHECK(json::parse(firm.read(kLog + "acme-executions-PRE-cancel.json"))["count"] == then);
  // A caller heard the goodbye during the drain.
  REQUIRE(firm.simulator.patch(json::array(
      {execution("FN00000000000000000000000000000001", "ended", "2026-11-20T18:00:00Z")})));
  firm.after(24.1);
  const json later = json::parse(firm.read(kLog + "acme-executions-DRAINED-cancel.json"));
  CHECK(later["count"] == then + 1);
  CHECK(later["executions"].size() == then + 1);
  CHECK(firm.passed("the exported execution history is complete"));
  CHECK(first(firm.carried_out(), "devlogs.update") <
        first(firm.carried_out(), "studio.flows.archive"));
}

TEST_CASE("C10 evidence bears the names that the runbook gives it") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.live_through();
  CHECK(firm.list(kArchive) ==
        Words{"acme-account-POST-cancel.json", "acme-account-PRE-cancel.json",
              "acme-config-POST-cancel.json", "acme-config-PRE-cancel.json",
              "acme-deployed-and-live-PRE-cancel.json", "acme-env-PRE-cancel.txt",
              "acme-executions-DRAINED-cancel.json", "acme-executions-PRE-cancel.json",
              "acme-flow-PRE-cancel.json", "acme-functions-PRE-cancel.json",
              "acme-residual-activity-POST-cancel.json"});
  CHECK(json::parse(firm.read(
            kArchive +
            "acme-config-POST-cancel.json"))["ui_attributes"]["custom_data"]["features"]
                                            ["callback_and_voicemail_with_email"]["enabled"] ==
        false);
}

TEST_CASE("C11 a decision without a written reference is refused") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve("");
  CHECK_FALSE(firm.said.message.empty());
  INFO(firm.said.message);
  CHECK(holds(firm.said.message, "the approval has no reference"));
  CHECK(firm.status() == "awaiting_decision");
  CHECK(firm.changes().empty());
  CHECK(firm.carried_out().empty());
}

TEST_CASE(
    "C12 workspace, service and Mailgun domain are refused on the real path, and closing the "
    "sub-account is refused with the way to go") {
  CompanyFixture asked;
  asked.start("connie/cancel", CompanyFixture::parameters({{"type", "close-account"},
                                                           {"goodbye", nullptr},
                                                           {"out_of_service_url", nullptr}}));
  CHECK(holds(asked.said.message, "closing the whole Twilio sub-account is not done by a runbook"));
  CHECK(holds(asked.said.message, "cancel its deployments with type A first"));
  CHECK(asked.changes().empty());

  struct Case {
    const char* operation;
    const char* call;
  };
  for (const Case& one : {Case{"taskrouter.workspaces.delete",
                               "taskrouter.workspaces.delete { sid = found.workspace }"},
                          Case{"serverless.services.delete",
                               "serverless.services.delete { sid = found.services[1] }"},
                          Case{"mailgun.domains.delete",
                               "mailgun.domains.delete { name = run.profile.mailgun_domain }"}}) {
    for (const bool railed : {true, false}) {
      INFO(one.operation << (railed ? "" : ", with its rail taken out"));
      CompanyFixture firm;
      firm.edit_runbook(
          "cancel.lua", "step(\"Add the execution history up to the end",
          std::string(one.call) + "\n      step(\"Add the execution history up to the end");
      if (!railed)
        firm.edit_runbook("cancel.lua", std::string("rails.never(\"") + one.operation,
                          "rails.never(\"twilio.keys.delete");
      firm.start("connie/cancel", CompanyFixture::parameters());
      CHECK(firm.said.kind == "refused");
      CHECK(firm.said.operation == one.operation);
      CHECK(holds(firm.said.message,
                  railed ? "a rail forbids " : "is protected and cannot be deleted"));
      CHECK(firm.status() == "failed");
      CHECK(firm.changes().empty());
    }
  }
}

TEST_CASE(
    "C13 the client's key is found by listing, and on a shared domain mails are counted by key, "
    "not by domain") {
  // Another client sends over the same domain with a key of its own.
  const json shared = {{{"op", "replace"},
                        {"path", "/mailgun/keys/1/domain_name"},
                        {"value", "acme.connie.example"}}};
  const json theirs = {{"op", "add"},
                       {"path", "/mailgun/events/0"},
                       {"value",
                        {{"event", "accepted"},
                         {"timestamp", "2026-11-22T02:00:00Z"},
                         {"domain", "acme.connie.example"},
                         {"recipient", "admin@cct.example"},
                         {"api-key-id", "cc700001-5e0d0001"}}}};
  {
    CompanyFixture firm("production", shared);
    firm.start("connie/cancel", CompanyFixture::parameters());
    INFO(firm.said.message);
    REQUIRE(firm.status() == "awaiting_decision");
    firm.approve();
    firm.after(24.1);
    CHECK(firm.changes().back() == "DELETE api.mailgun.net/v1/keys/" + kKey);
    REQUIRE(firm.simulator.patch(json::array({theirs})));
    firm.after(24.1);
    INFO(firm.said.message);
    CHECK(firm.status() == "awaiting_attestation");
    CHECK(firm.world()["mailgun"]["keys"][0]["id"] == "cc700001-5e0d0001");
  }
  {
    CompanyFixture firm("production", shared);
    firm.start("connie/cancel", CompanyFixture::parameters());
    firm.approve();
    firm.after(24.1);
    json own = theirs;
    own["value"]["api-key-id"] = kKey;
    REQUIRE(firm.simulator.patch(json::array({own})));
    firm.after(24.1);
    CHECK(holds(firm.said.message,
                "Mailgun shows no outbound mail for the client's key: 1 mails since the teardown"));
    CHECK(firm.status() == "failed");
  }
  // Nothing tells whose key is whose: the run asks for it instead of guessing.
  const json nameless = {
      {{"op", "replace"},
       {"path", "/mailgun/keys/1/domain_name"},
       {"value", "acme.connie.example"}},
      {{"op", "replace"}, {"path", "/mailgun/keys/0/description"}, {"value", "voicemail"}}};
  CompanyFixture firm("production", nameless);
  firm.start("connie/cancel", CompanyFixture::parameters());
  CHECK(holds(firm.said.message, "give its id as the parameter sending_key"));
  CHECK(holds(firm.said.message, kKey));
  firm.start("connie/cancel", CompanyFixture::parameters({{"sending_key", kKey}}));
  CHECK(firm.status() == "awaiting_decision");
}

TEST_CASE("C14 a failed 24h check reads flag and key and says which did not take") {
  const std::string flag = "/accounts/" + kAccount +
                           "/flex_configuration/ui_attributes/custom_data/features/"
                           "callback_and_voicemail_with_email/enabled";
  const json task = {{"op", "add"},
                     {"path", "/accounts/" + kAccount + "/taskrouter/0/tasks/-"},
                     {"value",
                      {{"workflow_sid", kWorkflow},
                       {"task_queue_sid", kQueue},
                       {"date_created", "2026-11-22T03:00:00Z"},
                       {"attributes", {{"taskType", "voicemail"}}}}}};
  const json key = {{"op", "add"},
                    {"path", "/mailgun/keys/-"},
                    {"value",
                     {{"id", kKey},
                      {"secret", "x-sending-key"},
                      {"domain_name", "acme.connie.example"},
                      {"description", "acme voicemail mails"}}}};
  struct Case {
    json patch;
    std::string flag, key;
  };
  const std::vector<Case> cases = {
      {json::array({task}), "the feature flag is off in the live configuration",
       "the Mailgun key is revoked"},
      {{task, {{"op", "replace"}, {"path", flag}, {"value", true}}},
       "the feature flag did not take",
       "the Mailgun key is revoked"},
      {{task, key},
       "the feature flag is off in the live configuration",
       "the Mailgun key was not revoked: " + kKey},
  };
  for (const Case& one : cases) {
    CompanyFixture firm;
    firm.start("connie/cancel", CompanyFixture::parameters());
    firm.approve();
    firm.after(24.1);
    REQUIRE(firm.status() == "awaiting_time");
    const Status patched = firm.simulator.patch(one.patch);
    INFO((patched ? std::string() : patched.error().message));
    REQUIRE(patched);
    firm.after(24.1);
    CHECK(firm.status() == "failed");
    INFO(firm.said.message);
    CHECK(holds(firm.said.message, "no new tasks landed in the cancelled queue: WT"));
    CHECK(holds(firm.said.message, one.flag));
    CHECK(holds(firm.said.message, one.key));
    CHECK_FALSE(firm.has("dev-logs/_archive"));
  }
}

TEST_CASE("C15 archiving by rename is the default, and deleting the flow is an explicit destroy") {
  {
    CompanyFixture firm;
    firm.start("connie/cancel", CompanyFixture::parameters());
    const Words planned = firm.planned();
    CHECK(std::count(planned.begin(), planned.end(), "studio.flows.delete") == 0);
    CHECK(std::count(planned.begin(), planned.end(), "studio.flows.archive") == 1);
  }
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters({{"flow_deletion", "delete"}}));
  REQUIRE(firm.status() == "awaiting_decision");
  const std::string plan = plan_view(firm.state()).dump();
  CHECK(holds(plan, "\"destroy\""));
  CHECK(holds(plan, "the flow, its revisions and its execution history are gone"));
  firm.live_through();
  CHECK(firm.account()["flows"].empty());
  CHECK(firm.has(kArchive + "acme-executions-DRAINED-cancel.json"));
}

TEST_CASE(
    "C16 the pre-flight lists what the original dev-log says beside what is live, and nothing else "
    "is torn down") {
  json others = second_flow();
  others.push_back({{"op", "add"},
                    {"path", "/accounts/" + kAccount + "/phone_numbers/-"},
                    {"value",
                     {{"sid", "PN00000000000000000000000000000002"},
                      {"phone_number", "+15550100777"},
                      {"voice_url", "https://webhooks.twilio.com/v1/Accounts/" + kAccount +
                                        "/Flows/" + kNewFlow}}}});
  CompanyFixture firm("production", others);
  firm.write("dev-logs/wait-experience-acme-2026-05-04/README.md",
             "# acme\n\nNumber +15550100200, flow FW99999999999999999999999999999999.\n");
  firm.start("connie/cancel", CompanyFixture::parameters());
  CHECK(holds(notes(firm),
              "The dev-log wait-experience-acme-2026-05-04 says was deployed: +15550100200, "
              "FW99999999999999999999999999999999"));
  CHECK(holds(notes(firm), "Live: number +15550100200, flow " + kFlow + ", key " + kKey));
  CHECK(holds(findings(firm),
              kFlow + " is live and wait-experience-acme-2026-05-04 does not name it"));
  firm.live_through();
  const json beside = json::parse(firm.read(kArchive + "acme-deployed-and-live-PRE-cancel.json"));
  CHECK(beside["said"] == json{"+15550100200", "FW99999999999999999999999999999999"});
  CHECK(beside["live"]["flow"] == kFlow);
  for (const std::string& change : firm.changes()) {
    CHECK_FALSE(holds(change, kNewFlow));
    CHECK_FALSE(holds(change, "PN00000000000000000000000000000002"));
  }
  CHECK(firm.account()["flows"].size() == 2);
  CHECK(firm.account()["phone_numbers"].size() == 2);
}
