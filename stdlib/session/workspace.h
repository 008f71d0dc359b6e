// The declared folders and programs on this machine: the only files that rows read or write.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "interpreter/error.h"
#include "stdlib/session/configuration.h"

namespace countersign {

// What stands at a path, itself: a link is a link, wherever it leads.
enum class FileKind { missing, file, folder, other };

struct FolderEntry {
  std::string name;
  FileKind kind = FileKind::missing;
  std::uint64_t size = 0;
};

class Workspace {
 public:
  explicit Workspace(const Configuration& configuration) : configuration_(configuration) {}

  const Configuration& configuration() const { return configuration_; }

  // The absolute path of `path` where it lies inside a declared folder (flex_config, serverless,
  // dev_logs, incidents) or is a declared file (registry, doctrine, a profile's env_file); a
  // relative path starts at the configuration's folder. What decides who may do what is never among
  // them, wherever it lies: countersign.toml, trust files, the home folder, keys, files that hold a
  // secret, and a repository's ".git". Errors (kind "refused"): outside, through a link that leads
  // outside, a link as the last step, "..", a NUL, a control character.
  Result<std::string> resolve(const std::string& path) const;

  // `absolute` as people and snapshots name it: relative to the configuration's folder.
  std::string name_of(const std::string& absolute) const;

  // All of the following take a path from `resolve` and walk it from the root without following a
  // link, so that a folder replaced by a link after `resolve` is refused and not followed.

  // The whole file. Errors: kind "argument" (missing, not a regular file, over 16 MiB).
  Result<std::string> read(const std::string& absolute) const;
  bool exists(const std::string& absolute) const { return kind(absolute) != FileKind::missing; }
  FileKind kind(const std::string& absolute) const;
  // What is in a folder, by name; leftovers of interrupted writes are not shown.
  Result<std::vector<FolderEntry>> list(const std::string& absolute) const;

  // Writes a file whole: temporary file in the same folder, fsync, rename, fsync of the folder;
  // keeps the mode (0600 for a new env file, else 0644) and makes folders on the way.
  Status write(const std::string& absolute, const std::string& bytes) const;
  Status make_folder(const std::string& absolute) const;
  // Renames in one step. Errors: refused, if `to` exists; state, if it is on another file system.
  Status move(const std::string& from, const std::string& to) const;

 private:
  const Configuration& configuration_;
};

// Whether a file of this name holds environment variables, and so secrets: ".env", ".env.acme",
// "acme.env".
bool is_env_file(const std::string& path);

}  // namespace countersign
