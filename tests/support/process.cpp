#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace countersign {
namespace {

struct Pipe {
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(int which) {
    if (ends[which] >= 0) close(ends[which]);
    ends[which] = -1;
  }
  int ends[2];
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// Takes what is there; false at the end.
bool take(int fd, std::string& to) {
  char buffer[65536];
  const ssize_t got = read(fd, buffer, sizeof buffer);
  if (got > 0) to.append(buffer, static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

std::map<std::string, std::string> whole_environment(const Command& command) {
  std::map<std::string, std::string> environment = command.environment;
  if (const char* path = std::getenv("PATH"); path && environment.count("PATH") == 0)
    environment["PATH"] = path;
  // Whoever has a home of its own is a user of its own (user_home.c).
  if (const auto home = environment.find("HOME"); home != environment.end()) {
    environment.insert({{"TEST_USER_HOME", home->second},
                        {"LD_PRELOAD", COUNTERSIGN_BINARY_DIR "/countersign_user_home.so"},
                        {"ASAN_OPTIONS", "verify_asan_link_order=0"}});
  }
  return environment;
}

Ran run_process(const Command& command) {
  std::vector<std::string> words = command.argv, variables;
  for (const auto& [name, value] : whole_environment(command))
    variables.push_back(name + "=" + value);

  Pipe in, out, err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], 2);
  posix_spawn_file_actions_addchdir_np(&actions, command.cwd.c_str());
  pid_t child = -1;
  const int failed = posix_spawnp(&child, words[0].c_str(), &actions, nullptr,
                                  pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + command.argv[0]);
  in.close_end(0);
  out.close_end(1);
  err.close_end(1);

  signal(SIGPIPE, SIG_IGN);
  Ran ran;
  std::size_t given = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    if (given == command.input.size()) in.close_end(1);
    pollfd waits[3] = {
        {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}, {in.ends[1], POLLOUT, 0}};
    poll(waits, 3, 1000);
    if (waits[0].revents != 0 && !take(out.ends[0], ran.out)) out.close_end(0);
    if (waits[1].revents != 0 && !take(err.ends[0], ran.err)) err.close_end(0);
    if (waits[2].revents != 0) {
      const ssize_t wrote =
          write(in.ends[1], command.input.data() + given, command.input.size() - given);
      given = wrote > 0 ? given + static_cast<std::size_t>(wrote) : command.input.size();
    }
    if (std::chrono::steady_clock::now() > deadline) kill(child, SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

}  // namespace countersign
