// The language of symptom playbooks: what a script may say, and what becomes of several at once.
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

// A symptom of a lamp; `more` is put into it.
std::string symptom(const std::string& more, const std::string& name = "dark") {
  return "symptom { name = \"" + name + "\", title = \"It is dark\", " + more + " }";
}

const std::string kCauses =
    "causes = { cause { \"off\", \"The lamp is off\", tell = \"Switch it on.\" } }, ";
const std::string kFinds =
    kCauses + "diagnose = function(case) return finding { cause = \"off\" } end";

// One that is found and mended.
std::string mended(const std::string& name, const std::string& rank, const std::string& matches) {
  return symptom(
      R"(severity = "low", caller_visible = )" + rank + ", matches = { " + matches + R"( },
    causes = { cause { "other", "Something else", tell = "Nothing." }, cause { "off", "The lamp is off" } },
    look = function(case) return { lamp = thing.items.fetch { key = "lamp" } } end,
    diagnose = function(case)
      if case.seen.lamp.value == "off" then return finding { cause = "off", evidence = "it is off", facts = { to = "on" } } end
    end,
    fixes = { off = fix "Switch it on" (function(case) step "On" thing.items.update { key = "lamp", value = case.finding.facts.to } end) },
    verify = function(case) return case.seen.lamp.value == "on", "it is " .. case.seen.lamp.value end)",
      name);
}

std::vector<std::string> found(const Run& run) {
  std::vector<std::string> all;
  for (const json& one : run.state().findings)
    all.push_back(one["symptom"].get<std::string>() + " " + one["cause"].get<std::string>());
  return all;
}

// The head that the shelf's runs need beside; no snapshot is taken of the shelf's adjacent things.
std::string several(const std::string& symptoms, const std::string& more = "") {
  return "return troubleshooting { name = \"case\", title = \"A case\", " + more +
         "parameters = { account = param.profile { why = \"Which\" }, symptom = param.text { "
         "optional "
         "= true, why = \"Words\" } }, symptoms = { " +
         symptoms + " } }";
}

}  // namespace

TEST_CASE("what a symptom may not say is refused with the line and the way to say it") {
  struct Case {
    std::string script, message;
  };
  for (const Case& one : std::vector<Case>{
           {"return symptom { name = \"x\" }", "symptom: got no title"},
           {"return " + symptom(kCauses), "symptom: got no diagnose"},
           {"return symptom { name = \"Dark Room\", title = \"\", causes = {}, diagnose = print }",
            "symptom: name: got Dark Room, want lower-case letters, digits and -"},
           {"return " + symptom("causes = {}, diagnose = print"), "symptom: got no causes"},
           {"return " + symptom(kFinds + ", colour = \"red\""),
            "symptom: \"colour\" is not part of a symptom"},
           {"return " + symptom(kFinds + ", severity = \"awful\""),
            "symptom: severity: got \"awful\", want \"low\", \"medium\" or \"high\""},
           {"return " + symptom("causes = { { \"off\" } }, diagnose = print"),
            "symptom: causes[1] is not a cause { … }"},
           {"return " + symptom("causes = { cause { \"off\", \"Off\" } }, diagnose = print"),
            "symptom: the cause \"off\" has neither a fix nor what the reporter is told (tell = "
            "\"…\")"},
           {"return " + symptom("causes = { cause { \"off\", \"Off\", tell = \"x\" }, cause { "
                                "\"off\", \"Off\", tell = \"x\" } }, diagnose = print"),
            "symptom: two causes are named \"off\""},
           {"return " + symptom(kFinds + ", fixes = { on = fix \"On\" (print) }"),
            "symptom: fixes: \"on\" is none of the causes"},
           {"return " + symptom(kFinds + ", fixes = { off = print }"),
            "symptom: fixes[\"off\"] is not a fix \"…\" (function(case) … end)"},
           {"return " + symptom("causes = { cause { \"off\", \"Off\", tell = \"x\", look_again = "
                                "\"soon\" } }, diagnose = print"),
            "cause \"off\": look_again: got \"soon\", want a duration such as \"24h\""},
           {"return troubleshooting { symptoms = {} }", "troubleshooting: got no symptoms"},
           {"return troubleshooting { symptoms = { 1 } }",
            "troubleshooting: symptoms[1] is not a symptom { … }"},
       }) {
    INFO(one.script);
    Fixture f;
    const auto run = f.start(one.script);
    REQUIRE_FALSE(run);
    CHECK(run.error().message == one.message);
  }
}

TEST_CASE("of several symptoms all are tried, and the root is what explains the report") {
  struct Case {
    std::string words, root;
  };
  const std::string all = mended("dark", "1", "\"no light\", \"dark\"") + ", " +
                          mended("dim", "2", "\"dim\", \"little light\"") + ", " +
                          symptom(kFinds + ", caller_visible = 3, matches = { \"cold\" }", "cold");
  for (const Case& one : std::vector<Case>{
           {"there is no light here", "dark"},
           {"LITTLE light, it is dim.", "dim"},
           {"dim and dark", "dark"},
           {"cold", "cold"},
           {"noises", "dark"},
           {"", "dark"},
       }) {
    INFO(one.words);
    Fixture f;
    Result<std::unique_ptr<Run>> run =
        f.start(several(all), one.words.empty() ? json::object() : json{{"symptom", one.words}});
    INFO((run ? std::string() : run.error().message));
    REQUIRE(run);
    (void)(*run)->advance();
    CHECK(found(**run) == std::vector<std::string>{"dark off", "dim off", "cold off"});
    CHECK((*run)->state().phases.at("diagnose")["root"]["symptom"] == one.root);
    CHECK(f.world.changes.empty());
  }
}

TEST_CASE("when it began is how long ago, a day, or a time with its own offset") {
  const std::string script =
      "return troubleshooting { name = \"case\", title = \"A case\", parameters = { account = "
      "param.profile { why = \"Which\" }, started = param.text { optional = true, why = \"When\" } "
      "}, "
      "symptoms = { symptom { name = \"dark\", title = \"It is dark\", " +
      kCauses +
      "diagnose = function(case) return finding { cause = \"off\", evidence = time.iso(case.since) "
      "} end } } }";
  // The shelf's clock stands at 2023-11-14T22:13:20Z.
  const std::pair<const char*, const char*> table[] = {
      {"2h", "2023-11-14T20:13:20Z"},
      {"1d12h", "2023-11-13T10:13:20Z"},
      {"2023-11-14", "2023-11-14T00:00:00Z"},
      {"2023-11-14T12:00:00Z", "2023-11-14T12:00:00Z"},
      {"2023-11-14T12:00:00+02:00", "2023-11-14T10:00:00Z"},
      {"Tue, 14 Nov 2023 12:00:00 -0700", "2023-11-14T19:00:00Z"},
  };
  for (const auto& [said, since] : table) {
    INFO(said);
    Fixture f;
    Result<std::unique_ptr<Run>> run = f.start(script, {{"started", said}});
    REQUIRE(run);
    (void)(*run)->advance();
    REQUIRE((*run)->state().findings.size() == 1);
    CHECK((*run)->state().findings[0]["evidence"] == since);
  }
  for (const char* said : {"yesterday", "2023-11-14T12:00:00", "2023-13-14", "2h1d", "2 h"}) {
    INFO(said);
    Fixture f;
    Result<std::unique_ptr<Run>> run = f.start(script, {{"started", said}});
    REQUIRE(run);
    (void)(*run)->advance();
    CHECK((*run)->state().findings.empty());
  }
}
