#include "stdlib/simulator/server/faults.h"
#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;
using namespace countersign::simulator;

namespace {

const std::string kNumber = kCore + "/IncomingPhoneNumbers/" + sid("PN", 'a') + ".json";
const std::string kNumbers = kCore + "/IncomingPhoneNumbers.json";
const Pairs kChange = {{"FriendlyName", "changed"}};

// What one read of the number, or a change of it, answers under a fault.
Answer read_under(const std::string& fault) {
  SimulatorFixture stage(small_world(), 0, {fault});
  return stage.key().get(kNumber);
}

}  // namespace

TEST_CASE("a replaced field lies about a change that really happened") {
  SimulatorFixture stage(
      small_world(), 0,
      {"match=POST api.twilio.com/*, kind=replace, pointer=/sid, value=\"PNevil\""});
  Answer answer = stage.key().post(kNumber, kChange);
  CHECK(answer.verdict() == "200");
  CHECK(answer["sid"] == "PNevil");
  CHECK(answer["friendly_name"] == "changed");
  json number = stage.simulator.world()["accounts"][sid("AC", 'a')]["phone_numbers"][0];
  CHECK(number["sid"] == sid("PN", 'a'));
  CHECK(number["friendly_name"] == "changed");
  CHECK(stage.simulator.requests()[0]["fault"] == "replace");
  // Once, as it was set.
  CHECK(stage.key().post(kNumber, kChange)["sid"] == sid("PN", 'a'));
}

TEST_CASE("a pointer reaches any place of an answer, and nothing but that") {
  struct {
    const char *pointer, *value, *seen, *left;
  } const table[] = {
      {"/voice_url", "\"https://evil.example/steal\"", "/voice_url", "/sms_url"},
      {"/capabilities/voice", "false", "/capabilities/voice", "/capabilities/sms"},
      {"/not_there", "[1,{\"a\":\"b,c\"}]", "/not_there", "/sid"},
      {"/capabilities", "null", "/capabilities", "/sid"},
      {"/a~1b", "7", "/a~1b", "/sid"},
  };
  const json truth = read_under("match=GET nothing,status=500").body;
  for (const auto& row : table) {
    CAPTURE(row.pointer);
    Answer lie =
        read_under(std::string("kind=replace,pointer=") + row.pointer + ",value=" + row.value);
    CHECK(lie.body.at(json::json_pointer(row.seen)) == json::parse(row.value));
    CHECK(lie.body.at(json::json_pointer(row.left)) == truth.at(json::json_pointer(row.left)));
  }
}

TEST_CASE("list items are replaced by number, all at once, and added at the end") {
  auto calls = [](const std::string& fault) {
    SimulatorFixture stage(small_world(), 0, {fault});
    return stage.key().get(kCore + "/Calls.json?PageSize=3")["calls"];
  };
  json second = calls("kind=replace,pointer=/calls/1/sid,value=\"CAx\"");
  CHECK(second[1]["sid"] == "CAx");
  CHECK(second[0]["sid"] != "CAx");
  for (const json& call : calls("kind=replace,pointer=/calls/*/status,value=\"busy\""))
    CHECK(call["status"] == "busy");
  json longer = calls("kind=replace,pointer=/calls/-,value={\"sid\":\"CAy\"}");
  REQUIRE(longer.size() == 4);
  CHECK(longer[3] == json{{"sid", "CAy"}});
  CHECK(calls("kind=replace,pointer=/calls,value=[]") == json::array());
  // What cannot be reached stays as it is.
  CHECK(calls("kind=replace,pointer=/calls/7/sid,value=1") == calls("match=GET no,status=500"));
  CHECK(calls("kind=replace,pointer=/calls/0/sid/x,value=1") == calls("match=GET no,status=500"));
}

TEST_CASE("a whole body, a status and a header are replaced too") {
  Answer whole = read_under("kind=replace,body={\"a\":[1,2]}");
  CHECK(whole.verdict() == "200");
  CHECK(whole.body == json::parse(R"({"a":[1,2]})"));
  CHECK(read_under("kind=replace,pointer=,value=[1]").body == json::parse("[1]"));
  Answer status = read_under("kind=replace,status=404");
  CHECK(status.status == 404);
  CHECK(status["sid"] == sid("PN", 'a'));
  CHECK(read_under("kind=replace,header=\"X-Note: a, b\"").headers.at("x-note") == "a, b");
  Answer date = read_under("kind=replace,header=\"Date: Fri, 20 Nov 2020 12:00:00 GMT\"");
  CHECK(date.headers.at("date") == "Fri, 20 Nov 2020 12:00:00 GMT");
  CHECK(read_under("kind=replace,header=content-type: text/plain").headers.at("content-type") ==
        "text/plain");
}

TEST_CASE("an answer without a body gets one only where the whole of it is replaced") {
  auto deleted = [](const std::string& fault) {
    SimulatorFixture stage(small_world(), 0, {fault});
    Answer answer = stage.key().del(kNumber);
    CHECK(stage.simulator.world()["accounts"][sid("AC", 'a')]["phone_numbers"].empty());
    return answer;
  };
  CHECK(deleted("kind=replace,pointer=/sid,value=1").status == 204);
  Answer lie = deleted("kind=replace,pointer=,value={\"sid\":\"x\"}");
  CHECK(lie.status == 200);
  CHECK(lie["sid"] == "x");
  CHECK(deleted("kind=replace,status=500").status == 500);
}

TEST_CASE("replacements add up, with each other and with another fault") {
  SimulatorFixture stage(small_world(), 0,
                         {"kind=replace,pointer=/sid,value=\"A\",times=2",
                          "kind=replace,pointer=/friendly_name,value=\"B\",times=2",
                          "kind=fail_after,after=1,status=502,times=1"});
  Answer both = stage.key().get(kNumber);
  CHECK(both["sid"] == "A");
  CHECK(both["friendly_name"] == "B");
  Answer failed = stage.key().get(kNumber);
  CHECK(failed.verdict() == "502 20500");
  CHECK(failed["sid"] == "A");
  CHECK(stage.key().get(kNumber)["sid"] == sid("PN", 'a'));
}

TEST_CASE("times and after choose which answers lie") {
  SimulatorFixture stage(
      small_world(), 0, {"match=GET *, kind=replace, pointer=/sid, value=\"x\", times=2, after=1"});
  std::string seen;
  for (int i = 0; i < 5; ++i) seen += stage.key().get(kNumber)["sid"] == "x" ? "lie " : "true ";
  CHECK(seen == "true lie lie true true ");
}

TEST_CASE("a replacement is set over HTTP, with any JSON as its value, and listed as it was set") {
  SimulatorFixture stage;
  json fault = {{"kind", "replace"},
                {"match", "GET api.twilio.com/*"},
                {"pointer", "/incoming_phone_numbers/0"},
                {"value", {{"sid", "PNz"}}}};
  json listed = stage.nobody().post_json("/_sim/faults", fault).body[0];
  for (const auto& [key, value] : fault.items()) CHECK(listed[key] == value);
  CHECK(stage.key().get(kNumbers)["incoming_phone_numbers"][0] == json{{"sid", "PNz"}});
}

TEST_CASE("what the providers' parties ask each other is answered by a lie as well") {
  SimulatorFixture stage(small_world(), 0,
                         {"match=* waiting-dev.twil.io/*, kind=replace, status=500, times=always"});
  Answer told = stage.nobody().get("/waiting-dev.twil.io/open");
  CHECK(told.status == 500);
}

TEST_CASE("a replacement that says nothing sensible is refused with the reason") {
  struct {
    const char *text, *message;
  } const table[] = {
      {"kind=replace", "kind replace wants pointer and value, body, status or header"},
      {"kind=replace,pointer=/a", "pointer and value go together"},
      {"kind=replace,value=1", "pointer and value go together"},
      {"kind=replace,pointer=a,value=1", "got pointer a, want one such as /calls/0/sid"},
      {"kind=replace,pointer=/a,value=PNx", "got value=PNx, want JSON"},
      {"kind=replace,pointer=/a,value=1,body=x", "either pointer and value, or body"},
      {"kind=replace,status=99", "status 99 is not an HTTP status"},
      {"kind=replace,header=nothing", "got header \"nothing\""},
      {"kind=replace,header=Content-Length: 5", "header content-length frames the answer"},
      {"kind=drop,pointer=/a,value=1", "pointer belongs to kind replace"},
      {"status=500,value=1", "value belongs to kind replace"},
      {"status=500,header=a: b", "header belongs to kind replace"},
      {"status=500,after=1,skip=1", "skip and after are one thing"},
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    auto fault = parse_fault(row.text);
    REQUIRE_FALSE(fault);
    CHECK(fault.error().kind == "argument");
    CHECK_THAT(fault.error().message, Catch::Contains(row.message));
  }
}
