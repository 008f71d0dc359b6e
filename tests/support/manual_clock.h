// A clock that moves only by what sleeps on it, or is moved by a test.
#pragma once
#include <mutex>
#include <vector>

#include "interpreter/clock.h"

namespace countersign {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = 1'795'176'000) : start_(start) {}  // 2026-11-20T12:00:00Z

  Span since_epoch() override { return start_ + steady(); }
  Span steady() override {
    const std::lock_guard lock(mutex_);
    return passed_;
  }
  bool sleep(Span length, const std::atomic<bool>* interrupted = nullptr) override {
    if (interrupted && *interrupted) return false;
    const std::lock_guard lock(mutex_);
    passed_ += length;
    slept_.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(length).count());
    return true;
  }

  void pass(Span length) {
    const std::lock_guard lock(mutex_);
    passed_ += length;
  }
  std::vector<long> slept_ms() {
    const std::lock_guard lock(mutex_);
    return slept_;
  }

 private:
  std::mutex mutex_;
  const std::chrono::seconds start_;
  Span passed_{0};
  std::vector<long> slept_;
};

}  // namespace countersign
