// What an approval may add to its yes: a window, and that it goes past the quorum.
#include "approvals/documents.h"
#include "tests/approvals/approval_fixture.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

constexpr Time kHour = 3600;

Signed approve(const Signed& request, const LocalKey& key, const ApprovalTerms& terms) {
  const auto document = decision_document(request.document, kHead, "approve", "", "", terms);
  INFO((document ? std::string() : document.error().message));
  REQUIRE(document);
  return {*document, key.sign(*document)};
}

void let_break(ApprovalFixture& office) {
  office.append(
      "policy.toml",
      "[break_glass]\nroles = [\"operator\"]\noperations = [\"env\"]\nreview = \"ceo\"\n");
}

TEST_CASE("an approval with a window is early before it, good inside it, and gone behind it") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed yes =
      approve(request, office.ben, {"2026-11-20T20:00:00Z", "2026-11-20T22:00:00Z", ""});
  REQUIRE(office.examine(request.document, yes) == "ok");
  const auto kind = [&](const std::vector<Signed>& decisions, bool begun = false) {
    const Status said = office.authorizer()->authorize(request, decisions, office.now, begun);
    return said ? std::string("ok") : said.error().kind;
  };
  CHECK(office.authorize(request, {yes}) ==
        "it is approved for later: not before 2026-11-20T20:00:00Z");
  CHECK(kind({yes}) == "early");
  office.now += 8 * kHour - 1;
  CHECK(kind({yes}) == "early");
  office.now += 1;
  CHECK(kind({yes}) == "ok");
  office.now += 2 * kHour;
  CHECK(kind({yes}, true) == "ok");
  office.now += 1;
  CHECK(office.authorize(request, {yes}) ==
        "the approval of \"ben\" ended at 2026-11-20T22:00:00Z");
  // In the middle of its use too: asked again before every change.
  CHECK(kind({yes}, true) == "refused");
  // Another person's approval without a window makes it good.
  CHECK(kind({yes, approve(request, office.cyd, {})}) == "ok");
}

TEST_CASE("what was approved in time for a later moment may be used after the time to decide") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed tomorrow = approve(request, office.ben, {"2026-11-21T20:00:00Z", "", ""});
  const Signed plain = approve(request, office.cyd, {});
  office.now += 32 * kHour;
  CHECK(office.authorize(request, {tomorrow}) == "ok");
  CHECK(office.authorize(request, {plain}) == "the time to decide ended at 2026-11-21T12:00:00Z");
  CHECK(office.examine(request.document, tomorrow) ==
        "the time to decide ended at 2026-11-21T12:00:00Z");
}

TEST_CASE("terms that say nothing, or nonsense, are no terms") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const std::pair<ApprovalTerms, std::string> table[] = {
      {{"tonight", "", ""}, "the answer's not_before is not a time in UTC"},
      {{"2026-11-20 20:00", "", ""}, "the answer's not_before is not a time in UTC"},
      {{"", "2026-11-20T20:00:00", ""}, "the answer's not_after is not a time in UTC"},
      {{"2026-11-20T22:00:00Z", "2026-11-20T20:00:00Z", ""},
       "the approval's window ends before it begins"},
      {{"", "", "  "}, "the answer's \"break_glass\" is empty"},
  };
  for (const auto& [terms, error] : table) {
    const auto document = decision_document(request.document, kHead, "approve", "", "", terms);
    REQUIRE_FALSE(document);
    CHECK(document.error().message == error);
  }
  CHECK_FALSE(decision_document(request.document, kHead, "reject", "", "no", {"", "", "haste"}));
}

TEST_CASE("the glass is broken by a role that the policy names, for operations that it lists") {
  ApprovalFixture office;
  const Signed plain = office.asked();
  CHECK(office.authorize(plain, {approve(plain, office.ada, {"", "", "dead air"})}) ==
        "the policy has no break-glass rule");
  let_break(office);
  office.accept_edits();
  const Signed request = office.asked();
  // Ada asks, and policy separates the two: in an emergency that is left to the review.
  const Signed ada = approve(request, office.ada, {"", "", "callers hear dead air"});
  CHECK(office.examine(request.document, ada) == "ok");
  CHECK(office.authorize(request, {ada}) == "ok");
  CHECK(office.authorize(request, {approve(request, office.dan, {"", "", "dead air"})}) == "ok");
  CHECK(office.authorize(request, {approve(request, office.ben, {"", "", "dead air"})}) ==
        "\"ben\" has no role that may use break-glass: approver");
  const auto answer = office.authorizer()->examine(request.document, ada, office.now);
  REQUIRE(answer);
  CHECK(answer->break_glass == "callers hear dead air");
  CHECK(answer->review == "ceo");

  office.draft["asks"]["break_glass"] = "never";
  const Signed never = office.asked();
  CHECK(office.authorize(never, {approve(never, office.ada, {"", "", "dead air"})}) ==
        "the runbook does not allow break-glass");
  office.draft["asks"].erase("break_glass");

  office.draft["asks"]["operations"] = {"env.update", "mailgun.keys.delete"};
  const Signed wider = office.asked();
  CHECK(office.authorize(wider, {approve(wider, office.ada, {"", "", "dead air"})}) ==
        "break-glass is not allowed for mailgun.keys.delete");
  office.draft["asks"]["operations"] = {"environment.update"};
  const Signed near = office.asked();
  CHECK(office.authorize(near, {approve(near, office.ada, {"", "", "dead air"})}) ==
        "break-glass is not allowed for environment.update");
  // A rejection ends it all the same.
  CHECK(office.authorize(request, {ada, office.reject(request, office.ben, "wait")}) ==
        "\"ben\" rejected this: wait");
}

TEST_CASE("who approves changes may let them through again, others may not") {
  ApprovalFixture office;
  const std::string subject(64, 'c');
  const auto may = [&](const LocalKey& key) {
    const std::string document = *latch_document(subject, "thaw", "it is over");
    const auto answer =
        office.authorizer()->examine(subject, {document, key.sign(document)}, office.now);
    REQUIRE(answer);
    CHECK(answer->type == "latch");
    CHECK(answer->verdict == "thaw");
    return static_cast<bool>(office.authorizer()->may_lift(*answer));
  };
  CHECK(may(office.ben));
  CHECK(may(office.cyd));
  CHECK_FALSE(may(office.dan));
}

}  // namespace
}  // namespace countersign
