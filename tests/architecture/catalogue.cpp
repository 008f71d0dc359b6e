// Every row says what it does, and its name fits what it says.
#include <set>

#include "interpreter/catalogue.h"
#include "stdlib/catalogue.h"
#include "tests/support/catch.h"

using namespace countersign;

TEST_CASE("the verb of an operation tells its effect") {
  const std::set<std::string> reads = {"fetch",     "find",    "list",  "validate",
                                       "compare",   "capture", "diff",  "only",
                                       "unchanged", "read",    "probe", "log"};
  REQUIRE(standard_catalogue().rows().size() > 60);
  for (const Row& row : standard_catalogue().rows()) {
    const std::string verb = row.name.substr(row.name.rfind('.') + 1);
    INFO(row.name);
    CHECK((row.effect == Effect::read) == (reads.count(verb) == 1));
  }
}

TEST_CASE("every row has a summary, a result and described parameters") {
  for (const Row& row : standard_catalogue().rows()) {
    INFO(row.name);
    CHECK_FALSE(row.summary.empty());
    CHECK_FALSE(row.result.empty());
    for (const Parameter& parameter : row.parameters) {
      INFO(parameter.name);
      CHECK_FALSE(parameter.summary.empty());
    }
  }
}

TEST_CASE(
    "every changing row has a target and a settle rule, and what destroys says what is lost") {
  for (const Row& row : standard_catalogue().rows()) {
    if (row.effect == Effect::read) continue;
    INFO(row.name);
    CHECK(row.target);
    CHECK(row.settle != Settle::none);
    if (row.effect == Effect::destroy) CHECK_FALSE(row.irreversible.empty());
  }
}

TEST_CASE("only the deploy writes the Flex configuration") {
  for (const Row& row : standard_catalogue().rows()) {
    INFO(row.name);
    if (row.effect != Effect::read && row.name.rfind("flex.", 0) == 0)
      CHECK(row.name == "flex.deploy");
  }
}

TEST_CASE("a row that does not fit is not registered") {
  const Carry carrier = [](const Call&) -> Result<json> { return json(); };
  const auto target = [](const Call&) -> Result<std::string> { return std::string("/x"); };
  const std::vector<std::pair<Row, std::string>> cases = {
      {{.name = "x", .effect = Effect::read, .carrier = carrier},
       "row x: a name is provider.noun.verb or provider.verb"},
      {{.name = "a.b.update", .effect = Effect::read, .carrier = carrier},
       "row a.b.update: the verb \"update\" does not fit the effect read"},
      {{.name = "a.b.fetch",
        .effect = Effect::mutate,
        .carrier = carrier,
        .target = target,
        .settle = Settle::ask},
       "row a.b.fetch: the verb \"fetch\" does not fit the effect mutate"},
      {{.name = "a.b.fetch", .effect = Effect::read}, "row a.b.fetch: no carrier"},
      {{.name = "a.b.update", .effect = Effect::mutate, .carrier = carrier, .settle = Settle::ask},
       "row a.b.update: a changing row names its target"},
      {{.name = "a.b.update", .effect = Effect::mutate, .carrier = carrier, .target = target},
       "row a.b.update: a changing row says how it is settled"},
      {{.name = "a.b.create",
        .effect = Effect::mutate,
        .carrier = carrier,
        .target = target,
        .settle = Settle::by_lookup},
       "row a.b.create: settled by lookup, but has none"},
      {{.name = "a.b.delete",
        .effect = Effect::destroy,
        .carrier = carrier,
        .target = target,
        .settle = Settle::ask},
       "row a.b.delete: a destroying row says what is lost"},
      {{.name = "a.b.update",
        .effect = Effect::mutate,
        .carrier = carrier,
        .target = target,
        .settle = Settle::ask},
       "row a.b.update: a changing row says its wire number, its sources and what it returns"},
  };
  for (const auto& [row, said] : cases) {
    Catalogue catalogue;
    const Status added = catalogue.add(row);
    REQUIRE_FALSE(added);
    CHECK(added.error().message == said);
  }
}
