// The gate, check by check: each refuses alone what it is there for, while all others pass.
#include "interpreter/gate.h"

#include "interpreter/clock.h"
#include "interpreter/home.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

const char* kProcedure = R"(mutate "one" (function(run)
    thing.items.update { key = "lamp", value = "on" }
    local shade = thing.items.create { key = "shade" }
    thing.items.update { key = "note", value = "see " .. shade.id }
    thing.items.delete { key = "vase" }
  end))";

// A run that was signed and whose decision was used, and the gate before its next operation.
class Bench {
 public:
  Bench() {
    auto run = f.run(f.runbook(kProcedure));
    INFO(f.said.message);
    REQUIRE(run);
    const std::string id = run->state().id();
    REQUIRE(run->decide(decision(run->state(), "approve")));
    run.reset();
    auto journal = Journal::open(f.home().run_path(id), false);
    REQUIRE(journal);
    auto state = RunState::of(**journal);
    REQUIRE(state);
    ledger =
        std::make_unique<Ledger>(std::move(*journal), std::move(*state), nullptr, wall_clock());
    ledger->set_now(f.world.now);
    REQUIRE(ledger->add(
        ConsumedRecord{ledger->state().request_sha256, f.home().binding(), "the token"}));
    auto opened = f.engine().session("shelf", ledger->journal());
    REQUIRE(opened);
    session = std::move(*opened);
    planned = *ledger->state().plan->phase("one");
    standing.stage = Stage::apply;
    standing.phase = "one";
    standing.planned = &planned;
    standing.baselines = json::object();
    standing.snapshot = {{"things", f.world.things}};
    next(0);
  }

  // The operation that the signed plan has at that place comes next.
  void next(std::size_t at) {
    standing.next = at;
    const Intent& intent = next_intent(standing);
    call = {"one/" + std::to_string(at + 1), intent.operation, "one.lua:1", intent.arguments};
  }
  void returned(int n, const json& value) {
    const std::string key = "one/" + std::to_string(n);
    const Intent& intent = *ledger->state().plan->intent(n);
    REQUIRE(ledger->add(IntentRecord{.key = key,
                                     .phase = "one",
                                     .n = n,
                                     .operation = intent.operation,
                                     .target = intent.target,
                                     .arguments = intent.arguments}));
    REQUIRE(ledger->add(OutcomeRecord{.key = key, .operation = intent.operation, .value = value}));
  }
  Intent& intent() { return planned.steps[0].intents[standing.next]; }

  std::optional<Error> refusal() {
    gate = std::make_unique<Gate>(f.engine(), session.get(), *ledger);
    return gate->refusal(call, standing, filled, before);
  }
  std::string said() {
    const auto error = refusal();
    return error ? error->kind + ": " + error->message : std::string("passed");
  }

  Fixture f;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Session> session;
  PlannedPhase planned;
  PhaseContext standing;
  HostCall call, filled;
  std::optional<json> before;
  std::unique_ptr<Gate> gate;
};

struct Case {
  const char* check;
  std::function<void(Bench&)> broken;
  const char* said;
  bool halted = false;
};

void reading(Bench& b, Stage stage) {
  b.standing.stage = stage;
  b.call = {"look/1", "thing.items.fetch", "one.lua:1", {{"key", "lamp"}}};
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"known", [](Bench& b) { b.call.name = "thing.items.updat"; },
       "argument: there is no operation \"thing.items.updat\""},
      {"known", [](Bench& b) { reading(b, Stage::read), b.call.name = "thing.items.fetsh"; },
       "argument: there is no operation \"thing.items.fetsh\""},
      {"fits_row", [](Bench& b) { b.call.arguments.erase("key"); },
       "argument: thing.items.update: missing argument \"key\""},
      {"fits_row", [](Bench& b) { reading(b, Stage::read), b.call.arguments["kez"] = 1; },
       "argument: thing.items.fetch: "},
      {"allowed_here", [](Bench& b) { b.standing.stage = Stage::read; },
       "is a read phase, and this would change something"},
      {"allowed_here", [](Bench& b) { b.standing.stage = Stage::describe; },
       "no operation runs while a script is loaded"},
      {"allowed_here", [](Bench& b) { b.standing.stage = Stage::explore; },
       "this session only reads, and this would change something"},
      {"allowed_here", [](Bench& b) { reading(b, Stage::apply); },
       "is a mutating phase, and a mutating phase reads nothing"},
      {"allowed_here", [](Bench& b) { reading(b, Stage::plan); },
       "is a mutating phase, and a mutating phase reads nothing"},
      {"as_signed", [](Bench& b) { b.f.world.origin = "elsewhere"; },
       "systems: signed for memory, simulated; the endpoint is now elsewhere", true},
      {"as_planned", [](Bench& b) { b.call.arguments["value"] = "evil"; },
       "drift: thing.items.update was not carried out: the signed plan has thing.items.update "
       "here with other arguments: /value was planned from \"on\" and is \"evil\""},
      {"as_planned",
       [](Bench& b) {
         b.call = {"one/1", "thing.items.delete", "", {{"key", "lamp"}}};
       },
       "the signed plan has thing.items.update here"},
      {"as_planned", [](Bench& b) { b.standing.next = 4; }, "has no further operation"},
      {"inside_window", [](Bench& b) { b.planned.not_after = b.f.world.now - 1; },
       "the window of \"one\" ended at", true},
      {"authorized", [](Bench& b) { b.f.trust.revoked = true; }, "the key of \"ceo\" was revoked",
       true},
      {"unlatched",
       [](Bench& b) {
         Latch latch;
         latch.kind = "freeze";
         latch.account = "*";
         latch.reason = "stop everything";
         latch.person = "ceo";
         REQUIRE(b.f.home().latches().set(latch));
       },
       "stop everything", true},
      {"own_account", [](Bench& b) { b.f.world.account = "ACother"; },
       "the credential belongs to ACother, not to ACshelf"},
      {"own_account", [](Bench& b) { reading(b, Stage::read), b.f.world.account = "ACother"; },
       "the credential belongs to ACother, not to ACshelf"},
      {"known_now", [](Bench& b) { b.next(2); },
       "it needs the result of an operation that was not carried out"},
      {"known_now",
       [](Bench& b) {
         b.returned(2, {{"id", "id-of-evil"}});
         b.next(2);
       },
       "operation 2 (thing.items.create) returned what was not signed at \"/id\""},
      {"known_now",
       [](Bench& b) {
         b.returned(2, json::object());
         b.next(2);
       },
       "operation 2 (thing.items.create) returned what was not signed at \"/id\""},
      {"within_rails",
       [](Bench& b) {
         b.standing.rails = {{{"rail", "never"}, {"operation", "thing.items.update"}}};
       },
       "a rail forbids thing.items.update: it is never done by this runbook"},
      {"within_rails",
       [](Bench& b) {
         b.standing.rails = {{{"rail", "protect"}, {"pointer", "/things/lamp"}}};
       },
       "\"/things/lamp\" is protected"},
      // What was carried out counts with its arguments.
      {"within_rails",
       [](Bench& b) {
         b.standing.rails = {{{"rail", "after"},
                              {"operation", "thing.items.create"},
                              {"needs", "thing.items.update"},
                              {"needs_arguments", {{"key", "vase"}}}}};
         b.returned(1, {{"id", "lamp"}});
         b.next(1);
       },
       "only after thing.items.update with key = \"vase\""},
      {"same_target", [](Bench& b) { b.intent().target = "/things/vase"; },
       "drift: thing.items.update was not carried out: its target was signed as /things/vase and "
       "is /things/lamp"},
      {"guarded",
       [](Bench& b) {
         b.f.world.things["vase"]["locked"] = true;
         b.next(3);
       },
       "refused: thing.items.delete was not carried out: it is locked"},
      {"baselines_unchanged",
       [](Bench& b) {
         b.standing.baselines = {{"CCT", {{"flag", true}}}};
         b.f.world.neighbours = {{"CCT", {{"flag", false}}}};
       },
       "drift: thing.items.update was not carried out: the adjacent account \"CCT\" changed"},
      {"same_before", [](Bench& b) { b.f.world.things["lamp"]["value"] = "broken"; },
       "drift: thing.items.update was not carried out: /things/lamp/value was planned from \"off\" "
       "and is \"broken\""},
      {"same_sources",
       [](Bench& b) {
         b.intent().sources = {{"file", "abc"}};
       },
       "refused: thing.items.update was not carried out: what it reads is not what was signed"},
  };
  return all;
}

}  // namespace

TEST_CASE("what was signed passes every check of the gate") {
  Bench b;
  CHECK(b.said() == "passed");
  REQUIRE(b.before);
  CHECK((*b.before)["value"] == "off");
  b.returned(1, {{"id", "lamp"}});
  b.next(1);
  CHECK(b.said() == "passed");
  b.returned(2, {{"id", "id-of-shade"}});
  b.next(2);
  CHECK(b.said() == "passed");
  CHECK(b.filled.arguments["value"] == "see id-of-shade");
  b.next(3);
  CHECK(b.said() == "passed");
  // What was done with the arguments that a rail names opens what it rules.
  b.standing.rails = {{{"rail", "after"},
                       {"operation", "thing.items.delete"},
                       {"needs", "thing.items.update"},
                       {"needs_arguments", {{"key", "lamp"}}}}};
  CHECK(b.said() == "passed");
  CHECK(b.f.world.changes.empty());
}

TEST_CASE("each check of the gate refuses what it is there for, and the others pass") {
  for (const Case& one : cases()) {
    DYNAMIC_SECTION(one.check << ": " << one.said) {
      Bench b;
      one.broken(b);
      const std::string said = b.said();
      INFO(said);
      CHECK(said.find(one.said) != std::string::npos);
      CHECK(b.gate->halted() == one.halted);
      CHECK(b.f.world.changes.empty());
      const bool contaminated = std::string(one.check) == "baselines_unchanged";
      CHECK(b.gate->contaminated() == (contaminated ? "CCT" : ""));
    }
  }
}

TEST_CASE("no operation passes the gate before its decision was used, or without a request") {
  Fixture f;
  auto run = f.run(f.runbook(kProcedure));
  REQUIRE(run);
  const bool decided = GENERATE(true, false);
  if (decided) REQUIRE(run->decide(decision(run->state(), "approve")));
  const std::string id = run->state().id();
  run.reset();
  auto journal = Journal::open(f.home().run_path(id), false);
  REQUIRE(journal);
  auto state = RunState::of(**journal);
  REQUIRE(state);
  Ledger ledger(std::move(*journal), std::move(*state), nullptr, wall_clock());
  ledger.set_now(f.world.now);
  auto session = f.engine().session("shelf", ledger.journal());
  REQUIRE(session);
  const PlannedPhase planned = *ledger.state().plan->phase("one");
  PhaseContext standing;
  standing.stage = Stage::apply;
  standing.phase = "one";
  standing.planned = &planned;
  const Intent& intent = next_intent(standing);
  HostCall filled;
  std::optional<json> before;
  Gate gate(f.engine(), session->get(), ledger);
  const auto error =
      gate.refusal({"one/1", intent.operation, "", intent.arguments}, standing, filled, before);
  REQUIRE(error);
  CHECK(error->message.find("no decision allows it") != std::string::npos);
}
