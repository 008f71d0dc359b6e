#include <chrono>

#include "stdlib/simulator/server/faults.h"
#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;
using namespace countersign::simulator;

namespace {

const std::string kNumber = kCore + "/IncomingPhoneNumbers/" + sid("PN", 'a') + ".json";
const Pairs kChange = {{"FriendlyName", "changed"}};

std::string name_of(const SimulatorFixture& stage) {
  return stage.simulator.world()["accounts"][sid("AC", 'a')]["phone_numbers"][0]["friendly_name"];
}

}  // namespace

TEST_CASE("each fault does to the client and to the world what its page says") {
  struct {
    const char *fault, *verdict;
    bool acted;
  } const table[] = {
      {"status=429,retry_after=2", "429 20429", false},
      {"status=503", "503 20503", false},
      {"status=409,code=20162", "409 20162", false},
      {"kind=reset", "reset", false},
      {"kind=drop", "reset", true},
      {"kind=fail_after", "500 20500", true},
      {"kind=fail_after,status=502", "502 20500", true},
      {"kind=truncate", "truncated", true},
      {"kind=garbage", "200", true},
      {"kind=huge,mb=1", "200", true},
      {"kind=delay,ms=20", "200", true},
      {"kind=late,seconds=30", "reset", false},
      {"kind=late,seconds=30,status=504", "504 20500", false},
      {"match=GET *,status=500", "200", true},
      {"match=POST api.twilio.com/*/Calls.json,status=500", "200", true},
      {"match=api.twilio.com/*/IncomingPhoneNumbers/*,status=500", "500 20500", false},
  };
  for (const auto& row : table) {
    CAPTURE(row.fault);
    SimulatorFixture stage(small_world(), 0, {row.fault});
    CHECK(stage.key().post(kNumber, kChange).verdict() == row.verdict);
    CHECK((name_of(stage) == "changed") == row.acted);
  }
}

TEST_CASE("a fault says when to come back, and what else") {
  SimulatorFixture stage(small_world(), 0, {"status=429,retry_after=2,body={\"a\":[1,2]}"});
  Answer answer = stage.key().get(kNumber);
  CHECK(answer.headers.at("retry-after") == "2");
  CHECK(answer.body == json::parse(R"({"a":[1,2]})"));
}

TEST_CASE("a redirect leads where the fault says") {
  SimulatorFixture stage(small_world(), 0, {"status=302,location=https://elsewhere.example/x"});
  Answer answer = stage.key().get(kNumber);
  CHECK(answer.status == 302);
  CHECK(answer.headers.at("location") == "https://elsewhere.example/x");
}

TEST_CASE("garbage is no JSON and a huge body is huge") {
  SimulatorFixture stage(small_world(), 0, {"kind=garbage", "kind=huge,mb=2"});
  CHECK(stage.key().get(kNumber).body.is_discarded());
  CHECK(stage.key().get(kNumber).text.size() > 2 * 1024 * 1024);
}

TEST_CASE("a late operation happens when its time has come") {
  SimulatorFixture stage(small_world(), 0, {"match=POST *,kind=late,seconds=30"});
  CHECK(stage.key().post(kNumber, kChange).verdict() == "reset");
  stage.simulator.advance(29);
  CHECK(name_of(stage) == "+15550100200");
  stage.simulator.advance(1);
  CHECK(name_of(stage) == "changed");
}

TEST_CASE("a stale read shows the world as it was when the fault was set") {
  SimulatorFixture stage(small_world(), 0, {"match=GET *,kind=stale,times=2"});
  CHECK(stage.key().post(kNumber, kChange).verdict() == "200");
  CHECK(stage.key().get(kNumber)["friendly_name"] == "+15550100200");
  CHECK(stage.key().get(kNumber)["friendly_name"] == "+15550100200");
  CHECK(stage.key().get(kNumber)["friendly_name"] == "changed");
}

TEST_CASE("times and skip choose which requests a fault meets") {
  SimulatorFixture stage(small_world(), 0, {"skip=1,times=2,status=500"});
  std::string verdicts;
  for (int i = 0; i < 5; ++i) verdicts += stage.key().get(kNumber).verdict() + " ";
  CHECK(verdicts == "200 500 20500 500 20500 200 200 ");
  json list = stage.nobody().get("/_sim/faults").body;
  CHECK(list[0]["seen"] == 3);
  CHECK(list[0]["used"] == 2);
  CHECK(stage.nobody().del("/_sim/faults").body.empty());
  REQUIRE(stage.simulator.add_fault("times=always,status=500"));
  for (int i = 0; i < 4; ++i) CHECK(stage.key().get(kNumber).status == 500);
}

TEST_CASE("a refused connection is refused, and the port comes back") {
  SimulatorFixture stage;
  CHECK(stage.nobody().post_json("/_sim/faults", {{"kind", "refuse"}, {"seconds", 0.3}}).status ==
        200);
  CHECK(stage.key().get(kNumber).verdict() == "refused");
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (stage.key().get(kNumber).verdict() != "200")
    REQUIRE(std::chrono::steady_clock::now() < until);
}

TEST_CASE("faults are set over HTTP as JSON, as a list, or as the command line's text") {
  SimulatorFixture stage;
  CHECK(stage.nobody().post_json("/_sim/faults", {{"status", 500}}).body.size() == 1);
  json two = {{{"status", 501}}, {{"kind", "drop"}}};
  CHECK(stage.nobody().post_json("/_sim/faults", two).body.size() == 3);
  Answer text = stage.nobody().send("POST", "/_sim/faults", "kind=drop,times=2", {});
  CHECK(text.body.size() == 4);
  Answer wrong = stage.nobody().post_json("/_sim/faults", {{"kind", "explode"}});
  CHECK(wrong.status == 400);
  CHECK(wrong["error"]["kind"] == "argument");
}

TEST_CASE("a fault that says nothing sensible is refused with the reason") {
  struct {
    const char *text, *message;
  } const table[] = {
      {"times=2", "got kind \"\""},
      {"kind=explode", "got kind \"explode\""},
      {"kind=status", "kind status wants status=NUMBER"},
      {"status=99", "status 99 is not an HTTP status"},
      {"status=many", "got status=many, want a number"},
      {"kind=delay", "kind delay wants ms=NUMBER"},
      {"kind=late", "kind late wants seconds=NUMBER"},
      {"colour=red", "unknown field \"colour\""},
      {"status=500,status=501", "status is given twice"},
      {"status", "got \"status\", want NAME=VALUE"},
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    auto fault = parse_fault(row.text);
    REQUIRE_FALSE(fault);
    CHECK(fault.error().kind == "argument");
    CHECK_THAT(fault.error().message, Catch::Contains(row.message));
  }
}

TEST_CASE("delays add up before another fault strikes") {
  SimulatorFixture stage(small_world(), 0,
                         {"kind=delay,ms=30,times=always", "kind=delay,ms=30", "status=500"});
  auto start = std::chrono::steady_clock::now();
  CHECK(stage.key().get(kNumber).status == 500);
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(60));
}

TEST_CASE("mutations that a fault hides are in the list of requests") {
  SimulatorFixture stage(small_world(), 0, {"kind=drop"});
  stage.key().post(kNumber, kChange);
  stage.key().get(kNumber);
  json requests = stage.nobody().get("/_sim/requests").body;
  REQUIRE(requests.size() == 2);
  CHECK(requests[0]["fault"] == "drop");
  CHECK(requests[0]["status"].is_null());
  CHECK(requests[0]["body"] == "FriendlyName=changed");
  CHECK(requests[1]["fault"].is_null());
  CHECK(requests[1]["status"] == 200);
}
