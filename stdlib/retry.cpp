#include "stdlib/retry.h"

#include <algorithm>
#include <random>

#include "stdlib/curl_transport.h"
#include "stdlib/dates.h"

namespace countersign {
namespace {

std::string header(const HttpResponse& response, const std::string& name) {
  const auto at = response.headers.find(name);
  return at == response.headers.end() ? std::string() : at->second;
}

bool number(const std::string& text, long& value) {
  if (text.empty() || text.size() > 10 || text.find_first_not_of("0123456789") != std::string::npos)
    return false;
  value = std::stol(text);
  return true;
}

bool worth_repeating(const HttpRequest& request, const Result<HttpResponse>& outcome) {
  if (!outcome) {
    const Error& error = outcome.error();
    return error.kind == "transport" && (error.status == -1 || request.safe);
  }
  const int status = outcome->status;
  if (status == 429) return true;
  return request.safe && (status == 500 || status == 502 || status == 503 || status == 504);
}

class Both : public Transport {
 public:
  Both(Clock& clock, RetryRule rule)
      : curl_(rule.interrupted), retrying_(curl_, clock, std::move(rule)) {}
  Result<HttpResponse> send(const HttpRequest& request) override { return retrying_.send(request); }

 private:
  CurlTransport curl_;
  RetryingTransport retrying_;
};

}  // namespace

RetryingTransport::RetryingTransport(Transport& inner, Clock& clock, RetryRule rule)
    : inner_(inner), clock_(clock), rule_(std::move(rule)) {
  if (!rule_.random)
    rule_.random = [] {
      thread_local std::mt19937_64 generator{std::random_device{}()};
      return std::uniform_real_distribution<double>(0, 1)(generator);
    };
}

Result<HttpResponse> RetryingTransport::send(const HttpRequest& request) {
  const Timer budget(clock_, std::chrono::milliseconds(rule_.budget_ms));
  for (int attempt = 0;; ++attempt) {
    Result<HttpResponse> outcome = inner_.send(request);
    if (attempt + 1 >= rule_.attempts || !worth_repeating(request, outcome)) return outcome;
    const double span = std::min<double>(static_cast<double>(rule_.longest_ms),
                                         static_cast<double>(rule_.base_ms) * (1 << attempt));
    long wait = static_cast<long>(rule_.random() * span);
    if (outcome) {
      const long asked = asked_wait_ms(*outcome, clock_.now());
      if (asked > rule_.retry_after_ms) return outcome;
      wait = std::max(wait, asked);
    }
    if (wait > budget.milliseconds_left()) return outcome;
    clock_.sleep(std::chrono::milliseconds(wait), rule_.interrupted);
  }
}

long asked_wait_ms(const HttpResponse& response, Time now) {
  if (const auto there = parse_date(header(response, "date"))) now = *there;
  const auto until = [&](Time when) {
    return std::clamp<Time>(when - now, 0, 86'400 * 365) * 1'000;
  };
  const std::string after = header(response, "retry-after");
  long value = 0;
  if (number(after, value)) return std::min(value, 86'400L * 365) * 1'000;
  if (const auto when = parse_date(after)) return until(*when);
  if (response.status == 429 && number(header(response, "x-ratelimit-reset"), value))
    return until(value);
  return -1;
}

std::unique_ptr<Transport> provider_transport(Clock& clock, RetryRule rule) {
  return std::make_unique<Both>(clock, std::move(rule));
}

}  // namespace countersign
