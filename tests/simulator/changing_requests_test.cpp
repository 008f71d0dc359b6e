#include "stdlib/simulator/server/changing_requests.h"

#include "tests/support/catch.h"

using namespace countersign::simulator;

TEST_CASE("a request changes something where it is neither a read nor another's") {
  struct Case {
    const char *method, *host, *path;
    bool changing;
  };
  const Case cases[] = {
      {"GET", "api.twilio.com", "/2010-04-01/Accounts.json", false},
      {"POST", "api.twilio.com", "/2010-04-01/Accounts/AC1/IncomingPhoneNumbers/PN1.json", true},
      {"DELETE", "studio.twilio.com", "/v2/Flows/FW1", true},
      {"POST", "studio.twilio.com", "/v2/Flows/Validate", false},
      {"POST", "api.mailgun.net", "/v1/analytics/logs", false},
      {"POST", "api.mailgun.net", "/v3/mg.acme.example/messages", true},
      {"POST", "acme-1234-dev.twil.io", "/wait-experience", false},
      {"POST", "acme-1234-dev.twil.io", "/wait-experience?mode=record-voicemail", true},
      {"POST", "twil.io.evil.example", "/wait-experience", true},
      {"POST", "127.0.0.1", "/_sim/clock", false},
  };
  json all = json::array();
  std::size_t changing = 0;
  for (const Case& one : cases) {
    INFO(one.method << " " << one.host << one.path);
    const json request = {{"method", one.method}, {"host", one.host}, {"path", one.path}};
    CHECK(is_changing(request) == one.changing);
    json inner = request;
    inner["by"] = "studio";
    CHECK_FALSE(is_changing(inner));
    all.push_back(request);
    changing += one.changing;
  }
  CHECK(changing_requests(all).size() == changing);
}
