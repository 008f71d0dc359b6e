// Changes of a live deployment: each type's diff, who signs it, and what is rolled back.
#include <sys/stat.h>

#include <memory>

#include "interpreter/difference.h"
#include "tests/runbooks/firm.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Words = std::vector<std::string>;

namespace {

const std::string kSourceFile =
    "serverless-functions/src/functions/features/callback-and-voicemail-with-email/studio/"
    "wait-experience.protected.js";
const std::string kEnvFile = "serverless-functions/.env.acme";

// The demo's live deployment; the policy asks for the CTO, the runbook for the CEO where callers
// notice.
struct Live : Firm {
  explicit Live(const json& patch = json::array()) : Firm("production", patch, Site::live, "cto") {
    pipeline();
    // The env file and the live functions agree, as after a clean deploy.
    std::string env = read(kEnvFile);
    env.erase(env.find("WEBCHAT_ADDRESS"));
    write(kEnvFile, env);
    write("kept-key", "fake-mailgun-sending-key-acme\n");
    ::chmod((folder + "/kept-key").c_str(), 0600);
  }

  json parameters(const std::string& type, const json& changes) const {
    json all = {{"client", "acme"},        {"number", kNumber},         {"type", type},
                {"caller_visible", false}, {"rollback", "back to PRE"}, {"changed_by", "Olive"}};
    if (type.rfind("mailgun", 0) == 0) all["current_key"] = "file:" + folder + "/kept-key";
    all.merge_patch(changes);
    return all;
  }

  void sign() {
    const bool visible = state().started["parameters"]["caller_visible"];
    approve("https://acme.slack.example/p1", "tom");
    if (visible) approve();
  }

  // To the moment at which people try it.
  void make(const std::string& type, const json& changes) {
    start("connie/change", parameters(type, changes));
    INFO(said.message << "\n" << said.hint);
    REQUIRE(status() == "awaiting_decision");
    sign();
    INFO(said.message << "\n" << said.hint << said.where);
    REQUIRE(status() == "awaiting_decision");
    CHECK(planned() == Words{"devlogs.update", "registry.update"});
    sign();
    INFO(said.message << "\n" << said.hint);
    REQUIRE(status() == "awaiting_attestation");
  }

  void try_out(const Words& items) {
    for (const std::string& item : items) attest(item);
    sign_off_as("tom");
    INFO(said.message);
    REQUIRE(status() == "done");
  }

  json variables() {
    json all = json::object();
    for (const json& one : account()["serverless"][0]["environments"][0]["variables"])
      all[one["key"].get<std::string>()] = one["value"];
    return all;
  }
};

const json kVisible = {{"caller_visible", true}, {"approval", "https://acme.slack.example/p2"}};

json with(json base, const json& more) {
  base.merge_patch(more);
  return base;
}

const json kAddress = {{"current", "admin@acme.example"}, {"target", "desk@acme.example"}};

}  // namespace

TEST_CASE("another admin e-mail is the CTO's to sign, and its diff is that address") {
  Live firm;
  const std::string env = firm.read(kEnvFile);
  json variables = firm.variables();
  const json before = firm.world();
  firm.make("admin-email", kAddress);
  CHECK(firm.carried_out() ==
        Words{"devlogs.write", "env.update", "command.run", "devlogs.update", "registry.update"});
  CHECK(firm.changes().empty());
  firm.try_out({"smoke-mail", "ceo-told"});
  std::string wanted = env;
  wanted.replace(wanted.find("admin@acme.example"), 18, "desk@acme.example");
  CHECK(firm.read(kEnvFile) == wanted);
  variables["ADMIN_EMAIL"] = "desk@acme.example";
  CHECK(firm.variables() == variables);
  const json after = firm.world();
  CHECK(after["mailgun"] == before["mailgun"]);
  const std::string registry = firm.read("PAC.md");
  for (const char* line :
       {"- 2026-11-20: admin-email from \"admin@acme.example\" to \"desk@acme.example\"\n",
        "  - changed by: Olive, run ", "  - files touched: serverless-functions/.env.acme\n",
        "  - SIDs changed: none\n",
        "  - PRE snapshot: "
        "wait-experience-acme-2026-11-20-admin-email/acme-account-PRE-admin-email.json\n",
        "  - POST snapshot: "
        "wait-experience-acme-2026-11-20-admin-email/acme-account-POST-admin-email.json\n",
        "  - smoke test: signed in run ", "  - CEO approval: not needed; the CEO is told"})
    CHECK(registry.find(line) != std::string::npos);
}
