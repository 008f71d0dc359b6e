// The exit codes of the command line, and which kind of failure ends with which.
#pragma once
#include "interpreter/error.h"
#include "interpreter/record_words.h"

namespace countersign {

enum ExitCode {
  kDone = 0,
  kCheckFailed = 1,
  kUsage = 2,
  kAwaitsDecision = 3,
  kAwaitsTime = 4,
  kAwaitsAttestation = 5,
  kEnded = 6,  // rejected or cancelled
  kDrifted = 7,
  kInDoubt = 8,
  kRefused = 9,
  kEndNotSigned = 10,  // `verify`: the run's end is covered by no person's signature
};

int exit_code(const Error& error);

// The exit code of a run that came to rest in `status`; a failed run's follows from its error.
int exit_code(RunStatus status, const Error* error);

}  // namespace countersign
