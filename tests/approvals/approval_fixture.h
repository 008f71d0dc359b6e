// A small firm: trust files, people with keys, and a request they decide on.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "approvals/signed_authorizer.h"
#include "tests/approvals/workshop.h"

namespace countersign {

// Ada asks, Ben and Cyd approve, Dan has no role that approves. Ben has two keys. Time starts at
// noon of 2026-11-20; requests are decided within a day.
class ApprovalFixture {
 public:
  ApprovalFixture();

  Result<Signed> ask();
  Signed asked();  // ask, which must succeed
  nlohmann::json draft;

  // Signed decisions on a request.
  Signed approve(const Signed& request, const LocalKey& key,
                 const std::string& reference = "") const;
  Signed reject(const Signed& request, const LocalKey& key, const std::string& reason) const;

  // The sentence of authorize, "ok" where it allows.
  std::string authorize(const Signed& request, const std::vector<Signed>& decisions,
                        bool begun = false);
  std::string examine(const std::string& subject, const Signed& answer);

  // Replaces a part of one of the trust files.
  void edit(const std::string& file, const std::string& from, const std::string& to) const;
  void append(const std::string& file, const std::string& text) const;

  // Ben and Cyd accept the trust files as they are now, proposed by Ada.
  void accept_edits();

  TrustPaths paths() const;  // read with `signatures`
  std::unique_ptr<Authorizer> authorizer(const std::string& home = "home");

  Folder folder;
  Time now;
  LocalKey ada{1}, ben{2}, ben_token{3, true}, cyd{4}, dan{5}, stranger{6};
  std::string operator_principal = "ada";
  const LocalKey* operator_key = &ada;
  SignFunction sign;  // instead of with operator_key
  const SignatureScheme* signatures = &ssh_signatures();
};

}  // namespace countersign
