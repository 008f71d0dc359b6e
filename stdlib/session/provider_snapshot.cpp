// Snapshots: the live state of an account, every part read at the same time.
#include <mutex>

#include "interpreter/canonical.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/at_once.h"
#include "stdlib/session/provider_state.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

Result<json> read_scope(ProviderSession& session, const std::string& name) {
  for (const System& system : systems())
    for (const SnapshotScope& scope : system.scopes)
      if (scope.name == name) return scope.read(session);
  return Error{"argument", "unknown scope \"" + name + "\""};
}

std::string enumerated(const std::vector<std::string>& names) {
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i)
    all += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return all;
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
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names;
    for (const System& system : systems())
      for (const SnapshotScope& scope : system.scopes) names.push_back(scope.name);
    return names;
  }();
  return all;
}

const std::vector<std::string>& ProviderSession::volatile_fields() const {
  // Most of what differs by itself is never taken in. "/records" is where the targets of operations
  // on calls, recordings and the like lie; snapshots do not hold them.
  static const std::vector<std::string> all = [] {
    std::vector<std::string> fields = {"/records"};
    for (const System& system : systems())
      fields.insert(fields.end(), system.volatile_fields.begin(), system.volatile_fields.end());
    return fields;
  }();
  return all;
}

Result<json> ProviderSession::snapshot(const std::vector<std::string>& wanted) {
  const std::vector<std::string> parts = wanted.empty() ? scopes() : wanted;
  for (const std::string& scope : parts) {
    if (std::find(scopes().begin(), scopes().end(), scope) != scopes().end()) continue;
    return Error{"argument", "unknown scope \"" + scope + "\"",
                 did_you_mean(scope, scopes(), "known are " + enumerated(scopes()))};
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
