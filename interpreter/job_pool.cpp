#include "interpreter/job_pool.h"

namespace countersign {

JobPool::~JobPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    queue_.clear();
  }
  waiting_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void JobPool::add(std::string key, Job job) {
  const std::lock_guard lock(mutex_);
  queue_.emplace_back(std::move(key), std::move(job));
  if (queue_.size() > idle_ && threads_.size() < most_) threads_.emplace_back([this] { work(); });
  waiting_.notify_one();
}

JobPool::Ended JobPool::take() {
  std::unique_lock lock(mutex_);
  ended_some_.wait(lock, [this] { return !ended_.empty(); });
  Ended first = std::move(ended_.front());
  ended_.pop_front();
  return first;
}

void JobPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    waiting_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    --idle_;
    if (closing_) return;
    auto [key, job] = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    Result<nlohmann::json> result = job();
    job = nullptr;  // what it holds is given back before anybody is told
    lock.lock();
    ended_.push_back({std::move(key), std::move(result)});
    ended_some_.notify_one();
  }
}

}  // namespace countersign
