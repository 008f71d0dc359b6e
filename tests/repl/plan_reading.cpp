// A plan as it is read in two minutes: in short, the policy's zone, what is different from before.
#include <regex>

#include "approvals/time_zone.h"
#include "interpreter/times.h"
#include "repl/views/number_order.h"
#include "stdlib/catalogue.h"
#include "stdlib/consequence.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::has;
using room::renaming;

namespace {

const std::vector<std::string> kRun = {"run",         "rename.lua", "-p",
                                       "client=acme", "-p",         "label=Front desk"};

bool lacks(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  CHECK(text.find(part) == std::string::npos);
  return text.find(part) == std::string::npos;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("a plan begins with what it means, in short") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", renaming("", true));
  std::string id = room.value(kRun, 3)["run"];
  std::string page = room.countersign({"plan", id}).out;
  has(page, "In short\n");
  CHECK(page.find("In short") < page.find("What is going to happen"));
  has(page, "nothing by callers and customers");
  has(page, "nothing: each of these changes can be undone");
  has(page, "nothing that a provider bills");
  has(page, "2 changes, with waits of 1 h in all");
  has(page, "olive (ceo)");

  room.write("rename.lua", replaced(renaming("", false), "friendly_name = run.params.label",
                                    "voice_url = \"https://example.com/\" .. run.params.label"));
  id = room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=x"}, 3)["run"];
  page = room.countersign({"plan", id}).out;
  has(page, "callers of the number are led elsewhere from their next call on (1)");
  has(page, "1 change, one after the other, without waiting");
}

TEST_CASE("each operation that changes something is told of, and nothing else is") {
  std::vector<std::string> changing;
  for (const Row& row : standard_catalogue().rows())
    if (row.effect != Effect::read) changing.push_back(row.name);
  CHECK(told_of() == changing);
}

TEST_CASE("a wait that is over at once is not shown") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", replaced(renaming("", true), "\"1h\"", "\"0s\""));
  const std::string id = room.value(kRun, 3)["run"];
  const std::string page = room.countersign({"plan", id}).out;
  lacks(page, "wait 0");
  has(page, "2 changes, one after the other, without waiting");
}

TEST_CASE("moments stand in the policy's zone beside UTC, and never in what is signed") {
  CliFixture room;
  room.furnish();
  room.write("policy.toml", "time_zone = \"Asia/Tokyo\"\n" + room.read("policy.toml"));
  room.write("rename.lua", renaming("", false));
  const std::string id = room.value(kRun, 3)["run"];
  const std::regex both(
      R"(20\d\d-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC \((20\d\d-\d\d-\d\d )?\d\d:\d\d(:\d\d)? JST\))");
  for (const char* command : {"plan", "show"}) {
    const std::string page = room.countersign({command, id}).out;
    INFO(page);
    CHECK(std::regex_search(page, both));
  }
  for (const char* command : {"runs", "due"}) {
    const std::string page = room.countersign({command}).out;
    INFO(page);
    CHECK((page.find("JST") != std::string::npos || std::string(command) == "due"));
  }
  REQUIRE(room.countersign({"request", id, "--to", "out"}).code == 0);
  lacks(room.read("out/plan.txt"), "JST");
  lacks(room.read("out/plan.txt"), "olive (ceo)");
}

TEST_CASE("a zone's moments are those of the tz database") {
  CHECK(zone_moment(1795179600, "Europe/Berlin") == "2026-11-20 14:00 CET");
  CHECK(zone_moment(1782910800, "Europe/Berlin") == "2026-07-01 15:00 CEST");
  // The hour that there is twice: before and after the clocks go back.
  CHECK(zone_moment(1792886400, "Europe/Berlin") == "2026-10-25 02:00 CEST");
  CHECK(zone_moment(1792890000, "Europe/Berlin") == "2026-10-25 02:00 CET");
  CHECK(zone_moment(1795179605, "UTC") == "2026-11-20 13:00:05 UTC");
  for (const char* none : {"", "Nowhere/Land", "../../etc/passwd", "Europe"}) {
    CHECK_FALSE(knows_zone(none));
    CHECK(zone_moment(0, none) == "");
  }
}

TEST_CASE("a policy's zone is a name; one that this machine does not know is said") {
  CliFixture room;
  room.furnish();
  const std::string policy = room.read("policy.toml");
  room.write("policy.toml", "time_zone = \"Mars/Base\"\n" + policy);
  const Ran checked = room.countersign({"trust", "check"});
  has(checked.out + checked.err, "this machine knows no time zone \"Mars/Base\"");
  for (const char* wrong : {"3", "\"\"", "\"/etc\"", "\"Europe Berlin\"", "\"a//b\""}) {
    room.write("policy.toml", std::string("time_zone = ") + wrong + "\n" + policy);
    const Ran ran = room.countersign({"trust", "check"});
    has(ran.out + ran.err, "time_zone is not the name of a time zone");
  }
}

TEST_CASE("what is different in the runbook since it was last approved is shown, short or whole") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", renaming("", false));
  const std::string first = room.value(kRun, 3)["run"];
  lacks(room.countersign({"plan", first}).out, "since it was last approved");
  CHECK(room.value({"plan", first})["approved_before"].is_null());
  room.value({"approve", first, "--yes"});
  room.value({"resume", first});

  const std::string same = room.value(kRun, 3)["run"];
  has(room.countersign({"plan", same}).out, "unchanged since run " + first);
  room.value({"cancel", same, "--reason", "no"});

  std::string more;
  for (int i = 0; i < 40; ++i) more += "      note(\"line " + std::to_string(i) + "\")\n";
  room.write(
      "rename.lua",
      replaced(renaming("", false), "mutate \"rename\" (function(run)\n",
               "mutate \"rename\" (function(run)\n      step \"Give it its name\"\n" + more));
  const std::string id = room.value(kRun, 3)["run"];
  const std::string page = room.countersign({"plan", id}).out;
  has(page, "The runbook since it was last approved\n  changed since run " + first);
  has(page, "the runbook  41 lines added, 0 removed");
  has(page, "+       step \"Give it its name\"");
  has(page, "… and 17 more lines");
  lacks(page, "line 39");
  has(room.countersign({"plan", id, "--full"}).out, "line 39");
  const json before = room.value({"plan", id})["approved_before"];
  CHECK(before["run"] == first);
  REQUIRE(before["files"].size() == 1);
  CHECK(before["files"][0]["change"] == "changed");
  CHECK(before["files"][0]["lines"].size() == 41);
  // It is of this folder's history: nothing of it is signed.
  REQUIRE(room.countersign({"request", id, "--to", "out"}).code == 0);
  lacks(room.read("out/plan.txt"), "last approved");
}

TEST_CASE("a plan that was made anew says what is different from the one before") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", renaming("", false));
  const std::string id = room.value(kRun, 3)["run"];
  CHECK(room.value({"plan", id})["planned_before"].is_null());
  room.value({"approve", id, "--yes"});
  // Somebody else renames it meanwhile.
  room.write("other.lua", renaming("", false));
  const std::string other =
      room.value({"run", "other.lua", "-p", "client=acme", "-p", "label=Elsewhere"}, 3)["run"];
  room.value({"approve", other, "--yes"});
  room.value({"resume", other});
  room.value({"resume", id}, 7);
  room.value({"resume", id}, 3);
  const json before = room.value({"plan", id})["planned_before"];
  REQUIRE(before.size() == 1);
  has(before[0].get<std::string>(), "~ ");
  has(room.countersign({"plan", id}).out, "The plan since the one before\n");
}

TEST_CASE("what this run never comes to is not listed as unknown") {
  CliFixture room;
  room.furnish();
  const std::string text = R"(return runbook {
  name = "paths", title = "Two paths",
  parameters = {
    client = param.profile { why = "Which account" },
    path = param.text { why = "A or B" },
  },
  procedure = {
    read "inspect" (function(run)
      return { sid = twilio.numbers.find { phone_number = "+15550100200" }.sid }
    end),
    mutate "first" (function(run)
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.path }
    end),
    read("calmed", { when = function(run) return run.params.path == "B" end,
                     returns = { seen = hole.between(0, 9) } })(function(run)
      return { seen = 1 }
    end),
    read("drained", { when = function(run) return run.params.path == "A" end,
                      returns = { left = hole.between(0, 9) } })(function(run)
      return { left = 1 }
    end),
    mutate "second" (function(run)
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.path .. "!" }
    end),
  },
}
)";
  room.write("paths.lua", text);
  const std::string id =
      room.value({"run", "paths.lua", "-p", "client=acme", "-p", "path=A"}, 3)["run"];
  const json holes = room.value({"plan", id})["holes"];
  REQUIRE(holes.size() == 1);
  CHECK(holes[0]["phase"] == "drained");
  const std::string page = room.countersign({"plan", id}).out;
  has(page, "drained.left");
  lacks(page, "calmed");
  room.value({"approve", id, "--yes"});
  CHECK(room.value({"resume", id})["status"] == "done");
}

TEST_CASE("a window that ends before the waits before it can end is refused when it is planned") {
  CliFixture room;
  room.furnish();
  const auto script = [](const std::string& end) {
    const std::string plain = "mutate \"again\" (function(run)";
    return replaced(
        renaming("", true), plain,
        "mutate(\"again\", { not_after = function(run) return " + end + " end })(function(run)");
  };
  // The simulator's day begins at noon; the wait is an hour.
  const Time now = *parse_iso_time(
      room.value({"eval", "--profile", "acme", "-e", "time.iso(time.now())"}).get<std::string>());
  room.write("rename.lua", script(std::to_string(now + 1800)));
  const std::string why = room.error(kRun, 9);
  has(why, "refused: the phase \"again\" may change something until " + iso_time(now + 1800));
  has(why, "the two contradict each other");
  CHECK(room::changes(room) == 0);

  room.write("rename.lua", script(std::to_string(now + 5400)));
  const std::string id = room.value(kRun, 3)["run"];
  CHECK(room.value({"plan", id})["phases"][2]["not_after"] == iso_time(now + 5400));
  room.write("rename.lua", script("\"tomorrow\""));
  has(room.error(kRun, 2), "the not_after of \"again\" is no moment");
}

TEST_CASE("names are ordered as people count") {
  CHECK(counts_before("9", "10"));
  CHECK_FALSE(counts_before("10", "9"));
  CHECK(counts_before("2", "a"));
  CHECK(counts_before("007", "8"));
  CHECK(counts_before("a", "b"));
  CHECK(path_counts_before("/registry/9/name", "/registry/10"));
  CHECK(path_counts_before("/registry/9", "/registry/9/name"));
  CHECK_FALSE(path_counts_before("/b/1", "/a/2"));

  CliFixture room;
  json before = json::object(), after = json::object();
  for (int i = 5; i <= 13; ++i) after[std::to_string(i)] = "number " + std::to_string(i);
  room.write("a.json", before.dump());
  room.write("b.json", after.dump());
  const std::string shown = room.countersign({"diff", "a.json", "b.json"}).out;
  CHECK(shown.find("number 9") < shown.find("number 10"));
  CHECK(shown.find("number 5") < shown.find("number 13"));
}
