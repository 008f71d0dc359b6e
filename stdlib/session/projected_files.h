// Files as they will be once the intents so far are carried out: the overlay first, then the disk.
// Without an overlay (live) it is the disk.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "interpreter/overlay.h"
#include "stdlib/session/workspace.h"

namespace countersign {

class ProjectedFiles {
 public:
  ProjectedFiles(const Workspace& workspace, const Overlay* overlay)
      : workspace_(workspace), overlay_(overlay) {}

  FileKind kind(const std::string& absolute) const;
  // Errors: as Workspace::read.
  Result<std::string> read(const std::string& absolute) const;
  // The files below `folder`, links and special files apart, by path relative to it.
  Result<std::vector<std::string>> below(const std::string& folder) const;

  // Records what a later projection is to see; nothing happens where there is no overlay.
  void put(const std::string& absolute, std::string bytes) const;
  void remove(const std::string& absolute) const;
  // A file, or a folder with all that is in it.
  Status move(const std::string& from, const std::string& to) const;

  // The last operation that the content at `absolute` waits for, 0 where it is wholly known:
  // contents are recorded with the placeholders that stand in them.
  int known_after(const std::string& absolute) const;

 private:
  const Workspace& workspace_;
  const Overlay* overlay_;
};

}  // namespace countersign
