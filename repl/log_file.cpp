#include "repl/log_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "interpreter/durable_file.h"

namespace countersign {

LogFile::LogFile(std::string folder, std::size_t most_bytes, int kept)
    : folder_(std::move(folder)), most_bytes_(most_bytes), kept_(kept) {}

LogFile::~LogFile() {
  if (fd_ >= 0) close(fd_);
}

std::string LogFile::append(const std::string& line) {
  const auto why = [this] { return path() + ": " + std::strerror(errno); };
  if (fd_ < 0 && !make_private_folder(folder_)) return why();
  if (!is_current() && !open_now()) return why();
  if (is_full(line.size()) && !rotate(line.size())) return why();
  const ssize_t written = ::write(fd_, line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) return "";
  if (written >= 0) errno = ENOSPC;
  return why();
}

std::string LogFile::path(int age) const {
  return folder_ + "/countersign" + (age == 0 ? "" : "." + std::to_string(age)) + ".log";
}

// A link in its place would have lines written to where it leads.
bool LogFile::open_now() {
  if (fd_ >= 0) close(fd_);
  fd_ = make_private_file(path())
            ? ::open(path().c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
            : -1;
  return fd_ >= 0;
}

bool LogFile::is_current() const {
  struct stat held, named;
  return fd_ >= 0 && fstat(fd_, &held) == 0 && lstat(path().c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

bool LogFile::is_full(std::size_t more) const {
  struct stat held;
  return fstat(fd_, &held) == 0 && held.st_size > 0 &&
         static_cast<std::size_t>(held.st_size) + more > most_bytes_;
}

bool LogFile::rotate(std::size_t more) {
  const std::string name = folder_ + "/lock";
  const int lock =
      make_private_file(name) ? ::open(name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
  if (lock < 0) return false;
  while (flock(lock, LOCK_EX) != 0 && errno == EINTR) {
  }
  // Whoever held the lock before may have moved it on already.
  bool done = is_current() || open_now();
  if (done && is_full(more)) {
    for (int age = kept_ - 1; age >= 1; --age)
      (void)std::rename(path(age).c_str(), path(age + 1).c_str());
    done = std::rename(path().c_str(), path(1).c_str()) == 0 && open_now();
  }
  const int why = errno;
  close(lock);
  errno = why;
  return done;
}

}  // namespace countersign
