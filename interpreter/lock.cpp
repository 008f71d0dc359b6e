#include "interpreter/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interpreter/durable_file.h"
#include "interpreter/log.h"

namespace countersign {

Lock::~Lock() {
  if (fd_ < 0) return;
  // Not by closing alone: a child that another thread starts just now shares the descriptor until
  // it runs its program, and with it the lock.
  (void)flock(fd_, LOCK_UN);
  close(fd_);
}

Result<Lock> take_lock(const std::string& path, const Error& held, const std::string& note) {
  // Made apart from being opened: its mode is ours whatever the umask is.
  const int fd = make_private_file(path) ? open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
  if (fd < 0)
    return Error{"state", "the lock \"" + path + "\" cannot be opened: " + std::strerror(errno),
                 is_full(errno) ? kDiskFull : "make its folder writable for this user"};
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char text[4096];
    const ssize_t got = pread(fd, text, sizeof text, 0);
    close(fd);
    Error error = held;
    log(LogLevel::warn, "lock held by another process: " + path);
    if (got > 0) error.message += " (" + std::string(text, static_cast<std::size_t>(got)) + ")";
    return error;
  }
  if (ftruncate(fd, 0) != 0 || pwrite(fd, note.data(), note.size(), 0) < 0) {
    // The note is for whoever comes second; the lock itself holds.
  }
  log(LogLevel::debug, "lock taken: " + path);
  return Lock(fd);
}

}  // namespace countersign
