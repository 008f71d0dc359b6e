// One reader of times and durations, for C++ and for scripts.
#include "interpreter/times.h"

#include "interpreter/exploration.h"
#include "tests/support/catch.h"
#include "tests/support/durations.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

constexpr Time kNoon = 1'795'176'000;  // 2026-11-20T12:00:00Z

const char* const kNoons[] = {
    "2026-11-20T12:00:00Z",
    "2026-11-20T12:00:00.000Z",
    "2026-11-20T12:00:00.999999Z",
    "2026-11-20t12:00:00z",
    "2026-11-20 12:00:00Z",
    "2026-11-20T12:00Z",
    "2026-11-20T13:00:00+01:00",
    "2026-11-20T13:00:00+0100",
    "2026-11-20T13:00:00+01",
    "2026-11-20T06:30:00-05:30",
    "2026-11-21T01:00:00+13:00",
    "2026-11-20 13:00:00 +0100",
    "2026-11-20T12:00:00+00:00",
    "Fri, 20 Nov 2026 12:00:00 +0000",
    "Fri, 20 Nov 2026 12:00:00 GMT",
    "Fri, 20 Nov 2026 12:00:00 UT",
    "Fri, 20 Nov 2026 12:00 +0000",
    "20 Nov 2026 12:00:00 Z",
    "Fri, 20 Nov 2026 05:00:00 -0700",
    "Fri, 20 Nov 2026 07:00:00 EST",
    "Fri, 20 Nov 2026 05:00:00 PDT",
};

const char* const kNonsense[] = {
    "",
    "tomorrow",
    "2026",
    "2026-11",
    "2026-13-01",
    "2026-00-10",
    "2026-02-30",
    "2026-02-29T00:00:00Z",
    "2026-11-31T12:00:00Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T12:60:00Z",
    "2026-11-20T12:00:60Z",
    "2026-11-20T12:00:00",
    "2026-11-20T12:00:00.Z",
    "2026-11-20T12:00:00 ",
    "2026-11-20T12:00:00 nonsense",
    "2026-11-20T12:00:00Znonsense",
    "2026-11-20T12:00:00Z ",
    " 2026-11-20T12:00:00Z",
    "2026-11-20T12:00:00+24:00",
    "2026-11-20T12:00:00+01:60",
    "2026-11-20T12:00:00+1",
    "2026-11-20T12:00:00+01:0",
    "2026-11-20T12:00:00Q",
    "2026-11-20junk",
    "20261120",
    "26-11-20",
    "0000-01-01",
    "+026-11-20",
    "Fri, 20 Nov 2026 12:00:00",
    "Fri, 20 Nov 2026 12:00:00 ",
    "Fri, 31 Nov 2026 12:00:00 GMT",
    "Fri, 20 Foo 2026 12:00:00 GMT",
    "Fri, 20 Nov 2026 12:00:00 GMT nonsense",
    "Fri, 20 Nov 2026 12:00:00 XYZ",
    "Fri, 20 Nov 26 12:00:00 GMT",
    "Mon, 20 Nov 2026 12:00:00 GMT",  // it is a Friday
    "Fry, 20 Nov 2026 12:00:00 GMT",
    "nonsense 20 Nov 2026 12:00:00 GMT",
};

// What a script is told.
std::string in_lua(const std::string& expression) {
  static Fixture f;
  static std::unique_ptr<Exploration> exploration = [] {
    std::unique_ptr<Journal> journal = Journal::in_memory();
    Result<std::unique_ptr<Session>> session = f.engine().session("shelf", *journal);
    REQUIRE(session);
    return std::make_unique<Exploration>(f.engine(), std::move(*session), std::move(journal),
                                         f.folder, json::object());
  }();
  static int n = 0;
  const PhaseResult ending =
      exploration->say({"line", "line", expression}, true, "_" + std::to_string(++n));
  return ending.kind == PhaseResult::failed ? ending.error.message : ending.value.dump();
}

}  // namespace

TEST_CASE("a time is read in every form that providers, git and people write, offsets included") {
  for (const char* text : kNoons) {
    INFO(text);
    CHECK(parse_time(text) == std::optional<Time>(kNoon));
    CHECK(in_lua("time.parse(\"" + std::string(text) + "\")") == std::to_string(kNoon));
  }
  CHECK(parse_time("2026-11-20") == std::optional<Time>(kNoon - 43'200));
  CHECK(in_lua("time.parse(\"2026-11-20\")") == std::to_string(kNoon - 43'200));
  CHECK(parse_time("1969-12-31T23:59:59Z") == std::optional<Time>(-1));
  CHECK(parse_time("2028-02-29") == std::optional<Time>(1'835'395'200));
}

TEST_CASE("what is not exactly a time is none") {
  for (const char* text : kNonsense) {
    INFO(text);
    CHECK_FALSE(parse_time(text));
    CHECK(in_lua("time.parse(\"" + std::string(text) + "\")") == "null");
  }
  CHECK(in_lua("time.parse(nil)") == "null");
  CHECK(in_lua("time.parse(1795176000)") == "null");
}

TEST_CASE("a time without a zone is in UTC only for who says so") {
  for (const char* text : {"2026-11-20T12:00:00", "2026-11-20 12:00", "20 Nov 2026 12:00:00"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text));
    CHECK(parse_time(text, Zone::utc) == std::optional<Time>(kNoon));
  }
  CHECK_FALSE(parse_time("2026-11-20T12:00:00 nonsense", Zone::utc));
  CHECK_FALSE(parse_time("2026-11-20T12:00:00 ", Zone::utc));
}

TEST_CASE("the one form of documents is read as it is written, and no other") {
  CHECK(parse_iso_time("2026-11-20T12:00:00Z") == std::optional<Time>(kNoon));
  for (const char* text : kNoons)
    CHECK(parse_iso_time(text).has_value() == (std::string(text) == "2026-11-20T12:00:00Z"));
  for (const Time time : {Time{0}, Time{-1}, kNoon, Time{951'782'400}, Time{4'102'444'799}}) {
    CHECK(parse_iso_time(iso_time(time)) == std::optional<Time>(time));
    CHECK(parse_time(rfc2822_time(time)) == std::optional<Time>(time));
    CHECK(parse_time(http_time(time)) == std::optional<Time>(time));
  }
  CHECK(rfc2822_time(kNoon) == "Fri, 20 Nov 2026 12:00:00 +0000");
  CHECK(http_time(kNoon) == "Fri, 20 Nov 2026 12:00:00 GMT");
}

TEST_CASE("a duration has one grammar, in scripts too") {
  for (const auto& [text, seconds] : kDurations) {
    INFO(text);
    CHECK(parse_duration(text) == std::optional<Time>(seconds));
    CHECK(in_lua("time.duration(\"" + std::string(text) + "\")") == std::to_string(seconds));
  }
  for (const char* text : kNoDurations) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
    CHECK(in_lua("time.duration(\"" + std::string(text) + "\")") ==
          "time.duration: got " + std::string(text) +
              ", want a number of seconds, or such as \"24h\"");
  }
  CHECK(in_lua("time.duration(90)") == "90");
  CHECK(in_lua("time.duration(-1)") ==
        "time.duration: got -1, want a number of seconds, or such as \"24h\"");
}

TEST_CASE("a duration that an author writes has the same grammar") {
  const auto of_an_item = [](const char* text) {
    return in_lua("attest { \"a\", \"b\", due = \"" + std::string(text) + "\" }.due");
  };
  const auto of_a_wait = [](const char* text) {
    return in_lua("wait \"w\" { duration = \"" + std::string(text) + "\" }.duration");
  };
  for (const auto& [text, seconds] : kDurations) {
    INFO(text);
    CHECK(of_an_item(text) == "\"" + std::string(text) + "\"");
    CHECK(of_a_wait(text) == "\"" + std::string(text) + "\"");
  }
  for (const char* text : kNoDurations) {
    INFO(text);
    CHECK(of_an_item(text) ==
          "attest \"a\": due: got \"" + std::string(text) + "\", want a duration such as \"24h\"");
    CHECK(of_a_wait(text) ==
          "wait \"w\": duration: got \"" + std::string(text) +
              "\", want a duration such as \"24h\" or a whole number or a function");
  }
}

TEST_CASE("scripts write times as the engine does") {
  for (const Time time : {Time{0}, Time{-1}, kNoon, Time{951'782'400}, Time{4'102'444'799}}) {
    CHECK(in_lua("time.iso(" + std::to_string(time) + ")") == "\"" + iso_time(time) + "\"");
    CHECK(in_lua("time.date(" + std::to_string(time) + ")") ==
          "\"" + iso_time(time).substr(0, 10) + "\"");
  }
  CHECK(in_lua("time.date(86399.5)") == "\"1970-01-01\"");
  CHECK(in_lua("time.iso(-62135596800)") == "\"0001-01-01T00:00:00Z\"");
  CHECK(in_lua("time.iso(253402300799)") == "\"9999-12-31T23:59:59Z\"");
  for (const char* none : {"253402300800", "-62135596801", "math.maxinteger", "0/0"}) {
    INFO(none);
    CHECK(
        in_lua("time.iso(" + std::string(none) + ")").find("want seconds of the years 1 to 9999") !=
        std::string::npos);
  }
}

TEST_CASE("an operation's argument that is a duration has the same grammar") {
  const Row row{.name = "thing.wait",
                .effect = Effect::read,
                .parameters = {{"span", Type::duration, true, "how long"}},
                .result = "",
                .summary = "Waits",
                .carrier = {}};
  const auto taken = [&](const json& span) {
    return static_cast<bool>(check_arguments(row, {{"span", span}}));
  };
  for (const auto& [text, seconds] : kDurations) CHECK(taken(text));
  for (const char* text : kNoDurations) CHECK_FALSE(taken(text));
  CHECK(taken(90));
  CHECK_FALSE(taken(-1));
  CHECK_FALSE(taken(1.5));
}
