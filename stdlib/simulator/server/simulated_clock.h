// The simulated clock: starts where the world says, runs `scale` times as fast as a real one.
#pragma once
#include <chrono>
#include <optional>

#include "interpreter/clock.h"
#include "stdlib/simulator/server/dates.h"

namespace countersign::simulator {

// Not thread-safe: guarded by the mutex of the world it belongs to. What waits for it has a
// ServedClock.
class SimulatedClock {
 public:
  // A scale of 0 stands still; then time moves only by `advance` and `set`. `real` outlives this.
  SimulatedClock(double start, double scale, Clock& real)
      : real_(&real), start_(start), scale_(scale), since_(real.steady()) {}

  // Seconds since the epoch, with fraction.
  double exact() const {
    if (held_) return *held_;
    return start_ + std::chrono::duration<double>(real_->steady() - since_).count() * scale_;
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
    since_ = real_->steady();
  }
  void advance(double seconds) { set(exact() + seconds); }
  void set_scale(double scale) {
    set(exact());
    scale_ = scale;
  }

 private:
  Clock* real_;
  double start_;
  double scale_;
  std::optional<double> held_;
  Clock::Span since_;
};

}  // namespace countersign::simulator
