#include <set>

#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;

TEST_CASE("who may read what is what the provider says") {
  SimulatorFixture stage;
  struct {
    std::string user, password, path, verdict;
  } const table[] = {
      {"", "", "/Calls.json", "401 20003"},
      {sid("SK", 'a'), "wrong", "/Calls.json", "401 20003"},
      {sid("SK", 'a'), "secret", "/Calls.json", "200"},
      {sid("AC", 'a'), "token", "/Calls.json", "200"},
      {sid("SK", 'd'), "other", "/Calls.json", "401 20003"},
      {sid("SK", 'a'), "secret", ".json", "401 20003"},
      {sid("SK", 'a'), "secret", "/Keys.json", "401 20003"},
      {sid("SK", 'b'), "main", "/Keys.json", "200"},
      {sid("SK", 'b'), "main", ".json", "200"},
      {sid("AC", 'a'), "token", ".json", "200"},
      {sid("SK", 'c'), "narrow", "/Calls.json", "403 70051"},
      {sid("AC", 'd'), "gone", "/Calls.json", "403 20403"},
      {sid("SK", 'a'), "secret", "/Nonsense.json", "404 20404"},
  };
  for (const auto& row : table) {
    CAPTURE(row.user, row.path);
    CHECK(Client(stage.port, row.user, row.password).get(kCore + row.path).verdict() ==
          row.verdict);
  }
  Client narrow(stage.port, sid("SK", 'c'), "narrow");
  CHECK(narrow.get("/studio.twilio.com/v2/Flows").verdict() == "200");
}

TEST_CASE("a parent's credential acts on its sub-account on core paths only") {
  SimulatorFixture stage;
  std::string sub = "/api.twilio.com/2010-04-01/Accounts/" + sid("AC", 'c');
  Answer calls = stage.key().get(sub + "/Calls.json");
  CHECK(calls.verdict() == "200");
  CHECK(calls["calls"].empty());
  CHECK(stage.key().get("/flex-api.twilio.com/v1/Configuration")["account_sid"] == sid("AC", 'a'));
  CHECK(Client(stage.port, sid("AC", 'c'), "sub").get(kCore + "/Calls.json").verdict() ==
        "401 20003");
}

TEST_CASE("an error has the four fields and nothing else") {
  SimulatorFixture stage;
  std::string path = kCore + "/Calls/" + sid("CA", 'f') + ".json";
  json expected = {{"code", 20404},
                   {"message", "The requested resource " + path.substr(15) + " was not found"},
                   {"more_info", "https://www.twilio.com/docs/errors/20404"},
                   {"status", 404}};
  CHECK(stage.key().get(path).body == expected);
}

TEST_CASE("v2010 pages have relative links and end with null") {
  SimulatorFixture stage;
  Answer first = stage.key().get(kCore + "/Calls.json?PageSize=25");
  CHECK(first["page"] == 0);
  CHECK(first["page_size"] == 25);
  CHECK(first["start"] == 0);
  CHECK(first["end"] == 24);
  CHECK(first["calls"].size() == 25);
  CHECK(first["previous_page_uri"].is_null());
  CHECK(first["uri"] == kCore.substr(15) + "/Calls.json?PageSize=25");
  std::set<std::string> seen;
  std::string next = kCore.substr(15) + "/Calls.json?PageSize=25", last;
  int pages = 0;
  while (true) {
    Answer page = stage.key().get("/api.twilio.com" + next);
    for (const json& call : page["calls"]) {
      CHECK(seen.insert(call["sid"]).second);
      std::string time = call["start_time"];
      CHECK(time.size() == 31);
    }
    ++pages;
    if (page["next_page_uri"].is_null()) break;
    next = page["next_page_uri"];
    CHECK(next.rfind("/2010-04-01/", 0) == 0);
  }
  CHECK(pages == 3);
  CHECK(seen.size() == 60);
}

TEST_CASE("what appears while pages are turned is neither repeated nor shifts the rest") {
  SimulatorFixture stage;
  Answer first = stage.key().get(kCore + "/Calls.json?PageSize=30");
  json call = {{"start_time", "2026-11-20T11:59:00Z"}};
  std::string at = "/accounts/" + sid("AC", 'a') + "/calls/-";
  REQUIRE(stage.simulator.patch({{{"op", "add"}, {"path", at}, {"value", call}}}));
  Answer second = stage.key().get("/api.twilio.com" + first["next_page_uri"].get<std::string>());
  std::set<std::string> seen;
  for (const Answer* page : {&first, &second})
    for (const json& entry : (*page)["calls"]) seen.insert(entry["sid"]);
  CHECK(seen.size() == 60);
}

TEST_CASE("page sizes and filters") {
  SimulatorFixture stage;
  struct {
    std::string query, verdict;
    std::size_t count;
  } const table[] = {
      {"", "200", 50},
      {"?PageSize=1000", "200", 60},
      {"?PageSize=1001", "400 20007", 0},
      {"?PageSize=0", "400 20001", 0},
      {"?PageSize=many", "400 20001", 0},
      {"?From=%2B15550100312", "200", 1},
      {"?Status=busy", "200", 0},
      {"?StartTime=2026-11-10", "200", 4},
      {"?StartTime%3E=2026-11-18", "200", 2},
      {"?StartTime<=2026-11-03", "200", 2},
      {"?StartTime>=2026-11-10&StartTime<=2026-11-11", "200", 8},
  };
  for (const auto& row : table) {
    CAPTURE(row.query);
    Answer answer = stage.key().get(kCore + "/Calls.json" + row.query);
    CHECK(answer.verdict() == row.verdict);
    if (row.verdict == "200") CHECK(answer["calls"].size() == row.count);
  }
}

TEST_CASE("a number is rewired, released, bought, and the trail says by whom") {
  SimulatorFixture stage;
  std::string path = kCore + "/IncomingPhoneNumbers/" + sid("PN", 'a') + ".json";
  Answer changed =
      stage.key().post(path, {{"VoiceUrl", "https://gone.example/x"}, {"VoiceMethod", "GET"}});
  CHECK(changed["voice_url"] == "https://gone.example/x");
  CHECK(changed["voice_method"] == "GET");
  CHECK(changed["date_updated"] == "Fri, 20 Nov 2026 12:00:00 +0000");
  CHECK(stage.key().post(path, {{"VoiceUrl", ""}})["voice_url"] == "");
  CHECK(stage.key().post(path, {{"VoiceUrl", "nonsense"}}).verdict() == "400 21402");
  CHECK(stage.key().post(path, {{"VoiceMethod", "PUT"}}).verdict() == "400 21403");
  Answer events = stage.key().get("/monitor.twilio.com/v1/Events?ResourceSid=" + sid("PN", 'a'));
  REQUIRE(events["events"].size() == 2);
  json event = events["events"][1];
  CHECK(event["event_type"] == "phone-number.updated");
  CHECK(event["actor_sid"] == sid("AC", 'a'));
  json voice = {{"previous", ""}, {"updated", "https://gone.example/x"}};
  CHECK(event["event_data"]["resource_properties"]["voice_url"] == voice);
  CHECK(stage.key().del(path).verdict() == "204");
  CHECK(stage.key().get(path).verdict() == "404 20404");
  CHECK(stage.key().del(path).verdict() == "404 20404");
  std::string list = kCore + "/IncomingPhoneNumbers.json";
  CHECK(stage.key().post(list, {}).verdict() == "400 20001");
  CHECK(stage.key().post(list, {{"PhoneNumber", "12"}}).verdict() == "400 21421");
  CHECK(stage.key().post(list, {{"PhoneNumber", "+15550100201"}}).verdict() == "201");
  CHECK(stage.key().post(list, {{"PhoneNumber", "+15550100201"}}).verdict() == "400 21422");
}

TEST_CASE("a key's secret is shown once, and a deleted key is nobody") {
  SimulatorFixture stage;
  Answer made = stage.token().post(kCore + "/Keys.json", {{"FriendlyName", "x"}});
  CHECK(made.verdict() == "201");
  Client fresh(stage.port, made["sid"], made["secret"]);
  CHECK(fresh.get(kCore + "/Calls.json").verdict() == "200");
  std::string path = kCore + "/Keys/" + made["sid"].get<std::string>() + ".json";
  CHECK_FALSE(stage.token().get(path).body.contains("secret"));
  CHECK(stage.token().del(path).verdict() == "204");
  CHECK(fresh.get(kCore + "/Calls.json").verdict() == "401 20003");
  CHECK(stage.token().del(path).verdict() == "404 20404");
}

TEST_CASE("recordings have media, once the provider has finished writing it") {
  SimulatorFixture stage;
  std::string base = kCore + "/Recordings/" + sid("RE", 'a');
  CHECK(stage.key().get(base + ".json")["duration"] == "2");
  Answer wav = stage.key().get(base + ".wav");
  CHECK(wav.headers.at("content-type") == "audio/x-wav");
  CHECK(wav.text.substr(0, 4) == "RIFF");
  CHECK(wav.text.size() == 44 + 16000);
  CHECK(stage.key().get(base).text == wav.text);
  CHECK(stage.key().get(base + ".mp3").headers.at("content-type") == "audio/mpeg");
  CHECK(stage.nobody().get(base + ".mp3").verdict() == "401 20003");
  std::string at = "/accounts/" + sid("AC", 'a') + "/recordings/0/media_not_before";
  REQUIRE(stage.simulator.patch(
      {{{"op", "replace"}, {"path", at}, {"value", "2026-11-20T12:00:30Z"}}}));
  CHECK(stage.key().get(base + ".mp3").verdict() == "404 20404");
  stage.simulator.advance(30);
  CHECK(stage.key().get(base + ".mp3").verdict() == "200");
  CHECK(stage.key().get(base + "/Transcriptions.json")["transcriptions"].size() == 1);
  CHECK(stage.key().get(kCore + "/Transcriptions.json")["transcriptions"].size() == 1);
  CHECK(stage.key().del(base + ".json").verdict() == "204");
  CHECK(stage.key().get(base + ".json").verdict() == "404 20404");
}

TEST_CASE("balance, messages and notifications are there") {
  SimulatorFixture stage;
  json balance = {{"account_sid", sid("AC", 'a')}, {"balance", "0.00"}, {"currency", "USD"}};
  CHECK(stage.key().get(kCore + "/Balance.json").body == balance);
  CHECK(stage.key().get(kCore + "/Messages.json")["messages"].empty());
  std::string call = stage.key().get(kCore + "/Calls.json")["calls"][0]["sid"];
  CHECK(stage.key().get(kCore + "/Calls/" + call + "/Notifications.json")["notifications"].empty());
}
