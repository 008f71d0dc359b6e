#include "tests/support/terminal.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace countersign {
namespace {

using Clock = std::chrono::steady_clock;

winsize size_of(int columns, int rows) {
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = static_cast<unsigned short>(rows);
  return size;
}

Clock::time_point in(double seconds) {
  return Clock::now() + std::chrono::milliseconds(static_cast<long>(seconds * 1000));
}

}  // namespace

std::string without_escapes(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' || text[i] == '\a') continue;
    if (text[i] != '\x1b') {
      out += text[i];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == '[') {
      i += 2;
      while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
    } else {
      ++i;
    }
  }
  return out;
}

Terminal::Terminal(const Command& command, int columns, int rows) {
  std::vector<std::string> words = command.argv, variables;
  for (const auto& [name, value] : whole_environment(command))
    variables.push_back(name + "=" + value);
  std::vector<char*> argv, envp;
  for (std::string& one : words) argv.push_back(one.data());
  for (std::string& one : variables) envp.push_back(one.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  winsize size = size_of(columns, rows);
  child_ = forkpty(&fd_, nullptr, nullptr, &size);
  if (child_ < 0) throw std::runtime_error("forkpty");
  if (child_ == 0) {
    if (chdir(command.cwd.c_str()) == 0) execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
}

Terminal::~Terminal() {
  if (child_ > 0) {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  if (fd_ >= 0) close(fd_);
}

bool Terminal::take(int milliseconds) {
  pollfd wait = {fd_, POLLIN, 0};
  if (poll(&wait, 1, milliseconds) <= 0) return true;
  char bytes[65536];
  const ssize_t got = read(fd_, bytes, sizeof bytes);
  if (got > 0) raw_.append(bytes, static_cast<std::size_t>(got));
  return got > 0;
}

void Terminal::type(const std::string& keys) {
  // A terminal that is not read while it is typed at would stand still.
  const auto deadline = in(30);
  for (std::size_t given = 0; given < keys.size() && Clock::now() < deadline;) {
    pollfd wait = {fd_, POLLOUT | POLLIN, 0};
    poll(&wait, 1, 100);
    if ((wait.revents & POLLIN) != 0) take(0);
    if ((wait.revents & POLLOUT) == 0) continue;
    const ssize_t wrote =
        write(fd_, keys.data() + given, std::min<std::size_t>(keys.size() - given, 256));
    if (wrote > 0) given += static_cast<std::size_t>(wrote);
  }
}

std::string Terminal::until(const std::string& text, double seconds) {
  const auto deadline = in(seconds);
  for (;;) {
    const std::string all = shown();
    if (const std::size_t at = all.find(text, seen_); at != std::string::npos) {
      const std::size_t begin = seen_;
      seen_ = at + text.size();
      return all.substr(begin, seen_ - begin);
    }
    const bool more = take(50);
    if (!more || Clock::now() > deadline)
      throw std::runtime_error("\"" + text + "\" did not come; this came:\n" + shown());
  }
}

void Terminal::resize(int columns, int rows) {
  winsize size = size_of(columns, rows);
  ioctl(fd_, TIOCSWINSZ, &size);
}

int Terminal::end(double seconds) {
  const auto deadline = in(seconds);
  int status = 0;
  while (waitpid(child_, &status, WNOHANG) == 0) {
    take(20);
    if (Clock::now() > deadline) throw std::runtime_error("it did not end; this came:\n" + shown());
  }
  child_ = -1;
  while (take(0) && Clock::now() < deadline) {
    pollfd wait = {fd_, POLLIN, 0};
    if (poll(&wait, 1, 0) <= 0) break;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Terminal::shown() const {
  return without_escapes(raw_);
}

}  // namespace countersign
