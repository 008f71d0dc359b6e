// Ctrl-C, SIGTERM and SIGHUP while scenarios are played: nothing ends at once, everything that was
// begun is ended and cleaned up.
#pragma once
#include <pthread.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace countersign {

class Interruption {
 public:
  // Takes the signals from now on, in every thread that is started after this.
  Interruption();
  // Leaves them to whoever had them before.
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // Whether one came. From then on every process that this one starts is killed, with its group.
  bool came() const { return came_; }
  int signal() const { return came_; }

  // `then` is called once, from another thread, if one comes while the guard lives.
  class Guard {
   public:
    Guard(Interruption& of, std::function<void()> then);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Interruption& of_;
  };

 private:
  void watch();

  sigset_t taken_, before_;
  std::atomic<int> came_{0};
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::map<Guard*, std::function<void()>> guards_;
  std::thread watcher_;
};

}  // namespace countersign
