// Snapshots: the live state of an account, every part read at the same time.
#include <mutex>

#include "interpreter/canonical.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/placeholder.h"
#include "stdlib/at_once.h"
#include "stdlib/live_state.h"
#include "stdlib/provider_state.h"
#include "stdlib/scopes.h"

namespace countersign {
namespace {

Result<json> read_scope(ProviderSession& session, const std::string& scope) {
  if (scope == "numbers") return numbers_state(session);
  if (scope == "flows") return flows_state(session);
  if (scope == "serverless") return serverless_state(session);
  if (scope == "taskrouter") return taskrouter_state(session);
  if (scope == "mailgun") return mailgun_state(session);
  if (scope == "env") return env_scope(session);
  if (scope == "files") return files_scope(session);
  auto flex = TRY(
      session.request(Credential::api_key, "GET", "https://flex-api.twilio.com/v1/Configuration"));
  return flex_state(std::move(flex));
}

// The net under the redaction: whatever the vault knows is found in any encoding. Handles are no
// data and stay as they are: a secret may be the very word "secret".
void scrub_data(const Vault& vault, json& value) {
  if (is_handle(value)) return;
  if (!value.is_structured()) return vault.scrub(value);
  for (json& part : value) scrub_data(vault, part);
}

}  // namespace

const std::vector<std::string>& ProviderSession::scopes() const {
  static const std::vector<std::string> all = {"numbers",    "flows",   "flex", "serverless",
                                               "taskrouter", "mailgun", "env",  "files"};
  return all;
}

const std::vector<std::string>& ProviderSession::volatile_fields() const {
  // Most of what differs by itself is never taken in (live_state.h). "/records" is where the
  // targets of operations on calls, recordings and the like lie; snapshots do not hold them.
  static const std::vector<std::string> all = {"/records", "/flex/date_updated",
                                               "/flex/flex_ui_status_report"};
  return all;
}

Result<json> ProviderSession::snapshot(const std::vector<std::string>& wanted) {
  const std::vector<std::string> parts = wanted.empty() ? scopes() : wanted;
  for (const std::string& scope : parts) {
    if (std::find(scopes().begin(), scopes().end(), scope) != scopes().end()) continue;
    return Error{"argument", "unknown scope \"" + scope + "\"",
                 did_you_mean(scope, scopes(),
                              "known are numbers, flows, flex, serverless, taskrouter, mailgun, "
                              "env and files")};
  }
  const OneLook look(this);
  json all = json::object();
  std::mutex mutex;
  std::vector<std::function<Status()>> jobs;
  for (const std::string& scope : parts)
    jobs.push_back([&, scope]() -> Status {
      auto part = read_scope(*this, scope);
      if (!part) {
        Error error = part.error();
        error.message = "snapshot of " + scope + ": " + error.message;
        return error;
      }
      const std::lock_guard lock(mutex);
      all[scope] = std::move(*part);
      return Done{};
    });
  TRY(at_once(jobs));
  scrub_data(state_->vault, all);
  TRY(canonicalize(all));
  return all;
}

}  // namespace countersign
