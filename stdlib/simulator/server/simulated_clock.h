// The simulated clock: starts where the world says, runs `scale` times as fast as the wall clock.
#pragma once
#include <chrono>
#include <optional>

#include "stdlib/simulator/server/dates.h"

namespace countersign::simulator {

// Not thread-safe: guarded by the mutex of the world it belongs to.
class Clock {
 public:
  // A scale of 0 stands still; then time moves only by `advance` and `set`.
  Clock(double start, double scale) : start_(start), scale_(scale) {}

  // Seconds since the epoch, with fraction.
  double exact() const {
    if (held_) return *held_;
    std::chrono::duration<double> passed = std::chrono::steady_clock::now() - since_;
    return start_ + passed.count() * scale_;
  }
  Seconds now() const { return static_cast<Seconds>(exact()); }
  double scale() const { return scale_; }

  // Stands at `time` until it is let go: what comes due happens at its own time, however late
  // somebody looks, and a call that takes a minute is over at once.
  void hold(double time) { held_ = time; }
  void let_go() { held_.reset(); }
  bool is_held() const { return held_.has_value(); }

  void set(double time) {
    start_ = time;
    since_ = std::chrono::steady_clock::now();
  }
  void advance(double seconds) { set(exact() + seconds); }
  void set_scale(double scale) {
    set(exact());
    scale_ = scale;
  }

 private:
  double start_;
  double scale_;
  std::optional<double> held_;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace countersign::simulator
