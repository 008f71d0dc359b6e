// What happens around the gate: what is synced when, what is read back, what a decision is worth.
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/home.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"
#include "tests/support/manual_clock.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

const char* kTwo = R"(mutate "one" (function(run)
    thing.items.update { key = "lamp", value = "on" }
    thing.items.update { key = "vase", value = "red" }
  end),
  wait "cool" { duration = "1h", why = "it is hot" })";

std::unique_ptr<Run> approved(Fixture& f, const std::string& procedure = kTwo,
                              const std::string& more = "") {
  auto run = f.run(f.runbook(procedure, more));
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->decide(decision(run->state(), "approve")));
  return run;
}

// The last record that is on the disk, as another process sees it.
std::string last_synced(Fixture& f, const std::string& id) {
  const auto journal = Journal::open(f.home().run_path(id), false);
  REQUIRE(journal);
  const Record& last = (*journal)->records().back();
  return last.kind + " " + last.body.value("operation", "") + " " +
         last.body.value("target", last.body.value("key", ""));
}

}  // namespace

TEST_CASE("an intent is on the disk before it is sent, its outcome before the next one is") {
  Fixture f;
  const auto run = approved(f);
  std::vector<std::string> seen;
  f.world.before_change = [&](const std::string&) -> Status {
    seen.push_back(last_synced(f, run->state().id()));
    const auto journal = Journal::open(f.home().run_path(run->state().id()), false);
    const auto state = RunState::of(**journal);
    // Only the one that is about to be sent has no outcome.
    CHECK(state->begun.size() == 1);
    CHECK(state->confirmed.size() + 1 == seen.size());
    return Done{};
  };
  REQUIRE(run->advance());
  CHECK(seen == std::vector<std::string>{"intent thing.items.update /things/lamp",
                                         "intent thing.items.update /things/vase"});
  CHECK(last_synced(f, run->state().id()).rfind("status", 0) == 0);
}

TEST_CASE("what is there after an operation has to be what was signed, or nothing follows it") {
  Fixture f;
  const auto run = approved(f);
  f.world.after_change = [&](const std::string&) -> Status {
    f.world.things["lamp"]["value"] = "dimmed";
    return Done{};
  };
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().kind == "drift");
  CHECK(went.error().message ==
        "thing.items.update was carried out, but what is there now is not what was signed: "
        "/things/lamp/value");
  CHECK(f.world.changes.size() == 1);
}

TEST_CASE("a decision counts once") {
  Fixture f;
  const auto run = approved(f);
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_time);
  const Status again = run->decide(decision(run->state(), "approve"));
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == "refused");
  CHECK(again.error().message == "the decision on this request was used already");
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE("a clock that runs backwards stops the run, and nothing is written") {
  Fixture f;
  const auto run = approved(f);
  const std::size_t records = run->journal().records().size();
  f.world.now -= 100;
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().kind == "refused");
  CHECK(went.error().message.find("before the run's last record at") != std::string::npos);
  CHECK(run->journal().records().size() == records);
  CHECK(f.world.changes.empty());
  f.world.now += 100;
  REQUIRE(run->advance());
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE("a simulated clock stands until it is asked, and ours runs on") {
  Fixture f;
  auto journal = Journal::open(f.home().run_path("r-20261128-000000-aaaaaa"), true);
  REQUIRE(journal);
  ManualClock clock;
  Ledger ledger(std::move(*journal), RunState{}, nullptr, clock);
  for (const bool simulated : {true, false}) {
    ledger.simulated(simulated);
    ledger.set_now(1'000'000);
    clock.pass(std::chrono::milliseconds(1100));
    CHECK((ledger.now() == 1'000'000) == simulated);
  }
}

TEST_CASE("adjacent accounts are compared after a phase's last operation too") {
  Fixture f;
  f.world.neighbours = {{"CCT", {{"flag", true}}}};
  const auto run = approved(f);
  f.world.after_change = [&](const std::string&) -> Status {
    if (f.world.changes.size() == 2) f.world.neighbours["CCT"]["flag"] = false;
    return Done{};
  };
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().kind == "drift");
  CHECK(went.error().message ==
        "an adjacent account changed while this one was being changed: /CCT/flag");
  CHECK_FALSE(f.home().latches().standing({run->state().account_key()})->empty());
}

TEST_CASE("a rail that wants an operation with certain arguments first looks at the arguments") {
  const auto tried = [](const std::string& key) {
    Fixture f;
    const auto run = f.run(f.runbook(
        R"(mutate "one" (function(run)
             thing.items.update { key = "lamp", value = "on" }
             thing.items.delete { key = "vase" }
           end))",
        R"(rails = { rails.after("thing.items.delete", { "thing.items.update", { key = ")" + key +
            R"(" } }, "first that") })"));
    return f.said.message;
  };
  CHECK(tried("lamp").empty());
  CHECK(tried("vase").find("only after thing.items.update with key = \"vase\"") !=
        std::string::npos);
}

TEST_CASE("a foreign change in a phase is never accepted by resuming once more") {
  Fixture f;
  const auto run = approved(f);
  f.world.after_change = [&](const std::string&) -> Status {
    f.world.things["chair"] = {{"id", "chair"}, {"value", "stolen"}};
    return Done{};
  };
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().kind == "drift");
  CHECK(went.error().message.find("/things/chair") != std::string::npos);
  f.world.after_change = nullptr;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(run->advance());
    CHECK(run->state().status == RunStatus::awaiting_attestation);
  }
  CHECK(f.world.changes.size() == 2);
  const json item = summary(run->state())["waiting_for"]["items"][0];
  const std::string slug = item["item"];
  CHECK(slug.rfind("known-", 0) == 0);
  const auto subject = run->item_subject(slug);
  REQUIRE(subject);
  SECTION("a person who knows it lets the run go on") {
    REQUIRE(run->attest(slug, attestation(run->state(), *subject, "pass")));
    REQUIRE(run->advance());
    CHECK(run->state().status == RunStatus::awaiting_time);
  }
  SECTION("where nobody knows it the run does not go on") {
    REQUIRE(run->attest(slug, attestation(run->state(), *subject, "fail")));
    for (int i = 0; i < 3; ++i) {
      (void)run->advance();
      CHECK(run->state().status != RunStatus::awaiting_time);
      CHECK(run->state().phases.count("one") == 0);
    }
  }
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE("an adjacent account that changed since the plan stops it before its first change") {
  Fixture f;
  f.world.neighbours = {{"CCT", {{"flag", true}}}};
  const auto run = approved(f);
  f.world.neighbours["CCT"]["flag"] = false;
  const Status went = run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().kind == "drift");
  CHECK(went.error().message ==
        "the adjacent account \"CCT\" changed since the change was planned: /flag");
  CHECK(f.world.changes.empty());
  CHECK_FALSE(f.home().latches().standing({run->state().account_key()})->empty());
  for (int i = 0; i < 3; ++i) {
    (void)run->advance();
    CHECK(f.world.changes.empty());
  }
}

TEST_CASE("a settlement speaks of the result that is given with it") {
  Fixture f;
  const auto run = approved(f, R"(mutate "one" (function(run)
    local mail = thing.mail.send { text = "hello" }
    thing.items.update { key = "lamp", value = mail.id }
  end))");
  f.world.after_change = [](const std::string&) -> Status {
    return Error{"transport", "timeout", "", "", "", 0};
  };
  REQUIRE_FALSE(run->advance());
  REQUIRE(run->state().status == RunStatus::in_doubt);
  f.world.after_change = nullptr;
  const auto signed_for = [&](const json& result) {
    json document = json::parse(settlement(run->state(), run->doubt_subject(), "applied").document);
    if (!result.is_null()) document["result_sha256"] = sha256_hex(canonical(result));
    return Signed{canonical(document), "signed"};
  };
  const json good = {{"id", "mail-1"}}, evil = {{"id", "evil"}};
  const auto said = [&](const Signed& document, const json& result) {
    const Status settled = run->settle(document, result);
    return settled ? std::string("settled") : settled.error().kind + ": " + settled.error().message;
  };
  const std::string another =
      "refused: the settlement names another result than the one that was given";
  CHECK(said(signed_for(good), evil) == another);
  CHECK(said(signed_for(json()), evil) == another);
  CHECK(said(signed_for(json()), json()).find("gives no result") != std::string::npos);
  CHECK(said(signed_for(evil), evil).find("what was not signed at \"/id\"") != std::string::npos);
  CHECK(run->state().begun.size() == 1);
  CHECK(said(signed_for(good), good) == "settled");
  REQUIRE(run->advance());
  CHECK(f.world.things["lamp"]["value"] == "mail-1");
  CHECK(f.world.changes.size() == 2);
}

TEST_CASE("a row that this version carries out otherwise is not the one that was signed") {
  const auto alter = [](Fixture& f, const std::string& what) {
    Row& row = const_cast<Row&>(*f.engine().catalogue.find("thing.items.update"));
    if (what == "wire") row.changing->wire = 2;
    if (what == "words") row.summary += ", and more";
    if (what == "name for the provider") row.parameters[0].wire = "Key";
    if (what == "range") row.changing->returns = Returns({{"/id", range::id("TH")}});
  };
  for (const char* what : {"wire", "words", "name for the provider", "range"}) {
    for (const bool between : {false, true}) {
      Fixture f;
      const auto run = approved(f);
      if (between)
        f.world.after_change = [&](const std::string&) -> Status {
          alter(f, what);
          return Done{};
        };
      else
        alter(f, what);
      const Status went = run->advance();
      INFO(what << (between ? ", between two changes" : ", before"));
      REQUIRE_FALSE(went);
      CHECK(went.error().kind == "refused");
      CHECK(went.error().message.find(
                "rows: this version of Countersign applies thing.items.update differently from "
                "the one that was signed for") != std::string::npos);
      CHECK(f.world.changes.size() == (between ? 1 : 0));
    }
  }
}
