// Chunk after chunk in one Lua state, and what becomes of it when its host ends.
#include "interpreter/exploration.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

struct Talked {
  Fixture f;
  std::unique_ptr<Exploration> exploration;

  Talked() {
    std::unique_ptr<Journal> journal = Journal::in_memory();
    Result<std::unique_ptr<Session>> session = f.engine().session("shelf", *journal);
    REQUIRE(session);
    exploration = std::make_unique<Exploration>(f.engine(), std::move(*session), std::move(journal),
                                                f.folder, json{{"given", {{"a", 1}}}});
  }
  // The value as text, or what went wrong.
  std::string say(const std::string& text, bool whole = true) {
    static int n = 0;
    const PhaseResult ending =
        exploration->say({"line", "line", text}, whole, "_" + std::to_string(++n));
    if (ending.kind == PhaseResult::incomplete) return "…";
    if (ending.kind == PhaseResult::failed) return ending.error.kind + ": " + ending.error.message;
    return ending.what.empty() ? ending.value.dump() : ending.what;
  }
};

}  // namespace

TEST_CASE("what is typed is complete, goes on, or is wrong") {
  Talked t;
  struct Case {
    const char *text, *part, *whole;
  };
  const Case cases[] = {
      {"1 + 1", "2", "2"},
      {"1 +", "…", "script: unexpected symbol near <eof>"},
      {"f(", "…", "script: unexpected symbol near <eof>"},
      {"x = {", "…", "script: unexpected symbol near <eof>"},
      {"if true then", "…", "script: 'end' expected near <eof>"},
      {"for", "…", "script: <name> expected near <eof>"},
      {"x = [[ long", "…", "script: unfinished long string (starting at line 1) near <eof>"},
      {"\"abc", "…", "script: unfinished string near <eof>"},
      {"\"abc\n", "script: unfinished string near '\"abc'",
       "script: unfinished string near '\"abc'"},
      {"x = = 1", "script: unexpected symbol near '='", "script: unexpected symbol near '='"},
      {"", "null", "null"},
      {"-- nothing", "null", "null"},
      {"return 7", "7", "7"},
      {"given.a", "1", "1"},
      {"string.rep", "a function", "a function"},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    CHECK(t.say(one.text, false) == one.part);
    CHECK(t.say(one.text, true) == one.whole);
  }
}

TEST_CASE("names outlive a refusal, and what was read is not read again") {
  Talked t;
  t.f.world.things["lamp"] = {{"id", "lamp"}, {"value", "off"}};
  CHECK(t.say("lamp = thing.items.fetch { key = 'lamp' }") == "null");
  CHECK(t.say("a = 1; error('half')") == "script: half");
  CHECK(t.say("b = 2; pcall(thing.items.update, { key = 'lamp', value = 'on' })")
            .rfind("refused: ", 0) == 0);
  t.f.world.things["lamp"]["value"] = "broken";
  CHECK(t.say("lamp.value") == "\"off\"");
  CHECK(t.say("a") == "1");
  CHECK(t.say("b") == "null");
  CHECK(t.exploration->lost() == 0);
  CHECK(t.say("thing.items.fetch { key = 'lamp' }.value") == "\"broken\"");
  CHECK(t.f.world.changes.empty());
  const auto names = t.exploration->names(json::array({"lamp"}));
  CHECK(std::find(names.begin(), names.end(), "value") != names.end());
}

TEST_CASE("a draft records changes, carries none out, and is undone line by line") {
  Talked t;
  t.f.world.things["lamp"] = {{"id", "lamp"}, {"value", "off"}};
  t.exploration->begin_draft();
  CHECK(t.say("r = thing.items.update { key = 'lamp', value = thing.items.fetch { key = 'lamp' "
              "}.value .. '!' }") == "null");
  CHECK(t.say("thing.items.create { key = 'shade' }; error('no')") == "script: no");
  CHECK(t.say("s = thing.items.update { key = 'lamp', value = 'on' }") == "null");
  const auto intents = intents_of(t.exploration->draft());
  REQUIRE(intents.size() == 2);
  CHECK(intents[0]->arguments["value"] == "off!");
  // The number of what was given up is not given again.
  CHECK(intents[1]->n == 3);
  CHECK(intents[1]->before->dump().find("off!") != std::string::npos);
  // The placeholders are the same ones after the host was made anew.
  CHECK(t.say("while true do end").rfind("limit: ", 0) == 0);
  CHECK(t.say("r.value") == R"({"$countersign":{"path":"/value","placeholder":1}})");
  CHECK(intents_of(t.exploration->draft()).size() == 2);
  CHECK(t.say("thing.items.fetch { key = r.value }")
            .rfind("argument: thing.items.fetch: it asks for", 0) == 0);
  t.exploration->drop_draft();
  CHECK(t.say("thing.items.update { key = 'lamp', value = 'on' }").rfind("refused: ", 0) == 0);
  CHECK(t.f.world.changes.empty());
}

TEST_CASE(
    "a line that asked wrongly is walked again like any other, and what is lost is said once") {
  Talked t;
  t.f.world.things["lamp"] = {{"id", "lamp"}, {"value", "off"}};
  t.exploration->begin_draft();
  CHECK(t.say("good = pcall(thing.items.fetch, { kee = 'lamp' }); a = 1") == "null");
  CHECK(t.say("thing.items.fetch { nothing = 1 }").rfind("argument: ", 0) == 0);
  CHECK(t.say("r = thing.items.update { key = 'lamp', value = 'on' }") == "null");
  t.exploration->drop_draft();
  t.exploration->begin_draft();
  CHECK(t.say("b = 2; pcall(thing.items.update, { key = 'lamp', value = r.value })") == "null");
  // What ends the Lua state has everything before it walked again.
  CHECK(t.say("while true do end").rfind("limit: ", 0) == 0);
  CHECK(t.say("{ good, a, b }") == "[false,1,2]");
  CHECK(t.exploration->lost() == 0);
}
