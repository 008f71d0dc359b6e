// What keeps a run from being done, or from changing anything: items that are due later, evidence
// that another run made stale, windows, broken glass, latches.
#include <fstream>

#include "interpreter/home.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

const std::string kSwitch = R"(
  mutate "switch" (function(run) thing.items.update { key = "lamp", value = "on" } end),
  read "verify" (function(run)
    check(thing.items.fetch { key = "lamp" }.value == "on", "the lamp is on")
  end),
)";
const std::string kLater = R"(done = {
  proven "the lamp is on",
  attest { "still-on", "the lamp is still on a day later", due = "24h", within = "2h" },
})";

std::unique_ptr<Run> approved(Fixture& f, const std::string& text,
                              const json& more = json::object()) {
  auto run = f.run(text);
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->state().status == RunStatus::awaiting_decision);
  REQUIRE(run->decide(decision(run->state(), "approve", more)));
  return run;
}

Status attest(Run& run, const std::string& slug, const std::string& verdict = "pass",
              const std::string& person = "ceo") {
  const Result<std::string> subject = run.item_subject(slug);
  if (!subject) return subject.error();
  return run.attest(slug, attestation(run.state(), *subject, verdict, person));
}

// What the run's account and the neighbour's are known by.
std::vector<std::string> accounts(const Run& run) {
  return {run.state().account_key(), "memory ACnext 0123456789abcdef"};
}

json first_item(const Run& run) {
  return summary(run.state())["waiting_for"]["items"][0];
}

}  // namespace

TEST_CASE("an item that is due a day after the last change is neither early nor forgotten") {
  Fixture f;
  const auto run = approved(f, f.runbook(kSwitch, kLater));
  const Status before = attest(*run, "still-on");
  REQUIRE_FALSE(before);
  CHECK(before.error().message.find("has not been made yet") != std::string::npos);
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_attestation);
  CHECK(first_item(*run)["due_unix"] == f.world.now + 86400);
  CHECK(first_item(*run)["overdue_unix"] == f.world.now + 86400 + 7200);
  f.world.now += 86399;
  const Status early = attest(*run, "still-on");
  REQUIRE_FALSE(early);
  CHECK(early.error().message.find("is due at") != std::string::npos);
  f.world.now += 1;
  REQUIRE(attest(*run, "still-on"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
}

TEST_CASE("a later change by another run makes earlier evidence stale, and says so") {
  Fixture f;
  const auto one = approved(
      f, f.runbook(kSwitch,
                   R"(done = { proven "the lamp is on", attest { "seen", "somebody saw it" } })"));
  REQUIRE(one->advance());
  REQUIRE(attest(*one, "seen"));
  REQUIRE(one->state().attested("seen"));
  REQUIRE(f.home().note_change(one->state().account_key(), "another", f.world.now + 5));
  f.world.now += 10;
  REQUIRE(one->advance());
  CHECK(one->state().status == RunStatus::awaiting_attestation);
  CHECK(first_item(*one)["item"] == "seen");
  CHECK(f.world.reads.size() == 2);
  bool said = false;
  for (const Record& record : one->journal().records())
    said = said || (record.kind == "evidence.voided" && record.body["by"] == "another" &&
                    record.body["phases"] == json::array({"verify"}));
  CHECK(said);
  REQUIRE(attest(*one, "seen"));
  REQUIRE(one->advance());
  CHECK(one->state().status == RunStatus::done);
}

TEST_CASE("a change by another run in the same second is later where it was noted later") {
  for (const bool later : {true, false}) {
    INFO(later);
    Fixture f;
    const auto one = approved(
        f,
        f.runbook(kSwitch,
                  R"(done = { proven "the lamp is on", attest { "seen", "somebody saw it" } })"));
    if (!later) REQUIRE(f.home().note_change(one->state().account_key(), "another", f.world.now));
    REQUIRE(one->advance());
    REQUIRE(attest(*one, "seen"));
    if (later) REQUIRE(f.home().note_change(one->state().account_key(), "another", f.world.now));
    REQUIRE(one->advance());
    CHECK(one->state().status == (later ? RunStatus::awaiting_attestation : RunStatus::done));
  }
}

TEST_CASE("an approval for tonight waits for tonight, and then runs without another word") {
  Fixture f;
  const Time tonight = f.world.now + 6 * 3600;
  const auto run = approved(f, f.runbook(kSwitch), {{"not_before", tonight}});
  CHECK(run->state().status == RunStatus::awaiting_time);
  CHECK(summary(run->state())["waiting_for"]["until_unix"] == tonight);
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_time);
  CHECK(f.world.changes.empty());
  f.world.now = tonight;
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
}

TEST_CASE(
    "who broke the glass cannot review it, and the run is not done before somebody else did") {
  Fixture f;
  const auto run = approved(f, f.runbook(kSwitch), {{"break_glass", "callers hear dead air"}});
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_attestation);
  const std::string slug = first_item(*run)["item"];
  CHECK(first_item(*run)["why"] == "callers hear dead air");
  const Status own = attest(*run, slug, "pass", "ceo");
  REQUIRE_FALSE(own);
  CHECK(own.error().message.find("cannot answer for what they did themselves") !=
        std::string::npos);
  REQUIRE(attest(*run, slug, "pass", "another"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
}

TEST_CASE("a change by broken glass is reviewed also where its run failed") {
  Fixture f;
  const auto run = approved(f, f.runbook(R"(
      mutate "m" (function() thing.items.delete { key = "lamp" } end),
      read "v" (function() check(false, "the lamp is missed") end))"),
                            {{"break_glass", "fire"}});
  REQUIRE_FALSE(run->advance());
  REQUIRE(run->state().status == RunStatus::failed);
  CHECK_FALSE(attest(*run, "reviewed-1", "pass", "ceo"));
  REQUIRE(attest(*run, "reviewed-1", "pass", "another"));
  CHECK(run->state().status == RunStatus::failed);
}

TEST_CASE("a freeze stops the next change, in the middle of a phase too, until it is thawed") {
  Fixture f;
  const auto run = approved(f, f.runbook(R"(mutate "m" (function()
    thing.items.update { key = "lamp", value = "on" }
    thing.items.update { key = "vase", value = "red" }
  end))"));
  Latch latch;
  f.world.after_change = [&](const std::string&) -> Status {
    latch.kind = "freeze";
    latch.account = "*";
    latch.person = "ceo";
    latch.reason = "incident call";
    latch.at = f.world.now;
    const Result<Latch> set = f.home().latches().set(latch);
    REQUIRE(set);
    latch = *set;
    return Done{};
  };
  const Status stopped = run->advance();
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().message.find("changes are frozen everywhere") != std::string::npos);
  CHECK(f.world.changes.size() == 1);
  CHECK(run->state().status == RunStatus::awaiting_decision);
  f.world.after_change = nullptr;
  REQUIRE_FALSE(run->advance());
  CHECK(f.world.changes.size() == 1);
  REQUIRE(f.home().latches().lift(latch, {{"person", "ceo"}}));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::done);
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE(
    "a finding of severity HIGH blocks other runs, asks who was informed, and lets its own remedy "
    "through") {
  Fixture f;
  const auto found = f.run(f.runbook(R"(read "look" (function()
    finding { cause = "the neighbour's lamp is on", severity = "high", escalation = "contamination", inform = "ceo" }
  end))"));
  REQUIRE(found);
  CHECK(found->state().status == RunStatus::awaiting_attestation);
  CHECK(first_item(*found)["why"] == "escalation: contamination");
  CHECK(first_item(*found)["text"].get<std::string>().find("the CEO was informed at") == 0);

  const auto other = approved(f, f.runbook(kSwitch));
  const Status blocked = other->advance();
  REQUIRE_FALSE(blocked);
  CHECK(blocked.error().message.find("an incident of severity HIGH blocks changes") !=
        std::string::npos);
  CHECK(f.world.changes.empty());

  const std::string remedy =
      "return runbook { name = \"test/remedy\", title = \"Reverts\", incident = \"case\", "
      "parameters = { account = param.profile { why = \"which\" }, "
      "case = param.text { why = \"the incident's run\" } }, procedure = {" +
      kSwitch + "} }";
  Result<std::unique_ptr<Run>> reverts = f.start(remedy, {{"case", found->state().id()}});
  REQUIRE(reverts);
  REQUIRE((*reverts)->advance());
  const json request = json::parse((*reverts)->state().request->document);
  CHECK(request["incident"] == found->state().id());
  CHECK(request["asks"]["requires"] == json::parse(R"([{"role":"ceo","count":1}])"));
  REQUIRE((*reverts)->decide(decision((*reverts)->state(), "approve")));
  REQUIRE((*reverts)->advance());
  CHECK((*reverts)->state().status == RunStatus::done);
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("a neighbour that changes in the middle stops the run and blocks both accounts") {
  Fixture f;
  f.world.neighbours = {{"next", {{"door", "shut"}}}};
  const auto run = approved(f, f.runbook(R"(mutate "m" (function()
    thing.items.update { key = "lamp", value = "on" }
    thing.items.update { key = "vase", value = "red" }
  end))"));
  f.world.after_change = [&](const std::string&) -> Status {
    f.world.neighbours["next"]["door"] = "open";
    f.world.now += 10;
    return Done{};
  };
  REQUIRE_FALSE(run->advance());
  CHECK(run->state().status == RunStatus::drifted);
  CHECK(f.world.changes.size() == 1);
  REQUIRE(run->state().findings.size() == 1);
  CHECK(run->state().findings[0]["severity"] == "high");
  const auto latches = f.home().latches().standing(accounts(*run));
  REQUIRE(latches);
  CHECK(latches->size() == 2);
  REQUIRE_FALSE(f.home().latches().open_for(accounts(*run)[1], "next", "any", ""));
}

namespace {

// The CEO decides that what blocks the run's own account, or all of it, is over.
void thaw(Fixture& f, const Run& run, bool all = true) {
  const auto standing = f.home().latches().standing(accounts(run));
  REQUIRE(standing);
  for (const Latch& latch : *standing)
    if (all || latch.account == accounts(run)[0])
      REQUIRE(f.home().latches().lift(latch, {{"person", "ceo"}}));
}

std::size_t informed(const Run& run) {
  std::size_t n = 0;
  for (const json& item : run.state().obligations)
    n += item.value("slug", "").rfind("informed-", 0) == 0;
  return n;
}

void approve_and_go_on(Run& run) {
  (void)run.advance();
  if (run.state().request) {
    if (const Status decided = run.decide(decision(run.state(), "approve")); decided)
      (void)run.advance();
  }
}

}  // namespace

TEST_CASE("a contaminated run says so once, and goes on when the incident is lifted") {
  for (const char* when : {"between", "last"}) {
    INFO(when);
    const bool between = std::string(when) == "between";
    Fixture f;
    f.world.neighbours = {{"next", {{"door", "shut"}}}};
    const auto run = approved(f, f.runbook(std::string(R"(mutate "m" (function()
      thing.items.update { key = "lamp", value = "on" })") +
                                           (between ? R"(
      thing.items.update { key = "vase", value = "red" })"
                                                    : "") +
                                           R"(
    end))"));
    f.world.after_change = [&](const std::string&) -> Status {
      if (f.world.changes.size() == 1) f.world.neighbours["next"]["door"] = "open";
      f.world.now += 10;
      return Done{};
    };
    REQUIRE_FALSE(run->advance());
    CHECK(run->state().status == RunStatus::drifted);
    for (int again = 0; again < 3; ++again) approve_and_go_on(*run);
    CHECK(run->state().findings.size() == 1);
    CHECK(informed(*run) == 1);
    CHECK(f.home().latches().standing(accounts(*run))->size() == 2);
    CHECK(f.world.changes.size() == 1);
    CHECK_FALSE(is_final(run->state().status));

    thaw(f, *run, between);
    for (int again = 0; again < 3 && run->state().phases.count("m") == 0; ++again)
      approve_and_go_on(*run);
    INFO(run->state().status << " " << (run->state().error ? run->state().error->message : ""));
    CHECK(run->state().phases.count("m") == 1);
    CHECK(f.world.changes.size() == (between ? 2u : 1u));
    CHECK(run->state().findings.size() == 1);
    CHECK(informed(*run) == 1);
    // The neighbour's own incident is not lifted by the run's going on.
    CHECK(f.home().latches().standing(accounts(*run))->size() == (between ? 0u : 1u));
    REQUIRE(attest(*run, "informed-1"));
    (void)run->advance();
    CHECK(run->state().status == RunStatus::done);
  }
}

TEST_CASE("a state of the neighbour that nobody spoke of is a contamination of its own") {
  Fixture f;
  f.world.neighbours = {{"next", {{"door", "shut"}}}};
  const auto run = approved(f, f.runbook(R"(mutate "m" (function()
    thing.items.update { key = "lamp", value = "on" }
    thing.items.update { key = "vase", value = "red" }
  end))"));
  f.world.after_change = [&](const std::string&) -> Status {
    if (f.world.changes.size() == 1) f.world.neighbours["next"]["door"] = "open";
    f.world.now += 10;
    return Done{};
  };
  REQUIRE_FALSE(run->advance());
  thaw(f, *run);
  f.world.neighbours["next"]["door"] = "gone";
  for (int again = 0; again < 2; ++again) approve_and_go_on(*run);
  CHECK(run->state().findings.size() == 2);
  CHECK(informed(*run) == 2);
  CHECK(f.world.changes.size() == 1);
  // Put back as it was, and the second incident lifted too.
  f.world.neighbours["next"]["door"] = "shut";
  thaw(f, *run);
  for (int again = 0; again < 3 && run->state().phases.count("m") == 0; ++again)
    approve_and_go_on(*run);
  CHECK(run->state().findings.size() == 2);
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE("what a signed run reverts of a contaminated account is no contamination of its own") {
  for (const bool about_it : {true, false}) {
    INFO(about_it);
    Fixture f;
    const json shut = {{"door", {{"id", "door"}, {"value", "shut"}}}};
    f.world.neighbours = {{"next", {{"things", shut}}}};
    const std::string text = f.runbook(R"(mutate "m" (function()
      thing.items.update { key = "lamp", value = "on" }
      thing.items.update { key = "vase", value = "red" }
    end))");
    const auto run = approved(f, text);
    bool opened = false;
    f.world.after_change = [&](const std::string&) -> Status {
      if (!opened) f.world.neighbours["next"]["things"]["door"]["value"] = "open";
      if (!opened) f.world.now += 10;
      opened = true;
      return Done{};
    };
    REQUIRE_FALSE(run->advance());
    CHECK(run->state().findings.size() == 1);
    if (!about_it) thaw(f, *run);
    {
      json parameters = {{"account", "next"}};
      if (about_it) parameters["incident"] = run->state().id();
      auto revert = f.start(R"(return runbook { name = "test/revert", title = "Revert",
        parameters = { account = param.profile { why = "w" }, incident = param.text { why = "w", optional = true } },
        incident = "incident",
        procedure = { mutate "back" (function()
          thing.items.update { key = "door", value = "closed" }
        end) } })",
                            parameters);
      INFO((revert ? "" : revert.error().message));
      REQUIRE(revert);
      approve_and_go_on(**revert);
      INFO(((*revert)->state().error ? (*revert)->state().error->message : ""));
      CHECK((*revert)->state().status == RunStatus::done);
    }
    std::ofstream(f.folder + "/one.lua", std::ios::binary) << text;
    // The shelf shows all accounts one world: what was put back is the neighbour's alone.
    f.world.neighbours["next"]["things"] = f.world.things;
    f.world.things.erase("door");
    f.world.changes.clear();
    if (about_it) thaw(f, *run);
    for (int again = 0; again < 3 && run->state().phases.count("m") == 0; ++again)
      approve_and_go_on(*run);
    INFO(run->state().status << " " << (run->state().error ? run->state().error->message : ""));
    CHECK(run->state().findings.size() == (about_it ? 1u : 2u));
    CHECK((run->state().phases.count("m") == 1) == about_it);
    CHECK(f.world.changes.size() == (about_it ? 1u : 0u));
  }
}

TEST_CASE("who deletes a latch instead of lifting it lets nothing stand") {
  Fixture f;
  f.world.neighbours = {{"next", {{"door", "shut"}}}};
  const auto run = approved(f, f.runbook(R"(mutate "m" (function()
    thing.items.update { key = "lamp", value = "on" }
    thing.items.update { key = "vase", value = "red" }
  end))"));
  f.world.after_change = [&](const std::string&) -> Status {
    f.world.neighbours["next"]["door"] = "open";
    f.world.now += 10;
    return Done{};
  };
  REQUIRE_FALSE(run->advance());
  std::filesystem::remove_all(f.folder + "/user/accounts");
  for (int again = 0; again < 2; ++again) approve_and_go_on(*run);
  CHECK(run->state().status == RunStatus::drifted);
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("a freeze and an incident that were set from one home folder block in another") {
  Fixture f;
  const std::string first = f.home().path();
  const std::string key = [&] {
    const auto run = f.run(f.runbook(kSwitch));
    return run->state().account_key();
  }();
  Latch freeze;
  freeze.kind = "freeze";
  freeze.account = key;
  freeze.profile = "shelf";
  freeze.person = "carla";
  freeze.reason = "stop everything";
  freeze.at = f.world.now;
  const Result<Latch> set = f.home().latches().set(freeze);
  REQUIRE(set);

  f.move_home(f.folder + "/two");
  auto run = approved(f, f.runbook(kSwitch));
  const Status frozen = run->advance();
  REQUIRE_FALSE(frozen);
  CHECK(frozen.error().message.find("by carla: stop everything") != std::string::npos);
  // A twin: another simulator, another account.
  f.world.instance = "fedcba9876543210";
  CHECK(f.home().latches().open_for("memory ACshelf fedcba9876543210", "shelf", "any", ""));
  f.world.instance = "0123456789abcdef";
  REQUIRE(f.home().latches().lift(*set, {{"person", "carla"}}));
  REQUIRE(run->advance());
  CHECK(f.world.changes.size() == 1);

  // One for every instance, as of an endpoint that did not answer.
  freeze.account = "memory ACshelf";
  REQUIRE(f.home().latches().set(freeze));
  CHECK_FALSE(f.home().latches().open_for(key, "shelf", "any", ""));
  CHECK_FALSE(f.home().latches().open_for("memory ACshelf fedcba9876543210", "x", "any", ""));
  CHECK(f.home().latches().open_for("memory ACnext 0123456789abcdef", "shelf", "any", ""));

  // One for every account: at once where it was configured, later in that home folder alone.
  freeze.account = "*";
  freeze.accounts = {"memory ACnext 0123456789abcdef"};
  const Result<Latch> all = f.home().latches().set(freeze);
  REQUIRE(all);
  run.reset();
  f.move_home(first);
  CHECK_FALSE(f.home().latches().open_for(freeze.accounts[0], "n", "any", ""));
  CHECK(f.home().latches().open_for("memory AClater", "n", "any", ""));
  f.move_home(f.folder + "/two");
  CHECK_FALSE(f.home().latches().open_for("memory AClater", "n", "any", ""));
  REQUIRE(f.home().latches().lift(*all, {{"person", "carla"}}));
  CHECK(f.home().latches().open_for("memory AClater", "n", "any", ""));
  CHECK(f.home().latches().open_for(freeze.accounts[0], "n", "any", ""));
}

TEST_CASE("a neighbour that changed between two phases waits for a person who knows why") {
  for (const bool known : {true, false}) {
    Fixture f;
    f.world.neighbours = {{"next", {{"door", "shut"}}}};
    const auto run = approved(f, f.runbook(R"(
      mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
      wait "night" { duration = "8h" },
      mutate "two" (function() thing.items.update { key = "vase", value = "red" } end))"));
    REQUIRE(run->advance());
    CHECK(run->state().status == RunStatus::awaiting_time);
    f.world.neighbours["next"]["door"] = "open";
    f.world.now += 8 * 3600;
    REQUIRE(run->advance());
    CHECK(run->state().status == RunStatus::awaiting_attestation);
    CHECK(f.world.changes.size() == 1);
    const std::string slug = first_item(*run)["item"];
    CHECK(slug.find("known-next-") == 0);
    REQUIRE(attest(*run, slug, known ? "pass" : "fail"));
    const Status went = run->advance();
    CHECK(static_cast<bool>(went) == known);
    CHECK(run->state().status == (known ? RunStatus::done : RunStatus::drifted));
    CHECK(f.world.changes.size() == (known ? 2u : 1u));
    CHECK(f.home().latches().standing(accounts(*run))->size() == (known ? 0u : 2u));
  }
}

TEST_CASE("a wait ends early when what it waits for is so, and is not asked more often than said") {
  Fixture f;
  const auto run = approved(f, f.runbook(R"(
    mutate "one" (function() thing.items.update { key = "lamp", value = "on" } end),
    wait "cool" {
      duration = "8h", every = "10m",
      unless = { "the vase is cold", function() return thing.items.fetch { key = "vase" }.value == "cold" end },
    },
    mutate "two" (function() thing.items.update { key = "vase", value = "red" } end))"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_time);
  CHECK(plan_view(run->state())["phases"][1]["unless"] == "the vase is cold");
  CHECK(f.world.reads.size() == 1);
  REQUIRE(run->advance());
  CHECK(f.world.reads.size() == 1);
  f.world.now += 600;
  REQUIRE(run->advance());
  CHECK(f.world.reads.size() == 2);
  CHECK(run->state().status == RunStatus::awaiting_time);
  f.world.now += 600;
  f.world.things["vase"]["value"] = "cold";
  const Status went = run->advance();
  // Whoever made it cold changed what the second phase was planned from.
  REQUIRE_FALSE(went);
  CHECK(run->state().status == RunStatus::drifted);
  CHECK(run->state().phases.at("cool")["early"] == "the vase is cold");
}
