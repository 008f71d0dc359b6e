// Every rail of the cancellation, tried by a copy of the runbook that breaks it: refused with the
// rail's own sentence.
#include <algorithm>
#include <memory>

#include "tests/runbooks/company_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;

namespace {

struct Edit {
  const char *file, *from, *to;
};

struct Broken {
  const char* rail;  // what the copy tries
  std::vector<Edit> edits;
  const char* sentence;  // what it is refused with
};

const char kGoodbye[] =
    "step(\"Write the PRE-cancellation evidence into the dev-log folder \" .. found.folder)";
const char kUpdate[] =
    "studio.flows.update {\n        sid = found.flow.sid, status = \"published\", definition = "
    "found.goodbye,\n        commit_message = \"Service ended: goodbye message\",\n      }";
const char kTeardown[] =
    "step(\"Add the execution history up to the end of the drain to the evidence\")";
const char kUnwire[] =
    "      twilio.numbers.update { sid = found.number.sid, voice_url = "
    "run.params.out_of_service_url }\n";
const char kRelease[] = "      twilio.numbers.delete { sid = found.number.sid }\n";
const char kSwitch[] =
    "      teardown.switch_feature_off(run)\n      teardown.remove_entries(run)\n      "
    "teardown.retire_flow(run, gone)\n      teardown.revoke_key(run)\n";

// Before the teardown's first step.
Edit early(const char* call) {
  static std::vector<std::unique_ptr<std::string>> kept;
  kept.push_back(std::make_unique<std::string>(std::string(call) + "\n      " + kTeardown));
  return {"cancel.lua", kTeardown, kept.back()->c_str()};
}

// After the goodbye, before the drain.
Edit at_goodbye(const char* call) {
  static std::vector<std::unique_ptr<std::string>> kept;
  kept.push_back(std::make_unique<std::string>(std::string(kUpdate) + "\n" + call));
  return {"cancel.lua", kUpdate, kept.back()->c_str()};
}

const std::vector<Broken>& copies() {
  static const std::vector<Broken> all = {
      {"no PRE, no change",
       {{"cancel.lua", "label = \"PRE\"", "label = \"BEFORE\""}},
       "a rail forbids devlogs.write: no snapshot labelled PRE has been captured yet (what is not "
       "recorded before a change cannot be compared after it)"},
      {"the workspace",
       {early("taskrouter.workspaces.delete { sid = found.workspace }")},
       "a rail forbids taskrouter.workspaces.delete: it is never done by this runbook (workspace "
       "deletion takes the entire Flex deployment down)"},
      {"the Mailgun domain",
       {early("mailgun.domains.delete { name = run.profile.mailgun_domain }")},
       "a rail forbids mailgun.domains.delete: it is never done by this runbook (other clients may "
       "share the parent domain or its DNS records)"},
      {"the serverless service",
       {early("serverless.services.delete { sid = found.services[1] }")},
       "a rail forbids serverless.services.delete: it is never done by this runbook (other "
       "features (webchat, video escalation) may rely on it)"},
      {"recordings",
       {early("twilio.recordings.delete { sid = \"REf383920fd7abeb8de36d17b43103a52e\" }")},
       "a rail forbids twilio.recordings.delete: it is never done by this runbook"},
      {"a live caller",
       {early("studio.executions.cancel { flow = found.flow.sid, sid = "
              "\"FN001ba631338a390a1002e2551e909d18\" }")},
       "a rail forbids studio.executions.cancel: it is never done by this runbook (ending an "
       "execution drops a live caller mid-call)"},
      {"dev-logs by another way",
       {early("files.archive { path = \"dev-logs/wait-experience-acme-2026-05-04\" }")},
       "a rail forbids files.archive: it is never done by this runbook"},
      {"moving source files away",
       {early("files.move { from = \"flex-config/taskrouter_skills.json\", to = "
              "\"flex-config/old.json\" }")},
       "a rail forbids files.move: it is never done by this runbook"},
      {"writing over the registry",
       {early("files.write { path = \"PAC.md\", text = \"gone\", overwrite = true }")},
       "a rail forbids files.write: it is never done by this runbook"},
      {"editing the registry's history",
       {early("files.edit { path = \"PAC.md\", text = \"# PAC\\n\" }")},
       "a rail forbids files.edit: only with set = "
       "{\"/custom_data/features/callback_and_voicemail_with_email/enabled\":false} (only the "
       "per-feature flag is switched off in the source files; the history of PAC.md stays)"},
      {"another switch than the feature's",
       {{"teardown.lua", "[deployment.flag_pointer] = false",
         "[\"/custom_data/features/enhanced_crm_container/enabled\"] = false"}},
       "a rail forbids files.edit: only with set = "},
      {"the goodbye before the evidence",
       {{"cancel.lua", kGoodbye,
         "studio.flows.update { sid = found.flow.sid, status = \"published\", definition = "
         "found.goodbye }\n      step(\"Write the PRE-cancellation evidence into the dev-log "
         "folder \" .. found.folder)"}},
       "a rail forbids studio.flows.update: only after devlogs.write (capture a final "
       "PRE-cancellation snapshot of EVERYTHING first"},
      {"an unpublished goodbye",
       {{"cancel.lua", "sid = found.flow.sid, status = \"published\", definition = found.goodbye,",
         "sid = found.flow.sid, status = \"draft\", definition = found.goodbye,"}},
       "a rail forbids studio.flows.update: only with status = \"published\" (an unpublished edit "
       "has no effect on callers)"},
      {"unwiring without a goodbye",
       {{"cancel.lua", kUpdate, ""}},
       "a rail forbids twilio.numbers.update: only after studio.flows.update with status = "
       "\"published\" (always update the Studio Flow first, drain, then unwire)"},
      {"unwiring before the drain",
       {at_goodbye(kUnwire)},
       "a rail forbids twilio.numbers.update: only after the phase \"drain\" has ended (drain "
       "in-flight calls before unwiring the number: skipping it drops live callers mid-call)"},
      {"releasing before the drain",
       {at_goodbye(kRelease)},
       "a rail forbids twilio.numbers.delete: only after the phase \"drain\" has ended (a number "
       "released too early drops callers in mid-flow, and there is no way back)"},
      {"a deploy that live wins",
       {{"teardown.lua", "flex.deploy { overwrite = true }", "flex.deploy {}"}},
       "a rail forbids flex.deploy: only with overwrite = true (without OVERWRITE_CONFIG=true the "
       "feature flag stays enabled in live)"},
      {"a deploy before the flag",
       {early("flex.deploy { overwrite = true }")},
       "a rail forbids flex.deploy: only after files.edit (a deploy before the flag is off in the "
       "source file deploys it on)"},
      {"the entries before the deploy",
       {{"cancel.lua", kSwitch, "      teardown.remove_entries(run)\n"}},
       "a rail forbids env.delete: only after flex.deploy with overwrite = true (the entries go "
       "after the flag is deployed off)"},
      {"the live entries before the file's",
       {early("serverless.variables.delete { key = \"ADMIN_EMAIL\" }")},
       "a rail forbids serverless.variables.delete: only after env.delete (the source file goes "
       "first, or a deploy brings the entry back)"},
      {"the functions before the entries",
       {early("command.run { name = \"deploy-serverless\" }")},
       "a rail forbids command.run: only after env.delete (the functions are deployed without the "
       "client's entries)"},
      {"archiving the flow while it is wired",
       {early("teardown.retire_flow(run)")},
       "a rail forbids studio.flows.archive: only after twilio.numbers.update or "
       "twilio.numbers.delete (always unwire the number before archiving the flow)"},
      {"deleting the flow while it is wired",
       {early("studio.flows.delete { sid = found.flow.sid }")},
       "a rail forbids studio.flows.delete: only after twilio.numbers.update or "
       "twilio.numbers.delete (always unwire the number before deleting the flow)"},
      {"the key before the flag",
       {early("teardown.revoke_key(run)")},
       "a rail forbids mailgun.keys.delete: only after flex.deploy with overwrite = true (reversed "
       "order produces loud function errors on in-flight calls)"},
      {"the key before the functions",
       {{"cancel.lua", kSwitch,
         "      teardown.switch_feature_off(run)\n      teardown.revoke_key(run)\n"}},
       "a rail forbids mailgun.keys.delete: only after command.run with name = "
       "\"deploy-serverless\" (functions that still hold the key fail loudly once it is revoked)"},
      {"the registry before the key",
       {early("registry.tombstone { client = run.params.client, text = \"2026-11-20\" }")},
       "a rail forbids registry.tombstone: only after mailgun.keys.delete (the registry says what "
       "is so: the key is revoked first)"},
      {"the dev-logs before the 24 hours",
       {early("devlogs.archive { folder = found.logs[1].folder }")},
       "a rail forbids devlogs.archive: only after the phase \"aftermath\" has ended (do not "
       "archive the dev-log directory until the 24h verification passed)"},
  };
  return all;
}

}  // namespace

TEST_CASE("each rail refuses the copy of the runbook that breaks it, and nothing is sent") {
  for (const Broken& copy : copies()) {
    INFO(copy.rail);
    CompanyFixture firm;
    const std::string registry = firm.read("PAC.md");
    for (const Edit& edit : copy.edits) firm.edit_runbook(edit.file, edit.from, edit.to);
    firm.start("connie/cancel", CompanyFixture::parameters());
    INFO(firm.said.message);
    CHECK(firm.said.kind == "refused");
    CHECK(firm.said.message.find(copy.sentence) != std::string::npos);
    CHECK(firm.status() == "failed");
    CHECK(firm.state().request == std::nullopt);
    CHECK(firm.changes().empty());
    CHECK(firm.carried_out().empty());
    CHECK(firm.read("PAC.md") == registry);
  }
}

TEST_CASE("a release without a goodbye is refused") {
  CompanyFixture firm;
  firm.edit_runbook("cancel.lua", kUpdate, "");
  firm.start("connie/cancel", CompanyFixture::parameters(
                                  {{"disposition", "release"}, {"out_of_service_url", nullptr}}));
  CHECK(firm.said.message.find(
            "a rail forbids twilio.numbers.delete: only after studio.flows.update") !=
        std::string::npos);
  CHECK(firm.changes().empty());
}

TEST_CASE(
    "a switch has rails of its own: the number stays, the client is not cancelled, the dev-logs "
    "stay") {
  const std::string flow = "FW00000000000000000000000000000002";
  const json patch = {
      {{"op", "add"},
       {"path", "/accounts/" + kAccount + "/flows/-"},
       {"value", {{"sid", flow}, {"friendly_name", "Acme Voicemail"}, {"status", "published"}}}}};
  const char first[] = "step(\"Let \" .. run.params.number .. \" ring the new flow\")";
  struct Case {
    const char *call, *sentence;
  };
  for (const Case& one :
       {Case{"twilio.numbers.delete { sid = found.number.sid }",
             "a rail forbids twilio.numbers.delete: it is never done by this runbook (a switch "
             "keeps the number)"},
        Case{"registry.tombstone { client = run.params.client, text = \"2026-11-20\" }",
             "a rail forbids registry.tombstone: it is never done by this runbook (a client that "
             "switches is not cancelled)"},
        Case{"devlogs.archive { folder = found.logs[1].folder }",
             "a rail forbids devlogs.archive: "}}) {
    INFO(one.call);
    CompanyFixture firm("production", patch);
    firm.edit_runbook("cancel.lua", first, (std::string(one.call) + "\n      " + first).c_str());
    firm.start("connie/cancel",
               CompanyFixture::parameters(
                   {{"type", "B"},
                    {"goodbye", nullptr},
                    {"out_of_service_url", nullptr},
                    {"target", "voicemail-only"},
                    {"target_flow", flow},
                    {"revoke_key", false},
                    {"outage_window", "2026-11-20T22:00:00Z/2026-11-20T23:30:00Z"}}));
    INFO(firm.said.message);
    CHECK(firm.said.message.find(one.sentence) != std::string::npos);
    CHECK(firm.changes().empty());
  }
}

TEST_CASE("no flow is archived or deleted without an export whose count is the API's") {
  for (const char* deletion : {"archive", "delete"}) {
    CompanyFixture firm;
    firm.edit_runbook("teardown.lua",
                      "check(exported == counted, \"the exported execution history is complete\"",
                      "check(exported == counted, \"something else\"");
    firm.start("connie/cancel", CompanyFixture::parameters({{"flow_deletion", deletion}}));
    REQUIRE(firm.status() == "awaiting_decision");
    firm.approve();
    firm.after(24.1);
    CHECK(firm.said.message.find(
              "a rail forbids studio.flows." + std::string(deletion) +
              ": only after the check \"the exported execution history is complete\" has passed") !=
          std::string::npos);
    CHECK(firm.account()["flows"][0]["friendly_name"] == "Acme Wait Experience");
    CHECK(firm.world()["mailgun"]["keys"].size() == 2);
  }
}

TEST_CASE(
    "an adjacent account that changes in the middle of the teardown stops it before the next "
    "change") {
  CompanyFixture firm;
  // The deploy of the functions hits the wrong account.
  firm.write("deploy.sh",
             "#!/bin/sh\nexec curl -sf -X POST " + firm.simulator.endpoint() +
                 "/_sim/patch -d "
                 "'[{\"op\":\"replace\",\"path\":\"/accounts/ACe61336ac49728f5d344206b3c61644ef/"
                 "flex_configuration/ui_attributes/custom_data/features/"
                 "callback_and_voicemail_with_email/enabled\",\"value\":false}]'\n");
  firm.start("connie/cancel", CompanyFixture::parameters());
  firm.approve();
  firm.after(24.1);
  INFO(firm.said.message);
  CHECK(firm.status() == "drifted");
  CHECK(firm.said.message.find(
            "the adjacent account \"CCT\" changed while this one was being changed") !=
        std::string::npos);
  CHECK(firm.said.hint.find("severity HIGH") != std::string::npos);
  CHECK(firm.carried_out().back() == "command.run");
  CHECK(firm.world()["mailgun"]["keys"].size() == 2);
}

TEST_CASE("a switch keeps its evidence before it rewires") {
  const std::string flow = "FW00000000000000000000000000000002";
  CompanyFixture firm(
      "production",
      {{{"op", "add"},
        {"path", "/accounts/" + kAccount + "/flows/-"},
        {"value", {{"sid", flow}, {"friendly_name", "New"}, {"status", "published"}}}}});
  const std::string keep =
      "mutate(\"keep\", { title = \"Keep the evidence\", when = switches })(function(run)\n"
      "      local found = run.preflight\n";
  firm.edit_runbook("cancel.lua", keep,
                    keep + "twilio.numbers.update { sid = found.number.sid, voice_url = \"\" }\n");
  firm.start(
      "connie/cancel",
      CompanyFixture::parameters({{"type", "B"},
                                  {"goodbye", nullptr},
                                  {"out_of_service_url", nullptr},
                                  {"target", "voicemail-only"},
                                  {"target_flow", flow},
                                  {"revoke_key", false},
                                  {"outage_window", "2026-11-20T22:00:00Z/2026-11-20T23:30:00Z"}}));
  INFO(firm.said.message);
  CHECK(firm.said.message.find("a rail forbids twilio.numbers.update: only after devlogs.write") !=
        std::string::npos);
  CHECK(firm.changes().empty());
}
