// sim call: a caller on the command line.
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

namespace {

std::vector<std::string> dialing(const CliFixture& room, const std::vector<std::string>& more) {
  std::vector<std::string> words = {
      "sim",    "call",         "--port", std::to_string(room.simulator.port()),
      "--from", "+15550100999", "--to",   "+15550100200"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("a call is told as it went, second by second") {
  CliFixture room;
  room.furnish();
  REQUIRE(room.simulator.patch(
      json::array({{{"op", "replace"}, {"path", "/time"}, {"value", "2026-11-20T12:00:00Z"}}})));
  const Ran ran = room.countersign(dialing(
      room, {"--path", "voicemail", "--speaks", "It is Ann.", "--after", "60", "--accepts"}));
  CHECK(ran.code == 0);
  CHECK(ran.err == "");
  CHECK(ran.out.rfind("+15550100999 calls +15550100200: voicemail left\n  12:00:0", 0) == 0);
  for (const char* line :
       {"  hears  Press star at any time for a callback or to leave a voicemail.\n",
        "         presses *\n", "         says: It is Ann.\n", "  queue       Support\n",
        "  agent sees  https://crm.acme.example/contacts/15550100999\n",
        "  mail        delivered to admin@acme.example, 1 attached, with transcript\n"}) {
    INFO(line);
    CHECK(ran.out.find(line) != std::string::npos);
  }
}

TEST_CASE("with --json the answer is the simulator's own") {
  CliFixture room;
  room.furnish();
  const json report = room.value(dialing(room, {"--path", "callback", "--patience", "60"}));
  CHECK(report["ended"] == "callback requested");
  CHECK(report["queue"] == "Support");
  const json calls =
      room.simulator.world()["accounts"]["AC68c8096035594cd23248bd5540f7c7ee"]["calls"];
  CHECK(calls.back()["sid"] == report["call"]);
  const std::string endpoint = room.simulator.endpoint();
  CHECK(room.value({"sim", "call", "--endpoint", endpoint + "/", "--to", "+1", "--from",
                    "+2"})["ended"] == "not in service");
  CHECK(room.value(dialing(room, {"--path", "hangup", "--hold", "3"}))["ended"] == "hung up");
  CHECK(room.value(dialing(room, {"--keys", "*1", "--hold", "60"}))["ended"] ==
        "callback requested");
  CHECK(room.value(dialing(room, {"--path", "voicemail", "--seconds", "0"}))["recording"] ==
        nullptr);
}

TEST_CASE("nobody is called who is not simulated on this machine") {
  CliFixture room;
  room.furnish();
  const std::vector<std::string> call = {"sim", "call", "--to", "+1", "--from", "+2"};
  auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = call;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  CHECK(room.error(with({}), 2) == "usage: it is not clear which simulator is meant");
  for (const char* elsewhere : {"https://api.twilio.com", "http://127.0.0.1.example:80",
                                "http://127.0.0.1:80/x", "http://127.0.0.1:", "127.0.0.1:80"})
    CHECK(room.error(with({"--endpoint", elsewhere}), 2) ==
          "usage: \"" + std::string(elsewhere) + "\" is not a simulator's address");
  CHECK(room.error(with({"--port", "1"}), 2)
            .rfind("usage: no simulator answers at http://127.0.0.1:1: ", 0) == 0);
  CHECK(room.error(dialing(room, {"--path", "email"}), 2) ==
        "usage: path: got \"email\", want agent, callback, voicemail or hangup");
  CHECK(room.simulator.requests().empty());
}
