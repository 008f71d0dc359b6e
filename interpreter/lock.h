// A lock that is held while it lives: flock(2), so that a killed process holds nothing.
#pragma once
#include <string>
#include <utility>

#include "interpreter/error.h"

namespace countersign {

class Lock {
 public:
  explicit Lock(int fd) : fd_(fd) {}
  Lock(Lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Lock& operator=(Lock&&) = delete;
  ~Lock();

 private:
  int fd_;
};

// Errors: `held` where another process has it, with the note that it left; kind "state" where the
// file cannot be used. `note` is what whoever comes second is told.
Result<Lock> take_lock(const std::string& path, const Error& held, const std::string& note);

}  // namespace countersign
