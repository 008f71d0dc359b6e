#include "stdlib/http/retry.h"

#include <algorithm>
#include <random>

#include "interpreter/log.h"
#include "interpreter/times.h"
#include "stdlib/http/curl_transport.h"
#include "stdlib/http/url.h"

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

// Neither query nor body: both may hold what is nobody's business.
std::string what_of(const HttpRequest& request) {
  const auto url = split_url(request.url);
  if (!url) return request.method + " -";
  return request.method + " " + url->host + (url->port.empty() ? "" : ":" + url->port) + " " +
         url->target.substr(0, url->target.find_first_of("?#"));
}

void log_request(const HttpRequest& request, const Result<HttpResponse>& outcome, long ms) {
  const LogLevel level = !outcome                                           ? LogLevel::warn
                         : outcome->status == 429 || outcome->status >= 500 ? LogLevel::warn
                                                                            : LogLevel::info;
  if (!logs(level)) return;
  log(level, "request " + what_of(request) + " " +
                 (outcome ? std::to_string(outcome->status) : outcome.error().message) + " " +
                 std::to_string(ms) + " ms");
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
    const Stopwatch stopwatch(clock_);
    Result<HttpResponse> outcome = inner_.send(request);
    log_request(request, outcome, stopwatch.ms());
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
    log(LogLevel::warn, "retry " + std::to_string(attempt + 1) + " of " +
                            std::to_string(rule_.attempts - 1) + " in " + std::to_string(wait) +
                            " ms: " + what_of(request));
    clock_.sleep(std::chrono::milliseconds(wait), rule_.interrupted);
  }
}

long asked_wait_ms(const HttpResponse& response, Time now) {
  if (const auto there = parse_time(header(response, "date"))) now = *there;
  const auto until = [&](Time when) {
    return std::clamp<Time>(when - now, 0, 86'400 * 365) * 1'000;
  };
  const std::string after = header(response, "retry-after");
  long value = 0;
  if (number(after, value)) return std::min(value, 86'400L * 365) * 1'000;
  if (const auto when = parse_time(after)) return until(*when);
  if (response.status == 429 && number(header(response, "x-ratelimit-reset"), value))
    return until(value);
  return -1;
}

std::unique_ptr<Transport> provider_transport(Clock& clock, RetryRule rule) {
  return std::make_unique<Both>(clock, std::move(rule));
}

}  // namespace countersign
