// A session that asks nobody: who the account was and what is known of it, as a run recorded it.
// What is read comes from the recording (recorded_walk.h); only operations that work on documents
// alone are carried out with it.
#pragma once
#include <string>
#include <vector>

#include "interpreter/session.h"
#include "interpreter/vault.h"

namespace countersign {

class RecordedSession : public Session {
 public:
  // `started`: the body of "run.started". Everything outlives this.
  RecordedSession(const json& started, Vault& vault, Documents& documents);

  // The time that it is there.
  void set_now(Time now) { now_ = now; }
  Time time() const { return now_; }

  const json& facts() const override { return facts_; }
  std::string own_credential() const override { return ""; }
  Result<std::string> account(const std::string&, bool) override { return account_; }
  Result<json> surroundings() override;
  Result<json> endpoint() override { return endpoint_; }
  Result<Time> now() override { return now_; }
  Result<json> snapshot(const std::vector<std::string>&) override;
  const std::vector<std::string>& scopes() const override { return scopes_; }
  const std::vector<std::string>& volatile_fields() const override { return volatile_; }
  Result<json> baselines() override;
  Vault& vault() override { return vault_; }
  Documents& documents() override { return documents_; }

 private:
  json facts_, endpoint_;
  std::string account_;
  std::vector<std::string> scopes_, volatile_;
  Vault& vault_;
  Documents& documents_;
  Time now_ = 0;
};

}  // namespace countersign
