#include "approvals/evidence/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "interpreter/descriptor.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"
#include "interpreter/utf8.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kLargestFile = 256ll << 20, kLargestFolder = 1ll << 30;
constexpr std::size_t kMostFiles = 50'000;
constexpr int kDeepest = 8;

class Reader {
 public:
  explicit Reader(EvidenceFiles& files) : files_(files) {}

  std::optional<VerificationError> folder(int at, const std::string& prefix, int depth) {
    if (depth > kDeepest) return VerificationError{prefix, 0, "evidence has no folders that deep"};
    const int copy = fcntl(at, F_DUPFD_CLOEXEC, 0);
    DIR* listing = copy < 0 ? nullptr : fdopendir(copy);
    if (listing == nullptr) {
      if (copy >= 0) close(copy);
      return VerificationError{prefix, 0,
                               std::string("it cannot be read: ") + std::strerror(errno)};
    }
    std::map<std::string, bool> names;  // sorted, so that the first flaw is always the same one
    while (const dirent* entry = readdir(listing)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      names[name] = true;
      if (names.size() > kMostFiles) break;
    }
    closedir(listing);
    if (names.empty() && !prefix.empty())
      return VerificationError{prefix, 0,
                               "it is an empty folder, and evidence has none: it was added"};
    for (const auto& [name, unused] : names)
      if (!is_utf8(name))
        return VerificationError{
            (prefix.empty() ? "" : prefix + "/") + escape_bytes(name), 0,
            "its name is not UTF-8, and evidence has no such names: it was added, or "
            "unpacked with another encoding of names"};
    for (const auto& [name, unused] : names)
      if (auto flaw = one(at, name, prefix.empty() ? name : prefix + "/" + name, depth))
        return flaw;
    return std::nullopt;
  }

 private:
  std::optional<VerificationError> one(int at, const std::string& name, const std::string& path,
                                       int depth) {
    struct stat status {};
    if (fstatat(at, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return VerificationError{path, 0, std::string("it cannot be read: ") + std::strerror(errno)};
    if (S_ISDIR(status.st_mode)) {
      const Descriptor inner(
          openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (inner.get() < 0)
        return VerificationError{path, 0,
                                 std::string("it cannot be read: ") + std::strerror(errno)};
      return folder(inner.get(), path, depth + 1);
    }
    if (S_ISLNK(status.st_mode))
      return VerificationError{path, 0,
                               "it is a symbolic link; evidence holds only files and folders"};
    if (!S_ISREG(status.st_mode))
      return VerificationError{path, 0,
                               "it is neither a file nor a folder; evidence holds only those"};
    return file(at, name, path);
  }

  std::optional<VerificationError> file(int at, const std::string& name, const std::string& path) {
    const Descriptor in(openat(at, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (in.get() < 0 || fstat(in.get(), &status) != 0 || !S_ISREG(status.st_mode))
      return VerificationError{path, 0, std::string("it cannot be read: ") + std::strerror(errno)};
    if (status.st_size > kLargestFile)
      return VerificationError{path, 0, "it is larger than 256 MiB, which no file of evidence is"};
    total_ += status.st_size;
    if (total_ > kLargestFolder || files_.size() >= kMostFiles)
      return VerificationError{path, 0, "the folder holds more than evidence does"};
    std::string bytes;
    bytes.resize(static_cast<std::size_t>(status.st_size));
    std::size_t have = 0;
    while (have < bytes.size()) {
      const ssize_t got = read(in.get(), bytes.data() + have, bytes.size() - have);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return VerificationError{path, 0, "it changed while it was read"};
      have += static_cast<std::size_t>(got);
    }
    files_[path] = std::move(bytes);
    return std::nullopt;
  }

  EvidenceFiles& files_;
  std::int64_t total_ = 0;
};

Error unwritten(const std::string& path) {
  return Error{"state", "\"" + path + "\" cannot be written: " + std::strerror(errno),
               "free some space, or name another folder with --to"};
}

Status write_file(const std::string& path, const std::string& bytes) {
  const Descriptor out(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!out || !write_synced(out.get(), bytes)) return unwritten(path);
  return Done{};
}

}  // namespace

std::optional<VerificationError> read_evidence(const std::string& folder, EvidenceFiles& files) {
  const Descriptor root(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0)
    return VerificationError{"", 0,
                             std::string("the folder cannot be read: ") + std::strerror(errno)};
  return Reader(files).folder(root.get(), "", 0);
}

Status write_evidence(const std::string& folder, const EvidenceFiles& files) {
  fs::path target = fs::path(folder).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  std::error_code bad;
  if (fs::exists(fs::symlink_status(target, bad)) &&
      !(fs::is_directory(fs::symlink_status(target, bad)) && fs::is_empty(target, bad)))
    return Error{"usage", "\"" + folder + "\" is there already, and is not an empty folder",
                 "evidence is never written over; name another folder with --to"};
  const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
  fs::create_directories(parent, bad);
  const fs::path draft =
      parent / ("." + target.filename().string() + "." + to_hex(random_bytes(6)) + ".part");
  const auto give_up = [&](Error error) {
    std::error_code ignored;
    fs::remove_all(draft, ignored);
    return error;
  };
  if (mkdir(draft.c_str(), 0755) != 0) return unwritten(folder);
  for (const auto& [path, bytes] : files) {
    fs::create_directories((draft / path).parent_path(), bad);
    if (const Status written = write_file((draft / path).string(), bytes); !written)
      return give_up(written.error());
  }
  // An empty folder gives way to the new one; anything else makes this fail.
  if (rename(draft.c_str(), target.c_str()) != 0) return give_up(unwritten(folder));
  const Descriptor above(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (above.get() >= 0) (void)fsync(above.get());
  return Done{};
}

}  // namespace countersign
