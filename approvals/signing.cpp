#include "approvals/signing.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "approvals/sshsig.h"
#include "approvals/text_file.h"

extern char** environ;

namespace countersign {
namespace {

namespace fs = std::filesystem;

// A folder of our own (0700) that goes with everything in it.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code error;
    path_ = (fs::temp_directory_path(error) / "countersign-XXXXXX").string();
    if (error || mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Error cannot_sign(const std::string& key_file, const std::string& why) {
  return Error{
      "config", "ssh-keygen cannot sign with \"" + key_file + "\": " + why,
      "try `ssh-keygen -Y sign -n test -f KEY` by hand: the key must be a private key file, "
      "or a public one whose private half is in the agent"};
}

// Terminal escapes in a key's comment must not reach the terminal by way of us.
std::string printable(std::string_view line) {
  std::string out;
  for (const char c : line)
    if (!has_control_characters(std::string_view(&c, 1))) out += c;
  return out;
}

// Passes on the lines that arrive until the other end closes; the last of them.
std::string relay(int fd, const NoticeFunction& notice) {
  std::string pending, last;
  char buffer[4096];
  const auto flush = [&](std::string_view line) {
    const std::string text = printable(line);
    if (text.empty()) return;
    last = text;
    if (notice) notice(text);
  };
  for (;;) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    pending.append(buffer, static_cast<std::size_t>(got));
    for (std::size_t end; (end = pending.find('\n')) != pending.npos; pending.erase(0, end + 1))
      flush(std::string_view(pending).substr(0, end));
  }
  flush(pending);
  return last;
}

// The exit status, and in `last` what it said last; -1 where it could not be started.
int run(const std::vector<std::string>& words, const NoticeFunction& notice, std::string& last) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    last = std::strerror(errno);
    return -1;
  }
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t child = -1;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    last = std::strerror(failed);
    return -1;
  }
  last = relay(ends[0], notice);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Result<std::string> sign_with_ssh_keygen(const std::string& key_file, const std::string& document,
                                         std::string_view name_space,
                                         const NoticeFunction& notice) {
  if (key_file.empty())
    return Error{"config", "no key to sign with is configured",
                 "set key under [operator] in countersign.toml, or give --key FILE"};
  const PrivateFolder folder;
  if (folder.path().empty()) return cannot_sign(key_file, "no temporary folder can be made");
  const std::string path = folder.path() + "/document";
  TRY(replace_file(path, document));

  std::string last;
  const int status =
      run({"ssh-keygen", "-q", "-Y", "sign", "-n", std::string(name_space), "-f", key_file, path},
          notice, last);
  if (status != 0) return cannot_sign(key_file, last.empty() ? "it gave no reason" : last);
  const auto signature = read_text_file(path + ".sig");
  if (!signature) return cannot_sign(key_file, "it left no signature");
  if (const auto parsed = parse_signature(*signature); !parsed)
    return cannot_sign(key_file, parsed.error().message);
  return signature;
}

}  // namespace countersign
