// The documents that people sign as answers (docs/formats/decision.md). All are signed in the
// namespace `countersign-decision` and told apart by their `type`. Those that belong to a run name
// the head of its chain, the hash of the last record that it had when they were written: whoever
// takes one in, or looks at it later, finds that record before the one that holds the document.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

// What a request says, as far as answers are bound to it.
struct RequestFacts {
  std::string run;
  std::string runbook;
  std::string account;
  std::string nonce;
  std::string sha256;
};

// Reads a canonical request. Errors: kind "refused".
Result<RequestFacts> request_facts(std::string_view request);

// What an approval may add: when it may be used (ISO times in UTC; empty: no bound of its own), and
// why it goes past the quorum (break-glass; empty: it does not).
struct ApprovalTerms {
  std::string not_before, not_after, break_glass;
};

// `decision`: "approve" or "reject". Errors: kind "argument" (another word, a rejection without a
// reason, texts that are not UTF-8), or those of request_facts. Canonical; the same arguments give
// the same document, which several people may sign.
Result<std::string> decision_document(std::string_view request, const std::string& head,
                                      const std::string& decision, const std::string& reference,
                                      const std::string& reason, const ApprovalTerms& terms = {});

// A run, and the head of its chain.
struct RunHead {
  std::string run, head;
};

// `item_sha256` is the digest of the checklist item's document, which names the run. `verdict`:
// "pass" or "fail".
Result<std::string> attestation_document(const RunHead& at, const std::string& item,
                                         const std::string& item_sha256, const std::string& verdict,
                                         const std::string& note);

// `verdict`: "pass" or "fail".
Result<std::string> sign_off_document(const RunHead& at, const std::string& evidence_sha256,
                                      const std::string& verdict, const std::string& note);

// `key` is the operation's place in the run, `intent_sha256` the digest of its recorded intent.
// `verdict`: "applied", "not-applied" or "adopt" (the run was copied here and goes on here; `key`
// is then empty). `result_sha256` is the digest of the result that was looked up, or empty.
// `corrects`: the digest of the settlement that this one corrects, or empty.
Result<std::string> settlement_document(const RunHead& at, const std::string& key,
                                        const std::string& intent_sha256,
                                        const std::string& verdict,
                                        const std::string& result_sha256, const std::string& note,
                                        const std::string& corrects = "");

// Blocks every change of an account, or of all, until it is lifted: of no run, so it names no head.
// `latch_sha256` is the digest of
// the latch's document (interpreter/latches.h). `verdict`: "freeze" or "thaw".
Result<std::string> latch_document(const std::string& latch_sha256, const std::string& verdict,
                                   const std::string& note);

// Accepts a change of the trust files. `trust_sha256` is the digest of the change's document
// (trust_change.h).
Result<std::string> trust_document(const std::string& trust_sha256, const std::string& note);

// An answer as read: the type without "countersign-", and what every type has.
struct AnswerDocument {
  std::string type;     // "decision" "attestation" "sign-off" "settlement" "latch" "trust"
  std::string verdict;  // see Answer in interpreter/authorizer.h
  std::string run;
  std::string head;            // empty: of no run, or of an earlier version
  std::string subject_sha256;  // request_sha256, item_sha256, evidence_sha256, intent_sha256,
                               // latch_sha256 or trust_sha256
  std::string reference;
  std::string note;     // reason of a rejection, or note
  std::string runbook;  // of a decision
  std::string account;  // of a decision
  std::string nonce;    // of a decision
  Time not_before = 0;  // of an approval; 0: no bound of its own
  Time not_after = 0;
  std::string break_glass;  // of an approval: why it goes past the quorum
  std::string corrects;     // of a settlement: the digest of the one that it corrects; empty: none
};

// Strict: canonical JSON, exactly the keys of its type, all texts. Errors: kind "refused".
Result<AnswerDocument> parse_answer(std::string_view document);

}  // namespace countersign
