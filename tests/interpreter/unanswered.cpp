// Nobody answers what is looked at around a change: nothing was sent for it, and the run goes on
// under the decision that it has.
#include <algorithm>

#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

const char* kTwo = R"(mutate "switch" (function(run)
    thing.items.update { key = "lamp", value = "on" }
    thing.items.update { key = "vase", value = "red" }
  end),)";

Error down(int status) {
  return Error{status == 0 ? "transport" : "provider",
               "api.shelf answered " + std::to_string(status),
               "",
               "",
               "",
               status};
}

std::unique_ptr<Run> approved(Fixture& f, const std::string& procedure) {
  auto run = f.run(f.runbook(procedure));
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  return run;
}

// Stopped, and gone on with under the same request once there is an answer again.
void goes_on(Fixture& f, std::unique_ptr<Run> run, std::size_t sent, const std::string& why) {
  const std::string request = run->state().request_sha256, id = run->state().id();
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  INFO(went.error().message);
  CHECK(went.error().message.find(why) != std::string::npos);
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK(run->state().halted);
  CHECK(f.world.changes.size() == sent);
  const json ways = summary(run->state())["waiting_for"];
  CHECK(ways["kind"] == "halt");
  CHECK(ways["ways"][0]["command"] == "countersign resume " + id);
  CHECK_FALSE(run->advance());
  CHECK(f.world.changes.size() == sent);
  run.reset();
  f.world.before_look = nullptr;
  f.world.before_baselines = f.world.before_snapshot = nullptr;
  auto again = f.open(id);
  REQUIRE(again);
  const Status on = (*again)->advance();
  INFO((on ? std::string() : on.error().message));
  REQUIRE(on);
  CHECK((*again)->state().status == RunStatus::done);
  CHECK(f.world.changes.size() == 2);
  const auto& records = (*again)->journal().records();
  CHECK(std::count_if(records.begin(), records.end(),
                      [](const Record& one) { return one.kind == "request"; }) == 1);
  CHECK(records.end() != std::find_if(records.begin(), records.end(), [&](const Record& one) {
          return one.kind == "consumed" && one.body["request_sha256"] == request;
        }));
}

}  // namespace

TEST_CASE("what a change starts from is not answered: the run goes on under its decision") {
  const int status = GENERATE(0, 500, 503, 429, 401);
  Fixture f;
  auto run = approved(f, kTwo);
  const auto fails = [&f, status](const std::string& key, std::size_t sent) {
    f.world.before_look = [&f, status, key, sent](const std::string& asked) -> Status {
      if (asked != key || f.world.changes.size() != sent) return Done{};
      return down(status);
    };
  };
  SECTION("before the first change, as it is planned once more") {
    fails("lamp", 0);
    goes_on(f, std::move(run), 0, "api.shelf answered " + std::to_string(status));
  }
  SECTION("between two changes") {
    fails("vase", 1);
    goes_on(f, std::move(run), 1,
            "thing.items.update was not carried out: api.shelf answered " + std::to_string(status));
  }
  SECTION("what was changed cannot be read back") {
    fails("lamp", 1);
    goes_on(f, std::move(run), 1,
            "thing.items.update was carried out, and what is there now could not be read");
  }
}

TEST_CASE("a guard that is not answered stops the run, one that refuses ends it") {
  const bool answers = GENERATE(true, false);
  Fixture f;
  auto run = approved(f, R"(mutate "switch" (function(run)
    thing.items.update { key = "lamp", value = "on" }
    thing.items.delete { key = "vase" }
  end),)");
  f.world.before_look = [&f, answers](const std::string& key) -> Status {
    if (key != "vase" || f.world.changes.size() != 1) return Done{};
    if (!answers) return down(503);
    f.world.things["vase"]["locked"] = true;
    return Done{};
  };
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().message == (answers ? "thing.items.delete was not carried out: it is locked"
                                         : "thing.items.delete was not carried out: api.shelf "
                                           "answered 503"));
  CHECK(f.world.changes.size() == 1);
  CHECK(run->state().status == (answers ? RunStatus::failed : RunStatus::awaiting_decision));
  f.world.before_look = nullptr;
  (void)run->advance();
  CHECK(f.world.changes.size() == (answers ? 1 : 2));
  CHECK(run->state().status == (answers ? RunStatus::failed : RunStatus::done));
}

TEST_CASE("adjacent accounts, or the account itself, are not answered before the first change") {
  Fixture f;
  f.world.neighbours = {{"CCT", {{"flex", {{"flag", true}}}}}};
  auto run = approved(f, kTwo);
  std::size_t sent = 0;
  SECTION("the snapshot") {
    f.world.before_snapshot = [] { return Status(down(503)); };
  }
  SECTION("the adjacent accounts") {
    f.world.before_baselines = [] { return Status(down(503)); };
  }
  SECTION("the adjacent accounts, in the middle") {
    sent = 1;
    f.world.before_baselines = [&f]() -> Status {
      if (f.world.changes.size() != 1) return Done{};
      return down(503);
    };
    f.world.after_change = [&f](const std::string&) -> Status {
      f.world.now += 10;
      return Done{};
    };
  }
  goes_on(f, std::move(run), sent, "api.shelf answered 503");
}

TEST_CASE("what is read back once more and is not what was signed stops the run") {
  Fixture f;
  auto run = approved(f, kTwo);
  f.world.before_look = [&f](const std::string& key) -> Status {
    if (key != "lamp" || f.world.changes.size() != 1) return Done{};
    return down(503);
  };
  REQUIRE_FALSE(run->advance());
  f.world.before_look = nullptr;
  f.world.things["lamp"]["value"] = "broken";
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().kind == "drift");
  CHECK(f.world.changes.size() == 1);
}
