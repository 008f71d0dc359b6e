// The conversation at a real terminal: what is typed with keys, what a person sees.
#include "tests/support/terminal.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using room::CliFixture;

namespace {

struct TerminalFixture {
  explicit TerminalFixture(CliFixture& room, const std::string& term = "xterm-256color",
                           std::vector<std::string> words = {"repl", "--profile", "acme"},
                           int columns = 160) {
    std::vector<std::string> argv = {COUNTERSIGN_BINARY_DIR "/countersign"};
    argv.insert(argv.end(), words.begin(), words.end());
    std::map<std::string, std::string> environment = room.environment;
    environment["TERM"] = term;
    terminal = std::make_unique<Terminal>(Command{argv, room.folder, environment, {}}, columns);
  }
  // Types a line, and what is shown until the next prompt.
  std::string line(const std::string& text) {
    terminal->type(text + "\r");
    terminal->until(text.substr(text.size() > 20 ? text.size() - 20 : 0));
    return terminal->until("> ");
  }
  std::unique_ptr<Terminal> terminal;
};

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  CHECK(text.find(part) != std::string::npos);
  return true;
}

}  // namespace

TEST_CASE("the prompt says profile, account and read-only, in words and in colour") {
  CliFixture room;
  room.furnish();
  TerminalFixture sitting(room);
  const std::string greeting = sitting.terminal->until("read-only> ");
  has(greeting,
      "acme AC68c8096035594cd23248bd5540f7c7ee, production, SIMULATED: nothing real is asked\n"
      "This session only reads: no line that is typed here can change anything.\n");
  has(greeting, "acme AC68c8..c7ee SIMULATED read-only> ");
  has(sitting.terminal->raw(), "\x1b[0;1;32m read-only");
  sitting.terminal->type("\x04");
  CHECK(sitting.terminal->end() == 0);

  room.environment["NO_COLOR"] = "1";
  TerminalFixture plain(room);
  plain.terminal->until("acme AC68c8..c7ee SIMULATED read-only> ");
  CHECK(plain.terminal->raw().find("\x1b[0;1;32m") == std::string::npos);
  plain.terminal->type(":quit\r");
  CHECK(plain.terminal->end() == 0);
}

TEST_CASE(
    "TAB completes operations, their parameters, facts of the profile and fields of results") {
  CliFixture room;
  room.furnish();
  TerminalFixture sitting(room);
  Terminal& terminal = *sitting.terminal;
  terminal.until("read-only> ");
  terminal.type("twilio.num\tfi\t");
  terminal.until("twilio.numbers.find { ");
  terminal.type("\t");
  terminal.until("phone_number = ");
  terminal.type("\"+15550100200\" }\r");
  terminal.until("friendly_name  Acme main line");
  terminal.until("read-only> ");
  terminal.type("_.friendly\t\r");
  terminal.until("_.friendly_name");
  terminal.until("Acme main line");
  terminal.until("read-only> ");
  terminal.type("profile.acc\t\r");
  terminal.until("profile.account_sid");
  terminal.until("AC68c8096035594cd23248bd5540f7c7ee");
  terminal.until("read-only> ");
  terminal.type("twilio.calls.list { sta\t");
  terminal.until("started_before");
  terminal.until("twilio.calls.list { sta");
  terminal.type("\x15:sa\t");
  terminal.until(":save ");
  terminal.type("ru\t");
  terminal.until("runbook ");
}

TEST_CASE("a chunk goes on until it is complete") {
  CliFixture room;
  room.furnish();
  TerminalFixture sitting(room);
  Terminal& terminal = *sitting.terminal;
  terminal.until("read-only> ");
  terminal.type("function twice(n)\r");
  terminal.until("... ");
  terminal.type("return n *\r");
  terminal.until("... ");
  terminal.type("2 end\r");
  terminal.until("read-only> ");
  CHECK(sitting.line("twice(21)").rfind("\n42\nacme", 0) == 0);
  // Ctrl-C forgets what was begun.
  terminal.type("x = {\r");
  terminal.until("... ");
  terminal.type("\x03");
  terminal.until("read-only> ");
  CHECK(sitting.line("1 + 1").rfind("\n2\nacme", 0) == 0);
}

TEST_CASE("the prompt counts what a draft holds, until it is filed and decided on") {
  CliFixture room;
  room.furnish();
  TerminalFixture sitting(room);
  Terminal& terminal = *sitting.terminal;
  terminal.until("read-only> ");
  terminal.type(":plan\r");
  terminal.until("SIMULATED draft of no changes, none made> ");
  terminal.type("twilio.numbers.find { phone_number = '+15550100200' }\r");
  terminal.until("none made> ");
  terminal.type("twilio.numbers.update { sid = _.sid, friendly_name = 'Front' }\r");
  terminal.until("friendly_name: \"Acme main line\" → \"Front\"");
  terminal.until("SIMULATED draft of 1 change, none made> ");
  terminal.type(":request\r");
  terminal.until("The draft is filed as run ");
  const std::string id = terminal.until(",").substr(0, 15);
  terminal.until("SIMULATED read-only> ");
  // What the change will have returned is nothing that could be asked for.
  has(sitting.line("twilio.numbers.fetch { sid = _2.sid }"), "it asks for what is known only once");
  CHECK(room.value({"approve", id, "--yes"})["status"] == "approved");
  CHECK(room.value({"resume", id})["status"] == "done");
  CHECK(sitting.line("twilio.numbers.fetch { sid = _1.sid }.friendly_name").rfind("\nFront\n", 0) ==
        0);
}

TEST_CASE("Ctrl-C ends a slow read and keeps the session") {
  CliFixture room;
  room.furnish();
  REQUIRE(
      room.simulator.add_fault("match=GET api.twilio.com/*/Calls*,kind=delay,ms=30000,times=1"));
  TerminalFixture sitting(room);
  Terminal& terminal = *sitting.terminal;
  terminal.until("read-only> ");
  sitting.line("number = twilio.numbers.find { phone_number = '+15550100200' }");
  const std::size_t asked = room.simulator.requests().size();
  terminal.type("late = 1; calls = twilio.calls.list { limit = 1 }\r");
  terminal.until("limit = 1 }");
  while (room.simulator.requests().size() == asked) std::this_thread::yield();
  const auto begun = std::chrono::steady_clock::now();
  terminal.type("\x03");
  has(terminal.until("read-only> "),
      "broken off; what this line had set so far is gone, everything "
      "before it is kept");
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
  CHECK(sitting.line("number.friendly_name").rfind("\nAcme main line\n", 0) == 0);
  CHECK(sitting.line("late").rfind("\nnil\n", 0) == 0);
  CHECK(sitting.line("#twilio.calls.list { limit = 1 }").rfind("\n1\n", 0) == 0);
  // And what computes for ever.
  terminal.type("while true do end\r");
  terminal.until("do end");
  terminal.type("\x03");
  has(terminal.until("read-only> "), "broken off");
  CHECK(sitting.line("number.friendly_name").rfind("\nAcme main line\n", 0) == 0);
  terminal.type("\x04");
  CHECK(terminal.end() == 0);
}

TEST_CASE("values fit the terminal, also after it changed its size") {
  CliFixture room;
  room.furnish();
  TerminalFixture sitting(room, "xterm-256color", {"repl", "--profile", "acme"}, 100);
  Terminal& terminal = *sitting.terminal;
  terminal.until("read-only> ");
  const auto widest = [&](const std::string& text) {
    std::size_t most = 0, at = 0;
    while (at < text.size()) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      most = std::max(most, end - at);
      at = end + 1;
    }
    return most;
  };
  const std::string wide = sitting.line("twilio.calls.list { limit = 3 }");
  has(wide, "CA8c1e181a84094505fd04a24366c9f503  completed  +15550100300");
  has(wide, "3 records, 13 more fields in each: `_[1]` shows the first whole");
  CHECK(widest(wide) > 60);
  terminal.resize(60, 20);
  const std::string narrow = sitting.line("_");
  CHECK(widest(narrow) <= 60);
  has(narrow, "CA8c1e181a84094505fd04a24366c9f503");
  // A change of size while a line is edited keeps the line.
  terminal.type("1 + ");
  terminal.resize(90, 30);
  terminal.type("41\r");
  terminal.until("\n42\n");
  terminal.until("read-only> ");
  // Pages as high as the terminal.
  sitting.line("t = {} for i = 1, 60 do t[i] = i end");
  const std::string page = sitting.line("t");
  has(page, "1–26 of 60 entries\n34 more entries: :more goes on, :more all shows the rest\n");
  has(sitting.line(":more"), "27–52 of 60 entries\n8 more entries");
  has(sitting.line(":more all"), "53–60 of 60 entries\nacme");
  has(sitting.line(":more"), "that was all of it");
}

TEST_CASE("two hundred pasted lines are all taken, in order, marked as a paste or not") {
  CliFixture room;
  room.furnish();
  std::string lines;
  for (int i = 1; i <= 200; ++i)
    lines += "n = (n or 0) + " + std::to_string(i) + "\t-- line " + std::to_string(i) +
             " of what was copied from elsewhere\r";
  for (const bool marked : {true, false}) {
    TerminalFixture sitting(room);
    sitting.terminal->until("read-only> ");
    std::string keys = lines;
    if (!marked) std::replace(keys.begin(), keys.end(), '\t', ' ');
    sitting.terminal->type(marked ? "\x1b[200~" + keys + "\x1b[201~" : keys);
    sitting.terminal->type("\"sum \" .. n\r");
    sitting.terminal->until("\nsum 20100\n", 60);
    sitting.terminal->type("\x04");
    CHECK(sitting.terminal->end() == 0);
  }
}

TEST_CASE("a pasted block runs once, and keys in it press nothing") {
  CliFixture room;
  room.furnish();
  TerminalFixture sitting(room);
  Terminal& terminal = *sitting.terminal;
  terminal.until("read-only> ");
  terminal.type("\x1b[200~function f()\r  return {\r    1,\x1b[A\x01\t\r  }\rend\r#f()\x1b[201~");
  terminal.until("#f()");
  terminal.type("\r");
  // The quotes around what ESC [ A left behind are not there: it is a name of Lua's, and no key.
  has(terminal.until("read-only> "), "countersign: ");
  CHECK(sitting.line("1 + 1").rfind("\n2\n", 0) == 0);
}

TEST_CASE("on a terminal that can do nothing, no escape sequence is ever written") {
  CliFixture room;
  room.furnish();
  for (const char* term : {"dumb", ""}) {
    TerminalFixture sitting(room, term);
    Terminal& terminal = *sitting.terminal;
    terminal.until("acme AC68c8..c7ee SIMULATED read-only> ");
    terminal.type("x = {\n");
    terminal.until("... ");
    terminal.type("1 }\n");
    terminal.until("read-only> ");
    terminal.type("#x\n");
    terminal.until("1\n");
    terminal.until("read-only> ");
    terminal.type("twilio.calls.list { limit = 2 }\n");
    terminal.until("2 records");
    terminal.until("read-only> ");
    terminal.type("while true do end\n");
    terminal.until("do end");
    // Until it runs: what is not read yet when Ctrl-C comes is forgotten by the terminal.
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    terminal.type("\x03");
    terminal.until("broken off");
    terminal.until("read-only> ");
    terminal.type("\x04");
    CHECK(terminal.end() == 0);
    CHECK(terminal.raw().find('\x1b') == std::string::npos);
  }
}

TEST_CASE("what was typed comes back in the next session, without its secrets") {
  CliFixture room;
  room.furnish();
  {
    TerminalFixture sitting(room);
    sitting.terminal->until("read-only> ");
    sitting.line("first = 'é one'");
    sitting.line("seen = 'fake-api-secret-acme'");
    sitting.line("token = '0123456789abcdef0123456789abcdef'");
    sitting.line(" hidden = 1");
    sitting.line("last = 'CA8c1e181a84094505fd04a24366c9f503'");
    sitting.terminal->type("\x04");
    CHECK(sitting.terminal->end() == 0);
  }
  CHECK(room.read("home/history/acme") ==
        "first = 'é one'\nseen = '[secret profile:acme.api_secret]'\n"
        "last = 'CA8c1e181a84094505fd04a24366c9f503'\n");
  TerminalFixture again(room);
  again.terminal->until("read-only> ");
  again.terminal->type("\x1b[A\x1b[A\x1b[A");
  again.terminal->until("first = 'é one'");
  again.terminal->type("\r");
  again.terminal->until("read-only> ");
  CHECK(again.line("first").rfind("\né one\n", 0) == 0);
}
