// The simulator's clock as a run waits on it.
#include "stdlib/simulator/server/served_clock.h"

#include "stdlib/simulator/server/server.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

using namespace countersign;
using std::chrono::seconds;

namespace {

// A served world at 2026-11-20T12:00:00Z, before a real clock that only the test moves.
struct ServedWorld {
  explicit ServedWorld(double scale) : simulator(real) {
    const auto port = simulator.start({{"time", "2026-11-20T12:00:00Z"}}, {.time_scale = scale});
    REQUIRE(port);
  }
  std::string time() { return iso_time(simulator.clock().now()); }

  ManualClock real;
  simulator::Simulator simulator;
};

}  // namespace

TEST_CASE("a sleep on the simulator's clock is a jump of its world, and takes no time of ours") {
  ServedWorld served(0);
  CHECK(served.time() == "2026-11-20T12:00:00Z");
  CHECK(served.simulator.clock().sleep(seconds(90)));
  CHECK(served.time() == "2026-11-20T12:01:30Z");
  CHECK(served.simulator.clock().sleep_until(*parse_iso_time("2026-11-21T00:00:00Z")));
  CHECK(served.simulator.world()["time"] == "2026-11-21T00:00:00Z");
  CHECK(served.real.slept_ms().empty());
}

TEST_CASE("between sleeps the simulator's clock runs by its scale") {
  ServedWorld served(20);
  served.real.pass(seconds(3));
  CHECK(served.time() == "2026-11-20T12:01:00Z");
}

TEST_CASE("what is measured on the simulator's clock is real time and sleeps, not scale or jumps") {
  ServedWorld served(20);
  Clock& clock = served.simulator.clock();
  const Clock::Span begun = clock.steady();
  served.real.pass(seconds(3));
  clock.sleep(seconds(30));
  CHECK(clock.steady() - begun == seconds(33));
  REQUIRE(served.simulator.patch(nlohmann::json::array(
      {{{"op", "replace"}, {"path", "/time"}, {"value", "2026-11-01T00:00:00Z"}}})));
  CHECK(served.time() == "2026-11-01T00:00:00Z");
  CHECK(clock.steady() - begun == seconds(33));
}

TEST_CASE("an interrupted sleep on the simulator's clock moves nothing") {
  ServedWorld served(0);
  const std::atomic<bool> interrupted{true};
  CHECK_FALSE(served.simulator.clock().sleep(seconds(90), &interrupted));
  CHECK(served.time() == "2026-11-20T12:00:00Z");
}
