// What a provider answers, and what a client sends to the simulated ones.
#include <nlohmann/json.hpp>

#include "interpreter/canonical.h"
#include "stdlib/http/http_limits.h"
#include "stdlib/http/retry.h"
#include "stdlib/http/url.h"
#include "stdlib/session/provider_error.h"
#include "stdlib/simulator/server/message.h"
#include "tests/fuzz/target.h"

namespace countersign::fuzz {
namespace {

// "STATUS\nname: value\n…\n\nbody"
HttpResponse response_of(std::string_view bytes) {
  HttpResponse response;
  const std::size_t line = bytes.find('\n');
  response.status = std::atoi(std::string(bytes.substr(0, std::min<std::size_t>(line, 9))).c_str());
  bytes.remove_prefix(line == bytes.npos ? bytes.size() : line + 1);
  while (!bytes.empty() && bytes[0] != '\n') {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::size_t colon = std::min(bytes.find(": "), end);
    response.headers.emplace(
        std::string(bytes.substr(0, colon)),
        std::string(bytes.substr(std::min(colon + 2, end), end - std::min(colon + 2, end))));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  if (!bytes.empty()) bytes.remove_prefix(1);
  response.body = std::string(bytes);
  return response;
}

}  // namespace

void play_http(std::string_view bytes) {
  const HttpResponse response = response_of(bytes);
  Profile profile;
  profile.name = "acme";
  const Error error = provider_error(profile, "api_key", "POST", "api.twilio.com", response, 0);
  expect(!error.message.empty() && !error.kind.empty(), "a refusal says what it is");
  expect(static_cast<bool>(canonicalize(to_json(error))), "and can be journaled");
  expect(asked_wait_ms(response, 0) >= -1, "a wait is a time, or none");
  if (const auto url = split_url(response.body)) {
    expect(split_url(url->origin() + url->target).has_value(), "a URL reads back");
    expect(url->host.find('@') == std::string::npos, "a host holds no user");
  }
  (void)may_be_sent({"GET", response.body});

  simulator::ServedRequest request;
  request.body = response.body;
  for (const auto& [name, value] : response.headers) request.headers.add(name, value);
  (void)request.form();
  (void)request.credential();
  (void)simulator::parse_files(response.body, request.headers.get("content-type"));
}

}  // namespace countersign::fuzz
