// Order: the pager is started; Ctrl-C is its own while it shows; the text is written until it has
// read all or left; it is waited for. A shell that found no such program says so with 127, and then
// nothing was shown.
#include "repl/views/pager.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "interpreter/descriptor.h"
#include "repl/views/escape.h"

extern char** environ;

namespace countersign {
namespace {

constexpr int kNotExecutable = 126, kNotFound = 127;  // as a shell says it

// The command line; empty: there is to be no pager.
std::string pager() {
  const char* set = std::getenv("PAGER");
  const std::string line = set == nullptr ? "less" : set;
  const bool blank = line.find_first_not_of(" \t\n") == std::string::npos;
  return blank || line == "cat" ? "" : line;
}

std::vector<std::string> environment() {
  std::vector<std::string> out;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) out.emplace_back(*one);
  // Leave at once where it fits, show colours, leave the text on the screen.
  if (std::getenv("LESS") == nullptr) out.emplace_back("LESS=FRX");
  if (std::getenv("LV") == nullptr) out.emplace_back("LV=-c");
  return out;
}

// A pager's own keys are not for this program while it shows something.
class Undisturbed {
 public:
  Undisturbed() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &ignore, &before_[i]);
  }
  ~Undisturbed() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;

 private:
  static constexpr std::array<int, 2> kSignals = {SIGINT, SIGQUIT};
  std::array<struct sigaction, kSignals.size()> before_{};
};

// `sh -c LINE` that reads from `in`, with the signals as a program expects them. 0: not started.
pid_t start(const std::string& line, int in) {
  std::vector<std::string> variables = environment();
  std::vector<char*> envp;
  for (std::string& one : variables) envp.push_back(one.data());
  envp.push_back(nullptr);
  std::string shell = "sh", option = "-c", command = line;
  char* argv[] = {shell.data(), option.data(), command.data(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t usual;
  sigemptyset(&usual);
  for (const int signal : {SIGPIPE, SIGINT, SIGQUIT}) sigaddset(&usual, signal);
  posix_spawnattr_setsigdefault(&how, &usual);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int failed = posix_spawn(&child, "/bin/sh", &files, &how, argv, envp.data());
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&files);
  return failed == 0 ? child : 0;
}

void write_to(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(fd, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    done += static_cast<std::size_t>(wrote);
  }
}

bool is_longer_than_terminal(const std::string& text) {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
    return false;
  // The prompt takes the last line.
  return terminal_lines(text, size.ws_col) >= size.ws_row;
}

}  // namespace

std::size_t terminal_lines(const std::string& text, std::size_t width) {
  std::size_t lines = 0;
  std::string line;
  const auto end_line = [&] {
    const std::size_t wide = columns(line);
    lines += wide == 0 || width == 0 ? 1 : (wide + width - 1) / width;
    line.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      end_line();
    } else if (text[i] == '\x1b') {
      while (i + 1 < text.size() && text[i] != 'm') ++i;
    } else {
      line += text[i];
    }
  }
  if (!line.empty()) end_line();
  return lines;
}

bool shown_by_pager(const std::string& text) {
  if (isatty(STDOUT_FILENO) == 0 || !is_longer_than_terminal(text)) return false;
  const std::string line = pager();
  if (line.empty()) return false;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  Descriptor in(ends[0]), out(ends[1]);
  const Undisturbed undisturbed;
  const pid_t child = start(line, in.get());
  in.close();
  if (child == 0) return false;
  write_to(out.get(), text);
  out.close();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  return code != kNotExecutable && code != kNotFound;
}

}  // namespace countersign
