// Waits that people's answers end.
#include "interpreter/plan.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

const std::string kTwo = R"(
  mutate "switch" (function(run) thing.items.update { key = "lamp", value = "on" } end),
  wait("seen", { title = "People look" }) { attested = { "bright", "later" }, why = "it may be dark" },
  mutate "note" (function(run)
    thing.items.update { key = "log", value = "lit" }
  end),
  read "look" (function(run) check(run.seen.answers.bright.by ~= nil, "somebody saw it") end),
)";
const std::string kItems = R"(done = {
  proven "somebody saw it",
  attest { "bright", "the lamp is bright" },
  attest { "later", "never asked for here", when = function(run) return false end },
  sign_off "ceo",
})";

Status attest(Run& run, const std::string& verdict = "pass") {
  const Result<std::string> subject = run.item_subject("bright");
  if (!subject) return subject.error();
  return run.attest("bright", attestation(run.state(), *subject, verdict, "ann"));
}

}  // namespace

TEST_CASE("what follows a wait for answers is done when people have confirmed them") {
  Fixture f;
  auto run = f.run(f.runbook(kTwo, kItems));
  INFO(f.said.message);
  REQUIRE(run);
  REQUIRE(run->state().status == RunStatus::awaiting_decision);
  // It is in the plan that is signed, and read back from the request.
  REQUIRE(run->state().plan);
  const PlannedPhase* wait = run->state().plan->phase("seen");
  REQUIRE(wait != nullptr);
  CHECK(wait->attested == std::vector<std::string>{"bright", "later"});
  CHECK(plan_json(*run->state().plan)["phases"][1]["attested"] == json{"bright", "later"});
  // What comes after it is signed for as long as people may take.
  CHECK(run->state().plan->phase("note")->not_after >=
        run->state().plan->phase("switch")->not_after + 86400);
  REQUIRE(run->decide(decision(run->state(), "approve")));

  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_attestation);
  CHECK(f.world.things["log"].is_null());
  REQUIRE(run->advance());
  CHECK(f.world.things["log"].is_null());

  // One that failed is no answer to go on with, and the next may be.
  REQUIRE(attest(*run, "fail"));
  REQUIRE(run->advance());
  CHECK(run->state().status == RunStatus::awaiting_attestation);
  CHECK(f.world.things["log"].is_null());
  REQUIRE(attest(*run));
  CHECK(run->state().status == RunStatus::running);
  CHECK_FALSE(run->sign_off(attestation(run->state(), run->evidence_sha256(), "pass")));

  const std::string id = run->state().id();
  run.reset();
  auto again = f.open(id);
  REQUIRE(again);
  REQUIRE((*again)->advance());
  CHECK(f.world.things["log"]["value"] == "lit");
  CHECK((*again)->state().status == RunStatus::awaiting_attestation);
  CHECK((*again)->state().phases.at("seen")["answers"]["bright"]["by"] == "ann");
}

TEST_CASE("a wait is for items that the runbook has") {
  Fixture f;
  const auto started = f.start(
      f.runbook(R"(wait "seen" { attested = { "bright" } },)", R"(done = { sign_off "ceo" })"));
  REQUIRE_FALSE(started);
  CHECK(started.error().message ==
        "runbook: the wait \"seen\" is for \"bright\", which no item of done attests");
  const auto endless = f.start(f.runbook(R"(wait "seen" { why = "for nothing" },)"));
  REQUIRE_FALSE(endless);
  CHECK(endless.error().message.find("want either duration") != std::string::npos);
}
