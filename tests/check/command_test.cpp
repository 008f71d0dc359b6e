// `check` and `new` as they are typed.
#include "repl/playbook_age.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using countersign::room::CliFixture;

namespace {

const char* const kFaulty = R"(return runbook {
  name = "wire", title = "Wire",
  authority = { operator = "cto", approver = "ceo" },
  parameters = { client = param.profile { why = "Which" }, note = param.text { why = "Why" } },
  read_first = {}, rails = {}, variants = {},
  procedure = {
    read "look" (function() return #studio.flow.list() end),
  },
  done = { sign_off "cto" },
}
)";

}  // namespace

TEST_CASE("check says what it found as people and editors read it, and its exit code tells") {
  CliFixture room;
  room.write("wire.lua", kFaulty);
  const Ran ran = room.countersign({"check", "wire.lua"});
  CHECK(ran.code == 1);
  CHECK(ran.out ==
        "wire.lua:4:60: warning: nothing reads the parameter \"note\" [unused-parameter]\n"
        "  → people are asked for it: use it, or take it away\n"
        "wire.lua:7:37: error: there is no operation \"studio.flow.list\" [unknown-operation]\n"
        "  → did you mean \"studio.flows.list\"?\n"
        "1 error, 1 warning in 1 script\n");
  CHECK(room.value({"check", "wire.lua"}, 1) == nlohmann::json::parse(R"([
    {"file": "wire.lua", "line": 4, "column": 60, "code": "unused-parameter",
     "severity": "warning", "message": "nothing reads the parameter \"note\"",
     "hint": "people are asked for it: use it, or take it away"},
    {"file": "wire.lua", "line": 7, "column": 37, "code": "unknown-operation",
     "severity": "error", "message": "there is no operation \"studio.flow.list\"",
     "hint": "did you mean \"studio.flows.list\"?"}])"));
}

TEST_CASE("check takes folders and names, and says of a module once what several runbooks load") {
  CliFixture room;
  const std::string wrong = "return { f = function() return studio.flow.list() end }\n";
  for (const char* name : {"books/a.lua", "books/b.lua"}) {
    std::string text = kFaulty;
    text.replace(text.find("#studio.flow.list()"), 19, "part.f()");
    text = "local part = require \"deep.part\"\n" + text;
    const std::string unused = ", note = param.text { why = \"Why\" }";
    text.erase(text.find(unused), unused.size());
    room.write(name, text);
  }
  room.write("books/deep/part.lua", wrong);
  room.write("books/.hidden/part.lua", wrong);
  room.write("books/words.txt", "no script");
  const nlohmann::json found = room.value({"check", "books", "books/a.lua"}, 1);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["file"] == "books/deep/part.lua");
  CHECK(room.value({"check", "connie/cancel"}) == nlohmann::json::array());
  const Ran clean = room.countersign({"check", "connie/cancel", "connie/setup"});
  CHECK(clean.code == 0);
  CHECK(clean.out == "2 scripts, nothing found\n");
}

TEST_CASE("check says plainly what it cannot look at") {
  CliFixture room;
  room.write("empty/words.txt", "");
  CHECK(room.error({"check", "nothing.lua"}, 2) ==
        "usage: there is no file, folder or runbook \"nothing.lua\"");
  CHECK(room.error({"check", "empty"}, 2) == "usage: the folder \"empty\" holds no scripts");
  CHECK(room.error({"check"}, 2) == "usage: check: files is required");
  // Neither binary nor huge files upset it, and what is shown is escaped.
  room.write("bytes.lua", std::string("\x1b[31m\0\xff", 7));
  const Ran ran = room.countersign({"check", "bytes.lua"});
  CHECK(ran.code == 1);
  CHECK(ran.out ==
        "bytes.lua:1:1: error: \"\\x1B\" means nothing in Lua [syntax]\n1 error in 1 script\n");
  room.write("huge.lua", "return {" + std::string(200000, ' ') + "}");
  CHECK(room.value({"check", "huge.lua"}, 1)[0]["code"] == "too-large");
}

TEST_CASE("new writes a script that passes, and scenarios beside it, over nothing") {
  CliFixture room;
  for (const char* kind : {"runbook", "symptom"}) {
    const std::string name = std::string("my-") + kind;
    const nlohmann::json made = room.value({"new", kind, name, "--to", "books"});
    CHECK(made == nlohmann::json{{"kind", kind},
                                 {"script", "books/" + name + ".lua"},
                                 {"scenarios", "books/" + name + "_test.lua"}});
    CHECK(room.value({"check", "books/" + name + ".lua"}) == nlohmann::json::array());
    CHECK(room.read("books/" + name + "_test.lua").find("script = \"" + name + ".lua\"") !=
          std::string::npos);
  }
  CHECK(room.value({"check", "."}) == nlohmann::json::array());
  const std::string before = room.read("books/my-symptom.lua");
  CHECK(room.error({"new", "runbook", "my-symptom", "--to", "books"}, 2) ==
        "usage: \"books/my-symptom.lua\" is there already, and nothing was written");
  CHECK(room.read("books/my-symptom.lua") == before);
  room.write("books/half_test.lua", "mine");
  CHECK(room.error({"new", "runbook", "half", "--to", "books"}, 2) ==
        "usage: \"books/half_test.lua\" is there already, and nothing was written");
  CHECK_FALSE(room.has("books/half.lua"));
}

TEST_CASE("the runbook to start from runs, from its plan to its end") {
  CliFixture room;
  room.furnish();
  // The roles are those of init's policy.
  room.write("policy.toml",
             "version = 1\n[people.olive]\nprincipals = [\"olive@connie.example\"]\n"
             "roles = [\"operator\", \"approver\"]\n"
             "[rules.mutate]\nrequires = { approver = 1 }\nseparation = false\n");
  REQUIRE(room.countersign({"new", "runbook", "rename"}).code == 0);
  const nlohmann::json planned = room.value({"run", "rename.lua", "-p", "client=acme", "-p",
                                             "number=+15550100200", "-p", "label=Acme main"},
                                            3);
  const std::string id = planned["run"];
  CHECK(room.value({"approve", id, "--yes"})["status"] == "approved");
  CHECK(room.value({"resume", id})["status"] == "done");
}

TEST_CASE("the symptom to start from is tested as it stands, and fails for what it lacks") {
  CliFixture room;
  REQUIRE(room.countersign({"new", "symptom", "dead-line"}).code == 0);
  CHECK(room.has("worlds/demo.json"));
  const Ran red = room.countersign({"test", "dead-line_test.lua"});
  CHECK(red.code == 1);
  CHECK(red.out.find("- findings 1: unwired") != std::string::npos);
  CHECK(red.out.find("the root cause is known") != std::string::npos);
  std::string scenario = room.read("dead-line_test.lua");
  scenario.replace(scenario.find("-- set("), 7, "set(");
  room.write("dead-line_test.lua", scenario);
  CHECK(room.countersign({"test", "--prove", "dead-line_test.lua"}).code == 0);

  // A verify that always passes would pass after any fix.
  const std::string sound = room.read("dead-line.lua");
  const std::string verify =
      "return case.seen.number.voice_url == case.finding.facts.url, \"it rings \" .. "
      "case.seen.number.voice_url";
  const auto verified = [&](const std::string& with) {
    std::string text = sound;
    const std::size_t at = text.find(verify);
    REQUIRE(at != std::string::npos);
    room.write("dead-line.lua", text.replace(at, verify.size(), with));
  };
  verified("return true");
  CHECK(room.countersign({"test", "dead-line_test.lua"}).code == 0);
  const Ran blind = room.countersign({"test", "--prove", "dead-line_test.lua"});
  CHECK(blind.code == 1);
  CHECK(blind.out.find("verify passes while \"unwired\" still stands") != std::string::npos);

  // One that says nothing proves nothing, and one that breaks neither: undoing is planned.
  const std::string done = "status = \"done\"";
  scenario.replace(scenario.find(done), done.size(), "status = \"awaiting_decision\"");
  scenario.replace(scenario.find("expect = {"), 0, "decisions = { \"approve\" },\n    ");
  for (const char* body : {"local said = true", "local none = nil return none.x"}) {
    INFO(body);
    verified(body);
    std::string expecting = scenario;
    const std::string plan = "plan = { \"twilio.numbers.update\" }";
    expecting.replace(expecting.find(plan), plan.size(),
                      "plan = { \"twilio.numbers.update\", \"twilio.numbers.update\" }");
    room.write("dead-line_test.lua", expecting);
    const Ran ran = room.countersign({"test", "dead-line_test.lua"});
    INFO(ran.out);
    CHECK(ran.code == 0);
  }
}

TEST_CASE("the runbook to start from fails until somebody decides") {
  CliFixture room;
  REQUIRE(room.countersign({"new", "runbook", "rename", "--to", "books"}).code == 0);
  CHECK(room.has("books/worlds/demo.json"));
  const Ran red = room.countersign({"test", "books/rename_test.lua"});
  CHECK(red.out.find("+ status: awaiting_decision") != std::string::npos);
  std::string scenario = room.read("books/rename_test.lua");
  const std::string decisions = "    decisions = {},\n";
  scenario.erase(scenario.find(decisions), decisions.size());
  room.write("books/rename_test.lua", scenario);
  CHECK(room.countersign({"test", "books/rename_test.lua"}).code == 0);
}

TEST_CASE("check asks the workspace's policy for the roles that its scripts name") {
  CliFixture room;
  room.furnish();
  room.write("policy.toml",
             "version = 1\n[people.olive]\nprincipals = [\"olive@connie.example\"]\n"
             "roles = [\"operator\", \"approver\"]\n"
             "[rules.mutate]\nrequires = { approver = 1, auditor = 1 }\nseparation = false\n");
  REQUIRE(room.countersign({"new", "runbook", "rename"}).code == 0);
  CHECK(room.value({"check", "rename.lua"}) == nlohmann::json::array());
  std::string text = room.read("rename.lua");
  const std::string role = "approver = \"approver\"";
  for (const auto& [named, said] : std::vector<std::pair<std::string, std::string>>{
           {"aprover", "runbook: authority: approver: policy.toml knows no role \"aprover\""},
           {"auditor", "runbook: authority: approver: nobody has the role \"auditor\""}}) {
    std::string wrong = text;
    room.write("rename.lua",
               wrong.replace(wrong.find(role), role.size(), "approver = \"" + named + "\""));
    const nlohmann::json found = room.value({"check", "rename.lua"}, 1);
    REQUIRE(found.size() == 1);
    CHECK(found[0]["code"] == "unknown-role");
    CHECK(found[0]["line"] == 5);
    CHECK(found[0]["message"] == said);
  }
  // What is shipped is for other people's policies.
  CHECK(room.value({"check", "connie/cancel"}) == nlohmann::json::array());
}

TEST_CASE("new takes only names that are files and modules everywhere") {
  CliFixture room;
  for (const char* name : {"", "../x", "a/b", "-x", "X", "1st", "a b", "x.lua", "x_test", "é",
                           "a123456789012345678901234567890123456789012345678901234567890"}) {
    INFO(name);
    CHECK(room.countersign({"new", "runbook", "--", name}).code == 2);
  }
  CHECK(room.countersign({"new", "playbook", "x"}).code == 2);
  CHECK(room.countersign({"new", "symptom", "under_score"}).code == 2);
  CHECK(room.countersign({"new", "symptom"}).code == 2);
  CHECK_FALSE(room.has(".luarc.json"));
}

TEST_CASE("init and new write what editors need, once, and keep it up to date") {
  CliFixture room;
  room.write(".ssh/placeholder", "");
  room.key(".ssh/id_ed25519");
  REQUIRE(room.countersign({"init", "work"}).code == 0);
  CHECK(room.value({"check", "work/runbooks"}) == nlohmann::json::array());
  const std::string definitions = room.read("work/.countersign/countersign.lua");
  CHECK(definitions.rfind("---@meta countersign\n", 0) == 0);
  CHECK(nlohmann::json::parse(room.read("work/.luarc.json"))["workspace.library"][0] ==
        ".countersign");
  // One that is below needs none of its own; one that is old is renewed.
  const std::string old = definitions.substr(0, definitions.find("\n\n") + 2);
  room.write("work/.countersign/countersign.lua", old);
  REQUIRE(room.countersign({"new", "symptom", "one", "--to", "work/runbooks"}).code == 0);
  CHECK_FALSE(room.has("work/runbooks/.luarc.json"));
  CHECK(room.read("work/.countersign/countersign.lua") == definitions);
  // Somebody's own settings and definitions stay.
  room.write("other/.luarc.json", "{}");
  room.write("other/.countersign/countersign.lua", "-- mine");
  REQUIRE(room.countersign({"new", "symptom", "two", "--to", "other"}).code == 0);
  CHECK(room.read("other/.luarc.json") == "{}");
  CHECK(room.read("other/.countersign/countersign.lua") == "-- mine");
}

TEST_CASE("what was verified too long ago is said, by the policy's word") {
  const Time now = 1795262400;  // 2026-11-21T12:00:00Z
  const nlohmann::json described = {{"symptoms",
                                     {{{"name", "dead-air"}, {"last_verified", "2026-11-01"}},
                                      {{"name", "no-mail"}, {"last_verified", "2026-01-01"}},
                                      {{"name", "no-day"}},
                                      {{"name", "odd"}, {"last_verified", "yesterday"}}}}};
  const std::string may = "; it may describe what is no longer so";
  CHECK(
      stale_playbooks(described, now, kVerifiedWithin) ==
      std::vector<std::string>{
          "the playbook \"no-mail\" was last verified on 2026-01-01, more than 180 days ago" + may,
          "the playbook \"no-day\" does not say when it was last verified" + may,
          "the playbook \"odd\" was last verified on yesterday, more than 180 days ago" + may});
  CHECK(stale_playbooks({{"name", "connie/cancel"}}, now, kVerifiedWithin).empty());

  CliFixture room;
  room.furnish();
  room.write("old.lua",
             "return symptom { name = \"old\", title = \"Old\", severity = \"low\",\n"
             "  last_verified = \"2020-01-01\",\n"
             "  causes = { cause { \"a\", \"A\", tell = \"Wait\" } },\n"
             "  diagnose = function() return finding { cause = \"a\" } end }\n");
  CHECK(room.value({"check", "old.lua"}, 1)[0]["message"] ==
        "it was last verified on 2020-01-01, more than 180 days ago");
  room.write("policy.toml", room.read("policy.toml") + "\n[playbooks]\nverified_within = \"7d\"\n");
  CHECK(room.value({"trust", "check"}) == nlohmann::json::array());
  CHECK(room.value({"check", "old.lua"}, 1)[0]["message"] ==
        "it was last verified on 2020-01-01, more than 7 days ago");
}
