// A run can always be finished: each way in which it can stop offers what leads on, and that does.
#include "interpreter/ways_on.h"

#include <fstream>

#include "interpreter/home.h"
#include "interpreter/replay.h"
#include "interpreter/run.h"
#include "interpreter/terms.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

using Words = std::vector<std::string>;

const char* kOn = R"(update {"key":"lamp","value":"on"})";
const char* kRed = R"(update {"key":"vase","value":"red"})";

std::unique_ptr<Run> begun(Fixture& f, const std::string& procedure, const std::string& more = "") {
  auto run = f.run(f.runbook(procedure, more));
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  return run;
}

Status approved_on(Run& run) {
  if (const Status went = run.advance(); !went) return went;
  if (run.state().status != RunStatus::awaiting_decision) return Done{};
  if (const Status decided = run.decide(decision(run.state(), "approve")); !decided) return decided;
  return run.advance();
}

bool offers(const RunState& state, const std::string& way) {
  for (const json& one : ways_on(state))
    if (one["way"] == way) return true;
  return false;
}

Words offered(const RunState& state) {
  Words ways;
  for (const json& one : ways_on(state)) ways.push_back(one["way"]);
  return ways;
}

std::size_t records(const Run& run, const std::string& kind) {
  std::size_t n = 0;
  for (const Record& record : run.journal().records()) n += record.kind == kind;
  return n;
}

// Fails the change of this number for good, once.
void refuse_change(Fixture& f, int number) {
  f.world.before_change = [&f, number, left = 1](const std::string&) mutable -> Status {
    if (static_cast<int>(f.world.changes.size()) + 1 != number || left-- <= 0) return Done{};
    return Error{"provider", "no such thing", "", "", "", 400};
  };
}

const std::string kTwo = R"(
  read "look" (function() return { lamp = thing.items.fetch { key = "lamp" }.value } end),
  mutate "one" (function(run) thing.items.update { key = "lamp", value = "on" } end),
  mutate "two" (function(run)
    thing.items.delete { key = "chair" }
    thing.items.update { key = "vase", value = "red" }
    thing.items.update { key = "lamp", value = "bright" }
  end),
  read "verify" (function(run)
    check(thing.items.fetch { key = "lamp" }.value == "bright", "the lamp is bright")
  end))";

void furnish(Fixture& f) {
  f.world.things["chair"] = {{"id", "chair"}, {"value", "old"}};
}

}  // namespace

TEST_CASE("a check that failed is looked at again at a person's word, and both are on record") {
  Fixture f;
  furnish(f);
  const auto run = begun(f, R"(
    mutate "m" (function() thing.items.delete { key = "chair" } end),
    read "seen" (function() return { value = thing.items.fetch { key = "lamp" }.value } end),
    read "verify" (function(run) check(run.seen.value == "on", "the lamp is on") end))",
                         R"(done = { proven { "the lamp is on" } })");
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::failed);
  CHECK(offered(run->state()) == Words{"look-again", "take-over"});
  CHECK(summary(run->state())["waiting_for"]["ways"][0]["command"] ==
        "countersign resume " + run->state().id() + " --look-again");
  CHECK(summary(run->state())["error"]["hint"].get<std::string>().find("--look-again") !=
        std::string::npos);
  // Resumed without a word it stays as it is.
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::failed);

  // It fails as long as it is so.
  REQUIRE(run->reopen(Way::look_again, "olive"));
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::failed);
  f.world.things["lamp"]["value"] = "on";
  const std::size_t reads = f.world.reads.size();
  REQUIRE(run->reopen(Way::look_again, "olive"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(f.world.reads.size() == reads + 1);
  CHECK(f.world.changes == Words{R"(delete {"key":"chair"})"});
  std::vector<bool> checks;
  Words who;
  for (const Record& record : run->journal().records()) {
    if (record.kind == "check") checks.push_back(record.body["ok"]);
    if (record.kind == "run.reopened") who.push_back(record.body["by"]);
  }
  CHECK(checks == std::vector<bool>{false, false, true});
  CHECK(who == Words{"olive", "olive"});
  Journal& journal = const_cast<Journal&>(run->journal());
  const auto replayed = replay(f.engine(), journal);
  INFO((replayed ? "" : replayed.error().message));
  CHECK(replayed);
}

TEST_CASE("looked at again, nothing is undone that was to be undone for the failed check") {
  Fixture f;
  const auto run = begun(f, R"(
    mutate "m" (function() thing.items.update { key = "lamp", value = "on" } end),
    read "verify" (function() check(thing.items.fetch { key = "vase" }.value == "red", "red") end))");
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_decision);
  REQUIRE_FALSE(run->state().undoing.is_null());
  CHECK(offers(run->state(), "look-again"));
  f.world.things["vase"]["value"] = "red";
  const std::string undo = run->state().request_sha256;
  REQUIRE(run->reopen(Way::look_again, "olive"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(run->state().request_sha256 != undo);
  CHECK(f.world.changes == Words{kOn});
}

TEST_CASE("what was read for a signed plan is not read again under its decision") {
  Fixture f;
  const auto run = begun(f, R"(
    read "first" (function() return { lamp = thing.items.fetch { key = "lamp" } } end),
    mutate "m" (function() thing.items.update { key = "lamp", value = "on" } end),
    wait "cool" { duration = "1h", why = "hot" },
    read "verify" (function() check(thing.items.fetch { key = "vase" }.value == "red", "red") end),
    mutate "n" (function() thing.items.delete { key = "vase" } end))");
  REQUIRE(run->advance());
  f.world.now += 3601;
  (void)run->advance();
  const std::string request = run->state().request_sha256;
  REQUIRE_FALSE(run->state().undoing.is_null());
  f.world.things["vase"]["value"] = "red";
  REQUIRE(run->reopen(Way::look_again, "olive"));
  (void)run->advance();
  // The plan had been set aside for the undoing: the rest needs a decision of its own.
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK(run->state().request_sha256 != request);
  CHECK(f.world.reads == Words{"lamp", "vase", "vase"});
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(f.world.changes == Words{kOn, R"(delete {"key":"vase"})"});
}

TEST_CASE("an item that was attested as failed is asked again, and the first answer stays") {
  Fixture f;
  const auto run = begun(f, R"(mutate "m" (function() thing.items.delete { key = "vase" } end))",
                         R"(done = { attest { "heard", "Callers hear it" } })");
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_attestation);
  CHECK_FALSE(offers(run->state(), "look-again"));
  CHECK_FALSE(run->reopen(Way::look_again, "olive"));
  REQUIRE(run->attest("heard", attestation(run->state(), *run->item_subject("heard"), "fail")));
  CHECK(summary(run->state())["waiting_for"]["ways"][0]["way"] == "look-again");
  REQUIRE(run->reopen(Way::look_again, "olive"));
  REQUIRE(run->advance());
  CHECK(run->state().attestations.empty());
  CHECK(run->state().status == RunStatus::awaiting_attestation);
  REQUIRE(run->attest("heard", attestation(run->state(), *run->item_subject("heard"), "pass")));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(records(*run, "attestation") == 2);
}

TEST_CASE("what is left behind a failed step is planned anew, and what was done is not repeated") {
  Fixture f;
  furnish(f);
  const auto run = begun(f, kTwo);
  refuse_change(f, 3);
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(run->state().status == RunStatus::failed);
  CHECK(offered(run->state()) == Words{"replan", "take-over"});
  const std::string old = run->state().request_sha256;
  // Looking again is no way past a step that is left.
  const Status looked = run->reopen(Way::look_again, "olive");
  REQUIRE_FALSE(looked);
  CHECK(looked.error().hint.find("--replan") != std::string::npos);

  REQUIRE(run->reopen(Way::replan, "olive"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK(run->state().request_sha256 != old);
  CHECK_FALSE(run->state().consumed);
  CHECK(f.world.changes.size() == 2);
  const json plan = plan_view(run->state());
  REQUIRE(plan["phases"].size() == 1);
  Words planned;
  for (const json& step : plan["phases"][0]["steps"])
    for (const json& one : step["operations"]) planned.push_back(one["operation"]);
  CHECK(planned == Words{"thing.items.update", "thing.items.update"});
  const json& terms = run->state().terms;
  REQUIRE(terms["earlier"]["done"].size() == 2);
  CHECK(terms["earlier"]["done"][1]["target"] == "/things/chair");
  REQUIRE(terms["earlier"]["failed"].size() == 1);
  CHECK(terms["earlier"]["failed"][0]["operation"] == "thing.items.update");
  CHECK(terms_shown(terms).dump().find("failed before") != std::string::npos);

  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(f.world.changes ==
        Words{kOn, R"(delete {"key":"chair"})", kRed, R"(update {"key":"lamp","value":"bright"})"});
  Journal& journal = const_cast<Journal&>(run->journal());
  const auto replayed = replay(f.engine(), journal);
  INFO((replayed ? "" : replayed.error().message));
  CHECK(replayed);
}

TEST_CASE("planned anew before its first change, a phase sees what is there by then") {
  Fixture f;
  const auto run = begun(f, R"(
    read "look" (function() return { value = thing.items.fetch { key = "vase" }.value } end),
    mutate "m" (function(run)
      thing.items.update { key = "lamp", value = run.look.value }
    end))");
  refuse_change(f, 1);
  REQUIRE_FALSE(run->advance());
  f.world.things["vase"]["value"] = "green";
  REQUIRE(run->reopen(Way::replan, "olive"));
  REQUIRE(approved_on(*run));
  CHECK(run->state().status == RunStatus::done);
  CHECK(f.world.changes == Words{R"(update {"key":"lamp","value":"green"})"});
}

TEST_CASE("a decision is void for what follows where the rest is planned anew") {
  Fixture f;
  const auto run = begun(f, R"(mutate "m" (function()
      thing.items.update { key = "lamp", value = "on" } end))");
  const Signed earlier = decision(run->state(), "approve");
  REQUIRE(run->reopen(Way::replan, "olive"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK_FALSE(run->decide(earlier));
  CHECK(f.world.changes.empty());
}

TEST_CASE("a phase planned anew in its middle is undone as a whole, as it was signed") {
  Fixture f;
  const auto run = begun(f, R"(mutate("m", { undo_if = "red" })(function()
      thing.items.update { key = "lamp", value = "on" }
      thing.items.update { key = "note", value = "new" }
    end),
    read "verify" (function() check(false, "red") end))");
  refuse_change(f, 2);
  REQUIRE_FALSE(run->advance());
  REQUIRE(run->reopen(Way::replan, "olive"));
  REQUIRE_FALSE(approved_on(*run));
  CHECK(run->state().status == RunStatus::failed);
  CHECK(f.world.things["lamp"]["value"] == "off");
  CHECK_FALSE(f.world.things.contains("note"));
  // All is as it was: the run is over, and a new one begins from the start.
  CHECK(ways_on(run->state()).empty());
  CHECK_FALSE(run->reopen(Way::look_again, "olive"));
  CHECK_FALSE(run->reopen(Way::replan, "olive"));
}

TEST_CASE("an undoing that failed is planned anew and comes to its end") {
  Fixture f;
  const auto run = begun(f, R"(mutate "m" (function()
      thing.items.update { key = "lamp", value = "on" }
      thing.items.update { key = "note", value = "new" }
    end),
    read "verify" (function() check(false, "red") end))");
  REQUIRE(run->advance());
  REQUIRE(run->decide(decision(run->state(), "approve")));
  refuse_change(f, 4);
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::failed);
  CHECK_FALSE(f.world.things.contains("note"));
  CHECK(f.world.things["lamp"]["value"] == "on");
  CHECK(offered(run->state()) == Words{"replan", "take-over"});
  REQUIRE(run->reopen(Way::replan, "olive"));
  REQUIRE_FALSE(approved_on(*run));
  CHECK(f.world.things["lamp"]["value"] == "off");
  CHECK(f.world.changes.size() == 4);
}

TEST_CASE("a finding that was lifted is not set again where its phase is looked at again") {
  Fixture f;
  const auto run = begun(f, R"(
    mutate "m" (function() thing.items.delete { key = "vase" } end),
    read "verify" (function()
      finding { symptom = "s", cause = "it smokes", severity = "high", evidence = "seen" }
      check(thing.items.fetch { key = "lamp" }.value == "on", "the lamp is on")
    end))");
  REQUIRE_FALSE(run->advance());
  CHECK(records(*run, "latch") == 1);
  const auto standing = f.home().latches().standing({run->state().account_key()});
  REQUIRE(standing);
  for (const Latch& latch : *standing) REQUIRE(f.home().latches().lift(latch, {{"person", "ceo"}}));
  f.world.things["lamp"]["value"] = "on";
  REQUIRE(run->reopen(Way::look_again, "olive"));
  REQUIRE(run->advance());
  CHECK(records(*run, "latch") == 1);
  CHECK(run->state().findings.size() == 1);
  CHECK(f.home().latches().standing({run->state().account_key()})->empty());
}

TEST_CASE("a wait that could not be looked at is looked at again, and waits no longer for that") {
  Fixture f;
  const auto run = begun(f, R"(
    mutate "m" (function() thing.items.delete { key = "vase" } end),
    wait "cool" { duration = "1h", why = "hot", ready = function()
      return thing.items.fetch { key = "ready" }.value == "yes"
    end, every = "15m" })");
  REQUIRE(run->advance());
  f.world.now += 3601;
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::failed);
  CHECK(offers(run->state(), "look-again"));
  f.world.things["ready"] = {{"id", "ready"}, {"value", "yes"}};
  REQUIRE(run->reopen(Way::look_again, "olive"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
}

namespace {

// Stopped in the middle of "two" and given up.
std::string given_up(Fixture& f, const std::string& procedure = kTwo) {
  furnish(f);
  const auto run = begun(f, procedure);
  refuse_change(f, 3);
  (void)run->advance();
  CHECK(run->state().status == RunStatus::failed);
  f.world.changes.clear();
  f.world.before_change = nullptr;
  return run->state().id();
}

}  // namespace

TEST_CASE("a new run goes on with what an ended one did, under a decision of its own") {
  for (const bool fresh : {true, false}) {
    INFO(fresh);
    Fixture f;
    const std::string old = given_up(f);
    auto run = f.start(f.runbook(kTwo));
    REQUIRE(run);
    // It may have begun by itself and found that it cannot.
    if (!fresh) (void)(*run)->advance();
    const Status taken = (*run)->take_over(old, "olive");
    INFO((taken ? "" : taken.error().message));
    REQUIRE(taken);
    REQUIRE((*run)->advance());
    CHECK((*run)->state().status == RunStatus::awaiting_decision);
    CHECK((*run)->state().terms["earlier"]["takes_over"]["run"] == old);
    CHECK((*run)->state().terms["earlier"]["done"].size() == 2);
    CHECK(f.world.changes.empty());
    REQUIRE((*run)->decide(decision((*run)->state(), "approve")));
    const Status went = (*run)->advance();
    INFO((went ? "" : went.error().message));
    CHECK((*run)->state().status == RunStatus::done);
    CHECK(f.world.changes == Words{kRed, R"(update {"key":"lamp","value":"bright"})"});
    Journal& journal = const_cast<Journal&>((*run)->journal());
    const auto replayed = replay(f.engine(), journal);
    INFO((replayed ? "" : replayed.error().message));
    CHECK(replayed);
    // The other one goes nowhere any more.
    const auto other = f.open(old);
    REQUIRE(other);
    const Status again = (*other)->reopen(Way::replan, "olive");
    REQUIRE_FALSE(again);
    CHECK(again.error().hint == "countersign resume " + (*run)->state().id());
  }
}

TEST_CASE("a new run takes over with the runbook mended, also from a cancelled or rejected one") {
  for (const char* end : {"cancelled", "rejected"}) {
    INFO(end);
    Fixture f;
    furnish(f);
    std::string old;
    {
      const auto run = begun(f, R"(
        mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
        read "learn" (function() return { colour = "red" } end),
        mutate "two" (function(run) thing.items.update { key = "vase", value = run.learn.colour } end))");
      REQUIRE(run->advance());
      REQUIRE(run->state().status == RunStatus::awaiting_decision);
      if (std::string(end) == "rejected")
        REQUIRE(run->decide(decision(run->state(), "reject")));
      else
        REQUIRE(run->cancel("no"));
      CHECK(std::string(to_string(run->state().status)) == end);
      CHECK(offered(run->state()) == Words{"take-over"});
      CHECK_FALSE(run->reopen(Way::replan, "olive"));
      old = run->state().id();
    }
    auto run = f.start(f.runbook(R"(
        mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
        read "learn" (function() return { colour = "green" } end),
        mutate "two" (function(run) thing.items.update { key = "vase", value = run.learn.colour } end))"));
    REQUIRE(run);
    REQUIRE((*run)->take_over(old, "olive"));
    REQUIRE(approved_on(**run));
    CHECK((*run)->state().status == RunStatus::done);
    CHECK(f.world.changes == Words{kOn, R"(update {"key":"vase","value":"green"})"});
  }
}

TEST_CASE("what cannot be taken over is refused with why, and nothing is recorded") {
  Fixture f;
  const std::string old = given_up(f);
  const auto refused = [&](Run& run, const std::string& id) {
    const std::size_t before = run.journal().records().size();
    const Status taken = run.take_over(id, "olive");
    REQUIRE_FALSE(taken);
    CHECK(run.journal().records().size() == before);
    return taken.error().message;
  };
  auto run = f.start(f.runbook(kTwo));
  REQUIRE(run);
  CHECK(refused(**run, (*run)->state().id()) == "a run does not take over from itself");
  CHECK(refused(**run, "nothing").find("there is no run") == 0);
  const std::string live = begun(f, kTwo)->state().id();
  CHECK(refused(**run, live).find("has not ended: it is running") != std::string::npos);
  // The same work only.
  auto other = f.start(
      "return runbook { name = \"test/one\", title = \"A test\", parameters = { account = "
      "param.profile { why = \"w\" }, more = param.text { why = \"w\" } }, procedure = {" +
          kTwo + "} }",
      {{"more", "x"}});
  INFO((other ? "" : other.error().message));
  REQUIRE(other);
  CHECK(refused(**other, old).find("the parameter more =") != std::string::npos);
  // A procedure that does not come to what was done.
  auto changed = f.start(f.runbook(R"(
    mutate "zero" (function() thing.items.update { key = "lamp", value = "on" } end))"));
  REQUIRE(changed);
  CHECK(refused(**changed, old).find("does not come to that") != std::string::npos);
  // One run only.
  REQUIRE((*run)->take_over(old, "olive"));
  auto second = f.start(f.runbook(kTwo));
  REQUIRE(second);
  CHECK(refused(**second, old).find("goes on with what") != std::string::npos);
}

TEST_CASE("a script that does something else where something was done is not gone on with") {
  Fixture f;
  const std::string old = given_up(f);
  std::string edited = kTwo;
  edited.replace(edited.find("thing.items.delete { key = \"chair\" }"), 36,
                 "thing.items.create { key = \"desk\" }   ");
  auto run = f.start(f.runbook(edited));
  REQUIRE(run);
  REQUIRE((*run)->take_over(old, "olive"));
  const Status went = (*run)->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().message.find("the script diverges from its journal") == 0);
  CHECK(f.world.changes.empty());
}

TEST_CASE("what one run took over another takes over from it") {
  Fixture f;
  const std::string old = given_up(f);
  std::string middle;
  {
    auto run = f.start(f.runbook(kTwo));
    REQUIRE(run);
    REQUIRE((*run)->take_over(old, "olive"));
    REQUIRE((*run)->advance());
    REQUIRE((*run)->cancel("not yet"));
    middle = (*run)->state().id();
  }
  auto run = f.start(f.runbook(kTwo));
  REQUIRE(run);
  REQUIRE((*run)->take_over(middle, "olive"));
  REQUIRE(approved_on(**run));
  CHECK((*run)->state().status == RunStatus::done);
  CHECK(f.world.changes == Words{kRed, R"(update {"key":"lamp","value":"bright"})"});
}

TEST_CASE("after a failed check a phase is observed anew from where it says, waits included") {
  const std::string procedure = R"(
    mutate "m" (function() thing.items.delete { key = "vase" } end),
    read "seen" (function() return { at = time.now() } end),
    wait "observe" { duration = "24h", why = "residue" },
    read("aftermath", { again_from = "seen" })(function(run)
      check(thing.items.fetch { key = "lamp" }.value == "off", "the lamp is off")
      check(time.now() - run.seen.at >= 86400, "observed for 24 hours")
    end))";
  Fixture f;
  const auto run = begun(f, procedure);
  REQUIRE(run->advance());
  f.world.now += 86400;
  f.world.things["lamp"]["value"] = "on";
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::failed);
  f.world.things["lamp"]["value"] = "off";
  REQUIRE(run->reopen(Way::look_again, "olive"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_time);
  f.world.now += 86399;
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_time);
  f.world.now += 1;
  const Status went = run->advance();
  INFO((went ? "" : went.error().message));
  CHECK(run->state().status == RunStatus::done);
  CHECK(f.world.changes.size() == 1);

  // What could not be read at all says nothing about the time before: only it is read again.
  Fixture g;
  const auto other = begun(g, procedure);
  REQUIRE(other->advance());
  g.world.now += 86400;
  const json lamp = g.world.things["lamp"];
  g.world.things.erase("lamp");
  REQUIRE_FALSE(other->advance());
  g.world.things["lamp"] = lamp;
  REQUIRE(other->reopen(Way::look_again, "olive"));
  REQUIRE(other->advance());
  CHECK(other->state().status == RunStatus::done);

  for (const char* wrong : {"m", "aftermathh"}) {
    std::string edited = procedure;
    edited.replace(edited.find("\"seen\" })(f"), 6, "\"" + std::string(wrong) + "\"");
    g.run(g.runbook(edited));
    CHECK(g.said.message.find("again_from: \"" + std::string(wrong) + "\" is no phase before it") !=
          std::string::npos);
  }
}

TEST_CASE("a deletion of what is gone by then is planned as such, and nothing is sent") {
  Fixture f;
  const auto run = begun(f, R"(
    mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
    wait "cool" { duration = "1h", why = "hot" },
    mutate "two" (function()
      thing.items.delete { key = "vase" }
      thing.items.update { key = "lamp", value = "off" }
    end))");
  REQUIRE(run->advance());
  f.world.things.erase("vase");
  f.world.now += 3601;
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::drifted);
  REQUIRE(approved_on(*run));
  CHECK(run->state().status == RunStatus::done);
  CHECK(run->state().confirmed.size() == 3);
  CHECK(f.world.changes == Words{kOn, R"(update {"key":"lamp","value":"off"})"});
}

TEST_CASE("a plan that could not be made is made once what was in its way is gone") {
  for (const Way way : {Way::look_again, Way::replan}) {
    INFO(to_string(way));
    Fixture f;
    f.world.things["vase"]["locked"] = true;
    const auto run = f.run(f.runbook(R"(
      read "look" (function() return { lamp = thing.items.fetch { key = "lamp" }.value } end),
      mutate "m" (function() thing.items.delete { key = "vase" } end))"));
    REQUIRE(run);
    CHECK(run->state().status == RunStatus::failed);
    CHECK(offered(run->state()) == Words{"look-again", "replan"});
    f.world.things["vase"].erase("locked");
    REQUIRE(run->reopen(way, "olive"));
    REQUIRE(approved_on(*run));
    CHECK(run->state().status == RunStatus::done);
    CHECK(f.world.reads == Words{"lamp", "lamp"});
  }
}

TEST_CASE("what is there after a phase is looked at again, and nothing is done again") {
  Fixture f;
  const auto run = begun(f, R"(mutate "m" (function()
    thing.items.update { key = "lamp", value = "on" } end))");
  int snapshots = 0;
  f.world.before_snapshot = [&]() -> Status {
    if (++snapshots != 2) return Done{};
    return Error{"provider", "not now", "", "", "", 503};
  };
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::failed);
  CHECK(offered(run->state()) == Words{"look-again", "take-over"});
  REQUIRE(run->reopen(Way::look_again, "olive"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(f.world.changes == Words{kOn});
}

TEST_CASE("a halted run waits for what halts it, or is planned anew for another decision") {
  Fixture f;
  const auto run = begun(f, R"(mutate "m" (function()
    thing.items.update { key = "lamp", value = "on" } end))");
  f.trust.revoked = true;
  (void)run->advance();
  f.trust.revoked = false;
  Latch latch;
  latch.kind = "freeze";
  latch.account = run->state().account_key();
  latch.reason = "holiday";
  const auto set = f.home().latches().set(latch);
  REQUIRE(set);
  (void)run->advance();
  CHECK(run->state().halted);
  CHECK(offered(run->state()) == Words{"resume", "replan"});
  CHECK(summary(run->state())["waiting_for"]["ways"].size() == 2);
  REQUIRE(f.home().latches().lift(*set, {{"person", "ceo"}}));
  REQUIRE(run->reopen(Way::replan, "olive"));
  CHECK(f.world.changes.empty());
  REQUIRE(approved_on(*run));
  CHECK(run->state().status == RunStatus::done);
}

TEST_CASE("an operation in doubt of a run that failed is looked at before anything else") {
  Fixture f;
  const auto run =
      begun(f, kTwo.substr(0, kTwo.find("read \"verify\"")) + "read \"e\" (function() end)");
  const auto failed = [&] {
    RunState state = run->state();
    state.status = RunStatus::failed;
    state.begun["two/1"] =
        PendingOperation{1, "two/1", "two", "thing.items.delete", "/things/chair", "", 2, {}, {}};
    return state;
  }();
  CHECK(offered(failed) == Words{"look-again"});
  const auto anew = reopening(failed, Way::replan);
  REQUIRE_FALSE(anew);
  CHECK(anew.error().kind == "in_doubt");
  CHECK(anew.error().hint.find("--look-again") != std::string::npos);
}

TEST_CASE("what the run did that was taken over makes nobody's evidence stale") {
  Fixture f;
  const std::string items = R"(done = { attest { "heard", "Callers hear it" } })";
  furnish(f);
  std::string old;
  {
    const auto run = begun(f, kTwo, items);
    refuse_change(f, 3);
    REQUIRE_FALSE(run->advance());
    old = run->state().id();
  }
  f.world.before_change = nullptr;
  auto run = f.start(f.runbook(kTwo, items));
  REQUIRE(run);
  REQUIRE((*run)->take_over(old, "olive"));
  REQUIRE(approved_on(**run));
  REQUIRE((*run)->attest("heard",
                         attestation((*run)->state(), *(*run)->item_subject("heard"), "pass")));
  REQUIRE((*run)->advance());
  CHECK((*run)->state().status == RunStatus::done);
  CHECK(records(**run, "evidence.voided") == 0);
}
