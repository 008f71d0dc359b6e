// One client's line from the first deployment to its end, with callers on it all the way.
#include <sys/stat.h>

#include "tests/runbooks/case_room.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::firm;
using Names = std::vector<std::string>;

namespace {

const json kVisible = {{"caller_visible", true}, {"approval", "https://acme.slack.example/p2"}};

struct Line : CompanyFixture {
  Line() : CompanyFixture("production", json::array(), CrashFixture::fresh) {}

  // Everybody who has to says yes, until people try it out; they do, and it is signed off.
  void live(const std::string& runbook, const json& parameters) {
    INFO(runbook << " " << parameters.dump());
    start(runbook, parameters);
    for (int asked = 0; asked < 4 && status() == "awaiting_decision"; ++asked) {
      approve("", "tom");
      if (status() == "awaiting_decision") approve();
    }
    INFO(said.message << "\n" << said.hint);
    REQUIRE(status() == "awaiting_attestation");
    for (const json& item : state().items())
      if (item["item"] == "attest") attest(item["slug"]);
    advance();
    sign_off_as(runbook == "connie/setup" ? "carla" : "tom");
    INFO(said.message);
    REQUIRE(status() == "done");
  }

  void change(const std::string& type, json changes) {
    json all = {{"client", "acme"},        {"number", kNumber},         {"type", type},
                {"caller_visible", false}, {"rollback", "back to PRE"}, {"changed_by", "Olive"}};
    all.merge_patch(changes);
    live("connie/change", all);
  }

  std::string heard(const json& report) const {
    std::string all;
    for (const json& one : report["heard"]) all += one["heard"].get<std::string>() + "\n";
    return all;
  }
};

Names recipients(const json& report) {
  Names all;
  for (const json& mail : report["mails"])
    all.push_back(mail["recipient"].get<std::string>() + " " +
                  std::to_string(mail["attachments"].size()) +
                  (mail["transcript"].get<bool>() ? " with" : " without") + " transcript");
  return all;
}

}  // namespace

TEST_CASE("setup, callers, a change of each kind, and the end") {
  Line firm;
  const json before = firm.world();
  CHECK(firm.call({{"path", "agent"}})["ended"] == "busy signal");

  firm.live("connie/setup", {{"client", "acme"},
                             {"number", kNumber},
                             {"queue", "existing"},
                             {"workflow", kWorkflow},
                             {"channel", "TC6f838d37b0d47819c9d6f3af9336c221"},
                             {"admin_email", "admin@acme.example"},
                             {"mailgun_domain", "acme.connie.example"},
                             {"hold_music", "default"},
                             {"greeting", "default"},
                             {"voicemail_prompt", "default"},
                             {"crm_url", "{{task.attributes.profile_url}}"},
                             {"sso", false}});
  // All three ways, from two numbers.
  for (const char* from : {"+15550100998", "+15550100999"}) {
    INFO(from);
    const json agent = firm.call({{"from", from}});
    CHECK(agent["ended"] == "agent accepted");
    CHECK(agent["queue"] == "Support");
    const json callback = firm.call({{"from", from}, {"path", "callback"}});
    CHECK(callback["ended"] == "callback requested");
    CHECK(callback["queue"] == "Support");
    const json voicemail = firm.call({{"from", from}, {"path", "voicemail"}, {"after", 120}});
    CHECK(voicemail["ended"] == "voicemail left");
    CHECK(voicemail["queue"] == "Support");
    CHECK(recipients(voicemail) == Names{"admin@acme.example 1 with transcript"});
  }

  firm.change("admin-email", {{"current", "admin@acme.example"}, {"target", "desk@acme.example"}});
  CHECK(recipients(firm.call({{"path", "voicemail"}, {"after", 120}})) ==
        Names{"desk@acme.example 1 with transcript"});

  const std::string key = firm.world()["mailgun"]["keys"].back()["id"];
  firm.change("mailgun-key",
              {{"current_key", "file:" + firm.folder + "/kept/mailgun-acme-" + key}});
  const json mailed = firm.call({{"path", "voicemail"}, {"after", 120}});
  CHECK(recipients(mailed) == Names{"desk@acme.example 1 with transcript"});
  CHECK(firm.world()["mailgun"]["events"].back()["api-key-id"] != key);

  json changes = {{"current", "Please wait while we direct your call to the next agent."},
                  {"target", "One moment, please."},
                  {"prompt", "greeting"},
                  {"compliance", "https://acme.example/review/7"}};
  changes.merge_patch(kVisible);
  firm.change("prompt-copy", changes);
  CHECK(firm.heard(firm.call({})).find("One moment, please.") != std::string::npos);

  changes = {{"current", "http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3"},
             {"target", "http://com.twilio.music.classical.s3.amazonaws.com/Mellotroniac.mp3"}};
  changes.merge_patch(kVisible);
  firm.change("hold-music", changes);
  CHECK(firm.heard(firm.call({})).find("Mellotroniac") != std::string::npos);

  changes = {{"queue_name", "Billing"},
             {"queue_workers", "skills HAS 'billing'"},
             {"entry", "menu"},
             {"menu", "Press 1 for support, 2 for billing."}};
  changes.merge_patch(kVisible);
  firm.change("add-queue", changes);
  CHECK(firm.call({{"keys", "1"}})["queue"] == "Support");
  CHECK(firm.call({{"keys", "2"}})["queue"] == "Billing");

  firm.change("disable-email", {{"current", "desk@acme.example"}});
  const json silent = firm.call({{"path", "voicemail"}, {"keys", "1*2"}, {"after", 120}});
  CHECK(silent["ended"] == "voicemail left");
  CHECK(recipients(silent).empty());

  // What is there before the end beside what was there at the start, and what must stay.
  json own = {{"sending_key", firm.world()["mailgun"]["keys"].back()["id"]}};
  firm.start("connie/cancel", CompanyFixture::parameters(own));
  INFO(firm.said.message << "\n" << firm.said.hint);
  REQUIRE(firm.status() == "awaiting_decision");
  firm.live_through();
  CHECK(firm.heard(firm.call({})).find("no longer in service") != std::string::npos);
  const json after = firm.world();
  const json was = before["accounts"][kAccount], is = after["accounts"][kAccount];
  CHECK(is["phone_numbers"][0]["voice_url"] == kBin);
  for (const json& flow : is["flows"])
    CHECK(flow["friendly_name"].get<std::string>().rfind("[ARCHIVED] ", 0) == 0);
  CHECK(is["flex_configuration"]["ui_attributes"]["custom_data"]["features"]
          ["callback_and_voicemail_with_email"]["enabled"] == false);
  CHECK(is["serverless"].size() == 1);
  for (const json& one : is["serverless"][0]["environments"][0]["variables"])
    CHECK(one["key"].get<std::string>().find("MAILGUN") == std::string::npos);
  CHECK(after["mailgun"]["domains"] == before["mailgun"]["domains"]);
  CHECK(after["accounts"]["ACe61336ac49728f5d344206b3c61644ef"]["flex_configuration"] ==
        before["accounts"]["ACe61336ac49728f5d344206b3c61644ef"]["flex_configuration"]);
  CHECK(firm.read("PAC.md").find("> **Cancelled:** ") != std::string::npos);
}
