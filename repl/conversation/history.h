// What was typed at a profile, over sessions: <home>/history/PROFILE, mode 0600, one line each.
// Secrets that are known are redacted; a line that looks as if it held one is left out, and so is
// one that begins with a space.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

class History {
 public:
  // An empty `path`: nothing is kept. `scrub` redacts what is known.
  History(std::string path, std::function<std::string(const std::string&)> scrub);

  // The last lines, oldest first; a file that cannot be read is as one that is not there.
  std::vector<std::string> lines() const;
  // What is kept of it: empty where nothing is. Errors (kind "state"): it cannot be written.
  Result<std::string> add(const std::string& line);

 private:
  std::string path_;
  std::function<std::string(const std::string&)> scrub_;
  bool failed_ = false;  // said once
};

// Whether a line looks as if a secret stood in it: 32 hex digits that are no SID, a quoted value
// of a name that speaks of a secret.
bool looks_secret(const std::string& line);

}  // namespace countersign
