// What a ProviderSession holds; for the sources that implement it and nobody else.
#pragma once
#include <map>
#include <mutex>
#include <optional>

#include "stdlib/http/url.h"
#include "stdlib/session/provider_session.h"
#include "stdlib/session/system.h"

namespace countersign {

struct ProviderSession::State {
  State(const Configuration& c, const std::string& name, Transport& t, Vault& v, Documents& d,
        const Catalogue& rows, Clock& time);

  const Configuration& configuration;
  const Profile& profile;
  Transport& transport;
  Vault& vault;
  Documents& documents;
  const Catalogue& catalogue;
  Clock& time;
  Workspace workspace;
  json facts;

  // The secret of a setting, opened once and made known to the vault.
  Result<std::string> secret(const System& system, const Setting& setting);
  // User and password for `credential`; both empty for none.
  Result<std::pair<std::string, std::string>> login(const std::string& credential);
  // `provider_url` where it is really sent: the profile's endpoint, with the host as first segment.
  std::string rewritten(const Url& provider_url) const;
  // ProviderSession::exchange; `safe`: may be repeated although the provider may have acted.
  Result<HttpResponse> send(const std::string& credential, HttpRequest request, bool safe);
  // What was answered to this during a look; sent anew where nothing was.
  Result<HttpResponse> sent(const std::string& credential, const HttpRequest& request,
                            bool login_given);
  void forget();  // with the mutex held
  // The simulator's clock {"time","unix","scale"}; null where the endpoint is not a simulator.
  Result<json> clock();

  std::mutex mutex;                           // guards what follows
  std::map<std::string, std::string> opened;  // setting to secret
  struct Known {
    std::string account;
    Clock::Span since;
  };
  std::map<std::string, Known> accounts;  // by credential
  std::optional<json> endpoint;
  int looks = 0;                             // begun and not ended
  std::map<std::string, HttpResponse> seen;  // what was answered during them, by what was asked
  std::size_t seen_bytes = 0;
};

}  // namespace countersign
