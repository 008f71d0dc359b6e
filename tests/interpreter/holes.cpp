// What is signed although it is not known yet.
#include "interpreter/range.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

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
      {"hole.matches \"%l+%.twil%.io\"", "a text like ^%l+%.twil%.io$", "dev.twil.io",
       "dev.twil.io/x"},
      {"hole.matches \"%l+$\"", "a text like ^%l+$", "dev", "\ndev"},
      {"hole.matches \".*\"", "a text like ^.*$", std::string(4096, 'a'), std::string(4097, 'a')},
      {"hole.domain_below \"twil.io\"", "a host name below twil.io", "dev-1.a.twil.io",
       "dev.twil.io.evil.example"},
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
        CHECK(run->state().status == RunStatus::done);
        CHECK(f.world.things["note"]["value"] == one.inside);
        continue;
      }
      CHECK(run->state().status == RunStatus::awaiting_decision);
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
      CHECK(run->state().status == RunStatus::done);
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
  f.world.things["vase"]["value"] = std::string(4'000, 'a');
  (void)run->advance();
  CHECK(run->state().status != RunStatus::done);
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("a host name below a domain is labels, and nothing else") {
  const json range = {{"hole", "domain_below"}, {"domain", "twil.io"}};
  for (const char* name : {"a.twil.io", "a-b.c9.twil.io", "9.twil.io"})
    CHECK(outside_range(range, name).empty());
  for (const std::string& name :
       {std::string("twil.io"), std::string(".twil.io"), std::string("evil.example"),
        std::string("xtwil.io"), std::string("a..twil.io"), std::string("-a.twil.io"),
        std::string("a-.twil.io"), std::string("A.twil.io"), std::string("a.twil.io."),
        std::string("a.twil.io:80"), std::string("a@b.twil.io"), std::string("a/b.twil.io"),
        std::string("a b.twil.io"), std::string("a.twil.io\n"), std::string("\xc3\xa9.twil.io"),
        std::string(64, 'a') + ".twil.io", std::string(300, 'a'), std::string("a\0.twil.io", 11)})
    CHECK_FALSE(outside_range(range, name).empty());
}

TEST_CASE("a hole's pattern holds for the whole text, as far as it was anchored already") {
  struct Case {
    const char *written, *range;
  };
  for (const Case& one : {Case{"a", "^a$"}, Case{"^a", "^a$"}, Case{"a$", "^a$"},
                          Case{"^a$", "^a$"}, Case{"a%$", "^a%$$"}, Case{"^a%%$", "^a%%$"},
                          Case{"%b$$", "^%b$$$"}, Case{"[$]", "^[$]$"}, Case{"[^]$]", "^[^]$]$"},
                          Case{"%f[%a]a", "^%f[%a]a$"}, Case{"", "^$"}, Case{"x$$", "^x$$"}}) {
    INFO(one.written);
    Fixture f;
    auto run =
        f.start(f.runbook(learning("hole.matches [==[" + std::string(one.written) + "]==]")));
    REQUIRE(run);
    CHECK((*run)->state().head()["procedure"][1]["returns"]["domain"]["pattern"] == one.range);
  }
  for (const char* written : {"[a", "a%", "(a", "a)", "%f", "%ba"}) {
    INFO(written);
    Fixture f;
    const auto run =
        f.start(f.runbook(learning("hole.matches [==[" + std::string(written) + "]==]")));
    REQUIRE_FALSE(run);
    CHECK(run.error().message.find("is no pattern") != std::string::npos);
  }
}
