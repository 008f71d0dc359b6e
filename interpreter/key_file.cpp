#include "interpreter/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interpreter/descriptor.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"

namespace countersign {
namespace {

constexpr std::size_t kBytes = 32;

Error unusable(const std::string& path, const std::string& doing) {
  return Error{
      "state",
      "the state folder's \"" + path + "\" cannot be " + doing + ": " + std::strerror(errno),
      is_full(errno) ? kDiskFull
                     : "make it writable for this user, or name another folder with --home"};
}

int open_to_read(const std::string& path) {
  return open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

}  // namespace

Result<std::string> read_or_make_key(const std::string& path, const std::string& what,
                                     const std::string& without) {
  int fd = open_to_read(path);
  if (fd < 0 && errno == ENOENT) {
    if (put_file(
            path, [](int) { return random_bytes(kBytes); }, Existing::keep) != nullptr)
      return unusable(path, "written");
    fd = open_to_read(path);
  }
  const Descriptor file(fd);
  if (!file) return unusable(path, "read");
  struct stat info {};
  char bytes[kBytes + 1];
  const bool stated = fstat(file.get(), &info) == 0;
  const ssize_t got = read(file.get(), bytes, sizeof bytes);
  if (!stated || got != static_cast<ssize_t>(kBytes))
    return Error{"state", what + " \"" + path + "\" is not 32 bytes",
                 "restore it from a copy; " + without};
  if ((info.st_mode & 077) != 0)
    return Error{"state", what + " \"" + path + "\" can be read by others", "chmod 600 " + path};
  return std::string(bytes, kBytes);
}

}  // namespace countersign
