#include "repl/exit_code.h"

namespace countersign {

int exit_code(const Error& error) {
  if (error.kind == "check") return kCheckFailed;
  if (error.kind == "usage" || error.kind == "argument" || error.kind == "config" ||
      error.kind == "state" || error.kind == "script")
    return kUsage;
  if (error.kind == "waiting") return kAwaitsDecision;
  if (error.kind == "drift") return kDrifted;
  if (error.kind == "in_doubt") return kInDoubt;
  return kRefused;
}

int exit_code(const std::string& status, const Error* error) {
  if (status == "done") return kDone;
  if (status == "awaiting_decision") return kAwaitsDecision;
  if (status == "awaiting_time") return kAwaitsTime;
  if (status == "awaiting_attestation") return kAwaitsAttestation;
  if (status == "rejected" || status == "cancelled") return kEnded;
  if (status == "drifted") return kDrifted;
  if (status == "in_doubt") return kInDoubt;
  return error ? exit_code(*error) : static_cast<int>(kCheckFailed);
}

}  // namespace countersign
