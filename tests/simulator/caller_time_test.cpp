// A call takes its time by the simulator's clock, and what comes of it comes later.
#include "tests/simulator/caller_line.h"
#include "tests/support/catch.h"

using nlohmann::json;

TEST_CASE("the clock goes on by as long as the call lasts") {
  Line line;
  const json report = line.call({{"path", "agent"}, {"hold", 50}});
  CHECK(report["seconds"] == 85);  // 5 of greeting, 50 on hold, 30 with the agent
  CHECK(line.nobody().get("/_sim/clock")["time"] == "2026-11-20T12:01:25Z");
}

TEST_CASE("what is still to come of a call is said, and comes when its time has come") {
  Line line;
  json report = line.call({{"path", "voicemail"}});
  CHECK(report["mails"].empty());
  CHECK(report["due"] ==
        json::array(
            {{{"at", "2026-11-20T12:00:56Z"}, {"what", "the transcript is ready"}},
             {{"at", "2026-11-20T12:01:06Z"}, {"what", "the function mails the voicemail"}}}));
  line.simulator.advance(14);
  CHECK(line.again(report)["mails"].empty());
  line.simulator.advance(3);
  report = line.again(report);
  CHECK(report["due"].empty());
  CHECK(report["mails"][0]["status"] == "accepted");
  line.simulator.advance(2);
  CHECK(line.again(report)["mails"][0]["status"] == "delivered");
}

TEST_CASE("what came due in between bears its own time, however late somebody looks") {
  Line line;
  line.call({{"path", "voicemail"}});
  line.simulator.advance(86400);
  const json world = line.simulator.world();
  CHECK(world["due"].empty());
  CHECK(world["accounts"][kAcme]["transcriptions"].back()["date_updated"] ==
        "2026-11-20T12:00:56Z");
  CHECK(
      world["accounts"][kAcme]["serverless"][0]["environments"][0]["logs"].back()["date_created"] ==
      "2026-11-20T12:00:56Z");
}

TEST_CASE("a transcript that comes after the mail reaches the task, and no second mail is sent") {
  Line line(Patch{set(kAcmeAt + "/voice", {{"transcription_seconds", 60}})});
  json report = line.call({{"path", "voicemail"}, {"after", 45}});
  CHECK(report["mails"][0]["transcript"] == false);
  line.simulator.advance(120);
  report = line.again(report);
  CHECK(report["mails"].size() == 1);
  CHECK(report["mails"][0]["transcript"] == false);
  const json tasks = line.account()["taskrouter"][0]["tasks"];
  CHECK(json::parse(tasks.back()["attributes"].get<std::string>())["transcriptionText"] ==
        "Please call me back.");
}

TEST_CASE("mail to a slow recipient is accepted at once and delivered hours later") {
  Line line(Patch{set("/mailgun/slow_recipients", {{"admin@acme.example", 10800}})});
  json report = line.call({{"path", "voicemail"}, {"after", 3600}});
  CHECK(report["mails"][0]["status"] == "accepted");
  line.simulator.advance(10800);
  CHECK(line.again(report)["mails"][0]["status"] == "delivered");
}

TEST_CASE("a world that is written in the middle of it goes on where it was") {
  Line line;
  const json report = line.call({{"path", "voicemail"}});
  const json written = line.simulator.world();
  REQUIRE(written["due"].size() == 2);
  SimulatorFixture other(written);
  CHECK(other.simulator.world() == written);
  line.simulator.advance(60);
  other.simulator.advance(60);
  const std::string place = "/_sim/calls/" + report["call"].get<std::string>();
  const json later = other.nobody().get(place).body;
  CHECK(later["mails"][0]["status"] == "delivered");
  CHECK(later == line.nobody().get(place).body);
}

TEST_CASE("what a world has due is checked like the rest of it") {
  countersign::simulator::Simulator simulator;
  for (const json& entry : {json("soon"), json{{"kind", "webhook"}}, json{{"at", "now"}}}) {
    auto started = simulator.start({{"due", json::array({entry})}});
    REQUIRE_FALSE(started);
    CHECK(started.error().message ==
          "the world is wrong at /due/0: want an object with a number `at`");
  }
  auto started = simulator.start({{"accounts", {{kAcme, {{"voice", {{"recordings", "gone"}}}}}}}});
  REQUIRE_FALSE(started);
  CHECK(started.error().message ==
        "the world is wrong at /accounts/" + kAcme +
            "/voice/recordings: got \"gone\", want one of [\"completed\",\"empty\",\"absent\"]");
}
