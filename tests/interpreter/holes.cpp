// What is signed although it is not known yet.
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/shelf.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

std::string learning(const std::string& range) {
  return R"(
    mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
    read("learn", { returns = { domain = )" +
         range +
         R"( } })(function() return { domain = thing.items.fetch { key = "vase" }.value } end),
    mutate "two" (function(run) thing.items.update { key = "note", value = run.learn.domain } end))";
}

}  // namespace

TEST_CASE("a plan goes on through a hole with a range, and the request shows it") {
  struct Case {
    std::string range, text;
    json inside, outside;
  };
  const Case cases[] = {
      {"hole.matches \"^%l+%.twil%.io$\"", "a text like ^%l+%.twil%.io$", "dev.twil.io",
       "evil.example"},
      {"hole.one_of { \"red\", \"blue\" }", "one of red, blue", "red", "green"},
      {"hole.between(2, 4)", "a number from 2 to 4", 3, 5},
      {"hole.between(2, 4)", "a number from 2 to 4", 2, "3"},
  };
  for (const Case& one : cases) {
    INFO(one.range);
    for (const bool inside : {true, false}) {
      Fixture f;
      auto run = f.run(f.runbook(learning(one.range)));
      INFO(f.said.message);
      REQUIRE(run);
      const json plan = plan_view(run->state());
      REQUIRE(plan["phases"].size() == 2);
      CHECK(plan["holes"][0]["phase"] == "learn");
      CHECK(plan["holes"][0]["range"] == one.text);
      CHECK(json::parse(run->state().request->document)["plan"]["holes"] == plan["holes"]);
      REQUIRE(run->decide(decision(run->state(), "approve")));
      f.world.before_change = [&](const std::string&) -> Status { return Done{}; };
      f.world.things["vase"]["value"] = inside ? one.inside : one.outside;
      // The vase was there when it was planned; nothing of the plan starts from it.
      const Status went = run->advance();
      INFO((went ? std::string() : went.error().message));
      REQUIRE(went);
      if (inside) {
        CHECK(run->state().status == "done");
        CHECK(f.world.things["note"]["value"] == one.inside);
        continue;
      }
      CHECK(run->state().status == "awaiting_decision");
      CHECK(f.world.changes.size() == 1);
      const json again = plan_view(run->state());
      REQUIRE(again["phases"].size() == 1);
      CHECK_FALSE(again.contains("holes"));
      CHECK(again["phases"][0]["steps"][0]["operations"][0]["arguments"]["value"] == one.outside);
      bool said = false;
      for (const Record& record : run->journal().records())
        said = said || (record.kind == "plan.voided" &&
                        record.body["why"].get<std::string>().find(one.text + " was signed for") !=
                            std::string::npos);
      CHECK(said);
      REQUIRE(run->decide(decision(run->state(), "approve")));
      REQUIRE(run->advance());
      CHECK(run->state().status == "done");
      CHECK(f.world.things["note"]["value"] == one.outside);
    }
  }
}

TEST_CASE("a pattern that never ends is ended, and nothing is changed by it") {
  Fixture f;
  auto run =
      f.run(f.runbook(learning("hole.matches \"^(.-)*(.-)*(.-)*(.-)*(.-)*(.-)*(.-)*(.-)*x$\"")));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.things["vase"]["value"] = std::string(100'000, 'a');
  (void)run->advance();
  CHECK(run->state().status != "done");
  CHECK(f.world.changes.size() == 1);
}
