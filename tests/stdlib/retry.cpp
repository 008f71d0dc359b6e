#include "stdlib/http/retry.h"

#include "interpreter/times.h"
#include "tests/stdlib/workspace_fixture.h"
#include "tests/support/manual_clock.h"

using namespace countersign;

namespace {

// Answers one after the other, the last for ever.
struct Provider : Transport {
  std::vector<Result<HttpResponse>> answers;
  std::size_t asked = 0;
  ManualClock clock;

  Result<HttpResponse> send(const HttpRequest&) override {
    return answers[std::min(asked++, answers.size() - 1)];
  }
  // "200 after 3 requests and 100+200 ms"
  std::string told(bool safe, double random = 0.5) {
    RetryingTransport transport(*this, clock, {.random = [=] { return random; }});
    HttpRequest request;
    request.method = safe ? "GET" : "POST";
    request.safe = safe;
    const auto outcome = transport.send(request);
    std::string text = outcome ? std::to_string(outcome->status)
                               : "error " + std::to_string(outcome.error().status);
    text += " after " + std::to_string(asked);
    for (const long ms : clock.slept_ms()) text += " +" + std::to_string(ms);
    return text;
  }
};

HttpResponse status(int code, std::multimap<std::string, std::string> headers = {}) {
  return {code, std::move(headers), ""};
}

Error lost(int how) {
  return Error{"transport", "lost", "", "", "", how};
}

std::string told(std::vector<Result<HttpResponse>> answers, bool safe, double random = 0.5) {
  Provider provider;
  provider.answers = std::move(answers);
  return provider.told(safe, random);
}

}  // namespace

TEST_CASE("reads are repeated after 429, 5xx and lost connections, four times at most") {
  CHECK(told({status(200)}, true) == "200 after 1");
  CHECK(told({status(503), status(200)}, true) == "200 after 2 +100");
  CHECK(told({lost(0), lost(-1), status(200)}, true) == "200 after 3 +100 +200");
  CHECK(told({status(500)}, true) == "500 after 4 +100 +200 +400");
  CHECK(told({status(404)}, true) == "404 after 1");
  CHECK(told({status(501)}, true) == "501 after 1");
}

TEST_CASE("a change is repeated only where the provider surely did not act") {
  CHECK(told({status(429), status(201)}, false) == "201 after 2 +100");
  CHECK(told({lost(-1), status(201)}, false) == "201 after 2 +100");
  CHECK(told({lost(0), status(201)}, false) == "error 0 after 1");
  for (const int code : {500, 502, 503, 504})
    CHECK(told({status(code), status(201)}, false) == std::to_string(code) + " after 1");
}

TEST_CASE("Retry-After is obeyed in seconds and as a date, up to half a minute") {
  CHECK(told({status(429, {{"retry-after", "7"}}), status(200)}, true) == "200 after 2 +7000");
  CHECK(told({status(503, {{"retry-after", "Fri, 20 Nov 2026 12:00:09 GMT"},
                           {"date", "Fri, 20 Nov 2026 12:00:00 GMT"}}),
              status(200)},
             true) == "200 after 2 +9000");
  CHECK(told({status(429, {{"retry-after", "31"}}), status(200)}, true) == "429 after 1");
  CHECK(told({status(429, {{"retry-after", "30"}})}, true) == "429 after 2 +30000");
  CHECK(told({status(429, {{"retry-after", "soon"}}), status(200)}, true) == "200 after 2 +100");
  CHECK(asked_wait_ms(status(429, {{"x-ratelimit-reset", "1795176005"},
                                   {"date", "Fri, 20 Nov 2026 12:00:00 GMT"}}),
                      0) == 5'000);
}

TEST_CASE("waits are jittered from nothing to the full span") {
  CHECK(told({status(500)}, true, 0.0) == "500 after 4 +0 +0 +0");
  CHECK(told({status(500)}, true, 0.999) == "500 after 4 +199 +399 +799");
}

TEST_CASE("a refusal of our own is not repeated") {
  CHECK(told({Error{"refused", "no", "", "", "", -1}}, true) == "error -1 after 1");
}

TEST_CASE("the providers' dates are read, and nothing that is none") {
  for (const char* text : {"2026-11-20T12:00:00Z", "2026-11-20T12:00:00.5Z",
                           "2026-11-20T13:00:00+01:00", "Fri, 20 Nov 2026 12:00:00 GMT",
                           "Fri, 20 Nov 2026 12:00:00 +0000", "20 Nov 2026 07:00:00 -0500"})
    CHECK(parse_time(text) == std::optional<Time>(1'795'176'000));
  for (const char* text :
       {"", "tomorrow", "2026-13-01", "2026-11-20T25:00:00Z", "2026-11-20T12:00:00",
        "Fri, 20 Nov 2026 12:00:00", "Fri, 20 Foo 2026 12:00:00 GMT", "2026-11-20junk"})
    CHECK_FALSE(parse_time(text));
  CHECK(iso_time(1'795'176'000) == "2026-11-20T12:00:00Z");
  CHECK(rfc2822_time(1'795'176'000) == "Fri, 20 Nov 2026 12:00:00 +0000");
}
