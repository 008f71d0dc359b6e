// Signed documents and the chain of records that they were written for.
#include "interpreter/canonical.h"
#include "interpreter/chain_head.h"
#include "interpreter/closing.h"
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

const char kAsk[] = R"(
  mutate "switch" (function(run) thing.items.update { key = "lamp", value = "on" } end))";
const char kItem[] = R"(done = { attest { "seen", "it shines" } })";

Signed with_head(const Signed& answer, const json& head) {
  json document = json::parse(answer.document);
  if (head.is_null())
    document.erase("head");
  else
    document["head"] = head;
  return {canonical(document), answer.signature};
}

std::string refusal(const Status& status) {
  return status ? std::string() : status.error().kind + ": " + status.error().message;
}

}  // namespace

TEST_CASE("a decision names a head of the run's chain, behind the request") {
  Fixture fixture;
  const auto run = fixture.run(fixture.runbook(kAsk));
  REQUIRE(run->state().status == RunStatus::awaiting_decision);
  const Signed good = decision(run->state(), "approve");
  const std::size_t records = run->journal().records().size();
  CHECK(refusal(run->decide(with_head(good, nullptr))).find("names no head") != std::string::npos);
  CHECK(refusal(run->decide(with_head(good, std::string(64, 'a')))).find("is none of those") !=
        std::string::npos);
  // A record of this run, but before it was asked.
  CHECK(refusal(run->decide(with_head(good, run->journal().records()[0].hash)))
            .find("(request), which it would have to know") != std::string::npos);
  CHECK(run->journal().records().size() == records);
  CHECK(run->decide(good));
}

TEST_CASE(
    "an answer that was signed before a later answer to the same item is not taken in again") {
  Fixture fixture;
  const auto run = fixture.run(fixture.runbook(kAsk, kItem));
  REQUIRE(run->decide(decision(run->state(), "approve")));
  REQUIRE(run->advance());
  REQUIRE(run->state().status == RunStatus::awaiting_attestation);
  const std::string subject = *run->item_subject("seen");
  const Signed pass = attestation(run->state(), subject, "pass");
  REQUIRE(run->attest("seen", pass));
  CHECK(refusal(run->attest("seen", pass)).find("(attestation), which it would have to know") !=
        std::string::npos);
  CHECK(run->attest("seen", attestation(run->state(), subject, "fail")));
  CHECK_FALSE(run->attest("seen", pass));
}

namespace {

Record record(std::vector<Record>& records, const std::string& kind, json body = json::object()) {
  Record one{static_cast<std::int64_t>(records.size()) + 1, 0, kind, std::move(body), "", ""};
  one.hash = std::string(60, 'f') + std::to_string(1000 + one.seq);
  records.push_back(one);
  return one;
}

}  // namespace

TEST_CASE("how far people's signatures cover the records, and whether that is the end") {
  const auto journal = Journal::in_memory();
  std::vector<Record> records;
  const auto answered = [&](const std::string& kind, const json& document) {
    record(records, kind,
           {{"document", journal->put(canonical(document))}, {"signature", journal->put("s")}});
  };
  const auto covered = [&] { return coverage_of(records, *journal); };
  record(records, "run.started");
  record(records, "status", {{"status", "failed"}, {"error", {{"message", "x"}}}});
  CHECK(covered().signed_to == 0);
  CHECK_FALSE(covered().end);
  CHECK_FALSE(covered().closed);
  // Closed: the status with its reason is covered by the engine alone.
  std::vector<Record> open = records;
  answered(to_string(RecordKind::closed), {{"head", records.back().hash}});
  CHECK(covered().closed_to == 2);
  CHECK(covered().closed);
  CHECK_FALSE(covered().end);
  // Something behind it that says something of its own.
  record(records, "check");
  CHECK_FALSE(covered().closed);

  records = open;
  answered("request", {{"journal", records.back().hash}});
  CHECK(covered().signed_to == 3);
  CHECK(covered().end);
  record(records, "status", {{"status", "awaiting_decision"}});
  CHECK(covered().end);
  answered("decision", {{"head", records.back().hash}});
  CHECK(covered().signed_to == 4);
  CHECK(covered().end);
  // A status that says why holds something of its own.
  const std::vector<Record> decided = records;
  record(records, "status", {{"status", "failed"}, {"error", {{"message", "x"}}}});
  CHECK_FALSE(covered().end);
  records = decided;
  record(records, "outcome");
  CHECK_FALSE(covered().end);
  answered("attestation", {{"head", records[3].hash}});  // written before the outcome
  CHECK(covered().signed_to == 4);
  CHECK_FALSE(covered().end);
  answered("attestation", {{"head", records.back().hash}});
  record(records, "status", {{"status", "done"}});
  CHECK(covered().signed_to == 7);
  CHECK(covered().end);
  // A head that is no record before it covers nothing.
  record(records, "outcome");
  answered("attestation", {{"head", std::string(64, 'a')}});
  CHECK_FALSE(covered().end);
  // An earlier version's sign-off names the evidence only.
  answered("sign_off", {{"evidence_sha256", records[9].hash}});
  CHECK(covered().signed_to == 10);
  CHECK(covered().end);
}

TEST_CASE("an unsigned request covers nothing until somebody decides on it") {
  const auto journal = Journal::in_memory();
  std::vector<Record> records;
  record(records, "run.started");
  record(records, "request", {{"document", journal->put("{}")}});
  CHECK_FALSE(coverage_of(records, *journal).end);
  record(records, "decision",
         {{"document", journal->put("{\"x\":1}")}, {"signature", journal->put("s")}});
  CHECK(coverage_of(records, *journal).signed_to == 2);
  CHECK(coverage_of(records, *journal).end);
}
