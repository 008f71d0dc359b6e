// What is said while a run goes on: what is waited for, what was under way when it was broken off.
#include "tests/support/terminal.h"

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::has;
using room::renaming;

namespace {

std::unique_ptr<Terminal> at_terminal(CliFixture& room, std::vector<std::string> words) {
  words.insert(words.begin(), COUNTERSIGN_BINARY_DIR "/countersign");
  std::map<std::string, std::string> environment = room.environment;
  environment["TERM"] = "xterm";
  return std::make_unique<Terminal>(Command{words, room.folder, environment, {}}, 160);
}

const std::vector<std::string> kRun = {"run",         "rename.lua", "-p",
                                       "client=acme", "-p",         "label=Front desk"};

std::string started(CliFixture& room, const std::string& done = "") {
  room.write("rename.lua", renaming(done, false));
  return room.value(kRun, 3)["run"];
}

// Until the provider has been sent a changing request.
void sent(CliFixture& room) {
  for (int i = 0; i < 2000 && room::changes(room) == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  REQUIRE(room::changes(room) == 1);
}

}  // namespace

TEST_CASE("a provider that takes long is named on a terminal, with how long it has taken") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", renaming("", false));
  REQUIRE(room.simulator.add_fault(
      "match=GET api.twilio.com/*/IncomingPhoneNumbers*,kind=delay,ms=2600,times=1"));
  const auto terminal = at_terminal(room, kRun);
  has(terminal->until("  1 s"), "waiting for GET api.twilio.com/2010-04-01/Accounts/");
  terminal->until("  2 s");
  terminal->until("everything whole");
  CHECK(terminal->end() == 3);
  // Written over, and gone before anything else is said.
  has(terminal->raw(), "\r\x1b[K");
}

TEST_CASE("without a terminal a plain line says so once, and JSON stays one value") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", renaming("", false));
  REQUIRE(room.simulator.add_fault(
      "match=GET api.twilio.com/*/IncomingPhoneNumbers*,kind=delay,ms=6500,times=1"));
  std::vector<std::string> words = kRun;
  words.insert(words.begin(), "--json");
  const Ran ran = room.countersign(words);
  CHECK(ran.code == 3);
  CHECK_FALSE(json::parse(ran.out, nullptr, false).is_discarded());
  has(ran.err, "countersign: waiting for GET api.twilio.com/2010-04-01/Accounts/");
  CHECK(ran.err.find("waiting for") == ran.err.rfind("waiting for"));
  CHECK(ran.err.find('\x1b') == std::string::npos);
}

TEST_CASE("Ctrl-C while reading says that nothing was being changed, and how it goes on") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", renaming("", false));
  REQUIRE(room.simulator.add_fault(
      "match=GET api.twilio.com/*/IncomingPhoneNumbers*,kind=delay,ms=20000,times=1"));
  const auto terminal = at_terminal(room, kRun);
  terminal->until("waiting for");
  terminal->type("\x03");
  has(terminal->until("go on with it: countersign resume "),
      "was interrupted in \"inspect\", while nothing was being changed");
  CHECK(terminal->end() == 130);
  const json runs = room.value({"runs"});
  REQUIRE(runs.size() == 1);
  CHECK(runs[0]["status"] == "running");
  CHECK(room.value({"resume", runs[0]["run"].get<std::string>()}, 3)["status"] ==
        "awaiting_decision");
}

TEST_CASE("Ctrl-C in the middle of a change says that its outcome is not known; resume finds out") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  REQUIRE(room.simulator.add_fault(
      "match=POST api.twilio.com/*/IncomingPhoneNumbers*,kind=delay,ms=20000,times=1"));
  const auto terminal = at_terminal(room, {"resume", id});
  // What is changed is named, its SID beside it.
  has(terminal->until("PN03cca2b259f51e6fe0b6503b54449880"), "(Acme main line)");
  sent(room);
  terminal->type("\x03");
  const std::string said = terminal->until("looks at what is there before it goes on");
  has(said, "was interrupted in the middle of a change: operation 1, \"");
  has(said, "it is not known whether it was carried out");
  CHECK(terminal->end() == 130);
  const std::string shown = room.countersign({"show", id}).out;
  has(shown, "was begun and has no outcome: it is not known whether it was carried out");
  has(room.countersign({"due"}).out, "was interrupted in the middle of a change");
  // Done, or looked at again later: a provider may act late.
  const int code = room.countersign({"resume", id}).code;
  CHECK((code == 0 || code == 4));
}

TEST_CASE("Ctrl-C through a declared wait says until when it waits, with --json as an error") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", renaming("", true));
  const std::string id = room.value(kRun, 3)["run"];
  room.value({"approve", id, "--yes"});
  const auto terminal = at_terminal(room, {"--json", "resume", id, "--wait"});
  terminal->until("waiting: settle");
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  terminal->type("\x03");
  has(terminal->until("\"kind\": \"interrupted\""), "while it was waiting until 20");
  CHECK(terminal->end() == 130);
}

TEST_CASE("what halted a run is not said any more once it goes on") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  room.value({"freeze", "--profile", "acme", "--reason", "callers report dead air", "--yes"});
  room.value({"resume", id}, 9);
  has(room.countersign({"show", id}).out, "halted: changes are blocked");
  room.value({"thaw", "--profile", "acme", "--reason", "it was the carrier", "--yes"});
  REQUIRE(room.simulator.add_fault(
      "match=POST api.twilio.com/*/IncomingPhoneNumbers*,kind=delay,ms=20000,times=1"));
  const auto terminal = at_terminal(room, {"resume", id});
  terminal->until("PN03cca2b259f51e6fe0b6503b54449880");
  sent(room);
  terminal->type("\x03");
  terminal->until("not known whether");
  CHECK(terminal->end() == 130);
  const Ran shown = room.countersign({"show", id});
  CHECK(shown.out.find("frozen") == std::string::npos);
  CHECK(shown.out.find("halted") == std::string::npos);
  CHECK(room.value({"show", id})["error"].is_null());
}
