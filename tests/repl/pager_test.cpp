// Long texts go through the pager at a terminal, and nowhere else.
#include "repl/views/pager.h"

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/terminal.h"

using namespace countersign;
using room::CliFixture;

namespace {

struct PagedFixture : CliFixture {
  // What the pager does is written into a file, so that it is seen whether it was there at all.
  std::string shown(const std::vector<std::string>& words, const std::string& pager,
                    int rows = 20) {
    std::vector<std::string> argv = {COUNTERSIGN_BINARY_DIR "/countersign"};
    argv.insert(argv.end(), words.begin(), words.end());
    std::map<std::string, std::string> with = environment;
    with["TERM"] = "xterm";
    with["PAGER"] = pager;
    if (pager == "(unset)") with.erase("PAGER");
    Terminal terminal(Command{argv, folder, with, {}}, 100, rows);
    code = terminal.end();
    return terminal.shown();
  }
  int code = -1;
};

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
  return true;
}

}  // namespace

TEST_CASE("lines of a terminal are counted as they are wrapped, without colours") {
  CHECK(terminal_lines("", 80) == 0);
  CHECK(terminal_lines("a\n\nb\n", 80) == 3);
  CHECK(terminal_lines("a", 80) == 1);
  CHECK(terminal_lines(std::string(81, 'x') + "\n", 80) == 2);
  CHECK(terminal_lines("\x1b[1m" + std::string(80, 'x') + "\x1b[0m\n", 80) == 1);
}

TEST_CASE("what is longer than the terminal goes through the pager") {
  PagedFixture room;
  room.environment["TEXT"] = "a pager with \"quotes\"";
  // A command line for a shell, as git has it.
  const std::string marked = "sed 's/^/>/' | tr A-Z a-z; printf '%s\\n' \"$TEXT\"";
  const std::string paged = room.shown({"operations"}, marked);
  has(paged, ">twilio.numbers.list");
  has(paged, "a pager with \"quotes\"");
  CHECK(room.code == 0);
  // It fits.
  CHECK(room.shown({"operations", "twilio.numbers.list"}, marked).find(">") == std::string::npos);
  CHECK(room.shown({"operations"}, marked, 2000).find(">twilio") == std::string::npos);
  // Programs read along, or nobody wants one.
  CHECK(room.shown({"operations", "--json"}, marked).find("a pager") == std::string::npos);
  CHECK(room.shown({"operations", "--no-pager"}, marked).find("a pager") == std::string::npos);
  for (const char* none : {"", "cat", " "})
    has(room.shown({"operations"}, none), "twilio.numbers.list");
  // Where stdout is no terminal there is no pager.
  room.environment["PAGER"] = marked;
  CHECK(room.countersign({"operations"}).out.find(">twilio") == std::string::npos);
}

TEST_CASE("a pager that cannot be started, or that is left early, costs nothing") {
  PagedFixture room;
  const std::string plain = room.shown({"operations"}, "no-such-pager-anywhere");
  has(plain, "twilio.numbers.list");
  CHECK(room.code == 0);
  const std::string left = room.shown({"operations"}, "head -n 1");
  CHECK(room.code == 0);
  CHECK(left.find("twilio.numbers.list") == std::string::npos);
  CHECK(left.find("countersign:") == std::string::npos);
  // The pager's own end is not the command's.
  room.shown({"operations"}, "cat >/dev/null; exit 3");
  CHECK(room.code == 0);
}

TEST_CASE("the command's own exit code stays, and less gets its usual settings") {
  PagedFixture room;
  std::string from = "{", to = "{";
  for (int i = 0; i < 60; ++i) {
    from += (i ? ", " : "") + ("\"k" + std::to_string(i) + "\": 1");
    to += (i ? ", " : "") + ("\"k" + std::to_string(i) + "\": 2");
  }
  room.write("a.json", from + "}");
  room.write("b.json", to + "}");
  has(room.shown({"diff", "a.json", "b.json"}, "cat >/dev/null; echo less is $LESS"),
      "less is FRX");
  CHECK(room.code == 1);
  room.environment["LESS"] = "S";
  has(room.shown({"diff", "a.json", "b.json"}, "cat >/dev/null; echo less is $LESS"), "less is S");
}
