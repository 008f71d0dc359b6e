#include "repl/scenarios/interruption.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace countersign {
namespace {

constexpr timespec kLook = {0, 50'000'000};  // between two looks at what is still there

// Script hosts and declared programs lead groups of their own, so that a Ctrl-C at the terminal is
// ours alone; whatever a program started is in its group.
void kill_children() {
  std::error_code bad;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", bad)) {
    std::ifstream list(task.path() / "children");
    for (pid_t child = 0; list >> child;)
      if (child > 1) ::kill(getpgid(child) == child ? -child : child, SIGKILL);
  }
}

}  // namespace

Interruption::Interruption() {
  sigemptyset(&taken_);
  // SIGUSR1 only wakes the watcher.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&taken_, signal);
  pthread_sigmask(SIG_BLOCK, &taken_, &before_);
  watcher_ = std::thread([this] { watch(); });
}

Interruption::~Interruption() {
  over_ = true;
  pthread_kill(watcher_.native_handle(), SIGUSR1);
  watcher_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interruption::watch() {
  while (!over_) {
    const int signal =
        came_ ? sigtimedwait(&taken_, nullptr, &kLook) : sigwaitinfo(&taken_, nullptr);
    if (over_) return;
    if (signal > 0 && signal != SIGUSR1 && !came_) {
      came_ = signal;
      const std::lock_guard lock(mutex_);
      for (const auto& [guard, then] : guards_) then();
    }
    if (came_) kill_children();
  }
}

Interruption::Guard::Guard(Interruption& of, std::function<void()> then) : of_(of) {
  const std::lock_guard lock(of_.mutex_);
  if (of_.came_) then();
  of_.guards_[this] = std::move(then);
}

Interruption::Guard::~Guard() {
  const std::lock_guard lock(of_.mutex_);
  of_.guards_.erase(this);
}

}  // namespace countersign
