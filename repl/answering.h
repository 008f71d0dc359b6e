// What the commands share by which a person answers a run: asking first, then signing.
#pragma once
#include <memory>

#include "interpreter/run.h"
#include "repl/desk.h"

namespace countersign {

// The run of the command, opened to be worked on.
Result<std::unique_ptr<Run>> open_run(Desk& desk);

// Where the run stands after the answer.
Reply said(Desk& desk, const Run& run);

// Shows what is to be signed and asks; --yes answers. Errors (kind "usage"): no, or nobody is there
// to be asked.
Status asked(Desk& desk, const std::string& shown, const std::string& question);

// Signs with --key or the operator's key. Errors: config, where it cannot sign; refused, where the
// key is not one of --as.
Result<Signed> sign_answer(Desk& desk, const std::string& document, Time now);

// What every answer goes through: `document` is what is signed, where it could be made; it is asked
// about as `asked` says, then signed.
Result<Signed> agreed_and_signed(Desk& desk, Run& run, const Result<std::string>& document,
                                 const std::string& shown, const std::string& question);

// --decision and --signature, which may be left out where it lies beside. Errors: usage, refused.
Result<Signed> signed_elsewhere(Desk& desk);

}  // namespace countersign
