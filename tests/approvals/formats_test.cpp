// The examples in docs/formats are read by the same code as everything else.
#include <fstream>
#include <iterator>

#include "approvals/demand.h"
#include "approvals/documents.h"
#include "approvals/policy.h"
#include "approvals/revocations.h"
#include "approvals/trust.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

// The block of the page that starts with ```KIND and a line that starts with `first`.
std::string example(const std::string& page, const std::string& kind, const std::string& first) {
  std::ifstream in(COUNTERSIGN_SOURCE_DIR "/docs/formats/" + page);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string start = "```" + kind + "\n" + first;
  const std::size_t at = text.find(start);
  REQUIRE(at != text.npos);
  const std::size_t body = at + kind.size() + 4;
  return text.substr(body, text.find("```\n", body) - body);
}

TEST_CASE("the policy of the page is a policy, and needs what the page says") {
  const auto policy = parse_policy(example("policy.md", "toml", "version"), "policy.md");
  REQUIRE(said(policy) == "ok");
  const auto demand = demand_of(*policy, {{"effects", {"destroy"}},
                                          {"operations", {"mailgun.keys.delete"}},
                                          {"requires", nlohmann::json::array()}});
  REQUIRE(said(demand) == "ok");
  CHECK(describe(demand->requires_roles) == "2 x approver, 1 x ceo");
  CHECK(demand->separation);
  CHECK(demand->reference);
  CHECK(demand->decide_by == 4 * 3600);
}

TEST_CASE("the revocation list of the page is one") {
  const auto list =
      parse_revocations(example("revocations.md", "", "# countersign"), "revocations.md");
  REQUIRE(said(list) == "ok");
  CHECK(list->fingerprints.size() == 2);
}

TEST_CASE("the decision of the page is one") {
  std::string document = example("decision.md", "", "{");
  document.pop_back();
  CHECK(said(parse_answer(document)) == "ok");
}

}  // namespace
}  // namespace countersign
