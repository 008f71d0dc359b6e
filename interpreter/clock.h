// The seam to time: what reads it, measures it or waits is handed a Clock. Two real ones: this
// machine's, and the simulator's (stdlib/simulator/server/served_clock), by which scenarios wait.
// Also here: spans of time for people.
//
// What belongs to another process, to a socket or to the disk (a script host that is silent, a
// program that is overdue, a slow sync) is measured on this machine's clock, whatever clock a run
// has.
#pragma once
#include <atomic>
#include <chrono>
#include <string>

#include "interpreter/times.h"

namespace countersign {

// Every member may be called from any thread.
class Clock {
 public:
  using Span = std::chrono::nanoseconds;

  virtual ~Clock() = default;

  // Since the epoch. It goes back where somebody sets the clock back.
  virtual Span since_epoch() = 0;
  // Since some moment. It never goes back and counts whatever `sleep` slept: what timeouts, budgets
  // and ages are measured with. Only differences mean something.
  virtual Span steady() = 0;
  // Returns once `length` has passed on `steady`; earlier, and then false, once `interrupted` is
  // set.
  virtual bool sleep(Span length, const std::atomic<bool>* interrupted = nullptr) = 0;

  Time now() { return std::chrono::duration_cast<std::chrono::seconds>(since_epoch()).count(); }
  // Returns once `now` is `moment` or later; earlier, and then false, once `interrupted` is set.
  bool sleep_until(Time moment, const std::atomic<bool>* interrupted = nullptr);
};

// This machine's.
Clock& wall_clock();

// A span that has begun on a clock, which outlives it.
class Timer {
 public:
  Timer(Clock& clock, Clock::Span length)
      : clock_(&clock), begin_(clock.steady()), length_(length) {}

  Clock::Span passed() const { return clock_->steady() - begin_; }
  bool expired() const { return passed() >= length_; }
  // For poll: whole milliseconds, rounded down; 0 or less once it is over.
  long milliseconds_left() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(length_ - passed()).count();
  }

 private:
  Clock* clock_;
  Clock::Span begin_, length_;
};

// "24 h", "2 d 3 h", "45 s": for people.
std::string duration_text(Time seconds);

}  // namespace countersign
