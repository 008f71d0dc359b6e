// Other flows than the demo's: menus, lookups, a voicemail in Studio itself; TwiML without a flow;
// workflows that sort tasks.
#include "stdlib/simulator/calls/liquid.h"
#include "stdlib/simulator/calls/twiml.h"
#include "stdlib/simulator/twilio/function_run.h"
#include "stdlib/simulator/twilio/task_routing.h"
#include "tests/simulator/caller_line.h"
#include "tests/support/catch.h"

using nlohmann::json;
using namespace countersign::simulator;

namespace {

const std::string kDefinition = kAcmeAt + "/flows/0/definition";

json widget(const std::string& name, const std::string& type, const json& properties,
            const json& transitions) {
  json list = json::array();
  for (const auto& [event, next] : transitions.items())
    list.push_back({{"event", event}, {"next", next}});
  return {{"name", name}, {"type", type}, {"properties", properties}, {"transitions", list}};
}

json flow_of(const std::vector<json>& widgets) {
  json states = json::array(
      {widget("Trigger", "trigger", json::object(), {{"incomingCall", widgets[0]["name"]}})});
  for (const json& state : widgets) states.push_back(state);
  return {{"description", "a flow"}, {"initial_state", "Trigger"}, {"states", states}};
}

std::string heard(const json& report) {
  std::string out;
  for (const json& step : report["heard"]) out += step["heard"].get<std::string>() + "\n";
  return out + report["ended"].get<std::string>();
}

// A world whose number rings these words.
Patch ringing(const std::string& twiml) {
  return {set(kAcmeAt + "/phone_numbers/0/voice_url", "https://voice.example/start"),
          set("/web/https:~1~1voice.example~1start", {{"body", twiml}})};
}

}  // namespace

TEST_CASE("a menu leads where the keys and conditions say") {
  json split = widget("which", "split-based-on", {{"input", "{{widgets.menu.Digits}}"}},
                      {{"noMatch", "other"}});
  split["transitions"].push_back({{"event", "match"},
                                  {"next", "sales"},
                                  {"conditions",
                                   {{{"friendly_name", "1"},
                                     {"arguments", {"{{widgets.menu.Digits}}"}},
                                     {"type", "equal_to"},
                                     {"value", "1"}}}}});
  const json flow = flow_of(
      {widget("menu", "gather-input-on-call", {{"say", "Press 1 for sales."}, {"timeout", 5}},
              {{"keypress", "which"}, {"timeout", "other"}}),
       split, widget("sales", "say-play", {{"say", "Sales are closed."}}, json::object()),
       widget("other", "say-play", {{"say", "Goodbye {{contact.channel.address}}."}},
              json::object())});
  Line line(Patch{set(kDefinition, flow)});
  CHECK(heard(line.call({{"keys", "1"}})) == "Press 1 for sales.\nSales are closed.\ncall ended");
  CHECK(heard(line.call({{"keys", "2"}})) ==
        "Press 1 for sales.\nGoodbye +15550100999.\ncall ended");
  CHECK(heard(line.call()) == "Press 1 for sales.\nGoodbye +15550100999.\ncall ended");
}

TEST_CASE("a function's answer and a flow's variables are there for the widgets behind it") {
  const std::string url = "https://custom-flex-extensions-serverless-1234-dev.twil.io/lookup";
  const json flow = flow_of(
      {widget(
           "lookup", "run-function",
           {{"url", url}, {"parameters", {{{"key", "from"}, {"value", "{{trigger.call.From}}"}}}}},
           {{"success", "keep"}, {"fail", "sorry"}}),
       widget("keep", "set-variables",
              {{"variables", {{{"key", "name"}, {"value", "{{widgets.lookup.parsed.name}}"}}}}},
              {{"next", "greet"}}),
       widget("greet", "say-play", {{"say", "Hello {{flow.variables.name | default: 'you'}}."}},
              json::object()),
       widget("sorry", "say-play", {{"say", "Sorry."}}, json::object())});
  auto with_reply = [&](const json& reply) {
    return Patch{set(kDefinition, flow), set(kService + "/functions/1/versions/0/path", "/lookup"),
                 set(kService + "/functions/1/versions/0/reply", reply)};
  };
  Line good(with_reply({{"content_type", "application/json"}, {"body", R"({"name":"Ann"})"}}));
  CHECK(heard(good.call()) == "Hello Ann.\ncall ended");
  CHECK(good.simulator.requests()[0]["body"] == "from=%2B15550100999");
  Line bad(with_reply({{"status", 500}}));
  const json report = bad.call();
  CHECK(heard(report) == "Sorry.\ncall ended");
  CHECK(report["alerts"][0]["error_code"] == "81017");
}

TEST_CASE("a voicemail in Studio is transcribed where its widget says so") {
  auto patch = [](bool transcribe) {
    return Patch{
        set(kDefinition,
            flow_of({widget("leave", "record-voicemail",
                            {{"transcribe", transcribe},
                             {"max_length", "60"},
                             {"timeout", 4},
                             {"play_beep", "true"}},
                            {{"recordingComplete", "thanks"}, {"noAudio", "sorry"}}),
                     widget("thanks", "say-play", {{"say", "Thanks."}}, json::object()),
                     widget("sorry", "say-play", {{"say", "Nothing?"}}, json::object())}))};
  };
  Line on(patch(true));
  json report = on.call({{"speaks", "It is Ann."}, {"seconds", 90}, {"after", 30}});
  CHECK(heard(report) == "(tone)\nThanks.\nvoicemail left");
  CHECK(on.account()["recordings"].back()["duration"] == "60");
  CHECK(on.account()["transcriptions"].back()["sid"] == report["transcription"]);
  CHECK(on.account()["transcriptions"].back()["transcription_text"] == "It is Ann.");
  CHECK(heard(on.call({{"seconds", 0}})) == "(tone)\nNothing?\ncall ended");
  Line off(patch(false));
  report = off.call();
  CHECK(report["recording"].is_string());
  CHECK(report["transcription"] == nullptr);
}

TEST_CASE("a widget that is not simulated ends the call and says so") {
  Line line(Patch{set(
      kDefinition, flow_of({widget("dial", "connect-call-to", json::object(), json::object())}))});
  CHECK(line.call()["ended"] == "not simulated: the widget connect-call-to");
}

TEST_CASE("a world that makes no sense on the call's way is said to, and the simulator goes on") {
  Line line(Patch{set(kDefinition + "/states", json::array({5}))});
  Answer answer = line.nobody().post_json("/_sim/calls", {{"to", kNumber}, {"from", kCaller}});
  CHECK(answer.status == 500);
  CHECK(answer.body["error"]["message"] ==
        "the world has a value of the wrong kind on the call's way");
  CHECK(line.nobody().get("/_sim/clock")["time"] == "2026-11-20T12:00:00Z");
  CHECK(line.acme().get("/api.twilio.com/2010-04-01/Accounts/" + kAcme + "/Calls.json").status ==
        200);
}

TEST_CASE("a number may ring TwiML without a flow") {
  struct {
    const char* twiml;
    const char* heard;
    const char* alert;
  } const cases[] = {
      {"<Response><Say>One &amp; two.</Say><Pause length=\"2\"/><Hangup/></Response>",
       "One & two.\ncall ended", ""},
      {"<?xml version=\"1.0\"?><!-- bin --><Response><Reject reason=\"busy\"/></Response>",
       "(busy signal)\nbusy signal", ""},
      {"<Response><Reject/></Response>",
       "The number you have dialed is not in service.\nnot in service", ""},
      {"<Response><Say>Hello</Response>",
       "We are sorry, an application error has occurred. Goodbye.\nerror announced", "12100"},
      {"<Response><Redirect>elsewhere</Redirect></Response>",
       "We are sorry, an application error has occurred. Goodbye.\nerror announced", "11205"},
      {"<Response><Redirect>start</Redirect></Response>",
       "We are sorry, an application error has occurred. Goodbye.\nerror announced", "11200"},
      {"<Response><Gather timeout=\"3\"><Say>Press a key.</Say></Gather><Say>Bye.</Say></Response>",
       "Press a key.\nBye.\ncall ended", ""},
  };
  for (const auto& one : cases) {
    INFO(one.twiml);
    Line line(ringing(one.twiml));
    const json report = line.call();
    CHECK(heard(report) == one.heard);
    CHECK(report["execution"] == nullptr);
    CHECK((report["alerts"].empty() ? "" : report["alerts"][0]["error_code"]) == one.alert);
  }
}

TEST_CASE("TwiML is read strictly enough to tell a document from a page") {
  auto names = [](const std::string& text) {
    auto verbs = parse_twiml(text);
    if (!verbs) return std::string("no TwiML");
    std::string out;
    for (const Verb& verb : *verbs) out += verb.name + "(" + verb.text + ") ";
    return out;
  };
  CHECK(names("") == "");
  CHECK(names(" <Response/> ") == "");
  CHECK(names("<Response><Say voice='x'>a <break time=\"1s\"/>b</Say><Hangup/></Response>") ==
        "Say(a b) Hangup() ");
  CHECK(names("<Response><Say><![CDATA[1 < 2]]></Say></Response>") == "Say(1 < 2) ");
  for (const char* wrong : {"hello", "<html></html>", "<Response>", "<Response></Responses>",
                            "<Response><Say></Response>", "<Response><Say a=1/></Response>",
                            "<Response>&nbsp;</Response>", "<Response/><Response/>",
                            "<Response><Say a=\"&\"/></Response>", "{\"a\":1}"})
    CHECK(names(wrong) == "no TwiML");
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  CHECK(names(deep) == "no TwiML");
}

TEST_CASE("templates take their values from the context, and nothing where there is none") {
  const json context = {{"a", {{"b", "x+y"}, {"n", 3}}}, {"empty", ""}};
  for (auto [text, wanted] : {std::pair("{{a.b}}", "x+y"),
                              {"-{{ a.n }}-{{a.missing.deeper}}-", "-3--"},
                              {"{{a.b | remove: '+'}}", "xy"},
                              {"{{a.b|url_encode}}", "x%2By"},
                              {"{{empty | default: 'none'}}", "none"},
                              {"{{a.b | upcase | remove: \"Y\"}}", "X+"},
                              {"{\"k\": {\"v\": \"{{a.b}}\"}}", "{\"k\": {\"v\": \"x+y\"}}"},
                              {"{{a.b", "{{a.b"},
                              {"{{a}}", "{\"b\":\"x+y\",\"n\":3}"}})
    CHECK(render_liquid(text, context) == wanted);
}

TEST_CASE("of a function's source the constants are read, and nothing else") {
  CHECK(source_constants("const A = 'x';\n  const B = 1;\nconst C_2 = \"y\";\nconst D = 2.5;\n"
                         "let E = 3;\nconst F = true;\nconst G = call();\n// const H = 1;\n") ==
        json{{"A", "x"}, {"C_2", "y"}, {"D", 2.5}, {"F", true}});
  // What is of another kind than wanted is as if it were not there.
  Line line(Patch{set(kSource, "const TRANSCRIBE = 'no';\nconst MAX_RECORDING_SECONDS = 2;\n")});
  const json report = line.call({{"path", "voicemail"}, {"seconds", 9}});
  CHECK(report["transcription"].is_string());
  CHECK(line.account()["recordings"].back()["duration"] == "2");
}

TEST_CASE("a workflow sends a task where its filters say") {
  const json configuration = {{"task_routing",
                               {{"filters",
                                 {{{"expression", "taskType == 'voicemail' AND from != \"+1\""},
                                   {"targets", {{{"queue", "WQ1"}}}}},
                                  {{"expression", "skill.name = 'tax' OR skills HAS 'tax'"},
                                   {"targets", {{{"queue", "WQ2"}}}}},
                                  {{"expression", "n == 3"}, {"targets", {{{"queue", "WQ3"}}}}},
                                  {{"expression", "(a == 1)"}, {"targets", {{{"queue", "WQ4"}}}}},
                                  {{"expression", "(b == 1"}, {"targets", {{{"queue", "WQ5"}}}}}}},
                                {"default_filter", {{"queue", "WQ0"}}}}}};
  const json workflow = {{"configuration", configuration.dump()}};
  for (const auto& [attributes, queue] : std::vector<std::pair<json, const char*>>{
           {json::object(), "WQ0"},
           {{{"taskType", "voicemail"}, {"from", "+2"}}, "WQ1"},
           {{{"taskType", "voicemail"}, {"from", "+1"}}, "WQ0"},
           {{{"skill", {{"name", "tax"}}}}, "WQ2"},
           {{{"skills", {"law", "tax"}}}, "WQ2"},
           {{{"n", 3}}, "WQ3"},
           {{{"a", 1}}, "WQ4"},
           {{{"b", 1}}, "WQ0"}})
    CHECK(queue_for(workflow, attributes) == queue);
  CHECK(queue_for({{"configuration", "{}"}}, json::object()) == nullptr);
}

TEST_CASE("a task is created through the API, where it belongs, or not at all") {
  Line line;
  const std::string tasks =
      "/taskrouter.twilio.com/v1/Workspaces/WS0c3c796f965faebb386bef713506c5a3/Tasks";
  const std::string workflow = "WWf6dc77128eece684aa897e491c530632";
  Answer made = line.acme().post(tasks, {{"WorkflowSid", workflow},
                                         {"Attributes", R"({"taskType":"callback"})"},
                                         {"Priority", "7"},
                                         {"TaskChannel", "voice"}});
  CHECK(made.verdict() == "201");
  CHECK(made["task_queue_friendly_name"] == "H2H");
  CHECK(made["assignment_status"] == "pending");
  CHECK(made["priority"] == 7);
  CHECK(line.acme().get(tasks + "?TaskQueueName=H2H")["tasks"].size() == 1);
  CHECK(line.acme().post(tasks, {{"Attributes", "{}"}}).verdict() == "400 20001");
  CHECK(line.acme().post(tasks, {{"WorkflowSid", sid("WW", '0')}}).verdict() == "400 20001");
  CHECK(line.acme().post(tasks, {{"WorkflowSid", workflow}, {"Attributes", "no"}}).verdict() ==
        "400 20001");
  CHECK(line.acme().get(tasks + "?TaskQueueName=H2H")["tasks"].size() == 1);
}
