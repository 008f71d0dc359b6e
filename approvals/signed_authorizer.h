// The Authorizer that counts signatures: policy.toml says what is needed, allowed_signers and the
// revocation list whose signature it is.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "approvals/signing.h"
#include "approvals/trust.h"
#include "interpreter/authorizer.h"

namespace countersign {

struct AuthorizerSettings {
  TrustPaths trust;
  std::string home;  // where trust.json and the engine's key are kept; empty: nothing is pinned or
                     // closed
  std::string operator_principal;  // who asks
  std::string operator_key;        // what they sign requests with, where policy demands separation
  SignFunction sign;               // instead of ssh-keygen with operator_key
  // Instead of the files that `trust` names, and without pins: the trust files of another time.
  std::function<Result<Trust>()> read;
};

// Reads the trust files at every call, never before: what is true now decides. In `examine` the
// subject of a decision is the request's bytes; of every other answer the digest it is bound to, as
// 64 hexadecimal digits, or the document itself, which is then digested.
//
// `authorize` leaves out decisions that do not hold (a key revoked since, another request) and
// counts the rest, so that a second approver can make good what a first one lost. A rejection that
// holds ends it. While approvals are missing it refuses, with what is missing.
std::unique_ptr<Authorizer> signed_authorizer(AuthorizerSettings settings);

}  // namespace countersign
