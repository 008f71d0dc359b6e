#include "repl/conversation/terminal_signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace countersign {
namespace {

// A signal handler reaches nothing but what is static.
std::atomic<bool> broken_off{false}, other_terminal{false};
int ends[2] = {-1, -1};
struct sigaction before_interrupt, before_size, before_going_on;

void handle(int signal) {
  const int kept = errno;
  (signal == SIGINT ? broken_off : other_terminal) = true;
  const char byte = 0;
  if (write(ends[1], &byte, 1) < 0) {
  }
  errno = kept;
}

}  // namespace

static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

TerminalSignals::TerminalSignals() {
  broken_off = other_terminal = false;
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) ends[0] = ends[1] = -1;
  struct sigaction action {};
  action.sa_handler = handle;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &before_interrupt);
  sigaction(SIGWINCH, &action, &before_size);
  sigaction(SIGCONT, &action, &before_going_on);
}

TerminalSignals::~TerminalSignals() {
  sigaction(SIGINT, &before_interrupt, nullptr);
  sigaction(SIGWINCH, &before_size, nullptr);
  sigaction(SIGCONT, &before_going_on, nullptr);
  for (int& end : ends) {
    if (end >= 0) close(end);
    end = -1;
  }
}

const std::atomic<bool>& TerminalSignals::flag() const {
  return broken_off;
}

bool TerminalSignals::take() {
  return broken_off.exchange(false);
}

bool TerminalSignals::changed() {
  return other_terminal.exchange(false);
}

int TerminalSignals::descriptor() const {
  return ends[0];
}

void TerminalSignals::drain() {
  char bytes[64];
  while (ends[0] >= 0 && read(ends[0], bytes, sizeof bytes) > 0) {
  }
}

}  // namespace countersign
