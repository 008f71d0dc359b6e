// The first deployment, on an account where nothing is deployed: what is sent, in which order, what
// is there at the end, and what stops it.
#include <regex>

#include "interpreter/difference.h"
#include "tests/runbooks/firm.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Words = std::vector<std::string>;

namespace {

const std::string kFolder = "dev-logs/wait-experience-acme-2026-11-20/";
const std::string kNewDomain = "custom-flex-extensions-serverless-4242-dev.twil.io";

json parameters(const json& changes = json::object()) {
  json all = {{"client", "acme"},
              {"number", kNumber},
              {"queue", "existing"},
              {"workflow", kWorkflow},
              {"channel", "TC6f838d37b0d47819c9d6f3af9336c221"},
              {"admin_email", "admin@acme.example,second@acme.example"},
              {"mailgun_domain", "acme.connie.example"},
              {"hold_music", "default"},
              {"greeting", "default"},
              {"voicemail_prompt", "default"},
              {"crm_url", "{{task.attributes.profile_url}}"},
              {"sso", true}};
  all.merge_patch(changes);
  return all;
}

// An account with a number and Flex, and a pipeline that deploys.
struct Ground : Firm {
  explicit Ground(const json& patch = json::array(), const std::string& environment = "production")
      : Firm(environment, patch, Site::empty) {
    pipeline();
  }
};

}  // namespace

TEST_CASE("a setup on an empty account does exactly this, in this order, and ends done") {
  Ground firm;
  firm.start("connie/setup", parameters());
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  CHECK(firm.changes().empty());
  firm.approve();
  INFO(json(firm.carried_out()).dump());
  INFO(firm.said.message << "\n" << firm.said.hint << firm.said.where);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.approve();
  REQUIRE(firm.status() == "awaiting_attestation");
  for (const std::string& one : firm.changes()) WARN(one);
  for (const std::string& one : firm.carried_out()) WARN(one);
  WARN(firm.read("PAC.md"));
}
