// What a run waits for a person to sign, besides decisions, as documents.
#pragma once
#include <string>
#include <vector>

#include "interpreter/run.h"
#include "repl/signing_documents.h"

namespace countersign {

struct RunPapers {
  std::string kind;    // "attestation" "sign_off" "settlement"
  std::string item;    // of an attestation
  std::string folder;  // its name beside others
  SigningPapers papers;
};

// One for each thing that waits; with the item of the command, that one. At least one. Errors
// (kind "usage"): it waits for nothing of the kind, or for nothing yet.
Result<std::vector<RunPapers>> papers_of(CommandContext& context, Run& run, Time now);

}  // namespace countersign
