#include <atomic>
#include <thread>

#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;

TEST_CASE("a provider is named by the path or by the Host header") {
  SimulatorFixture stage;
  CHECK(stage.key().get("/studio.twilio.com/v2/Flows").status == 200);
  CHECK(stage.key().get("/v2/Flows", {{"Host", "studio.twilio.com"}}).status == 200);
  CHECK(stage.key().get("/v2/Flows", {{"Host", "studio.twilio.com:443"}}).status == 200);
  CHECK(stage.key().get("/studio.twilio.com/v2/Flows", {{"Host", "localhost"}}).status == 200);
  CHECK(stage.key().get("/v2/Flows").status == 421);
  CHECK(stage.key().get("/example.com/v2/Flows").status == 421);
  CHECK(stage.key().get("/_sim/world", {{"Host", "studio.twilio.com"}}).status == 404);
  CHECK(stage.nobody().get("/_sim/nonsense").status == 404);
}

TEST_CASE("answers carry the providers' headers") {
  SimulatorFixture stage;
  Answer answer = stage.key().get("/studio.twilio.com/v2/Flows");
  CHECK(answer.headers.at("twilio-request-id").size() == 34);
  CHECK(answer.headers.at("twilio-concurrent-requests") == "1");
  CHECK(answer.headers.at("date") == "Fri, 20 Nov 2026 12:00:00 GMT");
  CHECK(stage.key().put("/studio.twilio.com/v2/Flows").verdict() == "405 20004");
  CHECK(stage.nobody().get("/studio.twilio.com/v2/Flows").headers.count("www-authenticate") == 1);
}

TEST_CASE("several requests go over one connection") {
  SimulatorFixture stage;
  std::string failure;
  std::string one = "GET /_sim/clock HTTP/1.1\r\nHost: x\r\n\r\n";
  std::string last = "GET /_sim/clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  std::string text = stage.nobody().exchange(one + last, failure);
  CHECK(failure.empty());
  CHECK(text.find("HTTP/1.1 404") == std::string::npos);
  std::size_t first = text.find("HTTP/1.1 ");
  CHECK(text.find("HTTP/1.1 200", first + 1) != std::string::npos);
}

TEST_CASE("a chunked body is put together, and what is no request is refused") {
  SimulatorFixture stage;
  std::string failure;
  std::string chunked =
      "POST /_sim/clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"ad\r\nb\r\nvance\": 60}\r\n0\r\n\r\n";
  CHECK(stage.nobody().exchange(chunked, failure).find("12:01:00") != std::string::npos);
  for (const char* bytes :
       {"nonsense\r\n\r\n", "GET x HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nbad\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"})
    CHECK(stage.nobody().exchange(bytes, failure).rfind("HTTP/1.1 400", 0) == 0);
}

TEST_CASE("requests are listed in order, without their secrets") {
  SimulatorFixture stage;
  stage.key().get("/studio.twilio.com/v2/Flows?PageSize=1");
  stage.mail("wrong").get("/api.mailgun.net/v1/keys");
  json expected = json::parse(R"([
    {"n": 1, "time": "2026-11-20T12:00:00Z", "method": "GET", "host": "studio.twilio.com",
     "path": "/v2/Flows?PageSize=1", "body": "", "principal": "SK", "status": 200,
     "fault": null},
    {"n": 2, "time": "2026-11-20T12:00:00Z", "method": "GET", "host": "api.mailgun.net",
     "path": "/v1/keys", "body": "", "principal": "api", "status": 401, "fault": null}])");
  expected[0]["principal"] = sid("SK", 'a');
  CHECK(stage.nobody().get("/_sim/requests").body == expected);
  CHECK(stage.nobody().del("/_sim/requests").status == 204);
  CHECK(stage.simulator.requests().empty());
}

TEST_CASE("many clients at once, and a stop in their midst") {
  SimulatorFixture stage;
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 32; ++i)
    clients.emplace_back([&] {
      for (int k = 0; k < 10; ++k) {
        good += stage.key().get(kCore + "/Calls.json").status == 200;
        stage.key().post(kCore + "/IncomingPhoneNumbers/" + sid("PN", 'a') + ".json",
                         {{"FriendlyName", "x"}});
      }
    });
  for (std::thread& client : clients) client.join();
  CHECK(good == 320);
  CHECK(stage.simulator.requests().size() == 640);
  REQUIRE(stage.simulator.add_fault("kind=delay,ms=60000"));
  std::thread waiting([&] { stage.key().get("/studio.twilio.com/v2/Flows"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  stage.simulator.stop();
  waiting.join();
  CHECK(stage.nobody().get("/_sim/clock").verdict() == "refused");
  CHECK(stage.simulator.start(small_world()));
}

TEST_CASE("a port that is taken is said so") {
  SimulatorFixture stage;
  countersign::simulator::Simulator second;
  auto started = second.start(json::object(), {stage.port, 1, {}});
  REQUIRE_FALSE(started);
  CHECK(started.error().kind == "config");
}
