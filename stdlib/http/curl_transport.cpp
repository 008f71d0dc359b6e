#include "stdlib/http/curl_transport.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include "stdlib/http/curl_library.h"
#include "stdlib/http/http_limits.h"
#include "stdlib/http/transfer.h"
#include "stdlib/http/url.h"

namespace countersign {

// The thread, the multi handle it owns, and the line of transfers that wait for it.
class CurlTransport::Loop {
 public:
  explicit Loop(const std::atomic<bool>* interrupted) : interrupted_(interrupted) {}
  ~Loop() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
      if (multi_) curl_->multi_wakeup(multi_);
    }
    if (thread_.joinable()) thread_.join();
    {
      // Callers that were given up still leave through this object.
      std::unique_lock lock(mutex_);
      done_.wait(lock, [&] { return callers_ == 0; });
    }
    for (CURL* easy : idle_) curl_->easy_cleanup(easy);
    if (multi_) curl_->multi_cleanup(multi_);
  }

  Result<HttpResponse> carry(Transfer& transfer) {
    std::unique_lock lock(mutex_);
    TRY(start());
    line_.push_back(&transfer);
    ++callers_;
    curl_->multi_wakeup(multi_);
    done_.wait(lock, [&] { return transfer.done; });
    if (--callers_ == 0) done_.notify_all();
    return std::move(transfer.outcome);
  }

 private:
  Status start() {
    if (multi_) return Done{};
    const auto library = TRY(curl_library());
    curl_ = library;
    multi_ = curl_->multi_init();
    if (!multi_) return Error{"transport", "libcurl could not be started", "", "", "", -1};
    curl_->multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kConnections);
    curl_->multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, kConnections);
    thread_ = std::thread([this] { run(); });
    return Done{};
  }

  void run() {
    while (true) {
      std::deque<Transfer*> fresh;
      {
        const std::lock_guard lock(mutex_);
        if (stop_) break;
        fresh.swap(line_);
      }
      for (Transfer* transfer : fresh) add(*transfer);
      int running = 0;
      curl_->multi_perform(multi_, &running);
      collect();
      if (interrupted_ && *interrupted_) give_up({"interrupted", "it was interrupted"});
      curl_->multi_poll(multi_, nullptr, 0, interrupted_ ? kLook : 1'000, nullptr);
    }
    give_up({"transport", "the request was given up because the program ends"});
  }

  void add(Transfer& transfer) {
    CURL* easy = nullptr;
    if (idle_.empty()) {
      easy = curl_->easy_init();
    } else {
      easy = idle_.back();
      idle_.pop_back();
    }
    if (!easy || !transfer.prepare(*curl_, easy) ||
        curl_->multi_add_handle(multi_, easy) != CURLM_OK) {
      if (easy) curl_->easy_cleanup(easy);
      finish(transfer, Error{"transport", "libcurl could not take the request", "", "", "", -1});
      return;
    }
    running_.insert(easy);
  }

  void collect() {
    int left = 0;
    while (CURLMsg* message = curl_->multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      void* owner = nullptr;
      curl_->easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
      auto& transfer = *static_cast<Transfer*>(owner);
      Result<HttpResponse> outcome = transfer.conclude(*curl_, easy, code);
      curl_->multi_remove_handle(multi_, easy);
      running_.erase(easy);
      curl_->easy_reset(easy);
      idle_.push_back(easy);
      finish(transfer, std::move(outcome));
    }
  }

  void give_up(const Error& ended) {
    for (CURL* easy : running_) {
      void* owner = nullptr;
      curl_->easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
      curl_->multi_remove_handle(multi_, easy);
      curl_->easy_cleanup(easy);
      finish(*static_cast<Transfer*>(owner), ended);
    }
    running_.clear();
    std::deque<Transfer*> waiting;
    {
      const std::lock_guard lock(mutex_);
      waiting.swap(line_);
    }
    for (Transfer* transfer : waiting) finish(*transfer, ended);
  }

  void finish(Transfer& transfer, Result<HttpResponse> outcome) {
    {
      const std::lock_guard lock(mutex_);
      transfer.outcome = std::move(outcome);
      transfer.done = true;
    }
    done_.notify_all();
  }

  static constexpr long kConnections = 64;
  static constexpr int kLook = 50;  // how often, in milliseconds, the flag is looked at

  const std::atomic<bool>* interrupted_;

  const CurlLibrary* curl_ = nullptr;
  CURLM* multi_ = nullptr;
  std::thread thread_;
  std::mutex mutex_;  // guards line_, stop_, callers_ and every transfer's outcome
  std::condition_variable done_;
  std::deque<Transfer*> line_;
  bool stop_ = false;
  int callers_ = 0;
  std::vector<CURL*> idle_;  // the thread's own
  std::set<CURL*> running_;  // the thread's own
};

CurlTransport::CurlTransport(const std::atomic<bool>* interrupted)
    : loop_(std::make_unique<Loop>(interrupted)) {}
CurlTransport::~CurlTransport() = default;

Result<HttpResponse> CurlTransport::send(const HttpRequest& request) {
  TRY(may_be_sent(request));
  Transfer transfer(request);
  return loop_->carry(transfer);
}

}  // namespace countersign
