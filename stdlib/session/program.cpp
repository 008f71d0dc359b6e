#include "stdlib/session/program.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "interpreter/clock.h"

namespace countersign {
namespace {

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

// Where keyrings, agents and their windows are reached; the first two say which secrets there are.
constexpr const char* kStores[] = {"PASSWORD_STORE_DIR", "GNUPGHOME"};
constexpr const char* kReached[] = {"GPG_TTY",         "SSH_AUTH_SOCK",           "TERM",
                                    "DISPLAY",         "WAYLAND_DISPLAY",         "XAUTHORITY",
                                    "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"};

std::string folder_of(const std::string& cwd) {
  return cwd.empty() ? "/" : cwd;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

int spawn(const std::string& path, const std::vector<std::string>& argv, const std::string& cwd,
          int in, int out, pid_t& child) {
  std::vector<std::string> settings;
  for (const auto& [name, value] : helper_environment()) settings.push_back(name + "=" + value);
  const auto words = pointers(argv), environment = pointers(settings);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  posix_spawn_file_actions_addchdir_np(&files, cwd.c_str());
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const int error =
      posix_spawn(&child, path.c_str(), &files, &attributes, words.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

// 0: the output ended; else the reason to stop it.
const char* converse(int to, int from, const std::string& input, std::size_t most,
                     const Timer& timer, std::string& output) {
  std::size_t written = 0;
  if (input.empty()) {
    ::close(to);
    to = -1;
  }
  const char* reason = nullptr;
  while (true) {
    const long left = timer.milliseconds_left();
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

// Waits for the child until the time is over; then it is killed, and true comes back.
bool overdue(pid_t child, const Timer& timer, int& status) {
  while (true) {
    const pid_t done = ::waitpid(child, &status, WNOHANG);
    if (done == child || (done < 0 && errno != EINTR)) return false;
    if (timer.expired()) {
      ::kill(child, SIGKILL);
      while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
      }
      return true;
    }
    ::poll(nullptr, 0, 2);
  }
}

}  // namespace

std::map<std::string, std::string> helper_environment() {
  std::map<std::string, std::string> all = {{"PATH", kProgramPath}, {"LANG", "C.UTF-8"}};
  char buffer[16384];
  passwd entry{}, *found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, buffer, sizeof buffer, &found);
  all["HOME"] = found && found->pw_dir ? found->pw_dir : "/";
  if (found && found->pw_name) all["USER"] = all["LOGNAME"] = found->pw_name;
  const auto take = [&](const char* name) {
    if (const char* value = std::getenv(name)) all[name] = value;
  };
  for (const char* name : kStores) take(name);
  for (const char* name : kReached) take(name);
  return all;
}

Result<json> helper_terms(const std::vector<std::string>& argv, const std::string& cwd) {
  const std::string folder = folder_of(cwd);
  auto terms = program_sources({argv, folder});
  if (!terms) return terms.error();
  const auto given = helper_environment();
  json stores = json::object();
  for (const char* name : kStores)
    if (const auto at = given.find(name); at != given.end()) stores[name] = at->second;
  (*terms)["argv"] = argv;
  (*terms)["cwd"] = folder;
  (*terms)["environment"] = std::move(stores);
  return terms;
}

Result<ProgramRun> run_program(const std::vector<std::string>& argv, const std::string& input,
                               std::size_t most, long milliseconds, const std::string& cwd) {
  const auto bad = [&](const std::string& why) {
    return Error{"config", "the program \"" + (argv.empty() ? "" : argv[0]) + "\" " + why,
                 "check the command in countersign.toml"};
  };
  if (argv.empty() || argv[0].empty()) return bad("has no name");
  if (argv[0][0] != '/' && argv[0].find('/') != std::string::npos)
    return bad("is named by a relative path, which depends on where you stand");
  const std::string folder = folder_of(cwd);
  const auto path = program_path(argv[0], folder, kProgramPath);
  if (!path)
    return Error{"config",
                 "the program \"" + argv[0] + "\" cannot be started: " + std::strerror(ENOENT),
                 "it must be absolute, or be in one of " + std::string(kProgramPath)};
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
  const int error = spawn(*path, argv, folder, in[0], out[1], child);
  ::close(in[0]);
  ::close(out[1]);
  if (error != 0) {
    ::close(in[1]);
    ::close(out[0]);
    return bad(std::string("cannot be started: ") + std::strerror(error));
  }
  ProgramRun run;
  const Timer timer(wall_clock(), std::chrono::milliseconds(milliseconds));
  const char* reason = converse(in[1], out[0], input, most, timer, run.output);
  ::close(out[0]);
  if (reason) ::kill(child, SIGKILL);
  int status = 0;
  if (overdue(child, timer, status) && !reason) reason = "took too long";
  if (reason) return bad(reason);
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return run;
}

}  // namespace countersign
