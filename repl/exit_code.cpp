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

int exit_code(RunStatus status, const Error* error) {
  switch (status) {
    case RunStatus::done:
      return kDone;
    case RunStatus::awaiting_decision:
      return kAwaitsDecision;
    case RunStatus::awaiting_time:
      return kAwaitsTime;
    case RunStatus::awaiting_attestation:
      return kAwaitsAttestation;
    case RunStatus::rejected:
    case RunStatus::cancelled:
      return kEnded;
    case RunStatus::drifted:
      return kDrifted;
    case RunStatus::in_doubt:
      return kInDoubt;
    case RunStatus::running:
    case RunStatus::failed:
      break;
  }
  return error ? exit_code(*error) : static_cast<int>(kCheckFailed);
}

}  // namespace countersign
