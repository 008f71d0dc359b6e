#include "repl/scenarios/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace countersign {

void work_off(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& job,
              const std::function<void(std::size_t)>& tell) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<bool> ended(count, false);
  std::size_t told = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      job(i);
      const std::lock_guard lock(mutex);
      ended[i] = true;
      while (told < count && ended[told]) tell(told++);
    }
  };
  std::vector<std::thread> crew;
  for (std::size_t i = 0; i < std::min(threads, count); ++i) crew.emplace_back(work);
  for (std::thread& one : crew) one.join();
}

}  // namespace countersign
