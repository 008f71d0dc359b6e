// What the program says to words it does not understand, and to what needs neither configuration
// nor network.
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

TEST_CASE("what is typed wrongly is named, with what was meant") {
  struct {
    std::vector<std::string> words;
    std::string said;
  } const cases[] = {
      {{}, "countersign: no command was given\n  → `countersign --help` lists them\n"},
      {{"rnu"}, "countersign: there is no command \"rnu\"\n  → did you mean \"run\"?\n"},
      {{"trust"},
       "countersign: \"trust\" needs to know what to do\n  → there are: trust list, trust check, "
       "trust add, trust revoke, trust accept\n"},
      {{"show", "x", "--jsno"},
       "countersign: show: \"--jsno\" is not expected here\n  → did you mean \"--json\"?\n"},
      {{"runs", "--status", "runing"},
       "countersign: there is no status \"runing\"\n  → did you mean \"running\"?\n"},
      {{"run"},
       "countersign: run: runbook is required\n  → `countersign run --help` shows its use\n"},
      {{"attest", "x", "item"},
       "countersign: an attestation says whether it is so\n  → give --pass or --fail\n"},
      {{"reject", "x"}, "countersign: a rejection says why\n  → give --reason TEXT\n"},
      {{"operations", "twilio.numbrs.find"},
       "countersign: there is no operation \"twilio.numbrs.find\"\n  → did you mean "
       "\"twilio.numbers.find\"?\n"},
      {{"eval"},
       "countersign: eval: there is nothing to run\n  → give -e CODE, a FILE, or - for stdin\n"},
      {{"--config", "none.toml", "profiles"},
       "countersign: there is no configuration file \"none.toml\", which --config names\n  → "
       "`countersign "
       "init` writes one to start from\n"},
  };
  CliFixture room;
  for (const auto& one : cases) {
    const Ran ran = room.countersign(one.words);
    CHECK(ran.code == 2);
    CHECK(ran.out == "");
    CHECK(ran.err == one.said);
  }
}

TEST_CASE("an error is one JSON value too") {
  CliFixture room;
  CHECK(room.error({"rnu"}, 2) == "usage: there is no command \"rnu\"");
  CHECK(room.error({"show", "nothing"}, 2).rfind("usage: there is no run \"nothing\"", 0) == 0);
  CHECK(room.error({"eval", "-e", "1 +"}, 2).rfind("script: ", 0) == 0);
}

TEST_CASE("every command says how it is used") {
  CliFixture room;
  const Ran all = room.countersign({"--help"});
  CHECK(all.code == 0);
  for (const char* name :
       {"repl",         "init",           "run",         "resume",   "plan",   "request",
        "approve",      "reject",         "attest",      "sign-off", "settle", "runs",
        "show",         "cancel",         "eval",        "snapshot", "diff",   "sim",
        "sim call",     "trust list",     "trust check", "profiles", "doctor", "operations",
        "canonicalize", "signature check"}) {
    INFO(name);
    CHECK(all.out.find("\n  " + std::string(name)) != std::string::npos);
  }
  const Ran one = room.countersign({"approve", "--help"});
  CHECK(one.code == 0);
  CHECK(one.out.find("--reference TEXT") != std::string::npos);
}

TEST_CASE("canonicalize prints the canonical text and nothing else") {
  CliFixture room;
  const Ran good = room.countersign({"canonicalize"}, "{\"b\": 1.0, \"a\": [\"\\u20ac\", 1e21]}\n");
  CHECK(good.code == 0);
  CHECK(good.out == "{\"a\":[\"€\",1e+21],\"b\":1}");
  const Ran twice = room.countersign({"canonicalize"}, "{\"a\": 1, \"a\": 2}");
  CHECK(twice.code == 2);
  CHECK(twice.out == "");
  CHECK(twice.err.find("\"a\"") != std::string::npos);
}

TEST_CASE("eval runs what is typed once, and shows what it returns") {
  CliFixture room;
  const auto shown = [&](const std::string& code) {
    const Ran ran = room.countersign({"eval", "-e", code});
    INFO(ran.err);
    CHECK(ran.code == 0);
    return ran.out;
  };
  CHECK(shown("1 + 1") == "2\n");
  CHECK(shown("return 'a'") == "a\n");
  CHECK(shown("local x = 3 return x") == "3\n");
  CHECK(shown("print 'said'") == "said\n");
  CHECK(shown("{ name = 'acme', size = 2 }") == "name  acme\nsize  2\n");
  CHECK(shown("{ { sid = 'A', n = 1 }, { sid = 'B', n = 2 } }") ==
        "sid  n\nA    1\nB    2\n2 records\n");
  CHECK(shown("nil") == "");
  CHECK(room.value({"eval", "-e", "{ 1, { a = true } }"}) == json::parse("[1, {\"a\": true}]"));
  CHECK(room.countersign({"eval", "-"}, "return 'from stdin'").out == "from stdin\n");
  room.write("chunk.lua", "-- a file\nreturn 'from a file'\n");
  CHECK(room.countersign({"eval", "chunk.lua"}).out == "from a file\n");
  CHECK_FALSE(room.has(".local"));
}

TEST_CASE("eval without an account asks no provider, and never changes anything") {
  CliFixture room;
  CHECK(room.error({"eval", "-e", "twilio.calls.list {}"}, 9) ==
        "refused: twilio.calls.list was not carried out: no profile is chosen, so there is no "
        "account to ask");
  CHECK(room.error({"eval", "-e", "twilio.calls.lst {}"}, 2) ==
        "argument: there is no operation \"twilio.calls.lst\"");
  room.furnish();
  const std::string change =
      "pcall(twilio.numbers.update, { sid = 'PN03cca2b259f51e6fe0b6503b54449880', friendly_name = "
      "'x' })";
  CHECK(room.error({"eval", "--profile", "acme", "-e", change}, 9)
            .rfind("refused: twilio.numbers.update", 0) == 0);
  for (const json& request : room.simulator.requests()) CHECK(request["method"] == "GET");
}

TEST_CASE("what would deceive a reader's terminal is made visible") {
  CliFixture room;
  CHECK(room.countersign({"eval", "-e", "'a\\27[31mb\\226\\128\\174c\\0'"}).out ==
        "a\\x1B[31mb\\u{202E}c\\x00\n");
}
