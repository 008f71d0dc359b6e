// Work that goes on beside a conversation with a script host: a bounded number of threads, each of
// which takes the next job when it is done with one. What ended is taken in the order of its end.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

class JobPool {
 public:
  using Job = std::function<Result<nlohmann::json>()>;
  struct Ended {
    std::string key;
    Result<nlohmann::json> result;
  };

  explicit JobPool(std::size_t most_threads) : most_(most_threads) {}
  // Waits for the jobs that were begun; those that were not are dropped.
  ~JobPool();
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  void add(std::string key, Job job);
  // Waits for the next job to end; there has to be one that was added and not taken.
  Ended take();
  std::size_t threads() const { return threads_.size(); }

 private:
  void work();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable waiting_, ended_some_;
  std::deque<std::pair<std::string, Job>> queue_;
  std::deque<Ended> ended_;
  std::size_t idle_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace countersign
