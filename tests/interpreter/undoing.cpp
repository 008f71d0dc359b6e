// Rolling back, replaying, and being copied.
#include <filesystem>

#include "interpreter/home.h"
#include "interpreter/replay.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

std::unique_ptr<Run> begun(Fixture& f, const std::string& procedure, const std::string& more = "") {
  auto run = f.run(f.runbook(procedure, more));
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  return run;
}

const std::string kCheck = R"(read "verify" (function() check(false, "callers hear it") end))";

}  // namespace

TEST_CASE(
    "what was signed to be undone if a check fails is undone then, once, without another "
    "decision") {
  const std::string bodies[] = {
      R"(mutate("m", { undo_if = "callers hear it",
           undo = function() thing.items.update { key = "lamp", value = "off" } end })
         (function() thing.items.update { key = "lamp", value = "on" } end),)",
      R"(mutate("m", { undo_if = "callers hear it" })(function()
           thing.items.update { key = "lamp", value = "on" }
         end),)"};
  for (const std::string& body : bodies) {
    Fixture f;
    const auto run = begun(f, body + kCheck);
    const json undo = plan_view(run->state())["undo"];
    REQUIRE(undo.size() == 1);
    CHECK(undo[0]["undoes"] == "m");
    CHECK(undo[0]["check"] == "callers hear it");
    CHECK(undo[0]["steps"][0]["operations"][0]["n"] == 2);
    const Status went = run->advance();
    REQUIRE_FALSE(went);
    CHECK(went.error().kind == "check");
    CHECK(went.error().message.find("what \"m\" changed was undone") != std::string::npos);
    CHECK(run->state().status == RunStatus::failed);
    CHECK(f.world.changes ==
          Words{R"(update {"key":"lamp","value":"on"})", R"(update {"key":"lamp","value":"off"})"});
    REQUIRE(run->advance());
    CHECK(f.world.changes.size() == 2);
  }
}

TEST_CASE("a script that breaks after a change has undoing planned, which waits for a decision") {
  Fixture f;
  const auto run = begun(f, R"(mutate("m", { undo_if = "callers hear it" })(function()
      thing.items.update { key = "lamp", value = "on" }
    end),
    read "verify" (function() check(true, "callers hear it") error({ kind = "check", message = "x" }) end))");
  // What was signed for the check is not used: it is not the check that failed.
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK(run->state().undoing["signed"] == false);
  CHECK(run->state().undoing["error"]["kind"] == "script");
  CHECK(f.world.changes == Words{R"(update {"key":"lamp","value":"on"})"});
  CHECK(json::parse(run->state().request->document)["undo"]["why"] == "x");
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE_FALSE(run->advance());
  CHECK(f.world.things["lamp"]["value"] == "off");
}

TEST_CASE("an error of a script before any change, or where nothing can be undone, ends the run") {
  const char* const before = R"(read "look" (function() local x = nil return x.y end))";
  Fixture f;
  const auto run = f.run(f.runbook(before));
  REQUIRE(run);
  CHECK(run->state().status == RunStatus::failed);
  CHECK(run->state().undoing.is_null());

  Fixture g;
  const auto other = begun(g, R"(mutate "m" (function() thing.items.delete { key = "vase" } end),
    read "verify" (function() local x = nil return x.y end))");
  REQUIRE_FALSE(other->advance());
  CHECK(other->state().status == RunStatus::failed);
}

TEST_CASE("a script that breaks while a wait behind a change is looked at has undoing planned") {
  Fixture f;
  const auto run =
      begun(f, R"(mutate "m" (function() thing.items.update { key = "lamp", value = "on" } end),
    wait "w" { duration = "0s", ready = function() local x = nil return x.y end })");
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK_FALSE(run->state().undoing.is_null());
}

TEST_CASE("another failed check has the inverse planned, and it waits for a decision of its own") {
  Fixture f;
  const auto run = begun(f, R"(mutate "m" (function()
      thing.items.update { key = "lamp", value = "on" }
      thing.items.update { key = "note", value = "new" }
    end),)" + kCheck);
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK(f.world.changes.size() == 2);
  const json plan = plan_view(run->state());
  REQUIRE(plan["phases"].size() == 1);
  CHECK(plan["phases"][0]["undoes"] == "m");
  const json& operations = plan["phases"][0]["steps"][0]["operations"];
  REQUIRE(operations.size() == 2);
  CHECK(operations[0]["operation"] == "thing.items.delete");
  CHECK(operations[1]["arguments"] == json::parse(R"({"key":"lamp","value":"off"})"));
  const json request = json::parse(run->state().request->document);
  CHECK(request["undo"]["why"].get<std::string>().find("callers hear it") != std::string::npos);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::failed);
  CHECK(f.world.things["lamp"]["value"] == "off");
  CHECK_FALSE(f.world.things.contains("note"));
}

TEST_CASE("a rejected undoing undoes nothing") {
  Fixture f;
  const auto run =
      begun(f, R"(mutate "m" (function() thing.items.update { key = "lamp", value = "on" } end),)" +
                   kCheck);
  REQUIRE(run->advance());
  REQUIRE(run->decide(decision(run->state(), "reject")));
  CHECK(run->state().status == RunStatus::rejected);
  CHECK(f.world.things["lamp"]["value"] == "on");
}

TEST_CASE("what cannot be undone is named, and nothing is planned for its phase") {
  Fixture f;
  const auto run = begun(f, R"(mutate "m" (function()
      thing.items.update { key = "lamp", value = "on" }
      thing.items.delete { key = "vase" }
    end),)" + kCheck);
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::failed);
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE("an item that is attested as failed has what was changed planned to be undone") {
  Fixture f;
  const auto run =
      begun(f, R"(mutate "m" (function() thing.items.update { key = "lamp", value = "on" } end))",
            R"(done = { attest { "smoke", "a caller heard it", undo = true } })");
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_attestation);
  REQUIRE(run->attest("smoke", attestation(run->state(), *run->item_subject("smoke"), "fail")));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK(f.world.things["lamp"]["value"] == "on");
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE_FALSE(run->advance());
  CHECK(f.world.things["lamp"]["value"] == "off");
}

TEST_CASE("undoing survives the death of the process between its operations") {
  Fixture f;
  std::string id;
  {
    const auto run = begun(f, R"(mutate "m" (function()
        thing.items.update { key = "lamp", value = "on" }
        thing.items.update { key = "vase", value = "red" }
      end),)" + kCheck);
    REQUIRE(run->advance());
    REQUIRE(run->decide(decision(run->state(), "approve")));
    id = run->state().id();
    int changes = 0;
    f.world.after_change = [&](const std::string&) -> Status {
      if (++changes == 1) return Error{"transport", "the line went dead"};
      return Done{};
    };
    REQUIRE_FALSE(run->advance());
    CHECK(run->state().status == RunStatus::in_doubt);
  }
  f.world.after_change = nullptr;
  auto again = f.open(id);
  REQUIRE(again);
  REQUIRE_FALSE((*again)->advance());
  CHECK((*again)->state().status == RunStatus::failed);
  CHECK(f.world.things["lamp"]["value"] == "off");
  CHECK(f.world.things["vase"]["value"] == "blue");
  CHECK(f.world.changes.size() == 4);
}

TEST_CASE("a finished run replays from its journal alone, and a changed one does not") {
  Fixture f;
  const auto run = begun(f, R"(
    read "look" (function() return { lamp = thing.items.fetch { key = "lamp" }, at = time.now() } end),
    mutate "m" (function(run)
      local new = thing.items.create { key = "shade" }
      thing.items.update { key = "note", value = run.look.lamp.value .. new.id }
    end),
    read "verify" (function() check(thing.items.fetch { key = "note" }.value == "offid-of-shade", "noted") end))");
  REQUIRE(run->advance());
  REQUIRE(run->state().status == RunStatus::done);
  const auto reads = f.world.reads.size(), changes = f.world.changes.size();
  auto journal = Journal::open(f.home().run_path(run->state().id()), false);
  REQUIRE(journal);
  const auto replayed = replay(f.engine(), **journal);
  INFO((replayed ? std::string() : replayed.error().message));
  REQUIRE(replayed);
  CHECK(replayed->phases == 3);
  CHECK(f.world.reads.size() == reads);
  CHECK(f.world.changes.size() == changes);

  // The same journal with another answer in it, everything recomputed.
  auto forged = Journal::in_memory();
  for (const std::string& name : (*journal)->documents()) forged->put(*(*journal)->get(name));
  for (const Record& record : (*journal)->records()) {
    json body = record.body;
    if (record.kind == "outcome" && body["operation"] == "thing.items.fetch" &&
        body["value"].value("value", "") == "off")
      body["value"]["value"] = "dim";
    REQUIRE(forged->append(record.kind, body, record.time));
  }
  const auto diverged = replay(f.engine(), *forged);
  REQUIRE_FALSE(diverged);
  CHECK(diverged.error().message.find("\"look\" does not replay") != std::string::npos);
}

TEST_CASE("a copied state folder is recognised: what was decided there is not used here unasked") {
  Fixture f;
  const std::string copy = f.folder + "/copy";
  std::string id, undecided;
  {
    const auto other = f.run(f.runbook(
        R"(mutate "m" (function() thing.items.update { key = "vase", value = "red" } end))"));
    undecided = other->state().id();
  }
  const std::string two = R"(
    mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
    wait "night" { duration = "8h" },
    mutate "two" (function() thing.items.update { key = "vase", value = "red" } end))";
  {
    const auto run = begun(f, two);
    REQUIRE(run->advance());
    id = run->state().id();
    REQUIRE(run->state().status == RunStatus::awaiting_time);
  }
  fs::copy(f.folder + "/home", copy, fs::copy_options::recursive);
  f.world.now += 8 * 3600;
  f.move_home(copy);
  auto here = f.open(id);
  REQUIRE(here);
  const Status asked = (*here)->advance();
  REQUIRE_FALSE(asked);
  CHECK(asked.error().kind == "in_doubt");
  CHECK((*here)->state().status == RunStatus::in_doubt);
  CHECK(asked.error().message.find("was copied or restored from a backup") != std::string::npos);
  CHECK(f.world.changes.size() == 1);
  REQUIRE_FALSE((*here)->adopt(settlement((*here)->state(), "another run", "adopt")));
  REQUIRE_FALSE(
      (*here)->adopt(settlement((*here)->state(), (*here)->adoption_subject(), "applied")));
  REQUIRE((*here)->adopt(settlement((*here)->state(), (*here)->adoption_subject(), "adopt")));
  // What was decided before does not count here any more.
  REQUIRE((*here)->advance());
  CHECK((*here)->state().status == RunStatus::awaiting_decision);
  CHECK(f.world.changes.size() == 1);
  REQUIRE((*here)->decide(decision((*here)->state(), "approve")));
  const Status went = (*here)->advance();
  INFO((went ? std::string() : went.error().message));
  REQUIRE(went);
  CHECK((*here)->state().status == RunStatus::done);
  CHECK(f.world.changes.size() == 2);

  // What nobody had decided on yet is only rebound.
  auto fresh = f.open(undecided);
  REQUIRE(fresh);
  CHECK((*fresh)->came_here());
  CHECK_FALSE((*fresh)->state().used);
}

TEST_CASE("a run that is restored from a backup is told from the one that went on") {
  Fixture f;
  auto first = begun(f, R"(
    mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
    wait "night" { duration = "8h" },
    mutate "two" (function() thing.items.update { key = "vase", value = "red" } end))");
  const std::string id = first->state().id(), path = f.home().run_path(id);
  first.reset();
  fs::copy_file(path, path + ".backup");
  {
    auto run = f.open(id);
    REQUIRE(run);
    REQUIRE((*run)->advance());
    CHECK(f.world.changes.size() == 1);
  }
  fs::copy_file(path + ".backup", path, fs::copy_options::overwrite_existing);
  for (const char* side : {"-wal", "-shm"}) fs::remove(path + side);
  for (int again = 0; again < 3; ++again) {
    auto back = f.open(id);
    REQUIRE(back);
    REQUIRE_FALSE((*back)->advance());
    CHECK((*back)->state().status == RunStatus::in_doubt);
    CHECK((*back)->came_here());
    CHECK(f.world.changes.size() == 1);
  }
}
