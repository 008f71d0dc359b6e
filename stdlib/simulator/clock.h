// The simulated clock: starts where the world says, runs `scale` times as fast as the wall clock.
#pragma once
#include <chrono>

#include "stdlib/simulator/dates.h"

namespace countersign::simulator {

// Not thread-safe: guarded by the mutex of the world it belongs to.
class Clock {
 public:
  // A scale of 0 stands still; then time moves only by `advance` and `set`.
  Clock(double start, double scale) : start_(start), scale_(scale) {}

  // Seconds since the epoch, with fraction.
  double exact() const {
    std::chrono::duration<double> passed = std::chrono::steady_clock::now() - since_;
    return start_ + passed.count() * scale_;
  }
  Seconds now() const { return static_cast<Seconds>(exact()); }
  double scale() const { return scale_; }

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
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace countersign::simulator
