// The clock: what waits on it, and what this machine's one does.
#include "interpreter/clock.h"

#include <thread>

#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

using namespace countersign;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// Its sleeps fall short, as those of a clock that is set back meanwhile, or that rounds.
struct ShortSleeps final : Clock {
  Span at = seconds(100);
  int slept = 0;
  Span since_epoch() override { return at; }
  Span steady() override { return at; }
  bool sleep(Span length, const std::atomic<bool>*) override {
    at += length / 2;
    return ++slept < 1000;
  }
};

}  // namespace

TEST_CASE("sleeping until a moment returns at the moment, and at once when it has passed") {
  ManualClock clock(1000);
  CHECK(clock.sleep_until(1060));
  CHECK(clock.now() == 1060);
  CHECK(clock.sleep_until(1060));
  CHECK(clock.sleep_until(10));
  CHECK(clock.slept_ms() == std::vector<long>{60'000});
}

TEST_CASE("a sleep that falls short is slept again until the moment is there") {
  ShortSleeps clock;
  CHECK(clock.sleep_until(110));
  CHECK(clock.now() == 110);
  CHECK(clock.slept > 1);
}

TEST_CASE("whoever interrupts a sleep is told from whoever slept it out") {
  std::atomic<bool> interrupted{true};
  ManualClock clock(1000);
  CHECK_FALSE(clock.sleep_until(1060, &interrupted));
  CHECK_FALSE(wall_clock().sleep(seconds(60), &interrupted));
  interrupted = false;
  CHECK(wall_clock().sleep(milliseconds(1), &interrupted));
  std::thread other([&] { interrupted = true; });
  CHECK_FALSE(wall_clock().sleep(seconds(60), &interrupted));
  other.join();
}

TEST_CASE("this machine's clock counts what it slept, and knows the year") {
  const Clock::Span before = wall_clock().steady();
  CHECK(wall_clock().sleep(milliseconds(3)));
  CHECK(wall_clock().steady() - before >= milliseconds(3));
  CHECK(wall_clock().now() > *parse_iso_time("2026-01-01T00:00:00Z"));
}

TEST_CASE("a timer expires when its span has passed, and not before") {
  ManualClock clock;
  const Timer timer(clock, milliseconds(1500));
  CHECK(timer.milliseconds_left() == 1500);
  clock.pass(milliseconds(1499));
  CHECK_FALSE(timer.expired());
  CHECK(timer.milliseconds_left() == 1);
  clock.pass(milliseconds(1));
  CHECK(timer.expired());
  CHECK(timer.passed() == milliseconds(1500));
}
