// Invariant 1: no changing operation outside an approved plan, however it is asked for.
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {
struct Attack {
  const char* name;
  const char* procedure;
  const char* said;
};

const char* kReadPhase =
    "thing.items.update was not carried out: \"sneak\" is a read phase, and this would change "
    "something";

const Attack kFromReadPhases[] = {
    {"directly",
     "read \"sneak\" (function(run) thing.items.update { key = \"lamp\", value = 1 } end)",
     kReadPhase},
    {"in pcall",
     "read \"sneak\" (function(run) pcall(thing.items.update, { key = \"lamp\", value = 1 }) end)",
     kReadPhase},
    {"in xpcall's handler",
     "read \"sneak\" (function(run) xpcall(function() error(\"x\") end, function() "
     "thing.items.update { key = \"lamp\", value = 1 } end) end)",
     kReadPhase},
    {"in a coroutine",
     "read \"sneak\" (function(run) coroutine.resume(coroutine.create(function() "
     "thing.items.update { key = \"lamp\", value = 1 } end)) end)",
     kReadPhase},
    {"in a wrapped coroutine inside pcall",
     "read \"sneak\" (function(run) pcall(coroutine.wrap(function() thing.items.update { key = "
     "\"lamp\", value = 1 } end)) end)",
     kReadPhase},
    {"in a comparator",
     "read \"sneak\" (function(run) table.sort({ 3, 1, 2 }, function(a, b) thing.items.update { "
     "key = \"lamp\", value = 1 } return a < b end) end)",
     kReadPhase},
    {"in a gsub callback",
     "read \"sneak\" (function(run) (\"x\"):gsub(\".\", function() thing.items.update { key = "
     "\"lamp\", value = 1 } end) end)",
     kReadPhase},
    {"in __index",
     "read \"sneak\" (function(run) local t = setmetatable({}, { __index = function() "
     "thing.items.update { key = \"lamp\", value = 1 } end }) local _ = t.x end)",
     kReadPhase},
    {"in __tostring",
     "read \"sneak\" (function(run) tostring(setmetatable({}, { __tostring = function() "
     "thing.items.update { key = \"lamp\", value = 1 } return \"\" end })) end)",
     kReadPhase},
    {"in __close",
     "read \"sneak\" (function(run) do local x <close> = setmetatable({}, { __close = function() "
     "thing.items.update { key = \"lamp\", value = 1 } end }) end end)",
     kReadPhase},
    {"in __pairs",
     "read \"sneak\" (function(run) for _ in pairs(setmetatable({}, { __pairs = function() "
     "thing.items.update { key = \"lamp\", value = 1 } return next, {} end })) do end end)",
     kReadPhase},
    {"in a branch of parallel",
     "read \"sneak\" (function(run) pcall(parallel, { 1, 2 }, function() thing.items.update { key "
     "= \"lamp\", value = 1 } end) end)",
     kReadPhase},
    {"saved at load time",
     "(function() SAVED = thing.items.update return read \"sneak\" (function(run) SAVED { key = "
     "\"lamp\", value = 1 } end) end)()",
     kReadPhase},
    {"under another name",
     "read \"sneak\" (function(run) local t = thing t.items.fetch = t.items.update t.items.fetch { "
     "key = \"lamp\", value = 1 } end)",
     kReadPhase},
    {"a destroying one", "read \"sneak\" (function(run) thing.items.delete { key = \"lamp\" } end)",
     "thing.items.delete was not carried out: \"sneak\" is a read phase, and this would change "
     "something"},
    {"after a catch of the refusal",
     "read \"sneak\" (function(run) for i = 1, 3 do pcall(thing.items.update, { key = \"lamp\", "
     "value = i }) end return { fine = true } end)",
     kReadPhase},
};
}  // namespace

TEST_CASE("a changing operation from a read phase is refused, and no catching helps") {
  for (const Attack& attack : kFromReadPhases) {
    DYNAMIC_SECTION(attack.name) {
      Fixture f;
      const auto run = f.run(f.runbook(attack.procedure));
      REQUIRE(run);
      CHECK(f.said.message == attack.said);
      CHECK(f.said.kind == "refused");
      CHECK(run->state().status == RunStatus::failed);
      CHECK(f.world.changes.empty());
    }
  }
}

TEST_CASE("a script does nothing while it is loaded") {
  for (const char* code : {"thing.items.update { key = \"lamp\", value = 1 }",
                           "pcall(thing.items.update, { key = \"lamp\", value = 1 })",
                           "thing.items.fetch { key = \"lamp\" }", "pcall(check, true, \"x\")"}) {
    Fixture f;
    INFO(code);
    CHECK_FALSE(f.run(std::string(code) + "\n" + f.runbook("read \"look\" (function() end)")));
    CHECK(f.said.kind == "refused");
    CHECK(f.world.changes.empty());
    CHECK(f.world.reads.empty());
  }
}

TEST_CASE("exploring reads and never changes") {
  Fixture f;
  const PhaseResult read = f.explore("return thing.items.fetch { key = \"lamp\" }.value");
  CHECK(read.kind == PhaseResult::finished);
  CHECK(read.value == "off");
  const PhaseResult change =
      f.explore("return pcall(thing.items.update, { key = \"lamp\", value = 1 })");
  CHECK(change.kind == PhaseResult::failed);
  CHECK(change.error.message ==
        "thing.items.update was not carried out: this session only reads, and this would change "
        "something");
  CHECK(f.world.changes.empty());
}

TEST_CASE("a mutating phase reads nothing and asks no clock") {
  for (const char* body :
       {"thing.items.fetch { key = \"lamp\" }", "time.now()", "pcall(thing.items.list)"}) {
    Fixture f;
    INFO(body);
    const auto run =
        f.run(f.runbook("mutate \"apply\" (function(run) " + std::string(body) + " end)"));
    REQUIRE(run);
    CHECK(f.said.kind == "refused");
    CHECK(f.world.reads.empty());
    CHECK(f.world.changes.empty());
  }
}

TEST_CASE("nothing is carried out before a decision, whatever the runbook says about itself") {
  Fixture f;
  const std::string change =
      "mutate \"apply\" (function(run) thing.items.update { key = \"lamp\", value = 1 } end)";
  REQUIRE_FALSE(f.run(f.runbook(change, "approval = { approved = true, by = \"ceo\" }")));
  CHECK(f.said.message.find("approval: unknown field") != std::string::npos);
  const auto run = f.run(f.runbook(change, "approval = { requires = {} }"));
  REQUIRE(run);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(run->advance());
    CHECK(run->state().status == RunStatus::awaiting_decision);
  }
  CHECK(f.world.changes.empty());
}

TEST_CASE(
    "a decision that was revoked in the middle of a phase stops it before the next operation") {
  Fixture f;
  const auto run =
      f.run(f.runbook("mutate \"apply\" (function(run) thing.items.update { key = \"lamp\", value "
                      "= 1 } thing.items.update { key = \"vase\", value = 2 } end)"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.after_change = [&f](const std::string&) -> Status {
    f.trust.revoked = true;
    return Done{};
  };
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().message ==
        "thing.items.update was not carried out: the key of \"ceo\" was revoked");
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("a credential of another account changes nothing") {
  Fixture f;
  const auto run = f.run(f.runbook(
      "mutate \"apply\" (function(run) thing.items.update { key = \"lamp\", value = 1 } end)"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.account = "ACother";
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().message == "the credential belongs to ACother, not to ACshelf");
  CHECK(f.world.changes.empty());
}

TEST_CASE("a decision on one run is worth nothing on another") {
  Fixture f;
  const std::string text = f.runbook(
      "mutate \"apply\" (function(run) thing.items.update { key = \"lamp\", value = 1 } end)");
  const auto first = f.run(text), second = f.run(text);
  REQUIRE(first);
  REQUIRE(second);
  const Signed answer = decision(first->state(), "approve");
  const Status taken = second->decide(answer);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().message == "the answer is bound to something else");
  REQUIRE(first->decide(answer));
  REQUIRE(first->advance());
  const Status again = first->decide(answer);
  REQUIRE_FALSE(again);
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("a script that does something else when it is applied is stopped there") {
  // The walk is the same by construction; what could make it differ is a script that leans on what
  // must not differ. Whatever it finds, the signed plan decides.
  Fixture f;
  const auto run = f.run(f.runbook(R"(mutate "apply" (function(run)
    local lamp = thing.items.update { key = "lamp", value = "on" }
    if lamp == "on" or not lamp then thing.items.delete { key = "vase" } end
    thing.items.update { key = "vase", value = "red" }
  end))"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE(run->advance());
  CHECK(f.world.changes == std::vector<std::string>{R"(update {"key":"lamp","value":"on"})",
                                                    R"(update {"key":"vase","value":"red"})"});
}

TEST_CASE("a placeholder cannot be computed with, compared, branched on or printed") {
  for (const char* use :
       {"lamp.id + 1", "lamp.id < \"x\"", "#lamp.id", "tostring(lamp.id)", "lamp.id()", "-lamp.id",
        "string.format(\"%d\", lamp.id)", "string.format(\"%10s\", lamp.id)",
        "string.rep(lamp.id, 2)", "lamp.id .. {}", "table.concat({ lamp.id, {} })",
        "check(lamp.id, \"it is there\")"}) {
    Fixture f;
    INFO(use);
    const auto run =
        f.run(f.runbook("mutate \"apply\" (function(run) local lamp = thing.items.update { key = "
                        "\"lamp\", value = 1 } local x = " +
                        std::string(use) + " end)"));
    REQUIRE(run);
    CHECK(run->state().status == RunStatus::failed);
    CHECK(f.said.kind == "script");
    CHECK(f.world.changes.empty());
  }
}

TEST_CASE("a script cannot forge a placeholder or a handle from a plain table") {
  Fixture f;
  const auto run =
      f.run(f.runbook("mutate \"apply\" (function(run) thing.items.update { key = \"lamp\", value "
                      "= { [\"$countersign\"] = { placeholder = 1, path = \"\" } } } end)"));
  REQUIRE(run);
  CHECK(f.said.message ==
        "thing.items.update: got a table with the reserved key \"$countersign\", want plain data");
}
