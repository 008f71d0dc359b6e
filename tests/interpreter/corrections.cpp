// What a person settled wrongly is corrected, signed: the operation is planned and decided anew, or
// counts as done after all.
#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/run.h"
#include "interpreter/settlers.h"
#include "interpreter/subject.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

// A mail whose answer is lost, a change that follows it, and a look at what came of both.
const char* kTell = R"(
  read "look" (function(run) return thing.items.fetch { key = "lamp" } end),
  mutate "tell" (function(run)
    step "Tell"
    thing.mail.send { text = "hello" }
    step "Turn the lamp on"
    thing.items.update { key = "lamp", value = "on" }
  end),
  wait "cool" { duration = "1h", why = "the bulb is hot" },
  read "verify" (function(run)
    check(thing.items.fetch { key = "lamp" }.value == "on", "the lamp is on")
  end),
)";
const char* kSeen = R"(done = { attest { "seen", "Somebody read the mail" } })";

struct Doubt {
  Fixture f;
  std::unique_ptr<Run> run;

  // `operation`: the change whose answer is lost before the provider acted.
  Doubt(const std::string& procedure, const std::string& more, const std::string& operation) {
    run = f.run(f.runbook(procedure, more));
    INFO(f.said.message);
    REQUIRE(run);
    REQUIRE(run->decide(decision(run->state(), "approve")));
    f.world.before_change = [operation](const std::string& name) -> Status {
      if (name != operation) return Done{};
      return Error{"transport", "timeout", "", "", "", 0};
    };
    REQUIRE_FALSE(run->advance());
    REQUIRE(run->state().status == RunStatus::in_doubt);
    f.world.before_change = nullptr;
  }
  Status settle(const std::string& verdict, const json& result = json()) {
    json document = json::parse(settlement(run->state(), run->doubt_subject(), verdict).document);
    if (!result.is_null()) document["result_sha256"] = sha256_hex(canonical(result));
    return run->settle({canonical(document), "signed"}, result);
  }
  Status correct(const std::string& verdict, const json& result = json()) {
    json document = json::parse(correction(run->state(), verdict).document);
    if (!result.is_null()) document["result_sha256"] = sha256_hex(canonical(result));
    return run->settle({canonical(document), "signed"}, result);
  }
  std::string said(const Status& status) {
    return status ? std::string() : status.error().kind + ": " + status.error().message;
  }
  std::vector<std::string> planned() const {
    std::vector<std::string> out;
    if (run->state().plan)
      for (const Intent* intent : all_intents(*run->state().plan)) out.push_back(intent->operation);
    return out;
  }
  void goes_on() {
    const Status went = run->advance();
    INFO(said(went));
    REQUIRE(went);
  }
  void decide() { REQUIRE(run->decide(decision(run->state(), "approve"))); }
  std::string attest() {
    const Result<std::string> subject = run->item_subject("seen");
    REQUIRE(subject);
    return said(run->attest("seen", attestation(run->state(), *subject, "pass")));
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("what was settled as applied and was not is planned, decided and carried out anew") {
  Doubt d(kTell, kSeen, "send");
  REQUIRE(d.settle("applied"));
  d.goes_on();
  CHECK(d.f.world.changes.size() == 1);
  REQUIRE(d.run->state().status == RunStatus::awaiting_time);
  SECTION("while it waits") {}
  SECTION("when all has ended, and people looked at it") {
    d.f.world.now += 3600;
    d.goes_on();
    CHECK(d.attest() == "");
    CHECK(d.run->state().phases.size() == 4);
    CHECK(d.run->state().status == RunStatus::awaiting_attestation);
  }
  REQUIRE(d.correct("not-applied"));
  const RunState& state = d.run->state();
  CHECK(state.status == RunStatus::running);
  CHECK_FALSE(state.plan);
  CHECK(state.phases.count("tell") == 0);
  // What is carried out anew is waited for and looked at anew; what it was planned from is not.
  CHECK(state.phases.size() == 1);
  CHECK(state.attestations.empty());
  CHECK(state.confirmed.size() == 1);
  d.goes_on();
  REQUIRE(state.status == RunStatus::awaiting_decision);
  CHECK(d.planned() == Names{"thing.mail.send"});
  CHECK(state.terms["earlier"]["corrected"][0]["is"] == "not-applied");
  CHECK(d.f.world.changes.size() == 1);
  d.decide();
  d.goes_on();
  CHECK(d.f.world.changes.back() == R"(send {"text":"hello"})");
  CHECK(d.f.world.changes.size() == 2);
  CHECK(state.status == RunStatus::awaiting_time);
  d.f.world.now += 3599;
  d.goes_on();
  CHECK(state.status == RunStatus::awaiting_time);
  d.f.world.now += 1;
  d.goes_on();
  CHECK(state.status == RunStatus::awaiting_attestation);
  CHECK(d.attest() == "");
  d.goes_on();
  CHECK(state.status == RunStatus::done);
  const json all = summary(state)["settlements"];
  REQUIRE(all.size() == 2);
  CHECK(all[0]["counts"] == false);
  CHECK(all[1]["corrects"] == all[0]["document"]);
  // It is over, and stays what it was.
  CHECK(d.said(d.correct("applied"))
            .find("refused: the run " + state.id() + " has ended: it is done") == 0);
}

TEST_CASE("what was built on a result that there never was is planned anew too") {
  Doubt d(R"(mutate "tell" (function(run)
    local mail = thing.mail.send { text = "hello" }
    thing.items.update { key = "lamp", value = mail.id }
    thing.items.update { key = "vase", value = "red" }
  end),
  read "verify" (function(run) return thing.items.fetch { key = "lamp" } end),)",
          kSeen, "send");
  REQUIRE(d.settle("applied", {{"id", "mail-1"}}));
  d.goes_on();
  CHECK(d.f.world.changes.size() == 2);
  REQUIRE(d.correct("not-applied"));
  d.goes_on();
  CHECK(d.planned() == Names{"thing.mail.send", "thing.items.update"});
  d.decide();
  SECTION("and is carried out in its order") {
    d.goes_on();
    CHECK(d.f.world.changes.size() == 4);
    CHECK(d.f.world.changes.back() == R"(update {"key":"lamp","value":"mail-1"})");
    CHECK(d.run->state().status == RunStatus::awaiting_attestation);
  }
  SECTION("unless that was wrong, too") {
    CHECK(d.said(d.correct("applied")).find("gives no result") != std::string::npos);
    REQUIRE(d.correct("applied", {{"id", "mail-1"}}));
    d.goes_on();
    CHECK(d.planned().empty());
    CHECK(d.f.world.changes.size() == 2);
    CHECK(d.run->state().status == RunStatus::awaiting_attestation);
  }
}

TEST_CASE("what was settled as not applied and was is not repeated") {
  Doubt d(kTell, kSeen, "send");
  REQUIRE(d.settle("not-applied"));
  SECTION("corrected before it is") {
    REQUIRE(d.correct("applied"));
    d.goes_on();
    REQUIRE(d.run->state().status == RunStatus::awaiting_decision);
    CHECK(d.planned() == Names{"thing.items.update"});
    d.decide();
    d.goes_on();
    CHECK(d.f.world.changes == Names{R"(update {"key":"lamp","value":"on"})"});
    CHECK(d.run->state().confirmed.size() == 2);
  }
  SECTION("and cannot be corrected once it was") {
    d.goes_on();
    CHECK(d.f.world.changes.size() == 2);
    CHECK(d.said(d.correct("applied"))
              .find("was carried out again since it was settled as not carried out") !=
          std::string::npos);
    CHECK(d.run->state().confirmed.size() == 2);
  }
}

TEST_CASE(
    "what was found because of a wrong settlement is not asked about once that is corrected") {
  Doubt d(R"(mutate "switch" (function(run)
    thing.items.update { key = "lamp", value = "on" }
  end),)",
          kSeen, "update");
  REQUIRE(d.settle("applied"));
  const Status went = d.run->advance();
  REQUIRE_FALSE(went);
  CHECK(went.error().hint.find("countersign settle " + d.run->state().id() +
                               " --not-applied --note TEXT") != std::string::npos);
  const auto corrects = [&] {
    const json ways = ways_on(d.run->state());
    return std::any_of(ways.begin(), ways.end(),
                       [](const json& one) { return one["way"] == "correct"; });
  };
  CHECK(corrects());
  SECTION("at once") {}
  SECTION("when it waits for somebody's word") {
    d.goes_on();
    CHECK(d.run->state().status == RunStatus::awaiting_attestation);
    CHECK(corrects());
  }
  REQUIRE(d.run->state().obligations.size() == 1);
  REQUIRE(d.correct("not-applied"));
  CHECK(d.run->state().obligations.empty());
  d.goes_on();
  CHECK(d.planned() == Names{"thing.items.update"});
  d.decide();
  d.goes_on();
  CHECK(d.f.world.things["lamp"]["value"] == "on");
  CHECK(d.run->state().status == RunStatus::awaiting_attestation);
}

TEST_CASE("a failed check after a wrong settlement undoes nothing once that is corrected") {
  const bool inverse = GENERATE(true, false);
  Doubt d(std::string(R"(mutate "tell" (function(run) thing.mail.send { text = "hello" } end),
  mutate "switch" (function(run) thing.)") +
              (inverse ? R"(items.update { key = "vase", value = "red" })"
                       : R"(mail.send { text = "and again" })") +
              R"( end),
  read "verify" (function(run) check(false, "it was read") end),)",
          "", "send");
  REQUIRE(d.settle("applied"));
  (void)d.run->advance();
  // Undoing is asked for, or nothing can be undone and the run has failed.
  CHECK(d.run->state().undoing.is_null() == !inverse);
  CHECK(d.run->state().status == (inverse ? RunStatus::awaiting_decision : RunStatus::failed));
  REQUIRE(d.correct("not-applied"));
  CHECK(d.run->state().undoing.is_null());
  d.goes_on();
  CHECK(d.planned() == Names{"thing.mail.send"});
}

TEST_CASE("a correction names the settlement that it corrects, and each is corrected once") {
  Doubt d(kTell, kSeen, "send");
  REQUIRE(d.settle("applied"));
  d.goes_on();
  const RunState& state = d.run->state();
  const std::string subject = correction_subject(state, state.settlements.back());
  json document = json::parse(correction(state, "not-applied").document);
  // Signed for the doubt, or for another settlement, it is none of this one.
  document["corrects"] = std::string(64, 'a');
  CHECK(d.said(d.run->settle({canonical(document), "signed"}, json())) ==
        "refused: the document corrects a settlement that the run does not have");
  CHECK(d.said(d.run->settle(settlement(state, subject, "not-applied"), json()))
            .find("usage: no operation of the run") == 0);
  CHECK(d.said(d.correct("applied")).find("was settled already as carried out") !=
        std::string::npos);
  const Signed good = correction(state, "not-applied");
  REQUIRE(d.run->settle(good, json()));
  CHECK_FALSE(d.run->settle(good, json()));
  CHECK(state.settlements.size() == 2);
}

TEST_CASE("of several settled operations the one that is meant is named") {
  Doubt d(R"(mutate "tell" (function(run)
    thing.mail.send { text = "one" }
    thing.mail.send { text = "two" }
  end),)",
          kSeen, "send");
  REQUIRE(d.settle("applied"));
  d.f.world.before_change = [](const std::string&) -> Status {
    return Error{"transport", "timeout", "", "", "", 0};
  };
  REQUIRE_FALSE(d.run->advance());
  const RunState& state = d.run->state();
  CHECK(correctable(state, "not-applied", 1).error().kind == "in_doubt");
  REQUIRE(d.settle("applied"));
  const auto found = correctable(state, "not-applied", 0);
  REQUIRE_FALSE(found);
  CHECK(found.error().hint == "say which one with --operation N");
  REQUIRE(correctable(state, "not-applied", 1));
  CHECK((*correctable(state, "not-applied", 2))->begun.n == 2);
  CHECK(correctable(state, "not-applied", 3).error().message.find("no person settled it") !=
        std::string::npos);
}
