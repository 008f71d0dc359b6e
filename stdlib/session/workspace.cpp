#include "stdlib/session/workspace.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "interpreter/descriptor.h"
#include "interpreter/digest.h"
#include "interpreter/utf8.h"
#include "interpreter/whole_file.h"
#include "stdlib/session/confinement.h"

namespace countersign {
namespace {

constexpr std::size_t kLargest = 16u << 20;

#ifdef O_PATH
constexpr int kWalk = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
#else
constexpr int kWalk = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
#endif

std::string parent_of(const std::string& path) {
  const std::size_t cut = path.rfind('/');
  return cut == std::string::npos || cut == 0 ? "/" : path.substr(0, cut);
}

std::string last_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// A folder opened for walking cannot be synced; a second descriptor of it can.
bool sync_folder(const Descriptor& folder) {
  const Descriptor again(::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return again && ::fsync(again.get()) == 0;
}

// Opens a folder step by step from the root; no step may be a link. `make` creates what is missing,
// on the disk before anything is put there.
Descriptor walk(const std::string& folder, bool make) {
  Descriptor at(::open("/", kWalk));
  std::size_t begin = 1;
  while (at && begin < folder.size()) {
    const std::size_t end = std::min(folder.find('/', begin), folder.size());
    const std::string step = folder.substr(begin, end - begin);
    begin = end + 1;
    if (step.empty()) continue;
    Descriptor next(::openat(at.get(), step.c_str(), kWalk));
    if (!next && errno == ENOENT && make) {
      const bool made = ::mkdirat(at.get(), step.c_str(), 0755) == 0;
      if (made ? !sync_folder(at) : errno != EEXIST) return Descriptor();
      next = Descriptor(::openat(at.get(), step.c_str(), kWalk));
      // The workspace is shared with people and their tools; our umask is for our own files.
      if (made && next) (void)::fchmod(next.get(), 0755);
    }
    at = std::move(next);
  }
  return at;
}

Error failed(const Workspace& workspace, const std::string& doing, const std::string& path,
             int why) {
  if (why == ELOOP || why == ENOTDIR)
    return Error{"refused", "\"" + workspace.name_of(path) + "\" leads through a link or a file",
                 "name the file itself; links inside the workspace are not followed"};
  return Error{"state",
               "cannot " + doing + " \"" + workspace.name_of(path) + "\": " + std::strerror(why),
               "see that the folder exists and is yours"};
}

bool write_all(int fd, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

FileKind kind_of(const struct stat& about) {
  if (S_ISREG(about.st_mode)) return FileKind::file;
  if (S_ISDIR(about.st_mode)) return FileKind::folder;
  return FileKind::other;
}

int rename_without_replacing(int from_folder, const std::string& from, int to_folder,
                             const std::string& to) {
#ifdef RENAME_NOREPLACE
  if (::renameat2(from_folder, from.c_str(), to_folder, to.c_str(), RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
#endif
  struct stat about;
  if (::fstatat(to_folder, to.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return -1;
  }
  return ::renameat(from_folder, from.c_str(), to_folder, to.c_str());
}

}  // namespace

bool is_env_file(const std::string& path) {
  const std::string name = last_of(path);
  const std::string end = ".env";
  return name == end || name.rfind(".env.", 0) == 0 ||
         (name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0);
}

Result<std::string> Workspace::resolve(const std::string& path) const {
  return confine(configuration_, path);
}

std::string Workspace::name_of(const std::string& absolute) const {
  const std::string base = real_location(configuration_.folder).value_or(configuration_.folder);
  const std::string relative = std::filesystem::path(absolute).lexically_relative(base).string();
  return relative.empty() ? absolute : relative;
}

Result<std::string> Workspace::read(const std::string& absolute) const {
  const auto missing = [&] {
    return Error{"argument", "\"" + name_of(absolute) + "\" does not exist", "see files.list"};
  };
  const Descriptor folder = walk(parent_of(absolute), false);
  if (!folder) return errno == ENOENT ? missing() : failed(*this, "read", absolute, errno);
  const Descriptor file(::openat(folder.get(), last_of(absolute).c_str(),
                                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return errno == ENOENT ? missing() : failed(*this, "read", absolute, errno);
  struct stat about;
  if (::fstat(file.get(), &about) != 0) return failed(*this, "read", absolute, errno);
  if (!S_ISREG(about.st_mode))
    return Error{"argument", "\"" + name_of(absolute) + "\" is not a regular file"};
  const Error large{"argument", "\"" + name_of(absolute) + "\" is larger than 16 MiB"};
  if (static_cast<std::size_t>(about.st_size) > kLargest) return large;
  WholeFile whole = read_whole(file.get(), kLargest);
  if (whole.error == EFBIG) return large;
  if (!whole) return failed(*this, "read", absolute, whole.error);
  return std::move(whole.bytes);
}

FileKind Workspace::kind(const std::string& absolute) const {
  const Descriptor folder = walk(parent_of(absolute), false);
  struct stat about;
  if (!folder ||
      ::fstatat(folder.get(), last_of(absolute).c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0)
    return FileKind::missing;
  return kind_of(about);
}

Result<std::vector<FolderEntry>> Workspace::list(const std::string& absolute) const {
  const Descriptor folder = walk(absolute, false);
  if (!folder && errno == ENOENT)
    return Error{"argument", "\"" + name_of(absolute) + "\" does not exist"};
  if (!folder && errno == ENOTDIR)
    return Error{"argument", "\"" + name_of(absolute) + "\" is not a folder"};
  if (!folder) return failed(*this, "list", absolute, errno);
  const int fd = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = fd < 0 ? nullptr : ::fdopendir(fd);
  if (!stream) return failed(*this, "list", absolute, errno);
  std::vector<FolderEntry> entries;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name == "." || name == ".." || name.rfind(kTemporaryName, 0) == 0) continue;
    if (!is_utf8(name)) {
      ::closedir(stream);
      return Error{"refused",
                   "\"" + name_of(absolute) + "\" holds a file whose name is not UTF-8: \"" +
                       escape_bytes(name) + "\"",
                   "rename it: a name must be UTF-8 to stand in plans, snapshots and reports"};
    }
    struct stat about;
    if (::fstatat(fd, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
    const FileKind kind = kind_of(about);
    entries.push_back(
        {name, kind, kind == FileKind::file ? static_cast<std::uint64_t>(about.st_size) : 0});
  }
  ::closedir(stream);
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

Status Workspace::write(const std::string& absolute, const std::string& bytes) const {
  const Descriptor folder = walk(parent_of(absolute), true);
  if (!folder) return failed(*this, "write", absolute, errno);
  const std::string name = last_of(absolute);
  mode_t mode = is_env_file(name) ? 0600 : 0644;
  struct stat about;
  if (::fstatat(folder.get(), name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0) {
    if (S_ISLNK(about.st_mode)) return failed(*this, "write", absolute, ELOOP);
    if (!S_ISREG(about.st_mode))
      return Error{"argument", "\"" + name_of(absolute) + "\" is not a regular file"};
    mode = about.st_mode & 07777;
  }
  const std::string temporary = kTemporaryName + to_hex(random_bytes(8));
  Descriptor file(::openat(folder.get(), temporary.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return failed(*this, "write", absolute, errno);
  // The order makes it atomic: nothing is renamed that is not on the disk, whole and with its mode.
  if (!write_all(file.get(), bytes) || ::fchmod(file.get(), mode) != 0 ||
      ::fsync(file.get()) != 0 ||
      ::renameat(folder.get(), temporary.c_str(), folder.get(), name.c_str()) != 0) {
    const int why = errno;
    ::unlinkat(folder.get(), temporary.c_str(), 0);
    return failed(*this, "write", absolute, why);
  }
  if (!sync_folder(folder)) return failed(*this, "write", absolute, errno);
  return Done{};
}

Status Workspace::make_folder(const std::string& absolute) const {
  const Descriptor folder = walk(absolute, true);
  if (!folder) return failed(*this, "make", absolute, errno);
  return Done{};
}

Status Workspace::move(const std::string& from, const std::string& to) const {
  const Descriptor source = walk(parent_of(from), false);
  if (!source) return failed(*this, "move", from, errno);
  struct stat about;
  if (::fstatat(source.get(), last_of(from).c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0)
    return Error{"argument", "\"" + name_of(from) + "\" does not exist"};
  const Descriptor target = walk(parent_of(to), true);
  if (!target) return failed(*this, "move to", to, errno);
  if (rename_without_replacing(source.get(), last_of(from), target.get(), last_of(to)) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY)
      return Error{"refused", "\"" + name_of(to) + "\" exists already",
                   "nothing is replaced; name another"};
    return failed(*this, "move", from, errno);
  }
  if (!sync_folder(target) || !sync_folder(source)) return failed(*this, "move", from, errno);
  return Done{};
}

}  // namespace countersign
