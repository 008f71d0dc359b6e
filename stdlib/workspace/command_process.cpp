#include "stdlib/workspace/command_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>

#include "interpreter/clock.h"
#include "interpreter/descriptor.h"
#include "stdlib/session/program_identity.h"

namespace countersign {
namespace {

constexpr std::chrono::milliseconds kGrace{2000};  // between asking a program to end and ending it
constexpr int kLook = 20;                          // milliseconds between two looks at the program

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// A program's files are made as programs expect, whatever ours are. The mask is the process's, and
// a spawn has no word for it.
class CommonMask {
 public:
  CommonMask() : before_(::umask(022)) {}
  ~CommonMask() { ::umask(before_); }

 private:
  static std::mutex& turn() {
    static std::mutex mutex;
    return mutex;
  }
  const std::lock_guard<std::mutex> lock_{turn()};
  const mode_t before_;
};

int start(const CommandProcess& process, const std::string& path, int out, pid_t& child) {
  std::vector<std::string> settings;
  for (const auto& [name, value] : process.environment) settings.push_back(name + "=" + value);
  const auto argv = pointers(process.argv);
  const auto environment = pointers(settings);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  posix_spawn_file_actions_adddup2(&files, out, 2);
  posix_spawn_file_actions_addchdir_np(&files, process.cwd.c_str());
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
  posix_spawn_file_actions_addclosefrom_np(&files,
                                           3);  // ours are close-on-exec; libraries' may not be
#endif
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const CommonMask mask;
  const int error =
      ::posix_spawn(&child, path.c_str(), &files, &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

// Takes what is there to read; false at the end of the output.
bool take(int from, std::size_t most, CommandOutcome& outcome) {
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(from, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return false;
    const std::size_t room = most - outcome.output.size();
    outcome.cut = outcome.cut || static_cast<std::size_t>(n) > room;
    outcome.output.append(buffer, std::min(room, static_cast<std::size_t>(n)));
  }
}

}  // namespace

Result<CommandOutcome> run_command(const CommandProcess& process) {
  const auto bad = [&](const std::string& why) {
    return Error{"config",
                 "the program \"" + (process.argv.empty() ? "" : process.argv[0]) + "\" " + why,
                 "check [commands] in countersign.toml"};
  };
  if (process.argv.empty() || process.argv[0].empty()) return bad("has no name");
  std::string path = process.program;
  if (path.empty()) {
    const auto at = process.environment.find("PATH");
    auto found = TRY(program_path(process.argv[0], process.cwd,
                                  at == process.environment.end() ? "" : at->second));
    path = std::move(found);
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return bad("cannot be started: no pipe");
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  ::fcntl(to.get(), F_SETFL, 0);  // the program's end blocks, as programs expect
  TRY(same_files(process.digests));
  pid_t child = 0;
  const int error = start(process, path, to.get(), child);
  to.close();
  if (error != 0) return bad(std::string("cannot be started: ") + std::strerror(error));

  CommandOutcome outcome;
  const std::chrono::milliseconds most(process.milliseconds);
  const Timer timer(wall_clock(), most);
  int status = 0;
  bool open = true;
  for (;;) {
    pollfd look = {open ? from.get() : -1, POLLIN, 0};
    ::poll(&look, 1, kLook);
    if (open && look.revents != 0) open = take(from.get(), process.most, outcome);
    // The leader is not reaped before its group was signalled, so that the group's number is still
    // its own.
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == child)
      break;
    if (timer.passed() >= most + kGrace) break;
    if (timer.expired() && !outcome.overdue) {
      outcome.overdue = true;
      ::kill(-child, SIGTERM);
    }
  }
  ::kill(-child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (open) take(from.get(), process.most, outcome);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace countersign
