// Runs that stopped, gone on with from the command line, and their evidence.
#include <chrono>
#include <thread>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::changes;
using room::CliFixture;

namespace {

const char kTwice[] = R"(return runbook {
  name = "twice", title = "Rename the number twice",
  parameters = { client = param.profile { why = "Which account" } },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = "+15550100200" }
      check(number.friendly_name ~= "second", "it has not the name yet")
      return { sid = number.sid }
    end),
    mutate "rename" (function(run)
      step "Name it"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = "first" }
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = "second" }
    end),
    read "verify" (function(run)
      local number = twilio.numbers.find { phone_number = "+15550100200" }
      check(number.friendly_name == "second", "the number has its name")
    end),
  },
  done = { attest { "heard", "A caller hears the greeting" }, sign_off "ceo" },
}
)";

// Its second change is refused by the provider.
std::string stopped(CliFixture& room) {
  room.furnish();
  room.write("twice.lua", kTwice);
  const std::string id = room.value({"run", "twice.lua", "-p", "client=acme"}, 3)["run"];
  room.value({"approve", id, "--yes"});
  REQUIRE(room.simulator.add_fault(
      "match=POST api.twilio.com/*/IncomingPhoneNumbers*,status=400,skip=1"));
  const json failed = room.value({"resume", id}, 9);
  CHECK(failed["status"] == "failed");
  CHECK(failed["waiting_for"]["kind"] == "way_on");
  CHECK(failed["waiting_for"]["ways"][0]["command"] == "countersign resume " + id + " --replan");
  CHECK(failed["error"]["hint"].get<std::string>().find("countersign resume " + id + " --replan") !=
        std::string::npos);
  CHECK(changes(room) == 2);
  return id;
}

void finish(CliFixture& room, const std::string& id) {
  CHECK(room.value({"approve", id, "--yes"})["status"] == "approved");
  CHECK(room.value({"resume", id}, 5)["status"] == "awaiting_attestation");
  room.value({"attest", id, "heard", "--pass", "--yes"});
  CHECK(room.value({"sign-off", id, "--yes"})["status"] == "done");
  CHECK(changes(room) == 3);
  room.value({"export", id, "--to", "evidence-" + id});
  const Ran verified =
      room.countersign({"verify", "evidence-" + id, "--signers", "allowed_signers"});
  INFO(verified.out << verified.err);
  CHECK(verified.code == 0);
}

}  // namespace

TEST_CASE("what is left of a run that failed is planned anew, decided and done") {
  CliFixture room;
  const std::string id = stopped(room);
  const std::string shown = room.countersign({"show", id}).out;
  CHECK(shown.find("countersign resume " + id + " --replan") != std::string::npos);
  CHECK(room.error({"resume", id, "--look-again"}, 2).find("some of that is left") !=
        std::string::npos);
  CHECK(room.countersign({"resume", id, "--look-again", "--replan"}).code == 2);
  const json again = room.value({"resume", id, "--replan"}, 3);
  CHECK(again["waiting_for"]["kind"] == "decision");
  const std::string plan = room.countersign({"plan", id}).out;
  CHECK(plan.find("What was done before") != std::string::npos);
  CHECK(plan.find("failed before: 2 twilio.numbers.update") != std::string::npos);
  CHECK(plan.find("1 change, in this order") != std::string::npos);
  finish(room, id);
}

TEST_CASE("a new run is told of the one that stopped, and takes over from it") {
  CliFixture room;
  const std::string old = stopped(room);
  SECTION("from the start") {
    const json run = room.value({"run", "twice.lua", "-p", "client=acme", "--take-over", old}, 3);
    CHECK(run["taken_over"] == old);
    finish(room, run["run"]);
  }
  SECTION("once it has stopped at what is half done") {
    REQUIRE(room.simulator.patch(json::parse(
        R"([{"op": "replace", "path": "/accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0/friendly_name", "value": "second"}])")));
    const json run = room.value({"run", "twice.lua", "-p", "client=acme"}, 1);
    const std::string id = run["run"];
    CHECK(run["error"]["hint"].get<std::string>().find("countersign resume " + id +
                                                       " --take-over " + old) != std::string::npos);
    REQUIRE(room.simulator.patch(json::parse(
        R"([{"op": "replace", "path": "/accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0/friendly_name", "value": "first"}])")));
    CHECK(room.value({"resume", id, "--take-over", old}, 3)["taken_over"] == old);
    finish(room, id);
  }
  CHECK(room.error({"resume", old, "--replan"}, 2).find("goes on with what") != std::string::npos);
}

TEST_CASE("an item that was found wanting is asked again") {
  CliFixture room;
  room.furnish();
  room.write("twice.lua", kTwice);
  const std::string id = room.value({"run", "twice.lua", "-p", "client=acme"}, 3)["run"];
  room.value({"approve", id, "--yes"});
  room.value({"resume", id}, 5);
  const json failed = room.value({"attest", id, "heard", "--fail", "--note", "silence", "--yes"});
  CHECK(failed["waiting_for"]["ways"][0]["way"] == "look-again");
  CHECK(room.countersign({"show", id}).out.find("--look-again") != std::string::npos);
  CHECK(room.value({"resume", id, "--look-again"}, 5)["waiting_for"]["items"][0]["item"] ==
        "heard");
  room.value({"attest", id, "heard", "--pass", "--yes"});
  CHECK(room.value({"sign-off", id, "--yes"})["status"] == "done");
}

TEST_CASE("a contaminated run ends once its incident is lifted, and its evidence says so") {
  CliFixture room;
  room.furnish();
  room.write("countersign.toml",
             room.configuration() +
                 "adjacent = [\"CCT\"]\n"
                 "[profiles.CCT]\ntwilio.account_sid = \"ACe61336ac49728f5d344206b3c61644ef\"\n"
                 "twilio.api_key = \"SKce080a84f686f35e035d03a5bc677279\"\n"
                 "twilio.api_secret = { env = \"OTHER\" }\nendpoint = \"" +
                 room.simulator.endpoint() + "\"\n");
  room.environment["OTHER"] = "fake-api-secret-cct";
  room.write("twice.lua", kTwice);
  const std::string id = room.value({"run", "twice.lua", "-p", "client=acme"}, 3)["run"];
  room.value({"approve", id, "--yes"});
  REQUIRE(room.simulator.add_fault(
      "match=POST api.twilio.com/*/IncomingPhoneNumbers*,kind=delay,ms=2000,skip=1"));
  // Somebody changes the other account while this one is being changed.
  std::thread somebody([&] {
    for (int look = 0; look < 600 && changes(room) < 2; ++look)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    (void)room.simulator.patch(json::parse(
        R"([{"op": "add", "path": "/accounts/ACe61336ac49728f5d344206b3c61644ef/flex_configuration/ui_attributes", "value": {"changed": true}}])"));
  });
  const json stopped = room.value({"resume", id}, 7);
  somebody.join();
  CHECK(stopped["status"] == "drifted");
  CHECK(stopped["findings"].size() == 1);
  CHECK(room.value({"resume", id}, 7)["findings"].size() == 1);
  for (const char* profile : {"acme", "CCT"})
    room.value({"thaw", "--profile", profile, "--reason", "it was a colleague", "--yes"});
  const json last = room.value({"resume", id}, 5);
  CHECK(last["status"] == "awaiting_attestation");
  CHECK(last["findings"].size() == 1);
  for (const char* item : {"informed-1", "heard"})
    room.value({"attest", id, item, "--pass", "--yes"});
  CHECK(room.value({"sign-off", id, "--yes"})["status"] == "done");
  CHECK(changes(room) == 2);
  room.value({"export", id, "--to", "evidence"});
  const Ran verified = room.countersign({"verify", "evidence", "--signers", "allowed_signers"});
  INFO(verified.out << verified.err);
  CHECK(verified.code == 0);
  CHECK(verified.out.find("of an adjacent account") != std::string::npos);
}
