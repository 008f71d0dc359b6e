// What is made through the API: messages, calls and executions.
#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const std::string kMessages = kCore + "/Messages.json";
const std::string kCalls = kCore + "/Calls.json";
const std::string kOwn = "+15550100200", kTheirs = "+15550100777";
const std::string kExecutions = "/studio.twilio.com/v2/Flows/" + sid("FW", 'a') + "/Executions";

std::string without_end(const std::string& path) {
  return path.substr(0, path.size() - 5);
}

}  // namespace

TEST_CASE("a message is queued, then delivered") {
  SimulatorFixture stage;
  Answer sent = stage.key().post(kMessages, {{"To", kTheirs}, {"From", kOwn}, {"Body", "hi"}});
  CHECK(sent.verdict() == "201");
  CHECK(sent["status"] == "queued");
  CHECK(sent["direction"] == "outbound-api");
  CHECK(sent["date_sent"].is_null());
  CHECK(sent["num_segments"] == "1");
  const std::string one = without_end(kMessages) + "/" + sent["sid"].get<std::string>() + ".json";
  CHECK(stage.key().get(one)["status"] == "queued");
  stage.simulator.advance(1);
  CHECK(stage.key().get(one)["status"] == "delivered");
  CHECK(stage.key().get(one)["date_sent"] == "Fri, 20 Nov 2026 12:00:01 +0000");
  CHECK(stage.key().get(kMessages)["messages"][0]["sid"] == sent["sid"]);
  Answer longer = stage.key().post(
      kMessages, {{"To", kTheirs}, {"From", kOwn}, {"Body", std::string(161, 'x')}});
  CHECK(longer["num_segments"] == "2");
}

TEST_CASE("a message that says too little is refused as Twilio refuses it") {
  SimulatorFixture stage;
  const std::pair<Pairs, const char*> table[] = {
      {{{"From", kOwn}, {"Body", "x"}}, "400 21604"},
      {{{"To", kTheirs}, {"Body", "x"}}, "400 21603"},
      {{{"To", kTheirs}, {"From", kOwn}}, "400 21602"},
      {{{"To", "12"}, {"From", kOwn}, {"Body", "x"}}, "400 21211"},
      {{{"To", kTheirs}, {"From", kTheirs}, {"Body", "x"}}, "400 21606"},
      {{{"To", kTheirs}, {"From", kOwn}, {"Body", std::string(1601, 'x')}}, "400 21617"},
      {{{"To", kTheirs}, {"MessagingServiceSid", sid("MG", 'a')}, {"Body", "x"}}, "201"},
  };
  for (const auto& [form, verdict] : table)
    CHECK(stage.key().post(kMessages, form).verdict() == verdict);
  CHECK(stage.simulator.world()["accounts"][sid("AC", 'a')]["messages"].size() == 1);
}

TEST_CASE("a call to somebody outside the world is placed, and nobody answers") {
  SimulatorFixture stage;
  Answer placed = stage.key().post(
      kCalls, {{"To", kTheirs}, {"From", kOwn}, {"Url", "https://acme.example/twiml"}});
  CHECK(placed.verdict() == "201");
  CHECK(placed["status"] == "queued");
  CHECK(placed["direction"] == "outbound-api");
  CHECK(placed["phone_number_sid"] == sid("PN", 'a'));
  Answer after =
      stage.key().get(without_end(kCalls) + "/" + placed["sid"].get<std::string>() + ".json");
  CHECK(after["status"] == "no-answer");
  const std::pair<Pairs, const char*> table[] = {
      {{{"From", kOwn}, {"Twiml", "<Response/>"}}, "400 21201"},
      {{{"To", kTheirs}, {"Twiml", "<Response/>"}}, "400 21213"},
      {{{"To", kTheirs}, {"From", kOwn}}, "400 21205"},
      {{{"To", kTheirs}, {"From", kOwn}, {"Url", "nonsense"}}, "400 21205"},
      {{{"To", "12"}, {"From", kOwn}, {"Twiml", "<Response/>"}}, "400 21211"},
      {{{"To", kTheirs}, {"From", kTheirs}, {"Twiml", "<Response/>"}}, "400 21210"},
  };
  for (const auto& [form, verdict] : table)
    CHECK(stage.key().post(kCalls, form).verdict() == verdict);
}

TEST_CASE("a call to a number of the world goes the way that a caller's does") {
  SimulatorFixture stage;
  REQUIRE(stage.simulator.patch(
      {{{"op", "replace"},
        {"path", "/accounts/" + sid("AC", 'a') + "/phone_numbers/0/voice_url"},
        {"value", "https://webhooks.twilio.com/v1/Accounts/" + sid("AC", 'a') + "/Flows/" +
                      sid("FW", 'a')}}}));
  const std::size_t before = stage.key().get(kExecutions)["executions"].size();
  Answer placed =
      stage.key().post(kCalls, {{"To", kOwn}, {"From", kOwn}, {"Twiml", "<Response/>"}});
  CHECK(placed.verdict() == "201");
  json calls = stage.key().get(kCalls + "?PageSize=2")["calls"];
  std::string directions =
      calls[0]["direction"].get<std::string>() + " " + calls[1]["direction"].get<std::string>();
  CHECK(directions == "outbound-api inbound");
  for (const json& call : calls) CHECK(call["status"] == "completed");
  CHECK(calls[0]["duration"] == calls[1]["duration"]);
  CHECK(stage.key().get(kExecutions + "?PageSize=1000")["executions"].size() > before);
}

TEST_CASE("a call that is placed presses its keys and speaks as its document says") {
  SimulatorFixture stage;
  REQUIRE(stage.simulator.patch(
      {{{"op", "replace"},
        {"path", "/accounts/" + sid("AC", 'a') + "/phone_numbers/0/voice_url"},
        {"value", "https://webhooks.twilio.com/v1/Accounts/" + sid("AC", 'a') + "/Flows/" +
                      sid("FW", 'a')}}}));
  const auto placed = [&](const Pairs& more) {
    Pairs form = {{"To", kOwn}, {"From", kOwn}};
    form.insert(form.end(), more.begin(), more.end());
    REQUIRE(stage.key().post(kCalls, form).verdict() == "201");
    return stage.nobody().get("/_sim/calls").body[0];
  };
  json left = placed({{"SendDigits", "WWww*2"},
                      {"Twiml",
                       "<Response><Pause length=\"5\"/><Say voice=\"a\">Tom &amp; Ann"
                       "</Say><Pause length=\"20\"/></Response>"}});
  CHECK(left["path"] == "voicemail");
  json asked =
      placed({{"SendDigits", "*1"}, {"Twiml", "<Response><Pause length=\"9\"/></Response>"}});
  CHECK(asked["path"] == "callback");
  json waited = placed({{"Twiml", "<Response><Pause length=\"45\"/></Response>"}});
  CHECK(waited["path"] == "hangup");
  CHECK(placed({{"Twiml", "<Response/>"}})["path"] == "agent");
}

TEST_CASE("an execution is begun, active until it is ended") {
  SimulatorFixture stage;
  Answer begun = stage.key().post(
      kExecutions, {{"To", kTheirs}, {"From", kOwn}, {"Parameters", "{\"name\":\"Ann\"}"}});
  CHECK(begun.verdict() == "201");
  CHECK(begun["status"] == "active");
  CHECK(begun["contact_channel_address"] == kTheirs);
  CHECK(begun["context"]["flow"]["data"]["name"] == "Ann");
  CHECK(stage.key().get(kExecutions + "?status=active")["executions"].size() == 1);
  const std::string one = kExecutions + "/" + begun["sid"].get<std::string>();
  CHECK(stage.key().post(one, {{"Status", "ended"}}).verdict() == "200");
  CHECK(stage.key().get(kExecutions + "?status=active")["executions"].empty());
  CHECK(stage.key().post(kExecutions, {{"To", kTheirs}}).verdict() == "400 20001");
  CHECK(stage.key().post(kExecutions, {{"From", kOwn}}).verdict() == "400 20001");
  CHECK(stage.key()
            .post(kExecutions, {{"To", kTheirs}, {"From", kOwn}, {"Parameters", "no"}})
            .verdict() == "400 20001");
  const std::string absent = "/studio.twilio.com/v2/Flows/" + sid("FW", 'f') + "/Executions";
  CHECK(stage.key().post(absent, {{"To", kTheirs}, {"From", kOwn}}).verdict() == "404 20404");
  REQUIRE(stage.simulator.patch({{{"op", "replace"},
                                  {"path", "/accounts/" + sid("AC", 'a') + "/flows/0/status"},
                                  {"value", "draft"}}}));
  CHECK(stage.key().post(kExecutions, {{"To", kTheirs}, {"From", kOwn}}).verdict() == "400 20001");
}
