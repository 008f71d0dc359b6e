// The cancellation of a client, from the request to the sign-off: what is sent, in which order, and
// what is left.
#include <regex>
#include <set>

#include "interpreter/difference.h"
#include "tests/runbooks/company_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Words = std::vector<std::string>;

namespace {

const std::string kVariables = "DELETE serverless.twilio.com/v1/Services/" + kService +
                               "/Environments/ZEebdec9895c64ab444b7bb4b53fdedab6/Variables/ZV";
const std::string kFlowUrl = "studio.twilio.com/v2/Flows/" + kFlow;
const std::string kNumberUrl = "api.twilio.com/2010-04-01/Accounts/" + kAccount +
                               "/IncomingPhoneNumbers/" + kNumberSid + ".json";

// Variables' SIDs are made up anew in every world.
Words changes(const CompanyFixture& firm) {
  Words all = firm.changes();
  for (std::string& one : all) one = std::regex_replace(one, std::regex("/ZV[0-9a-f]{32}$"), "/ZV");
  return all;
}

Words teardown_changes(const std::string& unwire, const std::string& retire) {
  return {"POST " + kFlowUrl, unwire,     "POST flex-api.twilio.com/v1/Configuration",
          kVariables,         kVariables, kVariables,
          kVariables,         retire,     "DELETE api.mailgun.net/v1/keys/" + kKey};
}

// What a cancellation may change of a world, taken out of it; the rest has to be as it was.
json untouched(json world) {
  json& acme = world["accounts"][kAccount];
  for (const char* part : {"flows", "phone_numbers", "events"}) acme.erase(part);
  acme["flex_configuration"].erase("date_updated");
  acme["flex_configuration"]["ui_attributes"]["custom_data"]["features"].erase(
      "callback_and_voicemail_with_email");
  for (json& variable : acme["serverless"][0]["environments"]) variable.erase("variables");
  world["mailgun"].erase("keys");
  world.erase("time");
  world.erase("minted");
  return world;
}

bool has_variable(const json& account, const std::string& key) {
  return account["serverless"][0]["environments"][0]["variables"].dump().find("\"" + key + "\"") !=
         std::string::npos;
}

}  // namespace

TEST_CASE(
    "path A that retains the number sends exactly this, in this order, and leaves the rest as it "
    "was") {
  CompanyFixture firm;
  const json before = firm.world();
  firm.start("connie/cancel", CompanyFixture::parameters());
  REQUIRE(firm.status() == "awaiting_decision");
  firm.live_through();

  CHECK(changes(firm) == teardown_changes("POST " + kNumberUrl, "POST " + kFlowUrl));
  CHECK(firm.carried_out() == Words{"devlogs.write",
                                    "studio.flows.update",
                                    "devlogs.update",
                                    "twilio.numbers.update",
                                    "files.edit",
                                    "flex.deploy",
                                    "env.delete",
                                    "env.delete",
                                    "env.delete",
                                    "env.delete",
                                    "serverless.variables.delete",
                                    "serverless.variables.delete",
                                    "serverless.variables.delete",
                                    "serverless.variables.delete",
                                    "command.run",
                                    "studio.flows.archive",
                                    "mailgun.keys.delete",
                                    "registry.tombstone",
                                    "devlogs.update",
                                    "devlogs.archive",
                                    "devlogs.archive"});
  CHECK(firm.planned() == firm.carried_out());

  const json after = firm.world();
  CHECK(difference(untouched(before), untouched(after)) == json::array());
  const json acme = after["accounts"][kAccount];
  CHECK(acme["phone_numbers"][0]["voice_url"] == kBin);
  CHECK(acme["phone_numbers"].size() == 1);
  CHECK(acme["flows"][0]["friendly_name"] == "[ARCHIVED] Acme Wait Experience");
  CHECK(acme["flows"][0]["definition"].dump().find("Acme has ended this service. Goodbye.") !=
        std::string::npos);
  json features = before["accounts"][kAccount]["flex_configuration"]["ui_attributes"]["custom_data"]
                        ["features"];
  features["callback_and_voicemail_with_email"]["enabled"] = false;
  CHECK(acme["flex_configuration"]["ui_attributes"]["custom_data"]["features"] == features);
  REQUIRE(after["mailgun"]["keys"].size() == 1);
  CHECK(after["mailgun"]["keys"][0]["id"] == "cc700001-5e0d0001");
  for (const char* gone :
       {"ADMIN_EMAIL", "MAILGUN_API_KEY", "MAILGUN_DOMAIN", "TWILIO_FLEX_CALLBACK_WORKFLOW_SID"})
    CHECK_FALSE(has_variable(acme, gone));
  for (const char* kept : {"ACCOUNT_SID", "AUTH_TOKEN", "TWILIO_FLEX_WORKSPACE_SID"})
    CHECK(has_variable(acme, kept));
}

TEST_CASE(
    "path A that releases the number deletes it after the drain, and says that this is for good") {
  CompanyFixture firm;
  const json before = firm.world();
  firm.start("connie/cancel", CompanyFixture::parameters(
                                  {{"disposition", "release"}, {"out_of_service_url", nullptr}}));
  INFO(firm.said.message);
  REQUIRE(firm.status() == "awaiting_decision");
  const std::string plan = plan_view(firm.state()).dump();
  CHECK(plan.find("the number goes back to Twilio's pool") != std::string::npos);
  firm.live_through();
  CHECK(changes(firm) == teardown_changes("DELETE " + kNumberUrl, "POST " + kFlowUrl));
  CHECK(firm.account()["phone_numbers"].empty());
  CHECK(difference(untouched(before), untouched(firm.world())) == json::array());
}

TEST_CASE("without a decision nothing is sent, however often the run is resumed") {
  CompanyFixture firm;
  const std::string registry = firm.read("PAC.md");
  firm.start("connie/cancel", CompanyFixture::parameters());
  for (int i = 0; i < 3; ++i) firm.after(1);
  CHECK(firm.status() == "awaiting_decision");
  CHECK(firm.changes().empty());
  CHECK(firm.carried_out().empty());
  CHECK(firm.read("PAC.md") == registry);
  CHECK(firm.list("dev-logs") ==
        Words{"wait-experience-acme-2026-05-04", "wait-experience-cct-2026-05-04"});
  CHECK_FALSE(firm.has("deploys"));
}

TEST_CASE("the whole of path A is one request, and one decision is enough for it") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  REQUIRE(firm.status() == "awaiting_decision");
  const json plan = plan_view(firm.state());
  CHECK(plan["later"] == json::array());
  Words phases;
  for (const json& phase : plan["phases"]) phases.push_back(phase["name"]);
  CHECK(phases == Words{"goodbye", "drain", "teardown", "observe", "confirmed", "archive"});
  const std::string request = firm.state().request_sha256;
  firm.live_through();
  CHECK(firm.state().request_sha256 == request);
  CHECK(firm.state().answers.size() == 1);
}

TEST_CASE("path C does as path A without the drain") {
  CompanyFixture firm("test");
  const json before = firm.world();
  firm.start("connie/cancel", CompanyFixture::parameters({{"type", "C"}}));
  INFO(firm.said.message);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  INFO(firm.said.message);
  REQUIRE(firm.status() == "awaiting_time");
  CHECK(firm.state().skipped.count("drain") == 1);
  CHECK(changes(firm) == teardown_changes("POST " + kNumberUrl, "POST " + kFlowUrl));
  firm.after(24.1);
  firm.attest("callers-hear");
  firm.attest("no-admin-mail");
  firm.advance();
  firm.sign_off();
  CHECK(firm.status() == "done");
  CHECK(difference(untouched(before), untouched(firm.world())) == json::array());
}

TEST_CASE("path C skips the drain, not the look whether somebody is on the line") {
  CompanyFixture firm("staging", {{{"op", "add"},
                                   {"path", "/accounts/" + kAccount + "/executions/0"},
                                   {"value",
                                    {{"sid", "FN00000000000000000000000000000001"},
                                     {"flow_sid", kFlow},
                                     {"status", "active"},
                                     {"date_created", "2026-11-20T11:59:00Z"}}}}});
  firm.start("connie/cancel", CompanyFixture::parameters({{"type", "C"}}));
  firm.approve();
  CHECK(firm.status() == "awaiting_time");
  CHECK(firm.carried_out() == Words{"devlogs.write", "studio.flows.update"});
  REQUIRE(firm.simulator.patch(
      json::array({json{{"op", "replace"},
                        {"path", "/accounts/" + kAccount + "/executions/0/status"},
                        {"value", "ended"}}})));
  firm.after(0.05);
  INFO(firm.said.message);
  CHECK(firm.carried_out().back() == "registry.tombstone");
}

TEST_CASE("the definition of done: twelve checks, four of them after 24 hours") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  firm.after(24.1);
  REQUIRE(firm.status() == "awaiting_time");
  // Torn down, and not done: the window of 24 hours has only begun.
  firm.after(23);
  CHECK(firm.status() == "awaiting_time");
  firm.after(1.1);
  REQUIRE(firm.status() == "awaiting_attestation");
  Words items;
  const json& done = firm.state().head()["done"];
  for (std::size_t i = 0; i < done.size(); ++i)
    if (firm.state().wanted[i]) items.push_back(done[i]["text"]);
  CHECK(
      items ==
      Words{"the PRE-cancellation snapshot is complete in its dev-log folder",
            "the inside-out teardown order was followed", "the drain window was honored",
            "24h later: calls to the number reach the goodbye message or a busy signal as expected",
            "24h later: no new admin e-mails arrive at the previously configured admin address",
            "no new tasks landed in the cancelled queue",
            "Mailgun shows no outbound mail for the client's key",
            "the registry has the client as cancelled, not as active",
            "the dev-logs are archived, not deleted", "the Mailgun parent domain is intact",
            "the TaskRouter workspace is intact",
            "CEO sign-off on the completed cancellation, acknowledging that the 24h verification "
            "passed"});
  firm.sign_off();
  CHECK(firm.said.message.find("is not attested") != std::string::npos);
  CHECK(firm.status() == "awaiting_attestation");
  firm.attest("callers-hear");
  firm.sign_off();
  CHECK(firm.said.message.find("no new admin e-mails") != std::string::npos);
  firm.attest("no-admin-mail");
  // Everything is confirmed, and the dev-logs are archived before the run is signed off.
  firm.sign_off();
  CHECK(firm.said.message.find("does not wait for a sign-off") != std::string::npos);
  firm.advance();
  firm.sign_off();
  CHECK(firm.status() == "done");
}

TEST_CASE("the head has the seven sections with the seed's counts") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  REQUIRE(firm.run);
  const json& head = firm.state().head();
  CHECK(head["authority"] == json{{"operator", "cto"}, {"approver", "ceo"}});
  CHECK(head["read_first"].size() == 4);
  CHECK(head["gotchas"].size() == 4);
  for (const char* name : {"client", "number", "type", "disposition", "drain", "retention",
                           "approval", "goodbye", "out_of_service_url", "outage_window"})
    CHECK(head["parameters"].contains(name));
  for (const json& rail : head["rails"]) CHECK(rail.value("why", "") != "");
  std::set<std::string> kinds;
  for (const json& rail : head["rails"]) kinds.insert(rail["rail"].get<std::string>());
  CHECK(kinds == std::set<std::string>{"after", "after_check", "after_one_of", "after_phase",
                                       "baselines_unchanged", "never", "only_with",
                                       "snapshot_first"});
}

TEST_CASE(
    "a parameter that is missing stops the run before anything is read, with its why in the seed's "
    "words") {
  const auto without = [](const char* name) {
    CompanyFixture firm;
    json parameters = CompanyFixture::parameters();
    parameters.erase(name);
    firm.start("connie/cancel", parameters);
    CHECK(firm.run == nullptr);
    CHECK(firm.changes().empty());
    return firm.said.message;
  };
  CHECK(without("client").find("which sub-account the cancellation applies to") !=
        std::string::npos);
  CHECK(without("number").find("also affects whether to release or retain") != std::string::npos);
  CHECK(without("type").find("full teardown (A)") != std::string::npos);
  CHECK(without("disposition").find("return to Twilio's pool") != std::string::npos);
  CHECK(without("retention").find("Customer-record retention requirements") != std::string::npos);
  CHECK(without("approval").find("Written CEO approval") != std::string::npos);
}

TEST_CASE("what is not this client's is refused before a plan is made") {
  const std::string place = "/accounts/" + kAccount + "/phone_numbers/";
  struct Case {
    const char* what;
    json patch;
    json parameters;
    std::string refusal;
  };
  const std::vector<Case> cases = {
      {"a number of nobody",
       json::array(),
       {{"number", "+15550100999"}},
       "the number is on this account"},
      {"a number that rings another account's flow",
       {{{"op", "replace"},
         {"path", place + "0/voice_url"},
         {"value",
          "https://webhooks.twilio.com/v1/Accounts/ACe61336ac49728f5d344206b3c61644ef/Flows/" +
              kFlow}}},
       json::object(),
       "the number rings a flow of this account"},
      {"a flow that another number rings too",
       {{{"op", "add"},
         {"path", place + "-"},
         {"value",
          {{"phone_number", "+17259999678"},
           {"voice_url",
            "https://webhooks.twilio.com/v1/Accounts/" + kAccount + "/Flows/" + kFlow}}}}},
       json::object(),
       "no other number rings the flow: [\"+17259999678\"]"},
      {"a verbal approval",
       json::array(),
       {{"approval", "verbal, on the phone"}},
       "the CEO's approval is in writing"},
      {"a bin that is a flow",
       json::array(),
       {{"out_of_service_url",
         "https://webhooks.twilio.com/v1/Accounts/" + kAccount + "/Flows/" + kFlow}},
       "the out-of-service URL is no flow"},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    CompanyFixture firm("production", one.patch);
    firm.start("connie/cancel", CompanyFixture::parameters(one.parameters));
    CHECK(firm.said.kind == "check");
    INFO(firm.said.message);
    CHECK(firm.said.message.find(one.refusal) != std::string::npos);
    CHECK(firm.status() == "failed");
    CHECK(firm.changes().empty());
  }
}

TEST_CASE("every PRE item is kept under its name before the first change, without secrets") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters({{"retention", "all"}}));
  INFO(firm.said.message);
  REQUIRE(firm.status() == "awaiting_decision");
  CHECK(firm.planned().front() == "devlogs.write");
  firm.approve();
  const std::string folder = "dev-logs/wait-experience-acme-2026-11-20/";
  REQUIRE(firm.list(folder) == Words{"acme-account-PRE-cancel.json", "acme-config-PRE-cancel.json",
                                     "acme-deployed-and-live-PRE-cancel.json",
                                     "acme-env-PRE-cancel.txt", "acme-executions-PRE-cancel.json",
                                     "acme-flow-PRE-cancel.json", "acme-functions-PRE-cancel.json",
                                     "acme-records-PRE-cancel.json"});
  const json config = json::parse(firm.read(folder + "acme-config-PRE-cancel.json"));
  CHECK(config["ui_attributes"]["custom_data"]["features"]["callback_and_voicemail_with_email"]
              ["enabled"] == true);
  const json flow = json::parse(firm.read(folder + "acme-flow-PRE-cancel.json"));
  CHECK(flow["definition"].dump().find("Thank you for calling Acme") != std::string::npos);
  const json executions = json::parse(firm.read(folder + "acme-executions-PRE-cancel.json"));
  CHECK(executions["count"] == firm.world()["accounts"][kAccount]["executions"].size());
  CHECK(firm.read(folder + "acme-functions-PRE-cancel.json").find("Deploy the wait experience") !=
        std::string::npos);
  const std::string env = firm.read(folder + "acme-env-PRE-cancel.txt");
  CHECK(env.find("ADMIN_EMAIL=admin@acme.example\n") != std::string::npos);
  CHECK(env.find("MAILGUN_API_KEY=[redacted secret(") != std::string::npos);
  CHECK(json::parse(firm.read(folder + "acme-records-PRE-cancel.json"))["recordings"].size() > 0);
  for (const std::string& name : firm.list(folder))
    for (const char* secret : {"fake-auth-token-acme", "fake-mailgun-sending-key-acme",
                               "fake-api-secret-acme", "fake-mailgun-account-key"}) {
      INFO(name);
      CHECK(firm.read(folder + name).find(secret) == std::string::npos);
    }
}

TEST_CASE(
    "the PRE export is of the last 30 days, and of everything where the client wants its history") {
  const json old = {{{"op", "add"},
                     {"path", "/accounts/" + kAccount + "/executions/-"},
                     {"value",
                      {{"sid", "FN00000000000000000000000000000040"},
                       {"flow_sid", kFlow},
                       {"status", "ended"},
                       {"date_created", "2026-10-01T12:00:00Z"}}}}};
  const auto exported = [&](const char* retention) {
    CompanyFixture firm("production", old);
    firm.start("connie/cancel", CompanyFixture::parameters({{"retention", retention}}));
    firm.approve();
    return firm.read("dev-logs/wait-experience-acme-2026-11-20/acme-executions-PRE-cancel.json")
               .find("FN00000000000000000000000000000040") != std::string::npos;
  };
  CHECK_FALSE(exported("none"));
  CHECK(exported("history"));
}

TEST_CASE("records that the client asked for are handed over before it is done") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters({{"retention", "all"}}));
  firm.approve();
  firm.after(24.1);
  firm.after(24.1);
  firm.attest("callers-hear");
  firm.attest("no-admin-mail");
  firm.advance();
  firm.sign_off();
  CHECK(firm.said.message.find("The client has the records it asked for") != std::string::npos);
  firm.attest("records-handed-over");
  firm.sign_off();
  CHECK(firm.status() == "done");
}

TEST_CASE(
    "a second cancellation on the same day keeps its evidence in a folder of its own, and a "
    "cancelled client is not cancelled again") {
  CompanyFixture firm;
  firm.write("dev-logs/wait-experience-acme-2026-11-20/README.md", "an earlier attempt\n");
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  CHECK(firm.has("dev-logs/wait-experience-acme-2026-11-20-cancel/acme-config-PRE-cancel.json"));
  CHECK(firm.list("dev-logs/wait-experience-acme-2026-11-20") == Words{"README.md"});
  firm.after(24.1);
  firm.run.reset();
  firm.start("connie/cancel", CompanyFixture::parameters());
  CHECK(firm.status() == "failed");
  CHECK(firm.said.kind == "check");
}

TEST_CASE(
    "what a read phase promised and does not return has the rest planned and decided anew, before "
    "the change that builds on it") {
  CompanyFixture firm;
  firm.edit_runbook("teardown.lua", "    executions = documents.capture {",
                    "    executions = \"none\", kept = documents.capture {");
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  firm.after(24.1);
  CHECK(firm.status() == "awaiting_decision");
  CHECK(plan_view(firm.state())["phases"][0]["name"] == "teardown");
  CHECK(firm.carried_out() == Words{"devlogs.write", "studio.flows.update"});
}

TEST_CASE(
    "the flow that somebody edits during the drain stops the teardown before its first change") {
  CompanyFixture firm;
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  REQUIRE(firm.simulator.patch(
      json::array({json{{"op", "replace"},
                        {"path", "/accounts/" + kAccount + "/flows/0/friendly_name"},
                        {"value", "Somebody else's"}}})));
  firm.after(24.1);
  CHECK(firm.status() == "drifted");
  CHECK(firm.said.message.find("has changed since it was signed") != std::string::npos);
  CHECK(firm.carried_out() == Words{"devlogs.write", "studio.flows.update"});
}
