#include "stdlib/simulator/server/served_clock.h"

namespace countersign::simulator {

Clock::Span ServedClock::since_epoch() {
  return std::chrono::duration_cast<Span>(std::chrono::duration<double>(exact_()));
}

Clock::Span ServedClock::steady() {
  return real_.steady() + Span(slept_.load());
}

bool ServedClock::sleep(Span length, const std::atomic<bool>* interrupted) {
  if (interrupted && *interrupted) return false;
  if (length <= Span::zero()) return true;
  advance_(std::chrono::duration<double>(length).count());
  slept_ += length.count();
  return true;
}

}  // namespace countersign::simulator
