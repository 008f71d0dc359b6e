#include "interpreter/account_key.h"

namespace countersign {

std::string account_key(const nlohmann::json& endpoint, const std::string& account) {
  const std::string instance =
      endpoint.value("simulated", false) ? endpoint.value("instance", "") : std::string();
  return endpoint.value("origin", "") + " " + account + (instance.empty() ? "" : " " + instance);
}

std::string account_key_now(Session* session, const RunState& state) {
  if (session)
    if (const Result<nlohmann::json> endpoint = session->endpoint())
      return account_key(*endpoint, state.started.at("account").get<std::string>());
  return state.account_key();
}

std::string any_instance(const std::string& account_key) {
  const std::size_t origin = account_key.find(' ');
  if (origin == account_key.npos) return account_key;
  return account_key.substr(0, account_key.find(' ', origin + 1));
}

}  // namespace countersign
