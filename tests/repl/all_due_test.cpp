// resume --all-due: what a timer calls. It goes on with what waits for nobody, and answers nothing.
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::changes;
using room::CliFixture;

namespace {

const std::vector<std::string> kStart = {"run",         "rename.lua", "-p",
                                         "client=acme", "-p",         "label=Desk"};

std::string begun(CliFixture& room) {
  return room.value(kStart, 3)["run"];
}

std::string approved(CliFixture& room) {
  const std::string id = begun(room);
  REQUIRE(room.value({"approve", id, "--yes"})["status"] == "approved");
  return id;
}

std::string status(CliFixture& room, const std::string& id) {
  return room.value({"show", id})["status"];
}

void furnish(CliFixture& room) {
  room.furnish();
  room.write("rename.lua", room::renaming("attest { \"heard\", \"A caller hears it\" }"));
}

}  // namespace

TEST_CASE(
    "a run that was approved and left goes on, up to its wait, and from there when it is over") {
  CliFixture room;
  furnish(room);
  const std::string id = approved(room);
  CHECK(room.value({"resume", "--all-due"}) == json::array({{{"run", id},
                                                             {"runbook", "rename"},
                                                             {"profile", "acme"},
                                                             {"why", "approved"},
                                                             {"outcome", "went on"},
                                                             {"status", "awaiting_time"},
                                                             {"code", 4},
                                                             {"error", nullptr}}}));
  const std::size_t made = changes(room);
  CHECK(made > 0);
  // Its wait lasts an hour.
  CHECK(room.value({"resume", "--all-due"}) == json::array());
  room.simulator.advance(3590);
  CHECK(room.value({"resume", "--all-due"}) == json::array());
  room.simulator.advance(20);
  const Ran ran = room.countersign({"resume", "--all-due"});
  CHECK(ran.code == 0);
  CHECK(ran.out == id + "  rename (acme)  went on: awaiting_attestation\n");
  CHECK(changes(room) > made);
  // What a person has to say is nobody else's to say.
  CHECK(room.value({"resume", "--all-due"}) == json::array());
  CHECK(status(room, id) == "awaiting_attestation");
  CHECK(room.countersign({"resume", "--all-due"}).out == "No run can go on by itself.\n");
}

TEST_CASE("what waits for somebody, failed, drifted or ended is left as it is") {
  CliFixture room;
  furnish(room);
  const std::string undecided = begun(room);
  const std::string cancelled = begun(room);
  room.value({"cancel", cancelled, "--reason", "no"});
  const std::string failed = approved(room);
  REQUIRE(room.simulator.add_fault(
      "match=POST api.twilio.com/*/IncomingPhoneNumbers*,status=400,times=1"));
  room.value({"resume", failed}, 9);
  CHECK(room.value({"resume", "--all-due"}) == json::array());
  CHECK(status(room, undecided) == "awaiting_decision");
  CHECK(status(room, cancelled) == "cancelled");
  CHECK(status(room, failed) == "failed");
}

TEST_CASE("a failure is the exit code, and keeps no other run from going on") {
  CliFixture room;
  furnish(room);
  const std::string first = approved(room);
  REQUIRE(room.simulator.add_fault(
      "match=POST api.twilio.com/*/IncomingPhoneNumbers*,status=400,times=1"));
  room.write("other.lua",
             "return runbook { name = \"other\", title = \"Look twice\",\n"
             "  parameters = { client = param.profile { why = \"Which account\" } },\n"
             "  procedure = { wait \"later\" { duration = \"1h\", why = \"It takes a while\" },\n"
             "    read \"look\" (function(run) return {} end) },\n  done = {} }\n");
  const std::string second = room.value({"run", "other.lua", "-p", "client=acme"}, 4)["run"];
  room.simulator.advance(3700);
  room.write("home/runs/20200101-000000.run", "no run");
  const json all = room.value({"resume", "--all-due"}, 9);
  REQUIRE(all.size() == 3);
  std::map<std::string, json> by_run;
  for (const json& one : all) by_run[one["run"]] = one;
  CHECK(by_run["20200101-000000"]["outcome"] == "failed");
  CHECK(by_run["20200101-000000"]["why"].is_null());
  CHECK(by_run[first]["outcome"] == "failed");
  CHECK(by_run[first]["status"] == "failed");
  CHECK(by_run[first]["error"]["kind"].is_string());
  CHECK(by_run[second]["outcome"] == "went on");
  CHECK(by_run[second]["why"] == "time");
  CHECK(by_run[second]["code"] == 0);
  CHECK(status(room, second) == "done");
}

TEST_CASE("a freeze holds what was approved back without a failure, until it is lifted") {
  CliFixture room;
  furnish(room);
  const std::string id = approved(room);
  room.value({"freeze", "--profile", "acme", "--reason", "callers report dead air", "--yes"});
  const json blocked = room.value({"resume", "--all-due"});
  REQUIRE(blocked.size() == 1);
  CHECK(blocked[0]["outcome"] == "blocked");
  CHECK(blocked[0]["error"]["message"].get<std::string>().find("dead air") != std::string::npos);
  CHECK(changes(room) == 0);
  // One that was halted by it goes on too, once it is over.
  CHECK(room.value({"resume", id}, 9)["waiting_for"]["kind"] == "halt");
  CHECK(room.value({"resume", "--all-due"})[0]["outcome"] == "blocked");
  room.value({"thaw", "--profile", "acme", "--reason", "found", "--yes"});
  const json on = room.value({"resume", "--all-due"});
  REQUIRE(on.size() == 1);
  CHECK(on[0]["why"] == "halted");
  CHECK(on[0]["status"] == "awaiting_time");
}

TEST_CASE("trust files that somebody edited stop all of it") {
  CliFixture room;
  furnish(room);
  const std::string id = approved(room);
  room.write("policy.toml", room.read("policy.toml") +
                                "# edited\n[people.eve]\nprincipals = "
                                "[\"eve@connie.example\"]\nroles = [\"ceo\"]\n");
  CHECK(room.error({"resume", "--all-due"}, 9).rfind("refused: ", 0) == 0);
  CHECK(changes(room) == 0);
  CHECK(status(room, id) == "approved");
}

TEST_CASE("the last answer of a wait lets the run go on") {
  CliFixture room;
  room.furnish();
  room.write("asking.lua", R"(return runbook {
  name = "asking", title = "Ask in the middle",
  parameters = { client = param.profile { why = "Which account" } },
  procedure = {
    wait "asked" { duration = "0s", attested = { "heard" }, why = "Somebody has to listen" },
    read "look" (function(run) return {} end),
  },
  done = { attest { "heard", "A caller hears it" } },
}
)");
  const std::string id = room.value({"run", "asking.lua", "-p", "client=acme"}, 5)["run"];
  CHECK(room.value({"resume", "--all-due"}) == json::array());
  room.value({"attest", id, "heard", "--pass", "--yes"});
  const json on = room.value({"resume", "--all-due"});
  REQUIRE(on.size() == 1);
  CHECK(on[0]["why"] == "answered");
  CHECK(on[0]["status"] == "done");
}

TEST_CASE("--all-due takes neither a run nor what belongs to one") {
  CliFixture room;
  furnish(room);
  CHECK(room.error({"resume"}, 2) == "usage: resume: run is required");
  for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
           {"x"}, {"--wait"}, {"--events"}, {"--replan"}, {"--look-again"}, {"--take-over", "x"}}) {
    std::vector<std::string> words = {"resume", "--all-due"};
    words.insert(words.end(), more.begin(), more.end());
    CHECK(room.countersign(words).code == 2);
  }
}
