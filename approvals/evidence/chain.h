// The journal as text: journal.jsonl has each record's canonical bytes on a line, exactly those
// that are hashed; journal.sha256 the hash of each, in order, with its number.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "approvals/evidence/folder.h"
#include "interpreter/journal.h"

namespace countersign {

inline constexpr const char* kJournal = "journal.jsonl";
inline constexpr const char* kHashes = "journal.sha256";

void write_chain(const std::vector<Record>& records, EvidenceFiles& files);

// Reads it back: canonical lines, numbered, each naming the hash of the one before, never back in
// time, each of a kind that this version knows.
std::optional<VerificationError> read_chain(const EvidenceFiles& files,
                                            std::vector<Record>& records);

}  // namespace countersign
