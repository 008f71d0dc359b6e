// The healthy world: every way a caller can take, word for word, and what it leaves behind.
#include "stdlib/simulator/twilio/task_routing.h"
#include "tests/simulator/caller_line.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const char kOnHold[] =
    "hears Thank you for calling Acme. Please hold for the next agent.\n"
    "hears Please wait while we direct your call to the next agent.\n"
    "hears Press star at any time for a callback or to leave a voicemail.\n";
const char kMenu[] =
    "hears To request a callback, press 1. To leave a voicemail, press 2. To continue holding, "
    "press any other key.\n";
const char kMusic[] =
    "hears (music: http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3)\n";

json task_of(const Line& line, const json& report) {
  const json tasks = line.account()["taskrouter"][0]["tasks"];
  for (const json& task : tasks)
    if (task["sid"] == report["task"]) return task;
  return nullptr;
}

}  // namespace

TEST_CASE("a caller who holds gets an agent, who sees the caller's page") {
  Line line;
  CHECK(line.story({{"path", "agent"}}, true) ==
        std::string("agent accepted\n") + kOnHold + kMusic +
            "hears (an agent answers)\nqueue Support\n"
            "agent https://crm.acme.example/contacts/15550100999\n");
}

TEST_CASE("a caller who presses star and 1 is called back") {
  Line line;
  CHECK(line.story({{"path", "callback"}, {"accepts", true}}, true) ==
        std::string("callback requested\n") + kOnHold + kMenu +
            "hears Thank you. A callback has been requested. Goodbye.\nqueue Support\n"
            "agent https://crm.acme.example/contacts/15550100999\n"
            "log info: callback task WT created in workflow WW for +15550100999\n");
  const json report = line.simulator.world()["accounts"][kAcme]["calls"].back();
  CHECK(report["status"] == "completed");
}

TEST_CASE("a caller who presses star and 2 leaves a voicemail, which is mailed") {
  Line line;
  CHECK(line.story({{"path", "voicemail"}, {"speaks", "This is Ann, about order 12."}}, true) ==
        std::string("voicemail left\n") + kOnHold + kMenu +
            "hears Please leave a message at the tone. When you are finished, press star or hang "
            "up.\n"
            "hears (tone)\n"
            "hears Your voicemail has been recorded. Goodbye.\n"
            "queue Support\n"
            "log info: voicemail task WT created in workflow WW for +15550100999\n"
            "log info: voicemail RE mailed to admin@acme.example, with recording, with "
            "transcript\n"
            "mail delivered admin@acme.example, 1 attached, transcript\n");
}

TEST_CASE("a caller who hangs up leaves a cancelled task and nothing else") {
  Line line;
  const json report = line.call({{"path", "hangup"}, {"hold", 7}});
  CHECK(report["ended"] == "hung up");
  CHECK(report["seconds"] == 12);
  CHECK(report["task"] == nullptr);
  CHECK(line.account()["taskrouter"][0]["tasks"].back()["assignment_status"] == "canceled");
  CHECK(line.account()["taskrouter"][0]["tasks"].back()["reason"] == "hangup");
}

TEST_CASE("a voicemail's task carries what an agent needs, the transcript when it is there") {
  Line line;
  json report = line.call({{"path", "voicemail"}, {"speaks", "This is Ann."}});
  json task = task_of(line, report);
  json attributes = countersign::simulator::attributes_of(task);
  CHECK(task["task_channel_unique_name"] == "voicemail");
  CHECK(task["assignment_status"] == "pending");
  CHECK(attributes["taskType"] == "voicemail");
  CHECK(attributes["from"] == kCaller);
  CHECK(attributes["call_sid"] == report["call"]);
  CHECK(attributes["callBackData"]["numberToCall"] == kCaller);
  CHECK(attributes["profile_url"] == "https://crm.acme.example/contacts/15550100999");
  CHECK(attributes["recordingUrl"] == "https://api.twilio.com/2010-04-01/Accounts/" + kAcme +
                                          "/Recordings/" + report["recording"].get<std::string>());
  CHECK_FALSE(attributes.contains("transcriptionText"));
  line.simulator.advance(20);
  attributes = countersign::simulator::attributes_of(task_of(line, report));
  CHECK(attributes["transcriptionText"] == "This is Ann.");
}

TEST_CASE("two callers get two calls, and neither the other's task") {
  Line line;
  const json first = line.call({{"path", "callback"}, {"from", "+15550100901"}});
  const json second = line.call({{"path", "callback"}, {"from", "+15550100902"}});
  CHECK(first["call"] != second["call"]);
  CHECK(countersign::simulator::attributes_of(task_of(line, first))["from"] == "+15550100901");
  CHECK(countersign::simulator::attributes_of(task_of(line, second))["from"] == "+15550100902");
  const json all = line.nobody().get("/_sim/calls").body;
  REQUIRE(all.size() == 2);
  CHECK(all[0] == second);
  CHECK(all[1] == first);
}

TEST_CASE("what the caller is told to do decides, not a script") {
  Line line;
  // Keys of one's own choice: star, then something that the menu does not know, then nothing.
  CHECK(line.call({{"path", "hangup"}, {"keys", "*9"}, {"hold", 60}})["ended"] == "hung up");
  const json did = line.call({{"keys", "*2"}, {"path", "agent"}, {"hold", 60}});
  CHECK(did["ended"] == "voicemail left");
  CHECK(plain(did["did"].dump()) ==
        R"([{"at":"2026-11-20T12:01:21Z","did":"presses *"},{"at":"2026-11-20T12:01:30Z","did":)"
        R"("presses 2"},{"at":"2026-11-20T12:01:38Z","did":"says: Please call me back."}])");
}

TEST_CASE("an order that nobody could follow is refused, and nobody is called") {
  Line line;
  struct {
    json order;
    const char* message;
  } const cases[] = {
      {json::array(), "a call is a JSON object"},
      {{{"from", "+1"}}, "to is missing"},
      {{{"to", "+1"}}, "from is missing"},
      {{{"to", "+1"}, {"from", "+2"}, {"path", "email"}},
       "path: got \"email\", want agent, callback, voicemail or hangup"},
      {{{"to", "+1"}, {"from", "+2"}, {"keys", "12a"}}, "keys: got \"12a\", want digits, * and #"},
      {{{"to", "+1"}, {"from", "+2"}, {"seconds", -1}},
       "seconds: got -1, want seconds, a day at most"},
      {{{"to", "+1"}, {"from", "+2"}, {"after", "1h"}},
       "after: got \"1h\", want seconds, a day at most"},
      {{{"to", "+1"}, {"from", "+2"}, {"accepts", 1}}, "accepts: got 1, want true or false"},
      {{{"to", 1}, {"from", "+2"}}, "to: got 1, want text"},
      {{{"to", "+1"}, {"from", "+2"}, {"number", "+3"}}, "unknown field \"number\""},
  };
  for (const auto& one : cases) {
    Answer answer = line.nobody().post_json("/_sim/calls", one.order);
    CHECK(answer.status == 400);
    CHECK(answer.body["error"]["message"] == one.message);
  }
  CHECK(line.nobody().get("/_sim/calls").body.empty());
  CHECK(line.nobody().get("/_sim/calls/" + sid("CA", '0')).status == 404);
  CHECK(line.nobody().del("/_sim/calls").status == 405);
  CHECK(line.simulator.requests().empty());
}
