// Runs walked again from their journals: with a changed script, line by line, and as scenarios. No
// provider hears of it, and nothing is written to the run.
#include <sys/stat.h>

#include <filesystem>

#include "repl/replay/personal_data.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
namespace fs = std::filesystem;

namespace {

const std::string kLine = R"(local names = require "names"
return runbook {
  name = "line", title = "Give the line its name",
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { default = "+15550100200", why = "Which line" },
  },
  procedure = {
    read "look" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      note(time.iso(time.now()))
      return { sid = number.sid, name = number.friendly_name, flows = #studio.flows.list() }
    end),
    read "judge" (function(run)
      if run.look.name ~= names.wanted then
        finding { cause = "renamed", severity = "low", evidence = run.look.name }
      end
      check(run.look.flows > 0, "there is a flow")
      return { wrong = run.look.name ~= names.wanted }
    end),
    mutate("mend", { when = function(run) return run.judge.wrong end })(function(run)
      step "Give it its name"
      twilio.numbers.update { sid = run.look.sid, friendly_name = names.wanted }
    end),
    read("verify", { when = function(run) return run.judge.wrong end })(function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number.friendly_name == names.wanted, "it has its name")
    end),
  },
  done = { proven "there is a flow" },
}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

struct Recorded {
  CliFixture room;
  std::string id;

  explicit Recorded(const std::string& script = kLine) {
    room.furnish();
    room.write("line.lua", script);
    room.write("names.lua", "return { wanted = \"Reception\" }\n");
    id = room.value({"run", "line.lua", "-p", "client=acme"}, 3)["run"];
  }
  void apply() {
    room.value({"approve", id, "--yes"});
    room.value({"resume", id});
  }
  // The replay with `text` in place of the file of that name.
  json with(const std::string& name, const std::string& text, int code) {
    room.write("mended/" + name, text);
    return room.value({"replay", id, "--with", "mended/" + name}, code);
  }
  std::size_t asked() const { return room.simulator.requests().size(); }
};

json only(const json& entries, const std::string& change) {
  json out = json::array();
  for (const json& one : entries)
    if (one["change"] == change) out.push_back(one);
  return out;
}

}  // namespace

TEST_CASE("a script that was not changed comes to the same over its own answers") {
  Recorded it;
  const std::size_t asked = it.asked();
  const json said = it.with("line.lua", kLine, 0);
  CHECK(said["same"] == true);
  CHECK(said["with"][0]["replaces"] == "the runbook");
  REQUIRE(said["findings"].size() == 1);
  CHECK(said["findings"][0]["now"]["cause"] == "renamed");
  CHECK(said["plan"][0]["now"]["arguments"]["friendly_name"] == "Reception");
  CHECK(said["unanswered"] == json::array());
  CHECK(it.asked() == asked);
}

TEST_CASE("what a changed script finds and plans otherwise is said, side by side") {
  Recorded it;
  const std::string before = it.room.value({"show", it.id})["updated"];
  const json said =
      it.with("line.lua",
              replaced(replaced(kLine, "cause = \"renamed\"", "cause = \"wrong-name\""),
                       "friendly_name = names.wanted", "friendly_name = names.wanted .. \"!\""),
              1);
  CHECK(only(said["findings"], "removed")[0]["then"]["cause"] == "renamed");
  CHECK(only(said["findings"], "added")[0]["now"]["cause"] == "wrong-name");
  CHECK(said["checks"][0]["change"] == "same");
  REQUIRE(only(said["plan"], "changed").size() == 1);
  CHECK(said["plan"][0]["diff"][0]["path"] == "/arguments/friendly_name");
  CHECK(said["plan"][0]["diff"][0]["to"] == "Reception!");
  // Neither the run nor anything else knows of it.
  CHECK(it.room.value({"show", it.id})["updated"] == before);
  const Ran text = it.room.countersign({"replay", it.id, "--with", "mended/line.lua"});
  CHECK(text.code == 1);
  CHECK(text.out.find("  - renamed\n  + wrong-name\n") != std::string::npos);
}

TEST_CASE("a module stands in for the one that the run required") {
  Recorded it;
  const json said = it.with("names.lua", "return { wanted = \"Desk\" }\n", 1);
  CHECK(said["with"][0]["replaces"] == "the module names");
  CHECK(said["plan"][0]["now"]["arguments"]["friendly_name"] == "Desk");
  it.room.write("other.lua", "return { wanted = \"Hall\" }\n");
  CHECK(it.room.value({"replay", it.id, "--with", "names=other.lua"},
                      1)["plan"][0]["now"]["arguments"]["friendly_name"] == "Hall");
  CHECK(it.room.error({"replay", it.id, "--with", "nmes=other.lua"}, 2) ==
        "usage: the run required no module \"nmes\"");
  // A file of another name is the runbook, and this one is none.
  CHECK(it.room.error({"replay", it.id, "--with", "other.lua"}, 2) ==
        "usage: \"other.lua\" is not a runbook");
  it.room.write("names.lua", "return { wanted = \"edited since\" }\n");
  CHECK(it.room.value({"replay", it.id, "--with", "line.lua"}, 0)["same"] == true);
}

TEST_CASE("a call that the journal has no answer to is named, and what does not need it goes on") {
  Recorded it;
  const json said =
      it.with("line.lua",
              replaced(kLine, "      check(run.look.flows > 0, \"there is a flow\")\n",
                       "      local good = pcall(twilio.calls.list, { limit = 3 })\n"
                       "      check(not good and run.look.flows > 0, \"there is a flow\")\n"),
              1);
  CHECK(said["same"] == false);
  REQUIRE(said["unanswered"].size() == 1);
  CHECK(said["unanswered"][0]["operation"] == "twilio.calls.list");
  CHECK(said["unanswered"][0]["arguments"] == json({{"limit", 3}}));
  CHECK(said["unanswered"][0]["where"] == "mended/line.lua:18");
  CHECK(said["unanswered"][0]["phase"] == "judge");
  CHECK(said["findings"][0]["change"] == "same");
  CHECK(said["plan"][0]["change"] == "same");
  // A phase that ends for want of an answer is not known; the others are walked.
  const json gap = it.with("line.lua",
                           replaced(kLine, "    read \"judge\" (function(run)\n",
                                    "    read \"more\" (function(run)\n"
                                    "      return twilio.calls.list { limit = 3 }\n    end),\n"
                                    "    read \"judge\" (function(run)\n"),
                           1);
  CHECK(gap["phases"][1]["now"] == "unknown");
  CHECK(gap["findings"][0]["change"] == "same");
  CHECK(gap["error"]["now"] == nullptr);
}

TEST_CASE("answers from before a change are none to what is asked behind it") {
  Recorded it;
  it.apply();
  const std::size_t asked = it.asked();
  const json same = it.with("line.lua", kLine, 0);
  REQUIRE(same["checks"].size() == 2);
  CHECK(same["checks"][1]["now"]["title"] == "it has its name");
  CHECK(same["checks"][1]["now"]["ok"] == true);
  // Asked twice in one phase it is the same answer, not that of the phase behind the change.
  const json twice =
      it.with("line.lua",
              replaced(kLine, "      note(time.iso(time.now()))\n",
                       "      number = twilio.numbers.find { phone_number = run.params.number }\n"
                       "      note(time.iso(time.now()))\n"),
              0);
  CHECK(twice["findings"][0]["now"]["evidence"] == "Acme main line");
  // What was asked before the change only is not known behind it.
  const json behind = it.with("line.lua",
                              replaced(kLine, "\"it has its name\")\n",
                                       "\"it has its name\")\n      studio.flows.list()\n"),
                              1);
  REQUIRE(behind["unanswered"].size() == 1);
  CHECK(behind["unanswered"][0]["hint"] ==
        "it was answered in \"look\", with a change of the run in between");
  // Another change was not carried out: what follows it is not walked.
  const json other = it.with(
      "line.lua", replaced(kLine, "friendly_name = names.wanted }", "friendly_name = \"x\" }"), 1);
  CHECK(other["phases"][3]["now"] == "not_walked");
  CHECK(only(other["checks"], "removed").size() == 1);
  CHECK(it.asked() == asked);
}

TEST_CASE("a finding of severity high blocks nothing when it is only found again") {
  Recorded it;
  it.with("line.lua", replaced(kLine, "severity = \"low\"", "severity = \"high\""), 1);
  CHECK(it.room.value({"due"})["latches"] == json::array());
}

TEST_CASE("a conversation is held at a point of a run, and asks nobody") {
  Recorded it;
  it.apply();
  const std::size_t asked = it.asked();
  const auto eval = [&](const std::string& code, const std::string& phase = "", int rc = 0) {
    std::vector<std::string> words = {"eval", "--run", it.id, "-e", code};
    if (!phase.empty()) words.insert(words.end(), {"--phase", phase});
    return it.room.value(words, rc);
  };
  CHECK(eval("run.look.name") == "Acme main line");
  CHECK(eval("run.params.client") == "acme");
  const std::string find = "twilio.numbers.find { phone_number = '+15550100200' }.friendly_name";
  CHECK(eval(find, "look") == "Acme main line");
  CHECK(eval(find, "verify") == "Reception");
  CHECK(eval(find) == "Reception");
  CHECK(eval("run.judge == nil and run.look.flows > 0", "judge") == true);
  CHECK(eval("require('names').wanted", "look") == "Reception");
  CHECK(eval("time.now() > 1700000000", "look") == true);
  const json none = eval("twilio.calls.list { limit = 2 }", "look", 9);
  CHECK(none["error"]["message"] ==
        "the recording has no answer to twilio.calls.list {\"limit\":2}");
  CHECK(none["error"]["operation"] == "twilio.calls.list");
  CHECK(it.room.error({"eval", "--run", it.id, "--phase", "jugde", "-e", "1"}, 2) ==
        "usage: the run " + it.id + " has no phase \"jugde\"");
  CHECK(it.room.error({"eval", "--run", it.id, "--profile", "acme", "-e", "1"}, 2).find("--run") !=
        std::string::npos);
  const Ran repl = it.room.countersign({"repl", "--run", it.id, "--phase", "verify"},
                                       "run.look.sid ~= nil\n:plan\ntwilio.numbers.update { sid = "
                                       "run.look.sid, friendly_name = 'x' }\n" +
                                           find + "\nquit\n'not reached'\n");
  CHECK(repl.out == "yes\nReception\n");
  CHECK(repl.err.find("what a run recorded is only looked at: there is nothing to change") !=
        std::string::npos);
  CHECK(repl.err.find("twilio.numbers.update was not carried out") != std::string::npos);
  CHECK(it.asked() == asked);
}

TEST_CASE("a run becomes a scenario in one command, and is played without a provider") {
  Recorded it;
  const json made =
      it.room.value({"new", "scenario", "night", "--from-run", it.id, "--to", "kept"});
  CHECK(made["scenarios"] == "kept/night_test.lua");
  struct stat file {};
  REQUIRE(stat((it.room.folder + "/kept/night.cassette.json").c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
  const std::string tape = it.room.read("kept/night.cassette.json");
  CHECK(tape.find("fake-api-secret-acme") == std::string::npos);
  CHECK(tape.find("+15550100200") != std::string::npos);
  const std::size_t asked = it.asked();
  const json played = it.room.value({"test", "--prove", "kept"});
  CHECK(played.size() == 1);
  CHECK(it.asked() == asked);
  CHECK(it.room.read("kept/night_test.lua").find("findings = { \"renamed\" }") !=
        std::string::npos);
  // The script that is tried is the one that is there now.
  it.room.write("line.lua", replaced(kLine, "cause = \"renamed\"", "cause = \"other\""));
  const Ran red = it.room.countersign({"test", "kept"});
  CHECK(red.code == 1);
  CHECK(red.out.find("other") != std::string::npos);
  // What it has no answer to makes it red too.
  it.room.write("line.lua",
                replaced(kLine, "      check(run.look.flows > 0",
                         "      pcall(twilio.calls.list, {})\n      check(run.look.flows > 0"));
  const Ran blind = it.room.countersign({"test", "kept"});
  CHECK(blind.code == 1);
  CHECK(blind.out.find("unanswered") != std::string::npos);
  CHECK(it.room.error({"new", "scenario", "night", "--from-run", it.id, "--to", "kept"}, 2)
            .find("there already") != std::string::npos);
  CHECK(it.room.error({"new", "scenario"}, 2).find("which run") != std::string::npos);
  CHECK(it.room.error({"new", "runbook"}, 2) == "usage: new runbook: NAME is required");
}

TEST_CASE("a scenario of a run that was carried out is played behind its change, and redacted") {
  Recorded it;
  it.apply();
  it.room.value({"new", "scenario", "done", "--from-run", it.id, "--redact"});
  const std::string tape = it.room.read("done.cassette.json");
  CHECK(tape.find("15550100200") == std::string::npos);
  CHECK(tape.find("+15550100001") != std::string::npos);
  CHECK(it.room.read("done_test.lua").find("status = \"done\"") != std::string::npos);
  it.room.value({"test", "done_test.lua"});
}

TEST_CASE("what a cassette of a conversation holds is played as well") {
  CliFixture room;
  room.furnish();
  room.write("count.lua", R"(return runbook {
  name = "count", title = "Count the flows",
  parameters = { client = param.profile { why = "Which account" } },
  procedure = {
    read "look" (function(run)
      local flows = studio.flows.list()
      if #flows > 0 then finding { cause = "flows", severity = "low", evidence = run.profile.account_sid } end
      return { n = #flows }
    end),
  },
}
)");
  room.countersign({"repl", "--profile", "acme"},
                   ":cassette tape.json\nstudio.flows.list()\n:cassette\n");
  room.write("count_test.lua",
             "return scenarios { script = \"count.lua\", recorded = \"tape.json\",\n"
             "  scenario \"it\" { params = { client = \"acme\" }, expect = { findings = { "
             "\"flows\" }, status = \"done\" } } }\n");
  room.value({"test", "--prove", "count_test.lua"});
  for (const auto& [text, why] : std::map<std::string, std::string>{
           {"world = \"w.json\", recorded = \"tape.json\", scenario \"it\" { expect = { plan = {} "
            "} }",
            "got recorded and world"},
           {"recorded = \"tape.json\", scenario \"it\" { decisions = {}, expect = { plan = {} } }",
            "a recording is what it is"},
           {"recorded = \"tape.json\", scenario \"it\" { expect = { files = {} } }",
            "expect.files is not known of a recording"},
           {"recorded = \"none.json\", scenario \"it\" { expect = { plan = {} } }", "none.json"},
           {"recorded = \"count.lua\", scenario \"it\" { expect = { plan = {} } }", "is not JSON"},
           {"world = \"w.json\", scenario \"it\" { expect = { unanswered = {} } }",
            "of recordings only"}}) {
    INFO(text);
    room.write("bad_test.lua", "return scenarios { script = \"count.lua\", " + text + " }\n");
    CHECK(room.error({"test", "bad_test.lua"}, 2).find(why) != std::string::npos);
  }
}

TEST_CASE("numbers and addresses become others, the same wherever they stand") {
  PersonalData people;
  CHECK(people.without(std::string("call +15550100200 or anna.b@acme.example, not +15550100200")) ==
        "call +15550100001 or person1@example.com, not +15550100001");
  CHECK(people.without(json{{"to", "%2B15550100200"}, {"list", {"+442079460000"}}}) ==
        json{{"to", "%2B15550100001"}, {"list", {"+15550100002"}}});
  for (const char* left : {"1 + 2", "+12", "a@b", "@x.y", "+0123456789", "PN03cca2b259f51e6fe0b6"})
    CHECK(people.without(std::string(left)) == left);
}
