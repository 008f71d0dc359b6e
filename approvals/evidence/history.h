// A run gone through once more, record by record: what each says must follow from those before it
// and from the documents it names, by the same rules that the engine went by.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "approvals/evidence/folder.h"
#include "approvals/evidence/trust_history.h"
#include "interpreter/run_state.h"

namespace countersign {

// What was looked at, for people who ask how much.
struct VerificationCounts {
  std::size_t requests = 0, signatures = 0, operations = 0, brackets = 0, checks = 0;
  // Changes of the own account that nobody signed and that somebody said are known.
  std::vector<std::string> foreign = {};
  // The run whose work it went on with; empty: it began its own.
  std::string taken_over = {};
};

// Whether every document that records name is there.
std::optional<VerificationError> check_documents(const std::vector<Record>& records,
                                                 const Documents& documents);

std::optional<VerificationError> check_history(const std::vector<Record>& records,
                                               const Documents& documents, TrustHistory& trust,
                                               VerificationCounts& looked);

}  // namespace countersign
