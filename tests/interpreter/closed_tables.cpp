// Every table of the language is closed: what an author misspells is said before anything runs.
#include <fstream>

#include "interpreter/named_roles.h"
#include "interpreter/phase_execution.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

// "line: message | hint" of a script that cannot be described; nothing of it has run.
std::string refusal(const std::string& text) {
  Fixture f;
  const auto run = f.start(text);
  if (run) return "it was taken";
  CHECK(run.error().kind == "script");
  CHECK(f.world.reads.empty());
  const std::string start = f.folder + "/one.lua:";
  std::string where = run.error().where;
  CHECK(where.rfind(start, 0) == 0);
  if (where.rfind(start, 0) == 0) where = where.substr(start.size());
  return where + ": " + run.error().message +
         (run.error().hint.empty() ? "" : " | " + run.error().hint);
}

// A runbook whose head and procedure stand on lines of their own.
std::string with(const std::string& head, const std::string& procedure = "") {
  return "return runbook {\n  name = \"x\", title = \"X\",\n  " + head + "\n  procedure = {\n    " +
         procedure + "\n  },\n}\n";
}

std::string dark(const std::string& cause, const std::string& more) {
  return "return symptom {\n  name = \"dark\", title = \"Dark\",\n  causes = { cause { \"off\", "
         "\"It is off\", tell = \"Wait\"" +
         cause + " } },\n  diagnose = function(case) end,\n  " + more + "\n}\n";
}

struct Case {
  std::string text, said;
};

}  // namespace

TEST_CASE("a field that the language does not have is refused wherever it stands") {
  const Case cases[] = {
      {with("authority = { aprover = \"ceo\" },"),
       "1: runbook \"x\": authority: unknown field \"aprover\" (did you mean \"approver\"?)"},
      {with("approval = { require = { { role = \"ceo\" } } },"),
       "1: runbook \"x\": approval: unknown field \"require\" (did you mean \"requires\"?)"},
      {with("approval = { requires = { { role = \"ceo\", cuont = 2 } } },"),
       "1: runbook \"x\": approval: requires[1]: unknown field \"cuont\" (did you mean "
       "\"count\"?)"},
      {with("gotchas = { { gotcha = \"g\", sympton = \"s\" } },"),
       "1: runbook \"x\": gotchas[1]: unknown field \"sympton\" (did you mean \"symptom\"?)"},
      {with("summry = \"x\","),
       "1: runbook \"x\": \"summry\" is not a section of a runbook | did you mean \"summary\"?"},
      {with("rails = { rails.snapshot_first, also = rails.snapshot_first },"),
       "1: runbook \"x\": rails: unknown field \"also\": it is a list | write its entries one "
       "after the other, without names"},
      {with("rails = { rails.after(\"a.b\", { \"c.d\", { key = 1 }, \"why\" }) },"),
       "3: rails.after[2]: unknown field 3 | it takes no fields with names"},
      {with("rails = { rails.never(\"a.b\", \"why\", \"instead\", \"more\") },"),
       "3: rails.never: got 4 arguments, want 3"},
      {with("parameters = { a = param.text { why = \"w\", defualt = \"x\" } },"),
       "3: param.text: unknown field \"defualt\" (did you mean \"default\"?)"},
      {with("parameters = { a = param.text { why = \"w\", prefix = \"FW\" } },"),
       "3: param.text: unknown field \"prefix\" | it takes why, default, optional, required_if"},
      {with("", "mutate(\"apply\", { wehn = print })(print)"),
       "5: mutate \"apply\": unknown field \"wehn\" (did you mean \"when\"?)"},
      {with("", "mutate(\"apply\", { undoo = print })(print)"),
       "5: mutate \"apply\": unknown field \"undoo\" (did you mean \"undo\"?)"},
      {with("", "read(\"look\", { retruns = {} })(print)"),
       "5: read \"look\": unknown field \"retruns\" (did you mean \"returns\"?)"},
      {with("", "wait \"night\" { duration = \"8h\", evry = \"1m\" }"),
       "5: wait \"night\": unknown field \"evry\" (did you mean \"every\"?)"},
      {with("done = { attest { \"a\", \"b\", bye = \"ceo\" } },"),
       "3: attest \"a\": unknown field \"bye\" (did you mean \"by\"?)"},
      {with("done = { attest { \"a\", \"b\", duee = \"24h\" } },"),
       "3: attest \"a\": unknown field \"duee\" (did you mean \"due\"?)"},
      {with("done = { proven { \"a\", wehn = print } },"),
       "3: proven: unknown field \"wehn\" (did you mean \"when\"?)"},
      {with("done = { sign_off { \"ceo\", role = \"x\" } },"),
       "3: sign_off: unknown field \"role\" | it takes text"},
      {dark("", "verfy = print,"),
       "1: symptom: \"verfy\" is not part of a symptom | did you mean \"verify\"?"},
      {dark(", ecsalate = \"x\"", ""),
       "3: cause \"off\": unknown field \"ecsalate\" (did you mean \"escalate\"?)"},
      {dark(", pasing = true", ""),
       "3: cause \"off\": unknown field \"pasing\" (did you mean \"passing\"?)"},
      {dark("", "fixes = { off = fix(\"x\", { wehn = print })(print) },"),
       "5: fix \"x\": unknown field \"wehn\" (did you mean \"when\"?)"},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    CHECK(refusal(one.text) == one.said);
  }
}

TEST_CASE("a value of another type than its place takes is refused") {
  const Case cases[] = {
      {with("authority = \"ceo\","),
       "1: runbook \"x\": authority: got \"ceo\", want a table, such as authority = { operator = "
       "\"cto\", approver = \"ceo\" }"},
      {with("authority = { approver = 5 },"),
       "1: runbook \"x\": authority: approver: got 5, want a role, as policy.toml names it, such "
       "as "
       "approver = \"ceo\""},
      {with("approval = { reference = \"requird\" },"),
       "1: runbook \"x\": approval: reference: got \"requird\", want \"required\" or "
       "\"optional\""},
      {with("approval = { requires = { { count = 2 } } },"),
       "1: runbook \"x\": approval: requires[1]: got no role | such as role = \"ceo\""},
      {with("rails = { { rail = \"never\", operation = \"a.b\" } },"),
       "1: runbook \"x\": rails[1] is not one of those that `rails` offers"},
      {with("read_first = \"PAC.md\","),
       "1: runbook \"x\": read_first: got \"PAC.md\", want a list, such as read_first = { "
       "\"PAC.md\" }"},
      {with("variants = { x = 5 },"), "1: runbook \"x\": variants[\"x\"]: got 5, want a text"},
      {with("parameters = { a = { kind = \"text\", why = \"w\" } },"),
       "1: runbook \"x\": parameters[\"a\"] is not a param.<kind> { … }"},
      {with("parameters = { a = param.flag { why = \"w\", default = \"no\" } },"),
       "3: param.flag: default: got \"no\", want true or false, such as default = false"},
      {with("parameters = { a = param.choice { why = \"w\", choices = { \"a\" }, default = \"c\" "
            "} },"),
       "3: param.choice: default: got \"c\", want one of a"},
      {with("", "mutate(\"apply\", { undo = \"x\" })(print)"),
       "5: mutate \"apply\": undo: got \"x\", want a function | such as undo = function(run) "
       "twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.inspect.name } end"},
      {with("",
            "read(\"look\", { returns = { a = { hole = \"text\", pattern = \".\" } } })(print)"),
       "5: read \"look\": returns[\"a\"] is not one of those that `hole` offers"},
      {with("", "read(\"look\", { returns = { a = hole.domain_below \"Twil.io\" } })(print)"),
       "5: hole.domain_below: got \"Twil.io\", want a domain such as twil.io"},
      {with("", "wait \"night\" { duration = \"8h\", unless = { \"it ends\" } }"),
       "5: wait \"night\": unless: got no [2], want of the run: whether it does | such as "
       "function(run) return run.params.now end"},
      {with("", "{ phase = \"read\", name = \"look\", body = print }"),
       "1: runbook \"x\": procedure[1] is not a read, mutate or wait"},
      {with("done = { attest { \"a\", \"b\", due = \"24 hours\" } },"),
       "3: attest \"a\": due: got \"24 hours\", want a duration such as \"24h\""},
      {with("done = { attest { \"a\" } },"),
       "3: attest \"a\": got no [2], want what a person confirms | such as \"Callers hear the "
       "greeting\""},
      {with("done = { { item = \"sign_off\", role = \"ceo\" } },"),
       "1: runbook \"x\": done[1] is not an attest, proven or sign_off"},
      {dark(", explains = \"dead-air\"", ""),
       "3: cause \"off\": explains: got \"dead-air\", want a list, such as explains = { "
       "\"crm-pop\" }"},
      {dark(", proof = \"cal\"", ""), "3: cause \"off\": proof: got \"cal\", want \"call\""},
      {dark(", undecided = \"yes\"", ""),
       "3: cause \"off\": undecided: got \"yes\", want true or false, such as undecided = true"},
      {dark("", "caller_visible = \"1\","),
       "1: symptom: caller_visible: got \"1\", want a number, such as caller_visible = 1"},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    CHECK(refusal(one.text) == one.said);
  }
}

TEST_CASE("a table that only looks like a runbook is none") {
  Fixture f;
  const auto run = f.start(
      "return { is = \"runbook\", name = \"x\", title = \"X\", authority = { aprover = \"ceo\" }, "
      "procedure = {} }");
  REQUIRE_FALSE(run);
  CHECK(run.error().message.find("is not a runbook") != std::string::npos);
}

TEST_CASE("findings, options of parallel and the case are closed too") {
  for (const Case& one : {
           Case{"finding { cause = \"a\", evidnce = 1 }",
                "finding: unknown field \"evidnce\" (did you mean \"evidence\"?)"},
           Case{"finding { cause = \"a\", severity = \"hihg\" }",
                "finding: severity: got \"hihg\", want \"low\", \"medium\" or \"high\""},
           Case{"finding { evidence = 1 }", "finding: got no cause"},
           Case{"parallel({}, print, { limt = 3 })",
                "parallel: unknown field \"limt\" (did you mean \"limit\"?)"},
       }) {
    INFO(one.text);
    Fixture f;
    REQUIRE(f.run(f.runbook("read \"look\" (function() " + one.text + " end)")));
    CHECK(f.said.kind == "script");
    CHECK(f.said.message == one.said);
  }
  Fixture f;
  const auto run = f.run(
      "return troubleshooting { name = \"case\", title = \"A case\", parameters = { account = "
      "param.profile { why = \"Which\" } }, symptoms = { symptom { name = \"dark\", title = "
      "\"Dark\", causes = { cause { \"off\", \"Off\", tell = \"x\" } }, diagnose = "
      "function(case) return case.parms end } } }");
  INFO(f.said.message);
  CHECK(f.said.message.find("case.parms: no such field") != std::string::npos);
}

namespace {

class Knowing : public Trusting, public RoleBook {
 public:
  Status knows_role(const std::string& role) override {
    if (role == "ceo" || role == "cto") return Done{};
    return Error{"script", "policy.toml knows no role \"" + role + "\""};
  }
};

std::string roles_of_head(const json& head) {
  Knowing knowing;
  const Status known = check_roles(head, knowing);
  return known ? "known" : known.error().message;
}

}  // namespace

TEST_CASE("a role that the policy does not know is found before a run begins, wherever it stands") {
  const json head = json::parse(R"({
    "name": "x", "authority": {"operator": "cto", "approver": "ceo"},
    "approval": {"requires": [{"role": "ceo"}]},
    "done": [{"item": "attest", "slug": "a", "role": "ceo"}, {"item": "proven", "text": "t"},
             {"item": "sign_off", "role": "cto"}],
    "symptoms": [{"causes": [{"slug": "off", "inform": "ceo"}]}]})");
  CHECK(roles_of_head(head) == "known");
  for (const auto& [pointer, place] : std::vector<std::pair<std::string, std::string>>{
           {"/authority/operator", "authority: operator"},
           {"/authority/approver", "authority: approver"},
           {"/approval/requires/0/role", "approval: requires[1]"},
           {"/done/0/role", "done: attest \"a\": by"},
           {"/done/2/role", "done: sign_off"},
           {"/symptoms/0/causes/0/inform", "the cause \"off\": inform"}}) {
    json changed = head;
    changed[json::json_pointer(pointer)] = "coe";
    CHECK(roles_of_head(changed) ==
          "runbook \"x\": " + place + ": policy.toml knows no role \"coe\"");
  }
  Trusting trusting;
  CHECK(check_roles(json::parse(R"({"authority": {"approver": "coe"}})"), trusting));
}

TEST_CASE("a run with an unknown role does not begin, and a finding that informs one ends it") {
  Fixture f;
  Knowing knowing;
  Engine engine{.catalogue = f.engine().catalogue,
                .clock = f.engine().clock,
                .authorizer = knowing,
                .home = f.home(),
                .host_executable = f.engine().host_executable};
  engine.prelude = f.engine().prelude;
  engine.session = f.engine().session;
  const auto start = [&](const std::string& text) {
    const std::string path = f.folder + "/one.lua";
    std::ofstream(path, std::ios::binary) << text;
    return Run::start(engine,
                      {{"test/one", path, text}, f.folder, {{"account", "shelf"}}, "", "t"});
  };
  const auto unknown = start(f.runbook("", "done = { sign_off \"coe\" }"));
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == "script");
  CHECK(unknown.error().message ==
        "runbook \"test/one\": done: sign_off: policy.toml knows no role \"coe\"");
  const auto run = start(f.runbook(
      "read \"look\" (function() pcall(finding, { cause = \"a\", inform = \"coe\" }) end)"));
  REQUIRE(run);
  const Status went = (*run)->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().message == "finding: inform: policy.toml knows no role \"coe\"");
  CHECK((*run)->state().findings.empty());
}

TEST_CASE("what is required inside a phase was loaded with the script, or is an error") {
  Fixture f;
  std::ofstream(f.folder + "/late.lua") << "return { value = 1 }";
  std::ofstream(f.folder + "/early.lua") << "return { value = 2 }";
  const auto run = f.run(
      "local early = require \"early\"\n" +
      f.runbook("read \"look\" (function() check(require(\"early\").value == 2, \"it is there\") "
                "require \"late\" end)"));
  REQUIRE(run);
  CHECK(f.said.kind == "script");
  CHECK(f.said.message == "require: \"late\" was not loaded when the script was");
  CHECK(f.said.hint == "write `local late = require \"late\"` at the top of the script");
  CHECK(run->state().modules.count("early") == 1);
  CHECK(run->state().modules.count("late") == 0);
}

TEST_CASE("no module is read from the disk for a run that was started, whoever asks") {
  Fixture f;
  std::ofstream(f.folder + "/late.lua") << "return { value = 1 }";
  std::ofstream(f.folder + "/early.lua") << "return { value = 2 }";
  std::string id;
  {
    const auto run =
        f.run("local early = require \"early\"\n" + f.runbook("read \"look\" (function() end)"));
    REQUIRE(run);
    id = run->state().id();
  }
  auto journal = Journal::open(f.home().run_path(id), false);
  REQUIRE(journal);
  auto state = RunState::of(**journal);
  REQUIRE(state);
  Ledger ledger(std::move(*journal), std::move(*state), {}, wall_clock());
  std::ofstream(f.folder + "/early.lua") << "return { value = 3 }";
  for (const Stage stage : {Stage::describe, Stage::read, Stage::plan, Stage::apply}) {
    PhaseContext standing;
    standing.stage = stage;
    PhaseExecution walk(f.engine(), nullptr, ledger, standing, f.folder);
    CHECK(walk.module("early")->text == "return { value = 2 }");
    const Result<ScriptFile> late = walk.module("late");
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == "refused");
    CHECK(late.error().message == "the module \"late\" was not there when the run began");
  }
}
