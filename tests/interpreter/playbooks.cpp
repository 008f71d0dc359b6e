// The language of symptom playbooks: what a script may say, and what becomes of several at once.
#include <algorithm>

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
           {"return " + symptom(kFinds + ", fixes = { on = fix \"On\" (print) }, verify = print"),
            "symptom: fixes: \"on\" is none of the causes"},
           {"return " + symptom(kFinds + ", fixes = { off = print }, verify = print"),
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

namespace {

// What a run of these symptoms came to.
struct Tried {
  Fixture f;
  std::unique_ptr<Run> run;
  Error error;
  std::vector<std::string> notes;

  Tried(const std::string& script, const json& parameters) {
    auto started = f.start(script, parameters);
    if (!started) {
      error = started.error();
      return;
    }
    run = std::move(*started);
    if (const Status went = run->advance(); !went) error = went.error();
    for (const json& note : run->state().notes) notes.push_back(note.value("text", ""));
  }

  bool noted(const std::string& part) const {
    for (const std::string& note : notes)
      if (note.find(part) != std::string::npos) return true;
    return false;
  }
};

std::string found_always(const std::string& name, const std::string& more = "") {
  return symptom(
      more + kCauses + "diagnose = function(case) return finding { cause = \"off\" } end", name);
}

}  // namespace

TEST_CASE("a troubleshooting's parameters are added to the usual ones and the symptoms'") {
  const std::string one =
      symptom("parameters = { lamp = param.text { why = \"Which\", optional = true } }, " + kFinds);
  Tried t(
      "return troubleshooting { name = \"case\", title = \"A case\", parameters = { account = "
      "param.profile { why = \"Which\" }, extra = param.text { why = \"More\", optional = true "
      "} }, symptoms = { " +
          one + " } }",
      {{"symptom", "it is dark"}, {"extra", "x"}, {"lamp", "hall"}});
  REQUIRE(t.run);
  std::vector<std::string> names;
  for (const auto& [name, parameter] : t.run->state().head()["parameters"].items())
    names.push_back(name);
  // The account's name is the author's; the usual `client` would be a second one.
  CHECK(names == std::vector<std::string>{"account", "call", "cause", "extra", "lamp", "started",
                                          "symptom"});
}

TEST_CASE("two parameters of one name are an error that names both places, unless they are one") {
  const std::string lamp = "parameters = { lamp = param.text { why = \"Which\" } }, ";
  const std::string head = "return troubleshooting { name = \"case\", title = \"A case\", ";
  Tried two(head + "symptoms = {\n" + found_always("dark", lamp) + ",\n" +
                found_always("dim", lamp) + " } }",
            json::object());
  REQUIRE_FALSE(two.run);
  CHECK(two.error.message.find("two parameters are named \"lamp\": that of \"dark\" at ") !=
        std::string::npos);
  CHECK(two.error.message.find(":2, that of \"dim\" at ") != std::string::npos);
  CHECK(two.error.message.find(":3") != std::string::npos);

  Tried own(head + "parameters = { lamp = param.text { why = \"Mine\" } }, symptoms = { " +
                found_always("dark", lamp) + " } }",
            json::object());
  CHECK(own.error.message.find("the troubleshooting's own at ") != std::string::npos);

  Tried other(head + "parameters = { call = param.text { why = \"Mine\" } }, symptoms = { " +
                  found_always("dark") + " } }",
              json::object());
  CHECK(other.error.message.find("every troubleshooting has one of that name") !=
        std::string::npos);

  Tried shared("local lamp = param.text { why = \"Which\", optional = true }\n" +
                   several(found_always("dark", "parameters = { lamp = lamp }, ") + ", " +
                           found_always("dim", "parameters = { lamp = lamp }, ")),
               json::object());
  CHECK(shared.run);
}

TEST_CASE("what a symptom cannot do without is asked only where it is tried") {
  const std::string script =
      several(found_always("dark",
                           "matches = { \"dark\" }, parameters = { lamp = param.text { why = "
                           "\"Which lamp\" } }, ") +
              ", " + found_always("cold", "matches = { \"cold\" }, "));
  Tried without(script, {{"symptom", "it is cold"}});
  REQUIRE(without.run);
  CHECK(found(*without.run) == std::vector<std::string>{"cold off"});
  CHECK(without.noted("dark is not tried: it needs the parameters lamp"));

  Tried asked(script, {{"symptom", "it is dark"}});
  CHECK(asked.error.message.find("what the reported symptom needs was given") != std::string::npos);
  CHECK(asked.error.message.find("dark needs the parameters lamp") != std::string::npos);

  Tried with(script, {{"symptom", "it is dark"}, {"lamp", "hall"}});
  REQUIRE(with.run);
  CHECK(found(*with.run).front() == "dark off");

  // Of one symptom alone they are asked when the run begins.
  Tried alone(
      several(found_always("dark", "parameters = { lamp = param.text { why = \"Which\" } }, ")),
      json::object());
  CHECK(alone.error.message.find("lamp is missing: Which") != std::string::npos);
}

TEST_CASE("what goes wrong in one symptom's look or diagnose ends none of the others") {
  const std::pair<const char*, const char*> table[] = {
      {"look = function() local x = nil return { y = x.y } end", "attempt to index"},
      {"look = function() check(false, \"it can be seen\", \"no light\") end",
       "the check \"it can be seen\" failed: no light"},
      {"look = function() pcall(check, false, \"it can be seen\") return {} end",
       "the check \"it can be seen\" failed"},
      {"look = function() parallel({ 1, 2 }, function(n) check(n == 1, \"it can be seen\") end) "
       "end",
       "the check \"it can be seen\" failed"},
      {"look = function() return print end", "look returned a function, want plain data"},
      {"look = function(case) return case.nothing end", "case.nothing: no such field"},
  };
  for (const auto& [look, why] : table) {
    INFO(look);
    Tried t(several(found_always("dark", std::string(look) + ", ") + ", " + found_always("cold")),
            json::object());
    REQUIRE(t.run);
    REQUIRE(found(*t.run) == std::vector<std::string>{"cold off", "dark not-looked-at"});
    CHECK(t.run->state().findings[1]["evidence"].get<std::string>().find(why) != std::string::npos);
  }
  const std::string broken = "diagnose = function() check(false, \"it can be told\") end";
  Tried t(several(symptom(kCauses + broken) + ", " + found_always("cold")), json::object());
  REQUIRE(t.run);
  CHECK(found(*t.run) == std::vector<std::string>{"cold off", "dark not-looked-at"});
  // Of one symptom alone it is the run's.
  Tried alone(several(symptom(kCauses + broken)), json::object());
  CHECK(alone.error.kind == "check");
}

TEST_CASE("looks run for the symptoms that are tried, shared ones once") {
  const std::string shared = "local function both() note \"both\" return {} end\n";
  const std::string own = "look = function() note \"own\" return {} end, ";
  Tried t(shared + several(found_always("dark", "look = both, ") + ", " +
                           found_always("dim", "look = both, ") + ", " + found_always("cold", own)),
          json::object());
  CHECK(std::count(t.notes.begin(), t.notes.end(), "both") == 1);
  CHECK(std::count(t.notes.begin(), t.notes.end(), "own") == 1);
  // One that is tried before all others found something: the others are not looked at.
  Tried first(several(found_always("dark",
                                   "first = true, look = function() note \"first\" return "
                                   "{} end, ") +
                      ", " + found_always("cold", own)),
              json::object());
  CHECK(std::count(first.notes.begin(), first.notes.end(), "first") == 1);
  CHECK(std::count(first.notes.begin(), first.notes.end(), "own") == 0);
  CHECK(found(*first.run) == std::vector<std::string>{"dark off"});
}

TEST_CASE("what one symptom does to what it was shown does not reach the next") {
  const std::string look =
      "local function look() return { lamp = thing.items.fetch { key = \"lamp\" } } end\n";
  const std::string writes =
      symptom("look = look, " + kCauses +
                  "diagnose = function(case) case.seen.lamp.value = \"changed by a\" end",
              "a");
  const std::string reads =
      symptom("look = look, " + kCauses +
                  "diagnose = function(case) return finding { cause = \"off\", "
                  "evidence = case.seen.lamp.value } end",
              "b");
  Tried t(look + several(writes + ", " + reads), json::object());
  REQUIRE(t.run);
  REQUIRE(t.run->state().findings.size() == 2);
  CHECK(t.run->state().findings[0]["evidence"] == "off");
  CHECK(t.run->state().findings[1]["evidence"].get<std::string>().find(
            "\"value\" cannot be set: what was read is frozen") != std::string::npos);
}

TEST_CASE("the reported words are the case's") {
  Tried t(several(symptom(kCauses + "diagnose = function(case) return finding { cause = \"off\", "
                                    "evidence = case.reported } end")),
          {{"symptom", "no light at all"}});
  REQUIRE(t.run);
  CHECK(t.run->state().findings[0]["evidence"] == "no light at all");
}

TEST_CASE("a symptom with fixes and no verify is refused before it runs") {
  Tried t(
      "return " + symptom("causes = { cause { \"off\", \"Off\" } }, diagnose = print, fixes = { "
                          "off = fix \"On\" (print) }"),
      json::object());
  CHECK(t.error.message.find("it has fixes and no verify") != std::string::npos);
}
