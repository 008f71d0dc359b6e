// countersign test: what it says of scenarios that come out as expected and of those that do not,
// and that nothing is left behind.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <regex>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using Words = std::vector<std::string>;

namespace {
namespace fs = std::filesystem;

const char kScript[] = R"(return runbook {
  name = "line", title = "Give the line its name back",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
    key = param.secret { optional = true, why = "What is not needed" },
  },
  rails = { rails.snapshot_first, rails.never("twilio.numbers.delete", "it is the client's") },
  procedure = {
    read "diagnose" (function(run)
      snapshot.capture { label = "PRE" }
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      local renamed = number.friendly_name ~= "Acme main line"
      if renamed then finding { cause = "renamed", severity = "low", evidence = number.friendly_name } end
      return { sid = number.sid, renamed = renamed }
    end),
    mutate("mend", { when = function(run) return run.diagnose.renamed end })(function(run)
      step "Give the number its name back"
      twilio.numbers.update { sid = run.diagnose.sid, friendly_name = "Acme main line" }
    end),
    wait("settle", { when = function(run) return run.diagnose.renamed end }) {
      duration = "2h", why = "Others may rename it again",
    },
    read("verify", { when = function(run) return run.diagnose.renamed end })(function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number.friendly_name == "Acme main line", "the number has its name")
    end),
  },
  done = {
    attest { "told", "The client was told", by = "cto", when = function(run) return run.diagnose.renamed end },
    sign_off "ceo",
  },
}
)";

const std::string kHead =
    "local acme = \"/accounts/AC68c8096035594cd23248bd5540f7c7ee\"\n"
    "local name = acme .. \"/phone_numbers/0/friendly_name\"\n"
    "local given = { client = \"acme\", number = \"+15550100200\" }\n"
    "return scenarios { script = \"line.lua\", world = \"world.json\",\n";

const std::string kMended = R"(  scenario "the line was renamed" {
    break_ = { set(name, "Sales") }, params = given,
    expect = {
      status = "done", findings = { "renamed" }, first_finding = "renamed",
      plan = { "twilio.numbers.update" }, world = { [name] = "Acme main line" },
      unchanged = { acme .. "/flows" }, requests = { changing = 1 },
      after = {
        call { to = "+15550100200", from = "+15550100777", path = "voicemail", after = 60 },
        expect = { ended = "voicemail left", queue = "Support", mails = 1, alerts = 0 },
      },
    },
  },
)";

const std::string kSound =
    "  scenario \"the line is as it should be\" {\n"
    "    params = given, expect = { status = \"done\", findings = {}, plan = {} },\n  },\n";

// A room with the script, the demo's world, and scenario files.
struct Stalls : CliFixture {
  Stalls() {
    write("line.lua", kScript);
    fs::copy(COUNTERSIGN_SOURCE_DIR "/docs/examples/worlds/demo.json", folder + "/world.json");
    fs::create_directory(folder + "/tmp");
    environment["TMPDIR"] = folder + "/tmp";
  }
  void scenarios(const std::string& list, const std::string& file = "line_test.lua") const {
    write(file, kHead + list + "}\n");
  }
  // Its words without times, and without anything on stderr or left behind.
  std::string said(const Words& words, int code) {
    Words all = {"test"};
    all.insert(all.end(), words.begin(), words.end());
    const Ran ran = countersign(all);
    INFO(ran.out << ran.err);
    CHECK(ran.code == code);
    CHECK(ran.err == "");
    CHECK(fs::is_empty(folder + "/tmp"));
    return std::regex_replace(ran.out, std::regex("[0-9]+\\.[0-9]+(s\\)|\")"), "T$1");
  }
  // Of scenarios that are all red: what stands below the first.
  std::string complaint(const std::string& list) {
    scenarios(list);
    const std::string out = said({"line_test.lua"}, 1);
    const std::size_t from = out.find('\n') + 1, to = out.find("\n1 scenario");
    return to == std::string::npos || to < from ? out : out.substr(from, to - from);
  }
};

// A scenario that goes as `more` says, on a line that was renamed.
std::string renamed(const std::string& more) {
  return "  scenario \"it\" { break_ = { set(name, \"Sales\") }, params = given,\n    " + more +
         "\n  },\n";
}

}  // namespace

TEST_CASE("scenarios that come out as expected are said in a line each") {
  Stalls stalls;
  stalls.scenarios(kMended + kSound);
  CHECK(stalls.said({"line_test.lua"}, 0) ==
        "✓ line_test.lua:5: the line was renamed (Ts)\n"
        "✓ line_test.lua:17: the line is as it should be (Ts)\n"
        "2 scenarios: 2 as expected (Ts)\n");
  // By folder, and each file once.
  CHECK(stalls.said({".", "line_test.lua"}, 0).find("2 scenarios: 2 as expected") !=
        std::string::npos);
}

TEST_CASE("what is not as expected stands line by line, expected against found") {
  Stalls stalls;
  stalls.scenarios(R"(  scenario "nothing of it is so" {
    break_ = { set(name, "Sales") }, params = given,
    expect = {
      status = "failed", findings = { "deleted", "renamed" }, first_finding = "deleted",
      checks_failed = { "the number has its name" }, error = "no such number",
      plan = { "twilio.numbers.delete" },
      world = { [name] = "Sales", [acme .. "/phone_numbers/0"] = json.null, [acme .. "/none"] = 7 },
      unchanged = { acme .. "/phone_numbers/0/friendly_name" }, requests = { changing = 0 },
      files = { ["PAC.md"] = "cancelled" },
      after = {
        call { to = "+15550100200", from = "+15550100777", path = "callback" },
        expect = { ended = "dead air", queue = "Sales", heard = "Farewell", mails = 2 },
      },
    },
  },
)");
  CHECK(stalls.said({"line_test.lua"}, 1) ==
        R"(✗ line_test.lua:5: nothing of it is so (Ts)
    - status: failed
    + status: done
    - error: no such number
    + error: absent
    - findings 1: deleted
    - first_finding: deleted
    + first_finding: renamed
    - checks_failed 1: the number has its name
    - plan 1: twilio.numbers.delete
    + plan 1: twilio.numbers.update
    - world /accounts/AC68c8096035594cd23248bd5540f7c7ee/none: 7
    + world /accounts/AC68c8096035594cd23248bd5540f7c7ee/none: absent
    - world /accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0: absent
    + world /accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0: 32 entries (address_req…)
    - world /accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0/friendly_name: Sales
    + world /accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0/friendly_name: Acme main line
    - unchanged /accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0/friendly_name: Sales
    + unchanged /accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0/friendly_name: Acme main line
    - file PAC.md: cancelled
    + file PAC.md: absent
    - requests.changing: 0
    + requests.changing: 1
    - after 1: ended: dead air
    + after 1: ended: callback requested
    - after 1: heard: Farewell
    + after 1: heard: Thank you for calling Acme. Please hold for the next agent. / Please wait whi…
    - after 1: mails: 2
    + after 1: mails: 0
    - after 1: queue: Sales
    + after 1: queue: Support
1 scenario: 0 as expected, 1 not (Ts)
)");
}

TEST_CASE("a program reads of scenarios what people do, and where the run stood") {
  Stalls stalls;
  stalls.scenarios(kSound + renamed("expect = { findings = {} }"));
  const json list = stalls.value({"test", "line_test.lua"}, 1);
  REQUIRE(list.size() == 2);
  CHECK(list[0]["file"] == "line_test.lua");
  CHECK(list[0]["line"] == 5);
  CHECK(list[0]["scenario"] == "the line is as it should be");
  CHECK(list[0]["ok"] == true);
  CHECK(list[0]["differences"] == json::array());
  CHECK(list[0]["error"] == nullptr);
  CHECK(list[0]["seconds"].get<double>() > 0);
  CHECK(list[0]["run"]["status"] == "done");
  CHECK(list[1]["ok"] == false);
  CHECK(list[1]["run"]["findings"][0]["cause"] == "renamed");
  CHECK(list[1]["differences"] ==
        json::array({{{"what", "findings"}, {"expected", json::array()}, {"found", {"renamed"}}}}));
}

TEST_CASE("what no scenario reached is named: phases, causes, fixes, rails") {
  Stalls stalls;
  stalls.scenarios(kSound);
  CHECK(stalls.said({"line_test.lua", "--coverage"}, 0) ==
        "✓ line_test.lua:5: the line is as it should be (Ts)\n"
        "What no scenario reached\n"
        "  line.lua: 1 of 6 reached\n"
        "    phase mend\n"
        "    phase settle\n"
        "    phase verify\n"
        "    rail snapshot_first\n"
        "    rail twilio.numbers.delete: it is never done by this runbook\n\n"
        "1 scenario: 1 as expected (Ts)\n");
  const std::string nothing = R"(  scenario "a copy that captures nothing" {
    break_ = { set(name, "Sales"), edit("line.lua", "snapshot.capture { label = \"PRE\" }", "") },
    params = given, expect = { error = "no snapshot labelled PRE" },
  },
)";
  stalls.scenarios(nothing);
  CHECK(
      stalls.value({"test", "line_test.lua", "--coverage"})["coverage"][0]["unreached"]["rails"] ==
      json{"twilio.numbers.delete: it is never done by this runbook"});
  stalls.scenarios(kSound + kMended + nothing +
                   R"(  scenario "a copy that gives the number back" {
    break_ = { set(name, "Sales"), edit("line.lua", "twilio.numbers.update { sid = run.diagnose.sid",
      "twilio.numbers.delete { sid = run.diagnose.sid } twilio.numbers.update { sid = run.diagnose.sid") },
    params = given, expect = { status = "failed", error = "it is the client's" },
  },
)");
  const json all = stalls.value({"test", "line_test.lua", "--coverage"});
  CHECK(all["scenarios"].size() == 4);
  CHECK(all["coverage"] == json::array({{{"script", "line.lua"},
                                         {"parts", 6},
                                         {"unreached",
                                          {{"phases", json::array()},
                                           {"causes", json::array()},
                                           {"fixes", json::array()},
                                           {"rails", json::array()}}}}}));
  // The script itself was not touched.
  CHECK(stalls.read("line.lua") == kScript);
}

TEST_CASE("a scenario that could not fail is named") {
  Stalls stalls;
  stalls.scenarios(kMended + kSound);
  CHECK(stalls.said({"line_test.lua", "--prove"}, 0) ==
        "✓ line_test.lua:5: the line was renamed (Ts)\n"
        "✓ line_test.lua:17: the line is as it should be (Ts)\n"
        "2 scenarios: 2 as expected (Ts)\n");
  stalls.scenarios(R"(  scenario "it breaks what nobody looks at" {
    break_ = { set(acme .. "/friendly_name", "Acme Ltd") },
    params = given, expect = { status = "done" },
  },
  scenario "it expects what always is" {
    params = given, expect = { unchanged = { acme .. "/flows" } },
  },
  scenario "another line" {
    params = { client = "acme", number = "+15550100201" },
    expect = { checks_failed = { "the number is on this account" } },
  },
)");
  // The profile is named as the account is: renamed, there is no acme any more.
  CHECK(stalls.said({"line_test.lua", "--prove"}, 1).find("could not be") == std::string::npos);
  stalls.scenarios(R"(  scenario "it breaks what nobody looks at" {
    break_ = { set(acme .. "/phone_numbers/0/sms_url", "https://acme.example/") },
    params = given, expect = { status = "done" },
  },
  scenario "it expects what always is" {
    params = given, expect = { unchanged = { acme .. "/flows" } },
  },
)");
  CHECK(stalls.said({"line_test.lua", "--prove"}, 1) ==
        "✓ line_test.lua:5: it breaks what nobody looks at (Ts)\n"
        "✓ line_test.lua:9: it expects what always is (Ts)\n"
        "What could not be shown to fail\n"
        "  line_test.lua:5: it breaks what nobody looks at: it comes out the same when nothing is "
        "broken\n"
        "  line_test.lua:9: it expects what always is: it comes out the same whatever another "
        "scenario of the\n    file breaks\n\n"
        "2 scenarios: 2 as expected (Ts)\n");
}

TEST_CASE("TAP and JUnit say the same to other programs, whatever a scenario is called") {
  Stalls stalls;
  stalls.scenarios(kSound + "  scenario \"<&\\\"> # \\27[31m\" {\n" +
                   "    params = given, expect = { status = \"failed\" },\n  },\n" +
                   "  scenario \"it cannot be played\" {\n" +
                   "    break_ = { remove \"/nowhere\" }, expect = { status = \"done\" },\n  },\n");
  CHECK(stalls.said({"line_test.lua", "--tap", "--junit", "junit.xml"}, 1) ==
        "TAP version 14\n"
        "1..3\n"
        "ok 1 - line_test.lua:5: the line is as it should be\n"
        "not ok 2 - line_test.lua:8: <&\"> \\# \\\\x1B[31m\n"
        "# - status: failed\n"
        "# + status: done\n"
        "not ok 3 - line_test.lua:11: it cannot be played\n"
        "# it could not be played: the world has nothing at \"/nowhere\"\n");
  CHECK(
      std::regex_replace(stalls.read("junit.xml"), std::regex("time=\"[0-9.]+\""), "time=\"T\"") ==
      R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="1" skipped="0" time="T">
  <testsuite name="line_test.lua" tests="3" failures="1" errors="1" skipped="0" time="T">
    <testcase classname="line_test.lua" name="the line is as it should be" file="line_test.lua" line="5" time="T"/>
    <testcase classname="line_test.lua" name="&lt;&amp;&quot;&gt; # \x1B[31m" file="line_test.lua" line="8" time="T">
      <failure message="- status: failed">- status: failed
+ status: done
</failure>
    </testcase>
    <testcase classname="line_test.lua" name="it cannot be played" file="line_test.lua" line="11" time="T">
      <error message="it could not be played: the world has nothing at &quot;/nowhere&quot;">it could not be played: the world has nothing at &quot;/nowhere&quot;
</error>
    </testcase>
  </testsuite>
</testsuites>
)");
  CHECK(stalls.error({"test", "line_test.lua", "--tap"}, 2) ==
        "usage: --tap and --json both want stdout");
}

TEST_CASE("scenarios are played side by side, and told in their order") {
  Stalls stalls;
  std::string list;
  for (const char* n : {"1", "2", "3", "4"})
    list += "  scenario \"number " + std::string(n) +
            "\" { break_ = { fault \"kind=delay,ms=1500,match=*IncomingPhoneNumbers.json*\" },\n"
            "    params = given, expect = { status = \"done\" } },\n";
  stalls.scenarios(list);
  const std::string all =
      "✓ line_test.lua:5: number 1 (Ts)\n✓ line_test.lua:7: number 2 (Ts)\n"
      "✓ line_test.lua:9: number 3 (Ts)\n✓ line_test.lua:11: number 4 (Ts)\n"
      "4 scenarios: 4 as expected (Ts)\n";
  const auto seconds = [&](const char* jobs) {
    const auto began = std::chrono::steady_clock::now();
    CHECK(stalls.said({"line_test.lua", "--jobs", jobs}, 0) == all);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  const double alone = seconds("1"), together = seconds("4");
  CHECK(alone > 6);
  CHECK(together < alone - 2);
}

TEST_CASE("people do what the scenario says: they wait, refuse, answer, and are refused") {
  struct Case {
    const char* more;
    const char* complaint;  // empty: as expected
  };
  Stalls stalls;
  for (
      const Case& one : {
          Case{"decisions = \"none\", expect = { status = \"awaiting_decision\", "
               "requests = { changing = 0 } }",
               ""},
          {"decisions = { { reject = \"no\" } }, expect = { status = \"rejected\" }", ""},
          {"decisions = { \"approve\" }, expect = { status = \"awaiting_time\" }", ""},
          {"decisions = { \"approve\", { advance = \"1h\" } }, expect = { status = "
           "\"awaiting_time\" }",
           ""},
          {"decisions = { \"approve\", { advance = \"3h\" } }, expect = { status = "
           "\"awaiting_attestation\" }",
           ""},
          {"decisions = { \"approve\", set(name, \"Sales again\"), { advance = \"3h\" } }, "
           "expect = { checks_failed = { \"the number has its name\" } }",
           ""},
          {"decisions = { set(name, \"Support\"), \"approve\" }, expect = { status = \"drifted\" }",
           ""},
          {"decisions = { set(name, \"Support\"), \"approve\", \"resume\", \"rest\" }, expect = "
           "{ status = \"done\", world = { [name] = \"Acme main line\" } }",
           ""},
          {"decisions = { \"approve\", { advance = \"3h\" }, { attest = \"told\", by = \"olive\" "
           "}, "
           "\"sign_off\" }, expect = { status = \"done\" }",
           ""},
          {"decisions = { \"approve\", { advance = \"3h\" }, { attest = \"told\", by = \"carla\" } "
           "}, expect = { status = \"awaiting_attestation\", error = \"cto\" }",
           ""},
          // Who asks does not approve.
          {"decisions = { { approve = \"olive\" } }, expect = { status = \"awaiting_decision\", "
           "requests = { changing = 0 }, error = \"olive\" }",
           ""},
          // The provider acted, and its answer is lost.
          {"decisions = { fault \"kind=drop,match=POST *IncomingPhoneNumbers*\", \"approve\" }, "
           "expect = { status = \"in_doubt\", world = { [name] = \"Acme main line\" } }",
           ""},
          {"decisions = { fault \"kind=drop,match=POST *IncomingPhoneNumbers*\", \"approve\", "
           "\"rest\" }, expect = { status = \"done\", requests = { changing = 1 } }",
           ""},
          {"decisions = { fault \"kind=drop,match=POST *IncomingPhoneNumbers*\", \"approve\", { "
           "settle = \"applied\" }, \"rest\" }, expect = { status = \"done\" }",
           ""},
          {"decisions = { { approve = \"carl\" } }, expect = { status = \"done\" }",
           "    it could not be played: nobody of the scenario is called \"carl\"\n"
           "    → there are: carla, olive"},
          {"decisions = { \"approve\", \"approve\" }, expect = { status = \"done\" }",
           "    it could not be played: approve: the run asks for no decision, it is "
           "awaiting_time"},
          {"expect = { status = \"done\", unchanged = { \"/nowhere\" } }",
           "    it could not be played: expect.unchanged: the world has nothing at \"/nowhere\"\n"
           "    → a JSON pointer into the world as it is when the run begins"},
      }) {
    INFO(one.more);
    stalls.scenarios(renamed(one.more));
    const std::string wanted = one.complaint;
    if (wanted.empty())
      CHECK(stalls.said({"line_test.lua"}, 0).find("1 as expected") != std::string::npos);
    else
      CHECK(stalls.complaint(renamed(one.more)) == wanted);
  }
}

TEST_CASE("a script that cannot be read is not as expected, and says where") {
  Stalls stalls;
  stalls.write("line.lua", "return runbook {\n  name = = \"line\",\n}\n");
  CHECK(stalls.complaint(kSound) ==
        "    - status: done\n    + status: not started\n"
        "    the run said: unexpected symbol near '=' (" +
            stalls.folder + "/line.lua:2)");
  stalls.write("line.lua", kScript);
  CHECK(stalls.complaint("  scenario \"it\" { params = { client = \"acme\" },\n    expect = { "
                         "findings = {} } },\n") ==
        "    - status: done\n    + status: not started\n"
        "    the run said: the parameters do not fit the runbook: number is missing: Which line");
}

TEST_CASE("a scenario file does nothing but build its table") {
  struct Case {
    const char *text, *error;
  };
  const std::string good = "script = \"line.lua\", world = \"world.json\"";
  Stalls stalls;
  for (const Case& one : {
           Case{"local f = io.open(\"/etc/passwd\")",
                "script: x_test.lua: attempt to index a nil value (global 'io')"},
           {"os.execute(\"touch here\")",
            "script: x_test.lua: attempt to index a nil value (global 'os')"},
           {"while true do end",
            "script: x_test.lua: the script computed for 2.5 seconds without an end"},
           {"local t = {} for i = 1, 1e9 do t[i] = (\"x\"):rep(1000) .. i end",
            "script: x_test.lua: the script used more memory than it may"},
           {"local t = {} for i = 1, 2000 do t[i] = scenario(\"n\" .. i) { expect = { status = "
            "\"done\" } } end t.script, t.world = \"a\", \"b\" return scenarios(t)",
            "script: x_test.lua: scenarios: got 2000, want at most 1000 in a file"},
           {"twilio.numbers.delete { sid = \"PN03cca2b259f51e6fe0b6503b54449880\" }",
            "script: x_test.lua: twilio.numbers.delete was not carried out: no operation runs "
            "while "
            "a script is loaded"},
           {"return { is = \"scenarios\", script = 5 }",
            "script: x_test.lua: it returned a table that `scenarios` did not make"},
           {"return 7", "script: x_test.lua: the file returned number, want scenarios { … }"},
           {"return scenarios { script = \"line.lua\" }",
            "script: x_test.lua: scenarios: got no world"},
           {"return scenarios { script = \"line.lua\", world = \"w\" }",
            "script: x_test.lua: scenarios: got none"},
           {"return scenarios { script = \"a\", world = \"b\", scenario \"x\" { expects = {} } }",
            "script: x_test.lua: scenario \"x\": \"expects\" is not known here"},
           {"return scenarios { script = \"a\", world = \"b\", scenario \"x\" { params = {} } }",
            "script: x_test.lua: scenario \"x\" expects nothing, so it could not fail"},
           {"return scenarios { script = \"a\", world = \"b\", scenario \"x\" { decisions = { "
            "\"aprove\" }, expect = { status = \"done\" } } }",
            "script: x_test.lua: scenario \"x\": decisions[1]: got \"aprove\", want approve, "
            "reject, "
            "sign_off, resume, look_again, replan, take_over, rest or none"},
           {"return scenarios { script = \"none.lua\", world = \"world.json\", scenario \"x\" { "
            "expect = { status = \"done\" } } }",
            "usage: x_test.lua: there is no runbook \"none.lua\""},
           {"return scenarios {\n  script = = 5 }",
            "script: x_test.lua: unexpected symbol near '='"},
       }) {
    INFO(one.text);
    stalls.write("x_test.lua", std::string(one.text) + "\n");
    CHECK(stalls.error({"test", "x_test.lua"}, 2) == one.error);
    CHECK(fs::is_empty(stalls.folder + "/tmp"));
  }
  CHECK_FALSE(stalls.has("here"));
  CHECK(stalls.error({"test", "none_test.lua"}, 2) ==
        "usage: there is no file or folder \"none_test.lua\"");
  CHECK(stalls.error({"test", "tmp"}, 2) == "usage: there is no scenario file below \"tmp\"");
}

TEST_CASE("a scenario works in a copy, with simulated secrets, and reaches nothing else") {
  Stalls stalls;
  stalls.scenarios("  workspace = \"work\",\n" + renamed("expect = { status = \"done\" }"));
  const std::string profile =
      "[profiles.acme]\ntwilio.account_sid = \"AC68c8096035594cd23248bd5540f7c7ee\"\n"
      "twilio.api_key = \"SK29061521b0294920183e16344b29f240\"\n";
  const auto complaint = [&](const std::string& configuration) {
    stalls.write("work/countersign.toml", configuration);
    const std::string out = stalls.said({"line_test.lua"}, 1);
    const std::size_t from = out.find('\n') + 1;
    return out.substr(from, out.find("\n1 scenario") - from);
  };
  // Neither the providers themselves, nor the real secret, nor the real folders.
  stalls.write("work/countersign.toml",
               profile + "twilio.api_secret = { command = [\"sh\", \"-c\", \"touch " +
                   stalls.folder +
                   "/opened; echo x\"] }\n[state]\nhome = \"/nowhere\"\n"
                   "[secret_store]\ncommand = [\"false\"]\n");
  CHECK(stalls.said({"line_test.lua"}, 0).find("1 as expected") != std::string::npos);
  CHECK_FALSE(stalls.has("opened"));
  CHECK(complaint(profile +
                  "twilio.api_secret = { env = \"NONE\" }\n[workspace]\nserverless = \"/srv\"\n") ==
        "    it could not be played: the workspace's serverless \"/srv\" lies outside of it\n"
        "    → a scenario changes copies only: put it into the workspace");
  CHECK(complaint(profile + "workspace.env_file = \"../.env\"\n") ==
        "    it could not be played: the workspace's env_file \"../.env\" lies outside of it\n"
        "    → a scenario changes copies only: put it into the workspace");
  CHECK(complaint(profile + "[commands.x]\nargv = [\"./x\"]\ncwd = \"..\"\n")
            .find("the workspace's command \"x\" works outside of it") != std::string::npos);
  fs::create_symlink("/etc", stalls.folder + "/work/etc");
  CHECK(complaint(profile).find("leads out") != std::string::npos);
  fs::remove(stalls.folder + "/work/etc");

  stalls.write("work/kept", "fake-kept-secret", 0644);
  stalls.write("work/countersign.toml", profile + "twilio.api_secret = { env = \"NONE\" }\n");
  const auto with_key = [&](const std::string& key) {
    stalls.scenarios(
        "  workspace = \"work\",\n  scenario \"it\" { expect = { status = \"done\" }, "
        "params = { client = \"acme\", number = \"+15550100200\", key = \"" +
        key + "\" } },\n");
    return stalls.countersign({"test", "line_test.lua"}).out;
  };
  CHECK(with_key("file:kept").find("1 as expected") != std::string::npos);
  for (const char* elsewhere : {"env:SECRET", "command:cat kept", "file:../line.lua"})
    CHECK(with_key(elsewhere).find("a scenario's secret is a file of its workspace, not \"" +
                                   std::string(elsewhere) + "\"") != std::string::npos);
}

TEST_CASE("folders that are kept are named, and hold what the run did") {
  Stalls stalls;
  stalls.scenarios(kSound);
  const json list = stalls.value({"test", "line_test.lua", "--keep"});
  const std::string folder = list[0]["folder"];
  CHECK(folder.rfind(stalls.folder + "/tmp/countersign-test-", 0) == 0);
  CHECK(fs::exists(folder + "/home/runs/" + list[0]["run"]["run"].get<std::string>() + ".run"));
}

TEST_CASE("an interrupted command leaves neither processes nor folders") {
  Stalls stalls;
  stalls.write(
      "slow.lua",
      "return runbook { name = \"slow\", title = \"Slow\",\n"
      "  parameters = { client = param.profile { why = \"which\" } }, procedure = {\n"
      "    read \"look\" (function() snapshot.capture { label = \"PRE\" } end),\n"
      "    mutate \"go\" (function() step \"Go\" command.run { name = \"slow\" } end) } }\n");
  stalls.write("work/slow.sh", "#!/bin/sh\nsleep 321 &\nsleep 123\n", 0755);
  stalls.write("work/countersign.toml",
               "[commands.slow]\nargv = [\"./slow.sh\"]\n"
               "[profiles.acme]\ntwilio.account_sid = \"AC68c8096035594cd23248bd5540f7c7ee\"\n"
               "twilio.api_key = \"SK29061521b0294920183e16344b29f240\"\ntwilio.api_secret = { env "
               "= \"NONE\" }\n");
  std::string list =
      "return scenarios { script = \"slow.lua\", world = \"world.json\", workspace = \"work\",\n";
  for (const char* name : {"a", "b", "c"})
    list += "  scenario \"" + std::string(name) +
            "\" { params = { client = \"acme\" }, expect = { status = \"done\" } },\n";
  stalls.write("slow_test.lua", list + "}\n");
  for (const auto& [signal, code] :
       std::vector<std::pair<const char*, int>>{{"INT", 130}, {"TERM", 143}}) {
    const Ran ran = run_process({{"timeout", "--preserve-status", "-s", signal, "3",
                                  COUNTERSIGN_BINARY_DIR "/countersign", "test", "slow_test.lua"},
                                 stalls.folder,
                                 stalls.environment});
    INFO(ran.out << ran.err);
    CHECK(ran.code == code);
    CHECK(ran.out.rfind("3 scenarios: 0 as expected, 3 not played", 0) == 0);
    CHECK(fs::is_empty(stalls.folder + "/tmp"));
    for (const auto& process : fs::directory_iterator("/proc")) {
      std::error_code gone;
      const std::string cwd = fs::read_symlink(process.path() / "cwd", gone).string();
      INFO(process.path());
      CHECK(cwd.find(stalls.folder) == std::string::npos);
    }
  }
}
