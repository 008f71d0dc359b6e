// Order: signals are caught, the echo is switched off, and only then it is asked, so that nothing
// that is typed in answer is shown; the echo is on again before signals end the program, so that
// none leaves a terminal behind that shows nothing.
#include "repl/views/typed_line.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "interpreter/utf8.h"

namespace countersign {
namespace {

constexpr std::size_t kLongest = 64u << 10;
constexpr std::array<int, 4> kEnding = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

volatile std::sig_atomic_t caught = 0;

void note_signal(int signal) {
  caught = signal;
}

// Signals that would end the program end the waiting for input instead. They are blocked but while
// it is waited, so that none comes between a look and the next wait.
class Signals {
 public:
  Signals() {
    caught = 0;
    struct sigaction action {};
    action.sa_handler = note_signal;
    sigset_t ending;
    sigemptyset(&ending);
    for (const int signal : kEnding) sigaddset(&ending, signal);
    sigprocmask(SIG_BLOCK, &ending, &mask_);
    for (std::size_t i = 0; i < kEnding.size(); ++i) sigaction(kEnding[i], &action, &before_[i]);
  }
  ~Signals() {
    for (std::size_t i = 0; i < kEnding.size(); ++i) sigaction(kEnding[i], &before_[i], nullptr);
    sigprocmask(SIG_SETMASK, &mask_, nullptr);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Until there is input; false: a signal came.
  bool await_input() const {
    for (;;) {
      pollfd input = {STDIN_FILENO, POLLIN, 0};
      const int ready = ppoll(&input, 1, nullptr, &mask_);
      if (caught != 0) return false;
      if (ready > 0 || errno != EINTR) return true;
    }
  }

 private:
  std::array<struct sigaction, kEnding.size()> before_{};
  sigset_t mask_{};
};

class Echo {
 public:
  explicit Echo(bool hidden) : hidden_(hidden && tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!hidden_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    // A program that is stopped here would leave the terminal so.
    quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
    hidden_ = tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet) == 0;
    failed_ = !hidden_;
  }
  ~Echo() {
    if (hidden_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  bool failed() const { return failed_; }

 private:
  termios before_{};
  bool hidden_;
  bool failed_ = false;
};

void ask(const std::string& prompt) {
  for (std::size_t done = 0; done < prompt.size();) {
    const ssize_t wrote = ::write(STDERR_FILENO, prompt.data() + done, prompt.size() - done);
    if (wrote <= 0 && errno != EINTR) return;
    if (wrote > 0) done += static_cast<std::size_t>(wrote);
  }
}

}  // namespace

Result<TypedLine> typed_line(const std::string& prompt, bool hidden) {
  const Signals signals;
  const Echo echo(hidden);
  if (echo.failed())
    return Error{"usage", "the terminal cannot be kept from showing a secret",
                 "give it with -p NAME=env:VARIABLE"};
  ask(prompt);
  TypedLine line;
  for (;;) {
    if (!signals.await_input()) {
      line.signal = caught;
      return line;
    }
    char c = 0;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      return Error{"usage", "the input ended before everything that is needed was given",
                   "nothing was started; give parameters with -p NAME=VALUE"};
    if (c == '\n') break;
    if (line.text.size() < kLongest) line.text += c;
  }
  if (!is_utf8(line.text)) return Error{"usage", "what was typed is not UTF-8"};
  return line;
}

}  // namespace countersign
