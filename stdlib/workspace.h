// The declared folders and programs on this machine: the only files that rows read or write.
#pragma once
#include <string>

#include "interpreter/error.h"
#include "stdlib/configuration.h"

namespace countersign {

class Workspace {
 public:
  explicit Workspace(const Configuration& configuration) : configuration_(configuration) {}

  const Configuration& configuration() const { return configuration_; }

  // The absolute path of `path` where it lies inside a declared folder or is a declared file ("registry"); a relative
  // path starts at the configuration's folder. Errors (kind "refused"): outside, through a link that
  // leads outside, "..", a NUL, a control character.
  Result<std::string> resolve(const std::string& path) const;

  // The whole file. Errors: kind "argument" (missing, not a regular file, over 16 MiB).
  Result<std::string> read(const std::string& absolute) const;
  bool exists(const std::string& absolute) const;

  // Writes a file whole: temporary file in the same folder, fsync, rename, fsync of the folder; keeps the mode.
  Status write(const std::string& absolute, const std::string& bytes) const;

 private:
  const Configuration& configuration_;
};

}  // namespace countersign
