#include "interpreter/run.h"

#include "interpreter/error.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {
const char* kTurnOn = R"(
  read "look" (function(run) snapshot.capture { label = "PRE" } return thing.items.fetch { key = "lamp" } end),
  mutate "switch" (function(run)
    step "Turn the lamp on"
    local lamp = thing.items.update { key = "lamp", value = run.look.value .. "->on" }
    step "Make a shade"
    local shade = thing.items.create { key = "shade" }
    thing.items.update { key = "note", value = "see " .. shade.id }
    return { shade = shade.id }
  end),
  wait "cool" { duration = "1h", why = "the bulb is hot" },
  read "verify" (function(run)
    check(thing.items.fetch { key = "note" }.value == "see id-of-shade", "the note names the shade")
    return { seen = run.switch.shade }
  end),
)";
}

TEST_CASE("a run reads, plans, stops, is decided on, applies in order, waits and verifies") {
  Fixture f;
  const auto run = f.run(f.runbook(kTurnOn));
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->state().status == RunStatus::awaiting_decision);
  CHECK(f.world.changes.empty());
  const json plan = plan_view(run->state());
  REQUIRE(plan["phases"].size() == 2);
  const json& steps = plan["phases"][0]["steps"];
  REQUIRE(steps.size() == 2);
  CHECK(steps[0]["title"] == "Turn the lamp on");
  CHECK(
      steps[0]["operations"][0]["diff"] ==
      json::parse(R"([{"op":"replace","path":"/things/lamp/value","from":"off","to":"off->on"}])"));
  CHECK(
      steps[1]["operations"][1]["arguments"]["value"] ==
      json::parse(
          R"({"$countersign":{"template":["see ",{"$countersign":{"placeholder":2,"path":"/id"}}]}})"));
  CHECK(plan["phases"][1]["wait_seconds"] == 3600);

  REQUIRE(run->decide(decision(run->state(), "approve")));
  CHECK(f.world.changes.empty());
  const Status went = run->advance();
  INFO((went ? std::string() : went.error().message));
  REQUIRE(went);
  CHECK(f.world.changes ==
        std::vector<std::string>{R"(update {"key":"lamp","value":"off->on"})",
                                 R"(create {"key":"shade"})",
                                 R"(update {"key":"note","value":"see id-of-shade"})"});
  CHECK(run->state().status == RunStatus::awaiting_time);
  f.world.now += 3599;
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_time);
  f.world.now += 1;
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(run->state().phases.at("verify")["seen"] == "id-of-shade");
  CHECK(f.world.changes.size() == 3);
}

TEST_CASE("a run goes on in another process as if nothing had happened") {
  Fixture f;
  std::string id;
  {
    const auto run = f.run(f.runbook(kTurnOn));
    REQUIRE(run);
    id = run->state().id();
  }
  for (const bool decide : {true, false}) {
    const auto run = f.open(id);
    REQUIRE(run);
    if (decide)
      REQUIRE((*run)->decide(decision((*run)->state(), "approve")));
    else
      REQUIRE((*run)->advance());
  }
  CHECK(f.world.changes.size() == 3);
  const auto run = f.open(id);
  REQUIRE(run);
  REQUIRE((*run)->advance());
  CHECK(f.world.changes.size() == 3);
  CHECK((*run)->state().status == RunStatus::awaiting_time);
}

TEST_CASE("a rejection starts nothing") {
  Fixture f;
  const auto run = f.run(f.runbook(kTurnOn));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "reject")));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::rejected);
  CHECK(f.world.changes.empty());
}

TEST_CASE(
    "live state that changed between decision and use stops the run before its first change") {
  Fixture f;
  const auto run = f.run(f.runbook(kTurnOn));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.things["lamp"]["value"] = "broken";
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().kind == "drift");
  CHECK(went.error().message ==
        "what operation 1 (thing.items.update) starts from has changed since it was signed: "
        "/things/lamp/value was \"off\" and is \"broken\"");
  CHECK(run->state().status == RunStatus::drifted);
  CHECK(f.world.changes.empty());
  SECTION("resuming plans anew and needs a new decision") {
    REQUIRE(run->advance());
    CHECK(run->state().status == RunStatus::awaiting_decision);
    CHECK(f.world.changes.empty());
    REQUIRE(run->decide(decision(run->state(), "approve")));
    REQUIRE(run->advance());
    CHECK(f.world.changes.size() == 3);
  }
}

TEST_CASE("a phase that depends on what is not known yet is planned and decided later") {
  Fixture f;
  const auto run = f.run(f.runbook(R"(
    mutate "first" (function(run) thing.items.update { key = "lamp", value = "on" } end),
    read "learn" (function(run) return thing.items.fetch { key = "lamp" } end),
    mutate "second" (function(run) pcall(function() thing.items.update { key = "vase", value = run.learn.value } end) end),
  )"));
  REQUIRE(run);
  json plan = plan_view(run->state());
  CHECK(plan["phases"].size() == 1);
  CHECK(plan["later"] ==
        json::parse(
            R"([{"phase":"second","why":"it depends on run.learn, which has not happened yet"}])"));
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_decision);
  CHECK(f.world.changes.size() == 1);
  plan = plan_view(run->state());
  CHECK(plan["phases"][0]["name"] == "second");
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(f.world.changes.back() == R"(update {"key":"vase","value":"on"})");
}

TEST_CASE("an operation whose answer was lost is settled by what is there") {
  Fixture f;
  const auto run = f.run(f.runbook(kTurnOn));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  bool lost = false;
  const auto lose = [&lost](const std::string&) -> Status {
    if (lost) return Done{};
    lost = true;
    return Error{"transport", "the connection was reset", "", "", "", 0};
  };
  SECTION("it had acted") {
    f.world.after_change = lose;
  }
  bool acted = true, late = false;
  SECTION("it had not acted") {
    f.world.before_change = lose;
    acted = false;
  }
  SECTION("it acts late") {
    f.world.before_change = lose;
    acted = false;
    late = true;
  }
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(run->state().status == RunStatus::in_doubt);
  // That it was not carried out is believed after three looks over a minute.
  for (int look = 0; look < 2 && !acted; ++look) {
    REQUIRE(run->advance());
    CHECK(run->state().status == RunStatus::awaiting_time);
    CHECK(summary(run->state())["waiting_for"]["until_unix"] == f.world.now + 30);
    CHECK(f.world.changes.empty());
    REQUIRE(run->advance());
    f.world.now += 30;
    if (late && look == 1) {
      f.world.things["lamp"] = {{"id", "lamp"}, {"value", "off->on"}};
      f.world.changes.push_back("late");
    }
  }
  const Status again = run->advance();
  INFO((again ? std::string() : again.error().message));
  REQUIRE(again);
  CHECK(f.world.changes.size() == 3);
  CHECK(run->state().status == RunStatus::awaiting_time);
}

TEST_CASE("a mail whose answer was lost is never sent again by itself") {
  Fixture f;
  const auto run =
      f.run(f.runbook(R"(mutate "tell" (function(run) thing.mail.send { text = "hello" } end))"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.after_change = [](const std::string&) -> Status {
    return Error{"transport", "timeout", "", "", "", 0};
  };
  for (int i = 0; i < 3; ++i) {
    REQUIRE_FALSE(run->advance());
    CHECK(run->state().status == RunStatus::in_doubt);
  }
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("an edited runbook stops the run, and naming both digests says why") {
  Fixture f;
  const auto run = f.run(f.runbook(kTurnOn));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  const std::string path = f.folder + "/one.lua";
  FILE* file = std::fopen(path.c_str(), "a");
  std::fputs("-- approved\n", file);
  std::fclose(file);
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().kind == "refused");
  CHECK(went.error().message.find("was edited since this run began") != std::string::npos);
  CHECK(f.world.changes.empty());
}

TEST_CASE("something that was not signed and changed meanwhile fails the phase's bracket") {
  Fixture f;
  const auto run = f.run(f.runbook(
      R"(mutate "one" (function(run) thing.items.update { key = "lamp", value = "on" } end))"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.after_change = [&f](const std::string&) -> Status {
    f.world.things["vase"]["value"] = "red";
    return Done{};
  };
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().message ==
        "after \"one\" something is there that was not signed: /things/vase/value");
}

TEST_CASE(
    "an adjacent account that changes in the middle of a phase stops it before the next "
    "operation") {
  Fixture f;
  f.world.neighbours = {{"CCT", {{"flex", {{"flag", true}}}}}};
  const auto run = f.run(f.runbook(R"(mutate "one" (function(run)
    thing.items.update { key = "lamp", value = "on" } thing.items.update { key = "vase", value = "red" } end))"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.after_change = [&f](const std::string&) -> Status {
    f.world.neighbours["CCT"]["flex"]["flag"] = false;
    f.world.now += 10;
    return Done{};
  };
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().message.find("the adjacent account \"CCT\" changed while this one was being "
                                  "changed: /flex/flag was planned from true and is false") !=
        std::string::npos);
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("adjacent accounts are compared behind what nobody knows the reach of") {
  const bool mails = GENERATE(true, false);
  Fixture f;
  f.world.neighbours = {{"CCT", {{"flex", {{"flag", true}}}}}};
  const auto run = f.run(f.runbook(std::string(R"(mutate "one" (function(run) thing.)") +
                                   (mails ? "mail.send { text = \"hello\" }"
                                          : "items.update { key = \"lamp\", value = \"on\" }") +
                                   R"( thing.items.update { key = "vase", value = "red" } end))"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.after_change = [&f](const std::string&) -> Status {
    f.world.neighbours["CCT"]["flex"]["flag"] = false;
    return Done{};
  };
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().message.find("changed while this one was being changed") != std::string::npos);
  CHECK(run->state().confirmed.size() == (mails ? 1 : 2));
}

TEST_CASE("adjacent accounts are compared before what destroys, however short the time since") {
  const bool destroys = GENERATE(true, false);
  Fixture f;
  f.world.neighbours = {{"CCT", {{"flex", {{"flag", true}}}}}};
  const auto run = f.run(f.runbook(
      std::string(R"(mutate "one" (function(run)
    thing.items.update { key = "lamp", value = "on" } thing.items.)") +
      (destroys ? "delete { key = \"vase\" }" : "update { key = \"vase\", value = \"red\" }") +
      " end)"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.after_change = [&f](const std::string&) -> Status {
    f.world.neighbours["CCT"]["flex"]["flag"] = false;
    f.world.now += 9;
    return Done{};
  };
  const Status went = run->advance();
  // Found before it, or when the phase ends.
  REQUIRE_FALSE(went);
  CHECK(went.error().message.find("changed while this one was being changed") != std::string::npos);
  CHECK(f.world.changes.size() == (destroys ? 1 : 2));
}

TEST_CASE("a run that drifts in the middle of a phase goes on with the rest under a new decision") {
  Fixture f;
  const auto run = f.run(f.runbook(R"(mutate "one" (function(run)
    thing.items.update { key = "lamp", value = "on" } thing.items.update { key = "vase", value = "red" } end))"));
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  f.world.after_change = [&f](const std::string&) -> Status {
    f.world.things["vase"]["value"] = "green";
    f.world.after_change = nullptr;
    return Done{};
  };
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::drifted);
  CHECK(f.world.changes.size() == 1);
  REQUIRE(run->advance());
  REQUIRE(run->state().status == RunStatus::awaiting_decision);
  const json plan = plan_view(run->state());
  CHECK(plan["phases"][0]["steps"][0]["operations"].size() == 1);
  CHECK(f.world.changes.size() == 1);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  const Status went = run->advance();
  INFO((went ? std::string() : went.error().message));
  CHECK(f.world.changes == std::vector<std::string>{R"(update {"key":"lamp","value":"on"})",
                                                    R"(update {"key":"vase","value":"red"})"});
  CHECK(run->state().phases.count("one") == 1);
}

TEST_CASE("a role is asked for where the parameters are such, and the approver's where none is") {
  const std::string change =
      R"(mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end))";
  const auto asked = [&](const std::string& roles) {
    Fixture f;
    const auto run = f.run(f.runbook(
        change, "authority = { approver = \"owner\" }, approval = { requires = " + roles + " }"));
    INFO(f.said.message);
    REQUIRE(run);
    return json::parse(run->state().request->document)["asks"]["requires"];
  };
  const json cto = json::array({{{"role", "cto"}, {"count", 1}}});
  CHECK(asked(R"({ { role = "cto", count = 1 } })") == cto);
  CHECK(asked(R"({ { role = "cto", count = 1, given = { account = "shelf" } },
                   { role = "ceo", count = 1, given = { account = { "desk", "chair" } } } })") ==
        cto);
  CHECK(asked(R"({ { role = "cto", count = 1, given = { account = { "desk", "shelf" } } } })") ==
        cto);
  CHECK(asked(R"({ { role = "ceo", count = 1, given = { account = "desk" } } })") ==
        json::array({{{"role", "owner"}, {"count", 1}}}));
  Fixture f;
  REQUIRE_FALSE(f.run(f.runbook(
      change,
      R"(approval = { requires = { { role = "ceo", count = 1, given = { acount = "shelf" } } } })")));
  CHECK(f.said.message == "runbook: approval.requires[1].given: there is no parameter \"acount\"");
}

TEST_CASE("a long chain of text and placeholders is one template, however it is built") {
  Fixture f;
  const auto run = f.run(f.runbook(R"(mutate "m" (function(run)
      local one = thing.items.create { key = "one" }
      local two = thing.items.create { key = "two" }
      local a, b, c = "a", "b", "c"
      local t = {}
      for i = 1, 30 do t[i] = "https://" .. one.id .. a .. b .. c .. two.id .. i .. one.id end
      thing.items.update { key = "lamp", value = t[1] }
      thing.items.update { key = "vase", value = t[30] .. t[29] }
    end))"));
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  const Status went = run->advance();
  INFO((went ? std::string() : went.error().message));
  REQUIRE(went);
  CHECK(f.world.things["lamp"]["value"] == "https://id-of-oneabcid-of-two1id-of-one");
}
