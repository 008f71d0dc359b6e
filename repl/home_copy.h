// A consistent copy of a state folder while others work in it: SQLite's own backup for what are
// databases, bytes for the rest.
//
// The index of runs is copied before the runs: one that is behind a run is brought up to it, while
// a run that is behind the index looks put back from an older backup. Locks and logs are left out.
#pragma once
#include <map>
#include <string>

#include "interpreter/error.h"

namespace countersign {

// Path below the folder to its bytes' SHA-256.
using CopiedFiles = std::map<std::string, std::string>;

inline constexpr const char* kSums = "SHA256SUMS";

// Into a folder that does not exist yet or is empty; modes 0700 and 0600, for it holds the folder's
// keys. Writes SHA256SUMS last, in the form that `sha256sum -c` reads. Errors: usage, state.
Result<CopiedFiles> copy_home(const std::string& home, const std::string& to);

// The text of SHA256SUMS; its own digest is the backup's.
std::string sums_of(const CopiedFiles& files);

}  // namespace countersign
