// Locks, where several runs share one process, and where several home folders share one user.
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
    const Result<std::unique_ptr<Home>> home = Home::open(folder + "/home", folder + "/user");
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

TEST_CASE("two home folders of one user exclude each other from an account, and say who has it") {
  char draft[] = "/tmp/countersign-locks-XXXXXX";
  const std::string folder = ::mkdtemp(draft);
  {
    const auto one = Home::open(folder + "/one", folder + "/user"),
               two = Home::open(folder + "/two", folder + "/user");
    REQUIRE(one);
    REQUIRE(two);
    const std::string key = "http://127.0.0.1:8400 AC1 aa", twin = "http://127.0.0.1:8400 AC1 bb";
    {
      const Result<Lock> held = (*one)->lock_account(key, "20261120-aaaaaa");
      REQUIRE(held);
      const Result<Lock> second = (*two)->lock_account(key, "20261120-bbbbbb");
      REQUIRE_FALSE(second);
      CHECK(second.error().kind == "refused");
      CHECK(second.error().message ==
            "another run is changing the account AC1 (run "
            "20261120-aaaaaa of the state folder " +
                folder + "/one)");
      // Another simulator at the same place is another account.
      CHECK((*two)->lock_account(twin, "20261120-bbbbbb"));
    }
    CHECK((*two)->lock_account(key, "20261120-bbbbbb"));
  }
  std::filesystem::remove_all(folder);
}
