// Every rail of the troubleshooting runbook, against a fix that tries to break it; and what happens
// beside a fix that is under way.
#include <atomic>
#include <thread>

#include "tests/runbooks/case_room.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;

namespace {

const std::string kAcmeAt = "/accounts/" + kAccount;
const std::string kServiceAt = kAcmeAt + "/serverless/0";
const std::string kDeploy = "remedy.deploy(case, \"Deploy the serverless functions\")";
using Names = std::vector<std::string>;

json not_deployed() {
  return json::array({set(kServiceAt + "/environments/0/build_sid", nullptr)});
}

}  // namespace

TEST_CASE("a fix that breaks a rail is refused before anything happens") {
  struct Case {
    const char* file;
    const char* from;
    std::string to;
    const char* why;  // a part of what is said
  };
  const std::string step = "step \"On\" ";
  const auto fix = [&](const std::string& code, const char* why) {
    return Case{"symptoms/dead_air.lua", kDeploy.c_str(), step + code, why};
  };
  const std::string flow = "\"" + kFlow + "\"", number = "\"" + kNumberSid + "\"";
  for (const Case& one : std::vector<Case>{
           fix("studio.flows.update { sid = " + flow + ", status = \"draft\" }",
               "unpublished edits have no effect"),
           fix("flex.deploy { overwrite = false }", "a routine deploy lets live win"),
           fix("studio.flows.delete { sid = " + flow + " }", "a fix takes nothing away"),
           fix("studio.flows.archive { sid = " + flow + " }", "a fix takes nothing away"),
           fix("studio.executions.cancel { flow = " + flow + ", sid = \"FN" + std::string(32, '0') +
                   "\" }",
               "callers would be dropped"),
           fix("twilio.numbers.update { sid = " + number + ", voice_url = \"\" }",
               "is no fix of these symptoms"),
           fix("twilio.numbers.delete { sid = " + number + " }", "may be another's tomorrow"),
           fix("mailgun.keys.delete { id = \"" + kKey + "\" }", "what is rolled back to"),
           fix("mailgun.domains.delete { name = \"acme.connie.example\" }",
               "other clients may share it"),
           fix("serverless.services.delete { sid = \"" + kService + "\" }",
               "other features may rely on it"),
           fix("taskrouter.workspaces.delete { sid = \"" + kWorkspace + "\" }",
               "takes the entire Flex deployment down"),
           Case{"troubleshoot.lua", "ground.target(case, values)", "",
                "wrong profile = wrong account"},
       }) {
    INFO(one.to << one.why);
    CaseRoom room(not_deployed());
    room.firm.edit_runbook(one.file, one.from, one.to);
    room.troubleshoot("dead air");
    // Whether a check will have passed is not known while planning; before the change it is.
    if (room.firm.status() == "awaiting_decision") room.firm.approve();
    INFO(room.firm.said.message << "\n" << room.firm.said.hint);
    CHECK(room.firm.status() == "failed");
    CHECK(room.firm.said.kind == "refused");
    CHECK((room.firm.said.message + room.firm.said.hint).find(one.why) != std::string::npos);
    CHECK(room.firm.changes() == Names());
  }
}

TEST_CASE("a diagnosis that changes something is refused, whatever it catches") {
  for (const char* code :
       {"studio.flows.delete { sid = \"FWbc3a4d5bbdf441d90c3cc781e7ef61fd\" }",
        "pcall(env.update, { file = case.profile.env_file, key = \"ADMIN_EMAIL\", value = \"x\" })",
        "coroutine.wrap(function() flex.deploy { overwrite = true } end)()"}) {
    INFO(code);
    CaseRoom room(not_deployed());
    room.firm.edit_runbook(
        "symptoms/dead_air.lua", "local seen, all = case.seen, {}\n    local domain",
        std::string(code) + "\n    local seen, all = case.seen, {}\n    local domain");
    room.troubleshoot("dead air");
    CHECK(room.firm.status() == "failed");
    CHECK(room.firm.said.kind == "refused");
    CHECK(room.firm.changes() == Names());
    CHECK(room.firm.read("serverless-functions/.env.acme").find("ADMIN_EMAIL=x") ==
          std::string::npos);
  }
}

TEST_CASE("without a root cause it is not done, and cannot be signed off") {
  CaseRoom room;
  room.troubleshoot("dead air");
  CHECK(room.firm.status() == "failed");
  room.firm.sign_off();
  CHECK(room.firm.status() == "failed");
  CHECK_FALSE(room.firm.said.message.empty());
}

TEST_CASE("an adjacent account that changes under a fix stops it before the next change") {
  CaseRoom room(json::array({set(kServiceAt + "/environments/0/variables/ADMIN_EMAIL", "")}));
  room.firm.write("serverless-functions/.env.acme", [&] {
    std::string text = room.firm.read("serverless-functions/.env.acme");
    const std::string admin = "ADMIN_EMAIL=admin@acme.example";
    return text.replace(text.find(admin), admin.size(), "ADMIN_EMAIL=");
  }());
  // The deploy itself goes to the wrong account: the pipeline was tampered with.
  const std::string cct =
      "/accounts/ACe61336ac49728f5d344206b3c61644ef/flex_configuration/ui_attributes/custom_data/x";
  room.firm.write("deploy-serverless.sh", "#!/bin/sh\ncurl -sf -X POST " +
                                              room.firm.simulator.endpoint() +
                                              "/_sim/patch -d '[{\"op\":\"add\",\"path\":\"" + cct +
                                              "\",\"value\":1}]' > /dev/null\n");
  room.troubleshoot("no email");
  REQUIRE(room.firm.planned() == Names{"env.update", "command.run", "files.write"});
  room.firm.approve();
  INFO(room.firm.said.message);
  CHECK(room.firm.status() == "drifted");
  CHECK(room.firm.carried_out() == Names{"env.update", "command.run"});
  CHECK_FALSE(room.firm.list("incidents").size() > 0);
  CHECK(room.firm.state().findings.back()["symptom"] == "cross-account-contamination");
  CHECK(room.firm.state().findings.back()["severity"] == "high");
}

TEST_CASE("what is restored is somewhere else, and the next run says so") {
  CaseRoom room(json::array({gone(kServiceAt)}));
  room.firm.call({{"path", "agent"}});
  room.troubleshoot("dead air");
  REQUIRE_FALSE(room.firm.state().findings.empty());
  CHECK(room.firm.state().findings[0]["cause"] == "service-deleted");
  CHECK(room.firm.changes() == Names());
  // Its build takes five seconds of a clock that stands still otherwise.
  std::atomic<bool> over = false;
  std::thread clock([&] {
    while (!over) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      room.firm.simulator.advance(2);
    }
  });
  room.firm.approve();
  over = true;
  clock.join();
  INFO(room.firm.said.message);
  CHECK(room.firm.status() == "awaiting_attestation");
  const json services = room.firm.world()["accounts"][kAccount]["serverless"];
  REQUIRE(services.size() == 1);
  CHECK_FALSE(services[0]["environments"][0]["build_sid"].is_null());
  room.troubleshoot("dead air");
  REQUIRE_FALSE(room.firm.state().findings.empty());
  CHECK(room.firm.state().findings[0]["cause"] == "service-moved");
}
