#include "interpreter/host_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "interpreter/canonical.h"
#include "interpreter/log.h"
#include "interpreter/wire_message.h"

namespace countersign {
namespace {

constexpr int kMostPatience = 12;  // times its own time, for a host that waits for its turn
constexpr int kSendMs = 10'000;    // a host that computes all the while is ended much earlier

}  // namespace

Result<HostProcess> HostProcess::start(const std::string& executable) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return Error{"state", std::string("the script host has no socket: ") + std::strerror(errno)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pair[1], 3);
#ifdef __linux__
  posix_spawn_file_actions_addclosefrom_np(&actions, 4);
#endif
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A Ctrl-C at the terminal is for the engine; the host ends with it.
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  char name[] = "countersign-script-host";
  char flag[] = "--script-host";
  char* argv[] = {name, flag, nullptr};
#ifdef COUNTERSIGN_SANITIZE
  char options[] = "ASAN_OPTIONS=detect_leaks=0";
  char* envp[] = {options, nullptr};
#else
  char* envp[] = {nullptr};
#endif
  pid_t pid = -1;
  const int bad = posix_spawn(&pid, executable.c_str(), &actions, &attributes, argv, envp);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(pair[1]);
  if (bad != 0) {
    close(pair[0]);
    return Error{"state",
                 "the script host \"" + executable + "\" cannot be started: " + std::strerror(bad)};
  }
  return HostProcess(pid, pair[0]);
}

HostProcess::HostProcess(HostProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      fd_(std::exchange(other.fd_, -1)),
      reader_(std::move(other.reader_)) {}

HostProcess::~HostProcess() {
  kill();
  if (fd_ >= 0) close(fd_);
}

void HostProcess::kill() {
  if (pid_ <= 0) return;
  log(LogLevel::debug, "script host " + std::to_string(pid_) + " ended");
  ::kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

Status HostProcess::send(const json& message, const std::atomic<bool>* interrupted) {
  const Status sent = send_frame(fd_, message.dump(-1, ' ', false, json::error_handler_t::replace),
                                 kSendMs, interrupted);
  if (sent || sent.error().message == "closed") return sent;
  log(LogLevel::warn, "script host " + std::to_string(pid_) + " killed: " + sent.error().message);
  kill();
  if (sent.error().message == "timeout")
    return Error{"limit",
                 "the script host did not read what it was sent for " +
                     std::to_string(kSendMs / 1000) + " seconds",
                 "it was ended; the engine and the journal are unharmed"};
  return sent;
}

// Seconds of processor time that the process has used; 0 where it is gone.
double HostProcess::computed() const {
  clockid_t clock;
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

Result<json> HostProcess::receive(const std::atomic<bool>* interrupted, int silence_ms) {
  Result<std::string> frame = Error{"limit", "timeout"};
  const double before = computed();
  // A signal may reach any thread, so the flag is looked at rather than the call's end. What counts
  // is what the host computed: on a busy machine it may wait longer than that for its turn.
  const int slice = std::min(silence_ms, 50);
  const auto silent = [&](int waited) {
    return waited >= silence_ms * kMostPatience ||
           (waited >= silence_ms && (computed() - before) * 1000 >= silence_ms);
  };
  json message;
  std::string place;  // of the script, as it said last
  for (int waited = 0; !silent(waited); waited += slice) {
    frame = reader_.next(slice);
    if (interrupted && *interrupted) {
      kill();
      return Error{"interrupted", "it was interrupted"};
    }
    if (frame) {
      Result<json> read = parse_json(*frame);
      message = read ? std::move(*read) : json();
      if (malformed_message(message).empty() && message["type"] == "at") {
        place = message["where"].get<std::string>();
        frame = Error{"limit", "timeout"};
        continue;
      }
      break;
    }
    if (frame.error().message != "timeout") break;
  }
  if (!frame) {
    const std::string why = frame.error().message;
    const bool endless = (computed() - before) * 1000 >= silence_ms;
    log(LogLevel::warn, "script host " + std::to_string(pid_) + " killed: " + why +
                            (endless ? ", it computed without an end" : ""));
    kill();
    if (why == "timeout" && !endless)
      return Error{"limit",
                   "the script host said nothing for " +
                       std::to_string(silence_ms * kMostPatience / 1000) + " seconds",
                   "the machine is too busy, or the script waits for what never comes"};
    if (why == "timeout") {
      Error endless_script{"limit",
                           "the script computed for " + std::to_string(silence_ms / 1000) + "." +
                               std::to_string(silence_ms % 1000 / 100) + " seconds without an end",
                           "look for an endless loop; work on less at a time"};
      endless_script.where = place;
      return endless_script;
    }
    if (why == "closed")
      return Error{"limit",
                   "the script host ended unexpectedly: the script broke its jail or crashed its "
                   "interpreter",
                   "the engine and the journal are unharmed; look at what the script does last"};
    return Error{"limit", "the script host sent " + why};
  }
  if (!message.is_object() || !message.contains("type") || !message["type"].is_string()) {
    log(LogLevel::warn, "script host " + std::to_string(pid_) + " killed: a broken message");
    kill();
    return Error{"limit", "the script host sent a broken message",
                 "the script host was killed; nothing was applied"};
  }
  return message;
}

}  // namespace countersign
