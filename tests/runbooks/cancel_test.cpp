// The cancellation of a client, from the request to the sign-off.
#include "tests/runbooks/firm.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Words = std::vector<std::string>;

namespace {

// From approval to sign-off, as people live through it.
void live_through(Firm& firm) {
  firm.approve();
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_time");
  firm.after(24.1);
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_time");
  firm.after(24.1);
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_attestation");
  firm.attest("callers-hear");
  firm.attest("no-admin-mail");
  firm.sign_off();
  INFO(firm.said.message);
  REQUIRE(firm.status() == "done");
}

}  // namespace

TEST_CASE("path A that retains the number, from start to done") {
  Firm firm;
  firm.start("connie/cancel", Firm::parameters());
  INFO(firm.said.message << "\n" << firm.said.hint << "\n" << firm.said.where);
  REQUIRE(firm.status() == "awaiting_decision");
  CHECK(firm.changes().empty());
  live_through(firm);
}
