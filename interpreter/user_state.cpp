#include "interpreter/user_state.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "interpreter/account_key.h"
#include "interpreter/canonical.h"
#include "interpreter/descriptor.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"
#include "interpreter/whole_file.h"

namespace countersign {
namespace {

Error unusable(const std::string& path, const std::string& doing) {
  return Error{"state", "\"" + path + "\" cannot be " + doing + ": " + std::strerror(errno),
               is_full(errno)
                   ? kDiskFull
                   : "make it usable for this user; locks, freezes and used decisions are kept "
                     "there, so nothing is changed until then"};
}

Error not_own(const std::string& path, const std::string& what, const std::string& hint) {
  return Error{
      "state",
      "\"" + path + "\", where locks, freezes and used decisions of this user are kept, " + what,
      hint + "; nothing is changed until then"};
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == path.npos ? "/" : path.substr(0, slash);
}

bool sync_folder(const std::string& path) {
  const Descriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder && fsync(folder.get()) == 0;
}

// With what is above it; whatever is made survives a power cut.
bool make_folders(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return sync_folder(parent_of(path));
  if (errno == EEXIST) return true;
  return errno == ENOENT && path != "/" && make_folders(parent_of(path)) && make_folders(path);
}

// The home folder that the system's list of users names for this process's user; empty: none.
Result<std::string> home_by_uid() {
  struct passwd entry {};
  struct passwd* found = nullptr;
  std::vector<char> text(1024);
  int failed = 0;
  while ((failed = getpwuid_r(geteuid(), &entry, text.data(), text.size(), &found)) == ERANGE &&
         text.size() < (1u << 20))
    text.resize(text.size() * 2);
  // Not another folder then: a freeze would not be found there.
  if (failed != 0 && failed != ENOENT && failed != ESRCH)
    return Error{"state",
                 "the system does not say where the home of the user " + std::to_string(geteuid()) +
                     " is: " + std::strerror(failed),
                 "locks, freezes and used decisions are kept there; do it again when it does"};
  if (!found || !entry.pw_dir || entry.pw_dir[0] != '/') return std::string();
  return std::string(entry.pw_dir);
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// Whether a folder can be made there, judged by the lowest one above it that exists.
bool can_be_made(std::string path) {
  while (path != "/" && !is_folder(path)) path = parent_of(path);
  return faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

bool is_own(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
}

bool exists(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0;
}

// Nothing: there is no such file.
Result<std::optional<std::string>> read_if_there(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) {
    if (errno == ENOENT) return std::optional<std::string>();
    return unusable(path, "read");
  }
  WholeFile whole = read_whole(file.get());
  if (!whole) return unusable(path, "read");
  return std::optional(std::move(whole.bytes));
}

// Whole lines. What is behind the last line end was being written when its writer died.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != text.npos; begin = end + 1)
    lines.push_back(text.substr(begin, end - begin));
  return lines;
}

// Cuts off what a writer that died left of a line: behind it, another would be part of it.
bool cut_torn_line(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return false;
  off_t end = info.st_size;
  for (char last = 0; end > 0; --end) {
    if (pread(fd, &last, 1, end - 1) != 1) return false;
    if (last == '\n') break;
  }
  return end == info.st_size || ftruncate(fd, end) == 0;
}

// Whoever appends holds the account's lock.
Status append_line(const std::string& path, const std::string& line, bool make, bool sync) {
  const bool there = exists(path);
  const Descriptor file(
      open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0), 0600));
  if (!file) return unusable(path, "opened");
  if (!cut_torn_line(file.get())) return unusable(path, "written");
  const std::string bytes = line + "\n";
  if (sync ? !write_synced(file.get(), bytes)
           : write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return unusable(path, "written");
  if (sync && !there && !sync_folder(parent_of(path))) return unusable(path, "written");
  return Done{};
}

}  // namespace

Result<std::string> UserState::folder_by_uid() {
  const std::string home = TRY(home_by_uid());
  const std::string other = "/var/tmp/countersign-" + std::to_string(geteuid());
  if (home.empty() || !is_folder(home)) return other;
  const std::string own = (home == "/" ? "" : home) + "/.local/state/countersign-user";
  // What was begun in one place is gone on with there.
  if (exists(own)) return own;
  if (is_own(other)) return other;
  return can_be_made(own) ? own : other;
}

Result<bool> UserState::there() const {
  struct stat info {};
  if (folder_.empty()) return false;
  if (lstat(folder_.c_str(), &info) != 0) {
    if (errno == ENOENT) return false;
    return unusable(folder_, "used");
  }
  if (!S_ISDIR(info.st_mode))
    return not_own(folder_, S_ISLNK(info.st_mode) ? "is a symbolic link" : "is no folder",
                   "move it away");
  if (info.st_uid != geteuid())
    return not_own(folder_, "belongs to another user",
                   "have it removed by its owner or by an administrator");
  if ((info.st_mode & 077) != 0)
    return not_own(folder_, "can be used by others",
                   "make sure that nobody changed it, then: chmod 700 " + folder_);
  return true;
}

Status UserState::make(const std::string& below) const {
  const bool made = TRY(there());
  if (!made && !make_folders(folder_)) return unusable(folder_, "made");
  if (!made)
    // Somebody else may have been faster.
    TRY(there());
  if (!make_folders(folder_ + "/" + below)) return unusable(folder_ + "/" + below, "made");
  return Done{};
}

std::string UserState::account_folder(const std::string& account) const {
  return "accounts/" + sha256_hex(account).substr(0, 32);
}

Result<std::string> UserState::made_account(const std::string& account) const {
  const std::string below = account_folder(account), path = folder_ + "/" + below;
  TRY(make(below));
  const std::string said = path + "/account.json";
  if (!exists(said) && put_file(
                           said,
                           [&](int) {
                             return canonical({{"account", account}});
                           },
                           Existing::keep) != nullptr)
    return unusable(said, "written");
  return path;
}

Result<std::string> UserState::latch_folder(const std::string& account) const {
  const bool usable = TRY(there());
  return usable ? folder_ + "/" + account_folder(account) + "/latches" : std::string();
}

Result<std::string> UserState::made_latch_folder(const std::string& account) const {
  const std::string path = TRY(made_account(account));
  for (const char* folder : {"/latches", "/latches/lifted"})
    if (!make_folders(path + folder)) return unusable(path + folder, "made");
  return path + "/latches";
}

Result<Lock> UserState::lock_account(const std::string& account, const std::string& run,
                                     const std::string& home) const {
  const std::string path = TRY(made_account(account));
  const std::string known = any_instance(account), sid = known.substr(known.find(' ') + 1);
  return take_lock(path + "/lock",
                   Error{"refused", "another run is changing the account " + sid,
                         "wait for it to end, then resume this one"},
                   "run " + run + " of the state folder " + home);
}

Status UserState::note_change(const std::string& account, const AccountChange& change) const {
  if (folder_.empty()) return Done{};
  const std::string path = TRY(made_account(account));
  return append_line(
      path + "/changes",
      // A path may be no UTF-8.
      json{{"run", change.run}, {"at", change.at}, {"home", change.home}, {"folder", change.folder}}
          .dump(-1, ' ', false, json::error_handler_t::replace),
      true, true);
}

Result<std::vector<AccountChange>> UserState::changes(const std::string& account) const {
  std::vector<AccountChange> changes;
  const bool usable = TRY(there());
  if (!usable) return changes;
  const std::string path = folder_ + "/" + account_folder(account) + "/changes";
  const std::optional<std::string> text = TRY(read_if_there(path));
  for (const std::string& line : lines_of(text.value_or(""))) {
    const json one = json::parse(line, nullptr, false);
    if (!one.is_object() || !one.value("run", json()).is_string() ||
        !one.value("at", json()).is_number_integer())
      return Error{"state", "\"" + path + "\" holds a line that cannot be read",
                   "restore the file; it says which runs changed the account"};
    changes.push_back({one["run"].get<std::string>(), one["at"].get<Time>(), one.value("home", ""),
                       one.value("folder", "")});
  }
  return changes;
}

std::string UserState::use_path(const std::string& request_sha256) const {
  return folder_ + "/used/" + request_sha256;
}

Result<std::optional<DecisionUse>> UserState::use_of(const std::string& request_sha256) const {
  const bool usable = TRY(there());
  if (!usable || request_sha256.empty()) return std::optional<DecisionUse>();
  const std::string path = use_path(request_sha256);
  const std::optional<std::string> text = TRY(read_if_there(path));
  if (!text) return std::optional<DecisionUse>();
  const std::vector<std::string> lines = lines_of(*text);
  const json head = lines.empty() ? json() : json::parse(lines[0], nullptr, false);
  if (!head.is_object() || !head.value("token", json()).is_string())
    return Error{"state", "\"" + path + "\" cannot be read",
                 "restore the file; it says who used the decision on that request"};
  DecisionUse use{head["token"].get<std::string>(),
                  head.value("run", ""),
                  head.value("home", ""),
                  head.value("at", Time{0}),
                  {}};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::istringstream words(lines[i]);
    int n = 0;
    std::string key;
    if (words >> n && words.get() == ' ' && std::getline(words, key)) use.sent.emplace(n, key);
  }
  return std::optional(std::move(use));
}

Result<DecisionUse> UserState::use(const std::string& request_sha256,
                                   const DecisionUse& use) const {
  if (folder_.empty()) return use;
  TRY(make("used"));
  const std::string head =
      canonical({{"token", use.token}, {"run", use.run}, {"home", use.home}, {"at", use.at}});
  const std::string path = use_path(request_sha256);
  // Made beside it and linked: the name appears with its content, for one process alone.
  if (!exists(path) && put_file(
                           path, [&](int) { return head + "\n"; }, Existing::keep) != nullptr)
    return unusable(path, "written");
  const std::optional<DecisionUse> there_now = TRY(use_of(request_sha256));
  if (!there_now) {
    errno = ENOENT;
    return unusable(path, "read");
  }
  return *there_now;
}

Status UserState::note_sent(const std::string& request_sha256, int n,
                            const std::string& key) const {
  if (folder_.empty()) return Done{};
  TRY(there());
  return append_line(use_path(request_sha256), std::to_string(n) + " " + key, false, false);
}

}  // namespace countersign
