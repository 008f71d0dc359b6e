// The rule after which a request is sent again, as a transport around another one.
//
//   429                        always: it was not processed (api/errors/20429)
//   surely not sent            always
//   500 502 503 504, no answer where the request is `safe`, that is, a read
//
// The wait is what Retry-After asks for, in seconds or as a date, up to a cap; without it, random
// between nothing and base * 2^n (full jitter). What asks for more than the cap is handed back as
// it is.
#pragma once
#include <atomic>
#include <functional>
#include <memory>

#include "interpreter/clock.h"
#include "interpreter/transport.h"

namespace countersign {

struct RetryRule {
  int attempts = 4;
  long base_ms = 200;
  long longest_ms = 3'000;         // of one jittered wait
  long retry_after_ms = 30'000;    // the longest Retry-After that is obeyed
  long budget_ms = 45'000;         // from the first attempt to the beginning of the last
  std::function<double()> random;  // in [0, 1); default: the system's generator
  const std::atomic<bool>* interrupted = nullptr;  // once set, nothing is waited for
};

class RetryingTransport : public Transport {
 public:
  // `inner` and `clock`, on which it waits, must outlive this.
  RetryingTransport(Transport& inner, Clock& clock, RetryRule rule = {});
  Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  Transport& inner_;
  Clock& clock_;
  RetryRule rule_;
};

// Milliseconds that an answer asks to wait (Retry-After, else X-RateLimit-Reset),
// measured from the answer's own Date where it has one, else from `now`; -1 where it does not say.
long asked_wait_ms(const HttpResponse& response, Time now);

// Libcurl with the rule around it: what the program talks through.
std::unique_ptr<Transport> provider_transport(Clock& clock, RetryRule rule = {});

}  // namespace countersign
