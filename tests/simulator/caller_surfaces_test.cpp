// What an operator sees of a call, provider by provider, through the APIs they would ask.
#include "stdlib/simulator/twilio/webhook.h"
#include "tests/simulator/caller_line.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const std::string kCoreApi = "/api.twilio.com/2010-04-01/Accounts/" + kAcme;
const std::string kFlowApi = "/studio.twilio.com/v2/Flows/FWbc3a4d5bbdf441d90c3cc781e7ef61fd";
const std::string kTaskApi =
    "/taskrouter.twilio.com/v1/Workspaces/WS0c3c796f965faebb386bef713506c5a3";
const std::string kLogApi =
    "/serverless.twilio.com/v1/Services/ZS71ea5015f8d8bcce433ebfcae46fb645/Environments/"
    "ZEebdec9895c64ab444b7bb4b53fdedab6/Logs";
const char kMailKey[] = "ac3e0001-5e0d0001";

}  // namespace

TEST_CASE("calls and their notifications") {
  Line line(Patch{set(kService + "/environments/0/build_sid", nullptr)});
  const json report = line.call({{"path", "agent"}});
  const json call = line.acme().get(kCoreApi + "/Calls.json?PageSize=1")["calls"][0];
  CHECK(call["sid"] == report["call"]);
  CHECK(call["from"] == kCaller);
  CHECK(call["to"] == kNumber);
  CHECK(call["status"] == "completed");
  CHECK(call["direction"] == "inbound");
  CHECK(call["duration"] == "15");
  CHECK(call["start_time"] == "Fri, 20 Nov 2026 12:00:00 +0000");
  CHECK(call["end_time"] == "Fri, 20 Nov 2026 12:00:15 +0000");
  CHECK(call["phone_number_sid"] == report["number"]);
  CHECK_FALSE(call.contains("caller"));
  CHECK_FALSE(call.contains("moved_to"));
  const json notes = line.acme().get(kCoreApi + "/Calls/" + report["call"].get<std::string>() +
                                     "/Notifications.json")["notifications"];
  REQUIRE(notes.size() == 1);
  CHECK(notes[0]["error_code"] == "11200");
  CHECK(notes[0]["message_text"] == "HTTP retrieval failure: 404");
}

TEST_CASE("an execution with its steps and their contexts") {
  Line line;
  const json report = line.call({{"path", "callback"}});
  const json execution = line.acme().get(kFlowApi + "/Executions?PageSize=1")["executions"][0];
  CHECK(execution["sid"] == report["execution"]);
  CHECK(execution["status"] == "ended");
  CHECK(execution["flow_version"] == 3);
  CHECK(execution["contact_channel_address"] == kCaller);
  CHECK(execution["date_created"] == "2026-11-20T12:00:00Z");
  CHECK(execution["date_updated"] == "2026-11-20T12:00:30Z");
  const std::string place = kFlowApi + "/Executions/" + report["execution"].get<std::string>();
  CHECK(line.acme().get(place + "/Context")["context"]["trigger"]["call"]["CallSid"] ==
        report["call"]);
  const json steps = line.acme().get(place + "/Steps")["steps"];
  std::string way;
  for (const json& step : steps)
    way += step["transitioned_from"].get<std::string>() + " " + step["name"].get<std::string>() +
           " " + step["transitioned_to"].get<std::string>() + "\n";
  CHECK(way ==
        "Trigger incomingCall greeting\n"
        "greeting audioComplete send-to-flex\n"
        "send-to-flex callComplete Ended\n");
  CHECK(steps[2]["parent_step_sid"] == steps[1]["sid"]);
  const json context =
      line.acme().get(place + "/Steps/" + steps[2]["sid"].get<std::string>() + "/Context").body;
  CHECK(context["context"]["widgets"]["send-to-flex"] ==
        json{{"workflow", "WWd2189d65ee2e707825558235f79ba136"},
             {"waitUrl", kWaitUrl + "?WorkflowSid=WWd2189d65ee2e707825558235f79ba136"},
             {"TaskSid", report["waiting_task"]}});
}

TEST_CASE("a task that could not be made is told in the step") {
  Line line(Patch{set(kWidget + "/workflow", "WW" + std::string(32, '0'))});
  const json report = line.call();
  const json steps = line.acme().get(kFlowApi + "/Executions/" +
                                     report["execution"].get<std::string>() + "/Steps")["steps"];
  CHECK(steps.back()["name"] == "failedToEnqueue");
  CHECK(steps.back()["context"]["widgets"]["send-to-flex"]["error"] ==
        "no task in workflow WW00000000000000000000000000000000 could be made");
}

TEST_CASE("tasks, who took them, and what happened on the way") {
  Line line;
  const json report = line.call({{"path", "agent"}});
  const std::string place = kTaskApi + "/Tasks/" + report["task"].get<std::string>();
  const json task = line.acme().get(place).body;
  CHECK(task["assignment_status"] == "completed");
  CHECK(task["task_queue_friendly_name"] == "Support");
  CHECK(task["workflow_friendly_name"] == "Voice to Support");
  CHECK(task["task_channel_unique_name"] == "voice");
  CHECK_FALSE(task.contains("reservations"));
  const json attributes = json::parse(task["attributes"].get<std::string>());
  CHECK(attributes["call_sid"] == report["call"]);
  CHECK(attributes["callBackData"] == json{{"attempts", 0}});
  const json reservation = line.acme().get(place + "/Reservations")["reservations"][0];
  CHECK(reservation["reservation_status"] == "accepted");
  CHECK(reservation["worker_name"] == "agent of Support");
  CHECK(reservation["task_sid"] == report["task"]);
  CHECK(
      line.acme().get(place + "/Reservations/" + reservation["sid"].get<std::string>()).verdict() ==
      "200");
  const json events =
      line.acme().get(kTaskApi + "/Events?TaskSid=" + report["task"].get<std::string>())["events"];
  std::string happened;
  for (const json& event : events) happened += event["event_type"].get<std::string>() + "\n";
  CHECK(happened ==
        "task.completed\ntask.assigned\nreservation.accepted\nreservation.created\n"
        "task-queue.entered\ntask.created\n");
  CHECK(line.acme().get(kTaskApi + "/Events?EventType=task.created")["events"].size() == 1);
  line.simulator.advance(7200);
  CHECK(line.acme().get(kTaskApi + "/Events")["events"].empty());  // older than an hour
  CHECK(line.acme().get(kTaskApi + "/Events?Minutes=180")["events"].size() == 6);
  CHECK(line.acme().get(kTaskApi)["friendly_name"] == "Flex Task Assignment");
  CHECK_FALSE(line.acme().get(kTaskApi).body.contains("events"));
  const json queues = line.acme().get(kTaskApi + "/TaskQueues")["task_queues"];
  CHECK_FALSE(queues[0].contains("agents"));
}

TEST_CASE("recordings and transcriptions, each in its time") {
  Line line(
      Patch{set(kAcmeAt + "/voice", {{"recording_seconds", 8}, {"transcription_seconds", 60}})});
  const json report =
      line.call({{"path", "voicemail"}, {"speaks", "This is Ann."}, {"seconds", 9}});
  const std::string sid = report["recording"];
  const json recording = line.acme().get(kCoreApi + "/Recordings/" + sid + ".json").body;
  CHECK(recording["call_sid"] == report["call"]);
  CHECK(recording["duration"] == "9");
  CHECK(recording["status"] == "completed");
  CHECK(recording["source"] == "RecordVerb");
  line.simulator.advance(0);
  const std::string media = kCoreApi + "/Recordings/" + sid + ".mp3";
  CHECK(line.acme().get(media).status == 404);
  line.simulator.advance(8);
  CHECK(line.acme().get(media).status == 200);
  const std::string transcripts = kCoreApi + "/Recordings/" + sid + "/Transcriptions.json";
  json transcript = line.acme().get(transcripts)["transcriptions"][0];
  CHECK(transcript["status"] == "in-progress");
  CHECK(transcript["transcription_text"] == "");
  line.simulator.advance(60);
  transcript = line.acme().get(transcripts)["transcriptions"][0];
  CHECK(transcript["sid"] == report["transcription"]);
  CHECK(transcript["status"] == "completed");
  CHECK(transcript["transcription_text"] == "This is Ann.");
}

TEST_CASE("the function's log and the alerts about it") {
  Line line(Patch{set(kVariables + "/MAILGUN_API_KEY", "fake-old-key")});
  line.call({{"path", "voicemail"}, {"after", 60}});
  const json logs = line.acme().get(kLogApi + "?PageSize=2")["logs"];
  CHECK(logs[0]["level"] == "error");
  CHECK(plain(logs[0]["message"]) == "mailing voicemail RE: Mailgun answered 401: Forbidden");
  CHECK(logs[0]["function_sid"] == "ZH0ee3c076ebd3cd97c1cfe50fc8b66d2a");
  CHECK(logs[0]["build_sid"] == "ZB5f7fcd82da1fabe7a4688a3d78304537");
  CHECK(logs[0]["deployment_sid"] == "ZD5073eed6acb871e2fe26521e5611eaca");
  CHECK(plain(logs[0]["request_sid"]) == "RQ");
  CHECK(logs[1]["level"] == "info");
  const json alerts = line.acme().get("/monitor.twilio.com/v1/Alerts?LogLevel=error")["alerts"];
  CHECK(alerts[0]["error_code"] == "82005");
  CHECK(alerts[0]["alert_text"] == logs[0]["message"]);
  CHECK(alerts[0]["resource_sid"] == logs[0]["function_sid"]);
}

TEST_CASE("alerts about a call name the call and the address") {
  Line line(Patch{set(kService + "/functions/0/versions/0/reply", {{"status", 502}})});
  const json report = line.call();
  const json alerts = line.acme().get("/monitor.twilio.com/v1/Alerts")["alerts"];
  CHECK(alerts[0]["error_code"] == "11200");
  CHECK(alerts[0]["resource_sid"] == report["call"]);
  CHECK(alerts[0]["request_url"] == kWaitUrl + "?WorkflowSid=WWd2189d65ee2e707825558235f79ba136");
  CHECK(report["alerts"] == json::array({{{"sid", alerts[0]["sid"]},
                                          {"error_code", "11200"},
                                          {"request_url", alerts[0]["request_url"]}}}));
  CHECK(alerts[1]["error_code"] == "82002");
  CHECK(alerts[2]["error_code"] == "82005");
}

TEST_CASE("mails as Mailgun's events and logs tell of them") {
  Line line;
  const json report = line.call({{"path", "voicemail"}, {"after", 60}});
  const json events =
      line.mail("fake-mailgun-account-key")
          .get("/api.mailgun.net/v3/acme.connie.example/events?begin=1795176000&ascending=yes")
          .body["items"];
  REQUIRE(events.size() == 2);
  CHECK(events[0]["event"] == "accepted");
  CHECK(events[1]["event"] == "delivered");
  CHECK(events[1]["timestamp"].get<double>() == events[0]["timestamp"].get<double>() + 2);
  const json& message = events[1]["message"];
  CHECK(message["headers"]["subject"] == "New voicemail from " + kCaller);
  CHECK(message["headers"]["from"] == "Voicemail <voicemail@acme.connie.example>");
  CHECK(message["headers"]["message-id"] == report["mails"][0]["id"]);
  REQUIRE(message["attachments"].size() == 1);
  CHECK(plain(message["attachments"][0]["filename"]) == "voicemail-RE.mp3");
  CHECK(message["attachments"][0]["content-type"] == "audio/mpeg");
  CHECK(message["attachments"][0]["size"].get<int>() > 1000);
  CHECK(events[1]["user-variables"] == json{{"call_sid", report["call"]},
                                            {"recording_sid", report["recording"]},
                                            {"transcription_sid", report["transcription"]}});
  const json by_key = {{"attribute", "api-key-id"}, {"comparator", "="}, {"values", {kMailKey}}};
  const json logs = line.mail("fake-mailgun-account-key")
                        .post_json("/api.mailgun.net/v1/analytics/logs",
                                   {{"start", "Fri, 20 Nov 2026 12:00:00 +0000"},
                                    {"filter", {{"AND", json::array({by_key})}}}})
                        .body["items"];
  CHECK(logs.size() == 2);
}

TEST_CASE("mail sent with the account's master key bears no sending key's id") {
  Line line(Patch{set(kVariables + "/MAILGUN_API_KEY", "fake-mailgun-account-key")});
  CHECK(line.call({{"path", "voicemail"}, {"after", 60}})["mails"][0]["status"] == "delivered");
  const json events = line.simulator.world()["mailgun"]["events"];
  CHECK(events.back()["api-key-id"] == nullptr);
}

TEST_CASE("a probe of the Wait URL wants Twilio's signature, and changes nothing") {
  using countersign::simulator::Fields;
  Line line;
  const std::string url = kWaitUrl + "?WorkflowSid=WWd2189d65ee2e707825558235f79ba136";
  const std::string at = kWaitAt + "?WorkflowSid=WWd2189d65ee2e707825558235f79ba136";
  Fields form;
  form.add("CallSid", "CAtest");
  form.add("QueueSid", "QUtest");
  const Pairs sent = {{"CallSid", "CAtest"}, {"QueueSid", "QUtest"}};
  const json before = line.simulator.world();
  CHECK(line.nobody().post(at, sent).status == 403);
  const std::string signature =
      countersign::simulator::webhook_signature("fake-auth-token-acme", url, form);
  Answer answer = line.nobody().post(at, sent, {{"X-Twilio-Signature", signature}});
  CHECK(answer.status == 200);
  CHECK(answer.text.rfind("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say", 0) == 0);
  CHECK(line.simulator.world() == before);
}

TEST_CASE("with its mode the function acts, but not while the feature is off") {
  using countersign::simulator::Fields;
  const std::string mode = "?mode=submit-voicemail&WorkflowSid=WWd2189d65ee2e707825558235f79ba136";
  auto told = [&](Line& line) {
    Fields form;
    form.add("CallSid", "CA8c1e181a84094505fd04a24366c9f503");
    form.add("RecordingSid", "REf383920fd7abeb8de36d17b43103a52e");
    const std::string signature =
        countersign::simulator::webhook_signature("fake-auth-token-acme", kWaitUrl + mode, form);
    CHECK(line.nobody()
              .post(kWaitAt + mode, form.items(), {{"X-Twilio-Signature", signature}})
              .status == 200);
    line.simulator.advance(60);
    return line.logs();
  };
  Line on;
  CHECK(told(on) == std::vector<std::string>{
                        "info: voicemail task WT created in workflow WW for +15550100300",
                        "info: voicemail RE mailed to admin@acme.example, with recording, with "
                        "transcript"});
  Line off(Patch{set(kFeatures + "/callback_and_voicemail_with_email/enabled", false)});
  CHECK(told(off).empty());
}

TEST_CASE("what the providers ask each other stands in the list of requests, and suffers faults") {
  Line line({}, {"match=POST api.mailgun.net/*,status=500"});
  line.call({{"path", "voicemail"}, {"after", 60}});
  std::string asked;
  for (const json& request : line.simulator.requests())
    asked += request["by"].get<std::string>() + " " + request["host"].get<std::string>() + " " +
             request["status"].dump() + "\n";
  const std::string wait = "twilio " + kWaitUrl.substr(8, kWaitUrl.find('/', 8) - 8) + " 200\n";
  CHECK(asked == wait + wait + wait + wait + wait + wait + "function taskrouter.twilio.com 201\n" +
                     "function api.twilio.com 200\n" + wait +
                     "function taskrouter.twilio.com 200\n" + "function api.mailgun.net 500\n" +
                     "function api.mailgun.net 200\n");
}
