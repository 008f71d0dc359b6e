#include "stdlib/simulator/server/world.h"

#include <fstream>
#include <thread>

#include <set>

#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using countersign::simulator::World;
using nlohmann::json;

namespace {

json demo_world() {
  std::ifstream file(std::string(COUNTERSIGN_SOURCE_DIR) + "/docs/examples/worlds/demo.json");
  return json::parse(file);
}

}  // namespace

TEST_CASE("the shortest world is empty") {
  SimulatorFixture stage(json::object());
  CHECK(stage.nobody().get("/_sim/world")["accounts"].empty());
  CHECK(stage.nobody().get("/api.twilio.com/2010-04-01/Accounts.json").verdict() == "401 20003");
}

TEST_CASE("reading a world that was written changes nothing") {
  for (const json& world : {small_world(), demo_world()}) {
    auto first = World::read(world, 0);
    REQUIRE(first);
    json document = first->document();
    auto second = World::read(document, 0);
    REQUIRE(second);
    CHECK(second->document() == document);
  }
}

TEST_CASE("the same world gets the same identifiers in every process") {
  CHECK(SimulatorFixture().simulator.world() == SimulatorFixture().simulator.world());
  json number = SimulatorFixture(json::parse(R"({"time": "2026-01-01T00:00:00Z", "accounts":
    {"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": {"phone_numbers": [{"phone_number": "+15550100200"}]}}})"))
                    .simulator.world()["accounts"][sid("AC", 'a')]["phone_numbers"][0];
  CHECK(number["sid"] == "PNc9b255c1f18da00ba24b677f3d3494fa");
  CHECK(number["date_created"] == "2026-01-01T00:00:00Z");
  CHECK(number["friendly_name"] == "+15550100200");
}

TEST_CASE("a mistake in a world is named by its place") {
  struct {
    const char *world, *message;
  } const table[] = {
      {R"([])", "a world is a JSON object"},
      {R"({"time": "soon"})", "/time: got \"soon\", want a date"},
      {R"({"acounts": {}})", "/acounts: unknown field"},
      {R"({"accounts": []})", "/accounts: got a list, want an object"},
      {R"({"accounts": {"acme": {}}})", "/accounts/acme: want AC and 32 hexadecimal digits"},
      {R"({"accounts": {"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": {"calls": {}}}})",
       "/accounts/ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/calls: got an object, want a list"},
      {R"({"accounts": {"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": {"calls": [{"duration": 3}]}}})",
       "/calls/0/duration: got a number, want text"},
      {R"({"accounts": {"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": {"calls": [{"sid": "x"}]}}})",
       "/calls/0/sid: got \"x\", want CA and 32 hexadecimal digits"},
      {R"({"accounts": {"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": {"calls": [{"date_created": "x"}]}}})",
       "/calls/0/date_created: got \"x\", want a date"},
      {R"({"accounts": {"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": {"executions": [{}]}}})",
       "/executions/0/flow_sid: no flow that it could belong to"},
      {R"({"accounts": {"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": {"api_keys": {"x": "y"}}}})",
       "/api_keys/x: want SK and 32 hexadecimal digits"},
      {R"({"mailgun": {"region": "mars"}})", "/mailgun/region: got \"mars\""},
      {R"({"mailgun": {"keys": [{}]}})", "/mailgun/keys/0/domain_name: want the name of one"},
  };
  for (const auto& row : table) {
    CAPTURE(row.world);
    auto world = World::read(json::parse(row.world), 1);
    REQUIRE_FALSE(world);
    CHECK(world.error().kind == "config");
    CHECK_THAT(world.error().message, Catch::Contains(row.message));
  }
}

TEST_CASE("a patch breaks the world, or does nothing at all") {
  SimulatorFixture stage;
  json before = stage.simulator.world();
  Client own = stage.nobody();
  json bad = {{{"op", "remove"}, {"path", "/accounts/nobody"}}};
  CHECK(own.post_json("/_sim/patch", bad).status == 400);
  CHECK(own.post_json("/_sim/patch", {{"op", "remove"}}).status == 400);
  json wrong = {{{"op", "add"}, {"path", "/accounts/x"}, {"value", json::object()}}};
  CHECK(own.post_json("/_sim/patch", wrong).status == 400);
  CHECK(stage.simulator.world() == before);
  std::string calls = "/accounts/" + sid("AC", 'a') + "/calls/";
  json good = {{{"op", "add"}, {"path", calls + "0"}, {"value", json::object()}},
               {{"op", "add"}, {"path", calls + "0"}, {"value", json::object()}}};
  CHECK(own.post_json("/_sim/patch", good).status == 204);
  std::set<std::string> sids;
  json after = stage.simulator.world()["accounts"][sid("AC", 'a')]["calls"];
  for (const json& call : after) sids.insert(call["sid"]);
  CHECK(sids.size() == after.size());
}

TEST_CASE("the clock stands, jumps, and runs as fast as it is told") {
  SimulatorFixture stage;
  Client own = stage.nobody();
  json at = {{"time", "2026-11-20T12:00:00Z"}, {"unix", 1795176000}, {"scale", 0.0}};
  json told = own.get("/_sim/clock").body;
  told.erase("instance");
  CHECK(told == at);
  CHECK(own.post_json("/_sim/clock", {{"advance", 86400}})["time"] == "2026-11-21T12:00:00Z");
  CHECK(own.post_json("/_sim/clock", {{"set", "2026-12-01T00:00:00Z"}})["unix"] == 1796083200);
  CHECK(own.post_json("/_sim/clock", {{"set", "soon"}}).status == 400);
  CHECK(stage.key().get("/studio.twilio.com/v2/Flows").headers.at("date") ==
        "Tue, 01 Dec 2026 00:00:00 GMT");
  CHECK(own.post_json("/_sim/clock", {{"scale", 3600}})["scale"] == 3600.0);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(own.get("/_sim/clock")["unix"].get<long>() >= 1796083200 + 100);
}

TEST_CASE("the clock says which simulator it is, for as long as that one runs") {
  SimulatorFixture stage, other;
  auto instance = [](const Client& own) {
    return own.get("/_sim/clock")["instance"].get<std::string>();
  };
  std::string first = instance(stage.nobody());
  CHECK(first.size() == 16);
  CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(stage.nobody().post_json("/_sim/clock", {{"advance", 60}})["instance"] == first);
  json rename = {{{"op", "replace"}, {"path", "/time"}, {"value", "2026-11-21T12:00:00Z"}}};
  CHECK(stage.nobody().post_json("/_sim/patch", rename).status == 204);
  CHECK(instance(stage.nobody()) == first);
  CHECK(instance(other.nobody()) != first);
  // The same object on the same port, started anew, is another world.
  REQUIRE(stage.simulator.start(small_world(), {stage.port, 0}));
  CHECK(instance(stage.nobody()) != first);
}

TEST_CASE("the demo world serves what its runbooks look for") {
  json world = demo_world();
  SimulatorFixture stage(world);
  for (const auto& [account_sid, account] : world["accounts"].items()) {
    auto key = account["api_keys"].begin();
    std::string secret = (key->is_string() ? *key : (*key)["secret"]).get<std::string>();
    Answer flex =
        Client(stage.port, key.key(), secret).get("/flex-api.twilio.com/v1/Configuration");
    CHECK(flex["account_sid"] == account_sid);
    if (account["friendly_name"] != "acme") continue;
    json features = flex["ui_attributes"]["custom_data"]["features"];
    CHECK(features["callback_and_voicemail_with_email"]["enabled"] == true);
    CHECK(features["enhanced_crm_container"]["url"] == "{{task.attributes.profile_url}}");
    CHECK(account["calls"].size() > 50);
  }
}

TEST_CASE("a patch of something else moves no clock, however fast that runs") {
  SimulatorFixture stage(small_world(), 5000);
  const auto time = [&] { return stage.nobody().get("/_sim/clock")["unix"].get<std::int64_t>(); };
  const std::int64_t before = time();
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i)
    REQUIRE(stage.simulator.patch(
        {{{"op", "add"},
          {"path", "/accounts/" + sid("AC", 'a') + "/phone_numbers/0/friendly_name"},
          {"value", "line " + std::to_string(i)}}}));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  // As much time has passed there as here.
  CHECK(static_cast<double>(time() - before) >= took.count() * 5000 - 1);
  REQUIRE(stage.simulator.patch(
      {{{"op", "replace"}, {"path", "/time"}, {"value", "2026-01-01T00:00:00Z"}}}));
  CHECK(time() < 1'767'225'600 + 86'400);
}
