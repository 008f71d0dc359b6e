// What the commands share by which a person answers a run: asking first, then signing.
#pragma once
#include <functional>
#include <memory>

#include "approvals/trust.h"
#include "interpreter/run.h"
#include "repl/command_context.h"

namespace countersign {

// The run of the command, opened to be worked on.
Result<std::unique_ptr<Run>> open_run(CommandContext& context);

// Where the run stands after the answer.
Reply said(CommandContext& context, const Run& run);

// Shows what is to be signed and asks; --yes answers. Errors (kind "usage"): no, or nobody is there
// to be asked.
Status asked(CommandContext& context, const std::string& shown, const std::string& question);

// Signs with --key or the operator's key. Errors: config, where it cannot sign; refused, where the
// key is not one of --as.
Result<Signed> sign_answer(CommandContext& context, const std::string& document, Time now);

// What a person is asked to sign.
struct Question {
  std::string type;            // of the document, without "countersign-"
  std::string run;             // that it has to name; empty: it is of no run
  std::string subject_sha256;  // that it has to name; empty: who takes it in looks
  std::string item;            // of an attestation
  std::string shown;           // what it is about
  std::string asks;            // "Reject this plan?"
  // Why a person's answer would add nothing, as the error that says so; null where everybody's
  // counts.
  std::function<Status(const Signer&)> adds = {};
};

// The refusal of an answer that its person has given already: nothing would follow from a second.
Error given_already(const Signer& signer, const std::string& what, const std::string& run);

// What every answer goes through: who signs is said before it is asked, and one whose answer would
// add nothing is not asked. Where --decision names one that was signed elsewhere, that is
// looked at and handed on; else `document` (where it could be made) is asked about as `asked` says,
// and signed here. Errors: usage, config, refused with what the document is about instead.
Result<Signed> answered(CommandContext& context, Time now, const Question& question,
                        const Result<std::string>& document);

// --decision and --signature, which may be left out where it lies beside. Errors: usage, refused.
Result<Signed> signed_elsewhere(CommandContext& context);

// Whether the document answers the question. Errors: refused.
Status answers(const Signed& document, const Question& question);

// Whether the run has taken in this very document before. Errors: refused.
Status not_taken_in(const Run& run, const Signed& document);

}  // namespace countersign
