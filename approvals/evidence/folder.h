// An evidence folder as files and their bytes. It may come from anybody: nothing in it is followed,
// and what is too large or no plain file is not read.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "interpreter/error.h"

namespace countersign {

// Path below the folder, with "/", to bytes.
using EvidenceFiles = std::map<std::string, std::string>;

// The first thing that is wrong with evidence: one sentence, and where.
struct VerificationError {
  std::string file;         // below the folder; empty: the folder itself
  std::int64_t record = 0;  // of the journal; 0: none
  std::string what;         // what was expected and what is there instead
};

// Reads all files. A flaw: a link, a device, a file above 256 MiB, more than 1 GiB or 50000 files,
// folders more than 8 deep, an empty folder below it, a name that is not UTF-8.
std::optional<VerificationError> read_evidence(const std::string& folder, EvidenceFiles& files);

// Writes all files beside `folder` under another name, syncs, and renames: the folder is there as a
// whole or not at all. Errors: usage, where it exists and is not empty; state.
Status write_evidence(const std::string& folder, const EvidenceFiles& files);

}  // namespace countersign
