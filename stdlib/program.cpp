#include "stdlib/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

extern char** environ;

namespace countersign {
namespace {

using Clock = std::chrono::steady_clock;

// Writing to a program that does not read must not end ours.
class BrokenPipeIgnored {
 public:
  BrokenPipeIgnored() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  ~BrokenPipeIgnored() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    const timespec none{};
    if (!sigismember(&before_, SIGPIPE))
      while (sigtimedwait(&set, nullptr, &none) > 0) {
      }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_;
};

int spawn(const std::vector<std::string>& argv, int in, int out, pid_t& child) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const int error = posix_spawnp(&child, words[0], &files, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

// 0: the output ended; else the reason to stop it.
const char* converse(int to, int from, const std::string& input, std::size_t most,
                     Clock::time_point end, std::string& output) {
  std::size_t written = 0;
  if (input.empty()) {
    ::close(to);
    to = -1;
  }
  const char* reason = nullptr;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) {
      reason = "took too long";
      break;
    }
    pollfd both[2] = {{from, POLLIN, 0}, {to, POLLOUT, 0}};
    if (::poll(both, to < 0 ? 1 : 2, static_cast<int>(left)) <= 0) continue;
    if (to >= 0 && both[1].revents != 0) {
      const ssize_t count = ::write(to, input.data() + written, input.size() - written);
      if (count > 0) written += static_cast<std::size_t>(count);
      if (count < 0 || written == input.size()) {
        ::close(to);
        to = -1;
      }
    }
    if (both[0].revents == 0) continue;
    char buffer[4096];
    const ssize_t count = ::read(from, buffer, sizeof buffer);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) break;
    output.append(buffer, static_cast<std::size_t>(count));
    if (output.size() > most) {
      reason = "printed too much";
      break;
    }
  }
  if (to >= 0) ::close(to);
  return reason;
}

// Waits for the child until `end`; then it is killed, and true comes back.
bool overdue(pid_t child, Clock::time_point end, int& status) {
  while (true) {
    const pid_t done = ::waitpid(child, &status, WNOHANG);
    if (done == child || (done < 0 && errno != EINTR)) return false;
    if (Clock::now() >= end) {
      ::kill(child, SIGKILL);
      while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
      }
      return true;
    }
    ::poll(nullptr, 0, 2);
  }
}

}  // namespace

Result<ProgramRun> run_program(const std::vector<std::string>& argv, const std::string& input,
                               std::size_t most, long milliseconds) {
  const auto bad = [&](const std::string& why) {
    return Error{"config", "the program \"" + (argv.empty() ? "" : argv[0]) + "\" " + why,
                 "check the command in countersign.toml"};
  };
  if (argv.empty() || argv[0].empty()) return bad("has no name");
  const BrokenPipeIgnored ignored;
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0) return bad("cannot be started: no pipe");
  if (::pipe2(out, O_CLOEXEC) != 0) {
    ::close(in[0]);
    ::close(in[1]);
    return bad("cannot be started: no pipe");
  }
  ::fcntl(in[1], F_SETFL, O_NONBLOCK);
  pid_t child = 0;
  const int error = spawn(argv, in[0], out[1], child);
  ::close(in[0]);
  ::close(out[1]);
  if (error != 0) {
    ::close(in[1]);
    ::close(out[0]);
    return bad(std::string("cannot be started: ") + std::strerror(error));
  }
  ProgramRun run;
  const auto end = Clock::now() + std::chrono::milliseconds(milliseconds);
  const char* reason = converse(in[1], out[0], input, most, end, run.output);
  ::close(out[0]);
  if (reason) ::kill(child, SIGKILL);
  int status = 0;
  if (overdue(child, end, status) && !reason) reason = "took too long";
  if (reason) return bad(reason);
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return run;
}

}  // namespace countersign
