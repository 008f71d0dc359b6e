// Mistakes as people make them, one at a time in a script that is otherwise sound: each is found
// where it stands, before anything runs, and the finding says what to write instead.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "interpreter/clock.h"
#include "repl/check/check.h"
#include "stdlib/catalogue.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

const std::map<std::string, bool> kRoles = {
    {"operator", true}, {"approver", true}, {"auditor", false}};
const lua::CheckOptions kTerms = {*parse_iso_time("2026-11-21T12:00:00Z"), 180 * 86400, kRoles};

std::string path_of(const std::string& script) {
  return COUNTERSIGN_SOURCE_DIR "/tests/check/mistakes/" + script + ".lua";
}

std::string text_of(const std::string& script) {
  std::ifstream in(path_of(script), std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Mistake {
  const char* script;
  const char* right;  // stands in it once
  const char* wrong;
  const char* code;
  const char* said;  // in the message or the hint
};

const Mistake kMistakes[] = {
    // misspelt fields, at every level
    {"runbook", "authority = {", "autority = {", "unknown-section", "authority"},
    {"runbook", "approver = \"approver\" }", "aprover = \"approver\" }", "unknown-field",
     "did you mean \"approver\"?"},
    {"runbook", "requires = {", "require = {", "unknown-field", "did you mean \"requires\"?"},
    {"runbook", "count = 1", "cuont = 1", "unknown-field", "did you mean \"count\"?"},
    {"runbook", "given = {", "givn = {", "unknown-field", "did you mean \"given\"?"},
    {"runbook", "reference = \"optional\"", "refernce = \"optional\"", "unknown-field",
     "did you mean \"reference\"?"},
    {"runbook", "why = \"Its new name\", default", "why = \"Its new name\", defalt",
     "unknown-field", "did you mean \"default\"?"},
    {"runbook", "required_if = {", "requird_if = {", "unknown-field",
     "did you mean \"required_if\"?"},
    {"runbook", "symptom = \"The wrong", "sympton = \"The wrong", "unknown-field",
     "did you mean \"symptom\"?"},
    {"runbook", "{ title = \"Look at", "{ titel = \"Look at", "unknown-field",
     "did you mean \"title\"?"},
    {"runbook", "{ when = function(run) return run.params.loud",
     "{ wehn = function(run) return run.params.loud", "unknown-field", "did you mean \"when\"?"},
    {"runbook", "every = \"15m\"", "evry = \"15m\"", "unknown-field", "did you mean \"every\"?"},
    {"runbook", "undo_if =", "undoif =", "unknown-field", "did you mean \"undo_if\"?"},
    {"runbook", "by = \"operator\"", "bye = \"operator\"", "unknown-field", "did you mean \"by\"?"},
    {"runbook", "within = \"24h\"", "witihn = \"24h\"", "unknown-field",
     "did you mean \"within\"?"},
    {"runbook", "friendly_name = run.params.label }", "friendly_nam = run.params.label }",
     "unknown-argument", "friendly_name"},
    {"runbook", "run.inspect.sid, friendly", "run.inspct.sid, friendly", "unknown-phase",
     "did you mean \"inspect\"?"},
    {"runbook", "run.params.kind)", "run.params.knd)", "unknown-parameter",
     "did you mean \"kind\"?"},
    {"runbook", "twilio.numbers.find {", "twilio.number.find {", "unknown-operation",
     "twilio.numbers.find"},
    {"runbook", "rails.never(", "rails.nevr(", "unknown-name", "rails.never"},
    {"runbook", "param.phone {", "param.fone {", "unknown-name", "param.phone"},
    {"runbook", "\"twilio.numbers.delete\",", "\"twilio.numbers.delet\",", "unknown-operation",
     "did you mean \"twilio.numbers.delete\"?"},
    {"runbook", "\"/taskrouter\"", "\"/taskroutre\"", "unknown-pointer",
     "did you mean \"taskrouter\"?"},
    {"runbook", "\"/taskrouter\"", "\"taskrouter\"", "unknown-pointer", "protects nothing"},
    {"runbook", "\"night\", \"callers first\"", "\"nigth\", \"callers first\"", "unknown-phase",
     "did you mean \"night\"?"},
    {"symptom", "caller_visible = 1", "caler_visible = 1", "unknown-field",
     "did you mean \"caller_visible\"?"},
    {"symptom", "matches = {", "match = {", "unknown-field", "did you mean \"matches\"?"},
    {"symptom", "inform = \"approver\"", "infrom = \"approver\"", "unknown-field",
     "did you mean \"inform\"?"},
    {"symptom", "look_again = \"6h\"", "lookagain = \"6h\"", "unknown-field",
     "did you mean \"look_again\"?"},
    {"symptom", "evidence = \"it rings nothing\"", "evidnce = \"it rings nothing\"",
     "unknown-field", "did you mean \"evidence\"?"},
    {"symptom", "case.seen.flows[1]", "case.sen.flows[1]", "unknown-field",
     "did you mean \"seen\"?"},
    {"symptom", "{ when = function(found)", "{ wen = function(found)", "unknown-field",
     "did you mean \"when\"?"},
    {"symptom", "case.params.number }", "case.params.numbr }", "unknown-parameter",
     "did you mean \"number\"?"},
    {"troubleshooting", "found = function(case)", "fonud = function(case)", "unknown-field",
     "did you mean \"found\"?"},
    // values of other types than their places take
    {"runbook", "title = \"Rename a phone number\"", "title = 5", "wrong-value", "want a text"},
    {"runbook", "read_first = { \"Who else uses the number\" }", "read_first = \"PAC.md\"",
     "wrong-value", "want a list"},
    {"runbook", "count = 1", "count = \"one\"", "wrong-value", "want a whole number"},
    {"runbook", "reference = \"optional\"", "reference = \"yes\"", "wrong-value",
     "want \"required\" or \"optional\""},
    {"runbook", "every = \"15m\"", "every = 900", "wrong-value", "want a duration such as"},
    {"runbook", "due = \"2h\"", "due = \"2 hours\"", "wrong-value", "want a duration such as"},
    {"runbook", "attest { \"told\"", "attest { \"Told it\"", "wrong-value", "want a slug"},
    {"runbook", "{ when = function(run) return run.params.loud end }", "{ when = true }",
     "wrong-value", "want a function"},
    {"runbook", "variants = { [\"Another account\"] = \"the same with another client\" }",
     "variants = { [\"Another account\"] = 5 }", "wrong-value", "want a text"},
    {"symptom", "severity = \"medium\"", "severity = \"awful\"", "wrong-value",
     "\"low\", \"medium\" or \"high\""},
    {"symptom", "last_verified = \"2026-11-20\"", "last_verified = \"20 November\"", "wrong-value",
     "2026-11-20"},
    {"symptom", "matches = { \"busy signal\" }", "matches = \"busy signal\"", "wrong-value",
     "want a list"},
    {"symptom", "cause { \"flow-gone\", ", "{ \"flow-gone\", ", "wrong-value", "write cause {"},
    {"symptom", "cause { \"unwired\", ", "cause { \"Un wired\", ", "wrong-value", "want a slug"},
    // what is missing
    {"runbook", "label = param.text { why = \"Its new name\", ", "label = param.text { ",
     "parameter-without-why", "add why"},
    {"runbook", "choices = { \"desk\", \"hall\" }, ", "", "wrong-value", "choices"},
    {"runbook", "{ gotcha = \"Two numbers have the name\", ", "{ ", "missing-field",
     "what goes wrong"},
    {"runbook", "{ role = \"approver\", count", "{ count", "missing-field", "the role"},
    {"runbook", "attest { \"told\", \"The desk was told\",", "attest { \"told\",", "missing-field",
     "what a person confirms"},
    {"symptom", "tell = \"Set it up again.\", ", "", "no-remedy", "tell"},
    {"symptom", "  fixes = {", "  fixes = {\n    [\"other\"] = fix \"x\" (function(case) end),",
     "unknown-cause", "other"},
    {"symptom",
     "  verify = function(case) return case.seen.number.voice_url ~= \"\", "
     "\"it rings nothing\" end,\n",
     "", "missing-verify", "add verify"},
    {"runbook", "client = param.profile { why = \"Which account\" },", "", "no-profile",
     "param.profile"},
    // what was read, changed in place
    {"runbook", "check(number.friendly_name ==",
     "number.friendly_name = \"x\" check(number.friendly_name ==", "frozen",
     "edit(document, function(d)"},
    {"runbook", "local number = twilio.numbers.fetch { sid = run.inspect.sid }",
     "run.inspect.sid = \"x\" local number = twilio.numbers.fetch { sid = run.inspect.sid }",
     "frozen", "edit(document, function(d)"},
    {"symptom", "if not flow then", "table.insert(case.seen.flows, flow) if not flow then",
     "frozen", "edit(document, function(d)"},
    {"symptom", "local number, flow = case.seen.number",
     "case.finding.facts.sid = 1 local number, flow = case.seen.number", "frozen",
     "edit(document, function(d)"},
    // what returns nothing
    {"runbook", "return runbook {", "runbook {", "missing-return", "return runbook"},
    {"symptom", "return symptom {", "symptom {", "missing-return", "return symptom"},
    {"symptom",
     "verify = function(case) return case.seen.number.voice_url ~= \"\", "
     "\"it rings nothing\" end",
     "verify = function(case) check(case.seen.number.voice_url ~= \"\", \"it rings\") end",
     "missing-return", "return true, or false and why"},
    {"troubleshooting",
     "diagnose = function(case)\n    if case.params.lamp then return finding { cause = \"off\", "
     "evidence = case.reported } end",
     "diagnose = function(case)\n    finding { cause = \"off\", evidence = case.params.lamp }",
     "missing-return", "return finding"},
    // swapped, or in another form than the language has
    {"runbook", "check(number.friendly_name == run.params.label, \"it has the name\")",
     "check(\"it has the name\", number.friendly_name == run.params.label)", "swapped-arguments",
     "the condition comes first"},
    {"runbook", "read \"verify\" (function(run)", "read { \"verify\" } (function(run)",
     "wrong-value", "write read \"name\""},
    {"symptom",
     "fix(\"Have the number ring its flow\", { when = function(found) return "
     "found.facts ~= nil end })",
     "fix { \"Have the number ring its flow\" }", "wrong-value", "write fix \"in words\""},
    {"runbook", "proven \"it has the name\"", "proven \"it has a name\"", "never-checked",
     "did you mean \"it has the name\"?"},
    // defaults that nobody could give
    {"runbook", "default = false", "default = \"no\"", "wrong-value", "want true or false"},
    {"runbook", "default = \"desk\"", "default = \"attic\"", "wrong-value", "one of desk, hall"},
    {"runbook", "default = \"1h\"", "default = \"an hour\"", "wrong-value", "24h, 15m or 0s"},
    {"runbook", "number = param.phone { why = \"Which number\"",
     "number = param.phone { why = \"Which number\", default = \"5550100\"", "wrong-value",
     "want a phone number"},
    // roles
    {"runbook", "operator = \"operator\", approver = \"approver\" }",
     "operator = \"operator\", approver = \"aprover\" }", "unknown-role",
     "did you mean \"approver\"?"},
    {"runbook", "sign_off \"approver\"", "sign_off \"coe\"", "unknown-role",
     "policy.toml knows no role \"coe\""},
    {"runbook", "by = \"operator\"", "by = \"auditor\"", "unknown-role",
     "nobody has the role \"auditor\""},
    {"symptom", "inform = \"approver\"", "inform = \"nobody\"", "unknown-role",
     "policy.toml knows no role"},
    // of several symptoms
    {"troubleshooting", "parameters = { stove = param.text { why = \"Which stove\" } }",
     "parameters = { stove = param.text { why = \"Which\" }, lamp = param.text { why = \"Which\" } "
     "}",
     "duplicate-parameter", "troubleshooting.lua:4"},
    {"troubleshooting", "case.params.house then", "case.params.hose then", "unknown-parameter",
     "did you mean \"house\"?"},
    {"troubleshooting", "case.reported }", "case.reportd }", "unknown-field",
     "did you mean \"reported\"?"},
    {"troubleshooting", "symptoms = { dark, cold }", "symptoms = { dark, \"cold\" }", "wrong-value",
     "symptoms[2]"},
    // what a phase may not do
    {"runbook", "step \"Give it its new name\"", "local n = twilio.numbers.list()",
     "read-in-change", ""},
    {"symptom", "local number, flow = case.seen.number",
     "twilio.numbers.delete { sid = \"PN03cca2b259f51e6fe0b6503b54449880\" } local number, flow = "
     "case.seen.number",
     "change-in-read", ""},
};

long line_at(const std::string& text, std::size_t at) {
  return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
}

}  // namespace

TEST_CASE("nothing is said of the scripts that mistakes are made in") {
  for (const char* script : {"runbook", "symptom", "troubleshooting"})
    for (const ScriptFinding& one :
         check_script(path_of(script), text_of(script), standard_catalogue(), kTerms))
      FAIL(script << ":" << one.line << ": " << one.message);
}

TEST_CASE("each mistake is found where it stands, with what to write instead") {
  CHECK(std::size(kMistakes) >= 60);
  for (const Mistake& one : kMistakes) {
    INFO(one.script << ": " << one.right << " -> " << one.wrong);
    std::string text = text_of(one.script);
    const std::size_t at = text.find(one.right);
    REQUIRE(at != std::string::npos);
    REQUIRE(text.find(one.right, at + 1) == std::string::npos);
    text.replace(at, std::string(one.right).size(), one.wrong);
    const long line = line_at(text, at);
    const long last = line_at(text, at + std::string(one.wrong).size());
    bool found = false, placed = false, helped = false;
    std::string all;
    for (const ScriptFinding& each :
         check_script(path_of(one.script), text, standard_catalogue(), kTerms)) {
      all += std::to_string(each.line) + " " + each.code + ": " + each.message + " → " + each.hint +
             "\n";
      if (each.code != one.code) continue;
      found = true;
      // What is missing has no line of its own: the fixes that lack a verify have, and the
      // parameters of which none names the account.
      const bool here = each.line >= line && each.line <= last;
      placed = placed || here || each.code == std::string("missing-verify") ||
               each.code == std::string("no-profile");
      helped = helped || (each.message + " → " + each.hint).find(one.said) != std::string::npos;
    }
    INFO(all);
    CHECK(found);
    CHECK(placed);
    CHECK(helped);
  }
}
