#include "stdlib/session/at_once.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace countersign {

Status at_once(const std::vector<std::function<Status()>>& jobs, std::size_t limit) {
  std::mutex mutex;
  std::optional<std::pair<std::size_t, Error>> failure;
  std::size_t next = 0;
  const auto work = [&] {
    while (true) {
      std::size_t mine;
      {
        const std::lock_guard lock(mutex);
        if (failure || next == jobs.size()) return;
        mine = next++;
      }
      const Status status = jobs[mine]();
      if (status) continue;
      const std::lock_guard lock(mutex);
      if (!failure || mine < failure->first) failure.emplace(mine, status.error());
    }
  };
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < std::min(limit, jobs.size()); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  if (failure) return failure->second;
  return Done{};
}

}  // namespace countersign
