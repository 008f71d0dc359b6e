#include "interpreter/clock.h"

#include <algorithm>
#include <thread>

namespace countersign {
namespace {

// A signal may reach any thread, so the flag is looked at rather than the sleep's end.
constexpr std::chrono::milliseconds kLook{50};

class WallClock final : public Clock {
 public:
  Span since_epoch() override { return std::chrono::system_clock::now().time_since_epoch(); }
  Span steady() override { return std::chrono::steady_clock::now().time_since_epoch(); }
  bool sleep(Span length, const std::atomic<bool>* interrupted) override {
    if (!interrupted) {
      std::this_thread::sleep_for(length);
      return true;
    }
    // Counted in pieces and not by the clock: where that stands or is set, a sleep still ends.
    for (Span left = length; left > Span::zero() && !*interrupted; left -= kLook)
      std::this_thread::sleep_for(std::min<Span>(left, kLook));
    return !*interrupted;
  }
};

}  // namespace

bool Clock::sleep_until(Time moment, const std::atomic<bool>* interrupted) {
  // Asked again afterwards: a clock may be set meanwhile, and one that is simulated may round.
  while (now() < moment) {
    const Span left = std::chrono::seconds(moment) - since_epoch();
    if (!sleep(std::max<Span>(left, std::chrono::milliseconds(1)), interrupted)) return false;
  }
  return true;
}

Clock& wall_clock() {
  static WallClock clock;
  return clock;
}

std::string duration_text(Time seconds) {
  const Time parts[] = {seconds / 86400, seconds % 86400 / 3600, seconds % 3600 / 60, seconds % 60};
  static const char* names[] = {"d", "h", "min", "s"};
  if (seconds == 86400) return "24 h";
  std::string text;
  int shown = 0;
  for (int i = 0; i < 4 && shown < 2; ++i) {
    if (parts[i] == 0) continue;
    text += (text.empty() ? "" : " ") + std::to_string(parts[i]) + " " + names[i];
    ++shown;
  }
  return text.empty() ? "0 s" : text;
}

}  // namespace countersign
