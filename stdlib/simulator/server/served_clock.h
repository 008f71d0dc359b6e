// The time of a served world as others wait for it: a sleep is a jump of the simulated clock, and
// what comes due by then has happened when it returns.
#pragma once
#include <atomic>
#include <functional>

#include "interpreter/clock.h"

namespace countersign::simulator {

class ServedClock final : public Clock {
 public:
  // `exact`: the world's time in seconds; `advance`: moves it on. Both may be called from any
  // thread. `real` measures what nobody slept.
  ServedClock(std::function<double()> exact, std::function<void(double seconds)> advance,
              Clock& real)
      : exact_(std::move(exact)), advance_(std::move(advance)), real_(real) {}

  // With the world's scale and its jumps, back too.
  Span since_epoch() override;
  // Without them: a slow machine must not make a timeout of a fast world. What was slept counts.
  Span steady() override;
  bool sleep(Span length, const std::atomic<bool>* interrupted = nullptr) override;

 private:
  const std::function<double()> exact_;
  const std::function<void(double)> advance_;
  Clock& real_;
  std::atomic<Span::rep> slept_{0};
};

}  // namespace countersign::simulator
