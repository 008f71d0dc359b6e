#include "repl/waiting.h"

#include "repl/views/console.h"
#include "repl/views/escape.h"

namespace countersign {
namespace {

using namespace std::chrono_literals;

constexpr Clock::Span kSaid = 1s;      // on a terminal
constexpr Clock::Span kSaidOnce = 5s;  // elsewhere
constexpr auto kLook = 200ms;

std::string seconds_of(Clock::Span span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count()) + " s";
}

// Method, host and path: what follows is nobody's to read over a shoulder. A simulator's own
// address stands in front of the provider's host.
std::string what_is_asked(const HttpRequest& request) {
  std::string at = request.url.substr(0, request.url.find_first_of("?#"));
  if (const std::size_t scheme = at.find("://"); scheme != at.npos) at = at.substr(scheme + 3);
  if (at.rfind("127.0.0.1:", 0) == 0)
    if (const std::size_t slash = at.find('/'); slash != at.npos) at = at.substr(slash + 1);
  return request.method + " " + at;
}

class Watched : public Transport {
 public:
  Watched(std::unique_ptr<Transport> inner, Waiting* waiting)
      : inner_(std::move(inner)), waiting_(waiting) {}

  Result<HttpResponse> send(const HttpRequest& request) override {
    if (waiting_ == nullptr) return inner_->send(request);
    const std::uint64_t number = waiting_->begin(what_is_asked(request));
    Result<HttpResponse> response = inner_->send(request);
    waiting_->end(number);
    return response;
  }

 private:
  std::unique_ptr<Transport> inner_;
  Waiting* waiting_;
};

}  // namespace

Waiting::Waiting(Console& console, Clock& clock) : console_(console), clock_(clock) {}

Waiting::~Waiting() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::uint64_t Waiting::begin(const std::string& what) {
  const std::lock_guard lock(mutex_);
  open_[++last_] = {what, clock_.steady()};
  if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
  changed_.notify_all();
  return last_;
}

void Waiting::end(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  open_.erase(number);
  if (open_.empty()) console_.status("");
}

void Waiting::say(One& one, Clock::Span now) {
  const Clock::Span passed = now - one.since;
  if (console_.shows_status()) {
    if (passed >= kSaid) console_.status("waiting for " + one.what + "  " + seconds_of(passed));
  } else if (passed >= kSaidOnce && !one.said) {
    one.said = true;
    console_.progress("countersign: waiting for " + visible(one.what) + ", " + seconds_of(passed) +
                      " so far\n");
  }
}

// The last that was begun is what the others wait for.
void Waiting::watch() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (open_.empty()) {
      changed_.wait(lock, [this] { return over_ || !open_.empty(); });
      continue;
    }
    changed_.wait_for(lock, kLook, [this] { return over_; });
    if (!over_ && !open_.empty()) say(open_.rbegin()->second, clock_.steady());
  }
}

std::unique_ptr<Transport> watched(std::unique_ptr<Transport> inner, Waiting* waiting) {
  return std::make_unique<Watched>(std::move(inner), waiting);
}

}  // namespace countersign
