// Locks of a home folder, where several runs share one process.
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "interpreter/home.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"

using namespace countersign;

TEST_CASE("a lock that was let go of is free, whatever another thread starts meanwhile") {
  char draft[] = "/tmp/countersign-locks-XXXXXX";
  const std::string folder = ::mkdtemp(draft);
  {
    const Result<std::unique_ptr<Home>> home = Home::open(folder);
    REQUIRE(home);
    std::atomic<bool> over{false};
    std::thread starts([&] {
      for (int i = 0; i < 300; ++i) run_process({{"true"}});
      over = true;
    });
    int refused = 0;
    while (!over)
      if (const Result<Lock> lock = (*home)->lock_account("AC", "run"); !lock) ++refused;
    starts.join();
    CHECK(refused == 0);
    const Result<Lock> held = (*home)->lock_account("AC", "one");
    REQUIRE(held);
    CHECK_FALSE((*home)->lock_account("AC", "two"));
  }
  std::filesystem::remove_all(folder);
}
