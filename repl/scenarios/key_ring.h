// The SSH keys of the people of scenarios: made by ssh-keygen when they are first asked for, since
// that takes a while, and the same for every scenario of one command.
#pragma once
#include <map>
#include <mutex>
#include <string>

#include "interpreter/error.h"

namespace countersign {

struct KeyPair {
  std::string path;         // of the private key
  std::string public_line;  // "ssh-ed25519 AAAA… name"
};

class KeyRing {
 public:
  // `folder` is there, belongs to this command alone, and outlives the ring.
  explicit KeyRing(std::string folder) : folder_(std::move(folder)) {}

  // From any thread. Errors (kind "config"): ssh-keygen cannot make one.
  Result<KeyPair> of(const std::string& person);

 private:
  std::string folder_;
  std::mutex mutex_;
  std::map<std::string, KeyPair> made_;
};

}  // namespace countersign
