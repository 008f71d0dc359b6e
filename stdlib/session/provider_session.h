// A profile's session: credentials, transport, clock and workspace behind the interpreter's seam.
// Every row of stdlib downcasts Call::session to this.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "interpreter/clock.h"
#include "interpreter/session.h"
#include "interpreter/transport.h"
#include "interpreter/vault.h"
#include "stdlib/session/configuration.h"
#include "stdlib/session/workspace.h"

namespace countersign {

class ProviderSession : public Session {
 public:
  // All references must outlive the session. `profile_name` must exist in the configuration.
  ProviderSession(const Configuration& configuration, const std::string& profile_name,
                  Transport& transport, Vault& vault, Documents& documents,
                  const Catalogue& catalogue, Clock& clock);
  ~ProviderSession() override;

  const json& facts() const override;
  std::string own_credential() const override;
  Result<std::string> account(const std::string& credential, bool again = false) override;
  Result<json> surroundings() override;
  Result<json> endpoint() override;
  Result<Time> now() override;
  // For waits, budgets and what is measured; the time itself is `now`, which a simulator is asked.
  Clock& clock() const;
  // Lets seconds pass on the clock of `now`: on a simulator no time of ours does.
  Status pause(int seconds);
  Result<json> snapshot(const std::vector<std::string>& scopes) override;
  const std::vector<std::string>& scopes() const override;
  const std::vector<std::string>& volatile_fields() const override;
  Result<json> baselines() override;
  void begin_look() override;
  void end_look() override;
  Vault& vault() override;
  Documents& documents() override;

  const Profile& profile() const;
  const Workspace& workspace() const;
  // One request to a provider with the credential opened here and nowhere else. `url` is the
  // provider's own (https://api.example.com/…); the profile's endpoint is applied inside. The body
  // is parsed where it is JSON. Errors: provider (status, the provider's own code and message),
  // transport.
  Result<json> request(const std::string& credential, const std::string& method,
                       const std::string& url, const std::string& body = {},
                       const std::string& content_type = {});
  // A POST that only reads, with a JSON or form body: it may be repeated as a GET may.
  Result<json> ask(const std::string& credential, const std::string& url, const std::string& body,
                   const std::string& content_type = {});
  // As request, for answers that are not JSON. A request that comes with a user keeps it (a key
  // just made); the host is checked all the same.
  Result<HttpResponse> exchange(const std::string& credential, HttpRequest request);
  // The secret of a setting ("twilio.auth_token"), for signing with it; it is never sent by that.
  Result<std::string> secret(const std::string& setting);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

inline ProviderSession& provider(const Call& call) {
  return static_cast<ProviderSession&>(call.session);
}

}  // namespace countersign
