// Jobs beside a conversation: a bounded number of threads, whatever is asked of them.
#include "interpreter/job_pool.h"

#include <atomic>
#include <chrono>
#include <set>

#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;

TEST_CASE("many jobs take few threads, and each ends once") {
  JobPool pool(4);
  std::atomic<int> at_once{0}, most{0};
  for (int i = 0; i < 500; ++i)
    pool.add(std::to_string(i), [&, i]() -> Result<json> {
      const int now = ++at_once;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      --at_once;
      return json(i);
    });
  std::set<std::string> ended;
  for (int i = 0; i < 500; ++i) {
    const JobPool::Ended one = pool.take();
    CHECK(ended.insert(one.key).second);
    CHECK(one.result->dump() == one.key);
  }
  CHECK(pool.threads() <= 4);
  CHECK(most <= 4);
}

TEST_CASE("jobs go on at once, and what ends first is taken first") {
  JobPool pool(8);
  std::atomic<bool> go{false};
  pool.add("slow", [&]() -> Result<json> {
    while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return json("slow");
  });
  pool.add("quick", []() -> Result<json> { return Error{"provider", "no"}; });
  const JobPool::Ended first = pool.take();
  CHECK(first.key == "quick");
  CHECK(first.result.error().message == "no");
  go = true;
  CHECK(pool.take().key == "slow");
}

TEST_CASE("jobs that were not begun are dropped with the pool") {
  std::atomic<int> begun{0};
  {
    JobPool pool(1);
    for (int i = 0; i < 100; ++i)
      pool.add("", [&]() -> Result<json> {
        ++begun;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return json();
      });
    (void)pool.take();
  }
  CHECK(begun < 50);
}
