#include "stdlib/catalogue.h"

#include <cstdio>
#include <cstdlib>
#include <set>

#include "stdlib/mailgun/system.h"
#include "stdlib/session/snapshot_rows.h"
#include "stdlib/session/system.h"
#include "stdlib/twilio/system.h"
#include "stdlib/workspace/system.h"

namespace countersign {

// A new system is one more line here.
const std::vector<System>& systems() {
  static const std::vector<System> all = {
      twilio_system(),
      mailgun_system(),
      workspace_system(),
  };
  return all;
}

namespace {

// Names that are used for two things, or for nothing.
Status check_names(const Catalogue& catalogue) {
  std::set<std::string> ids, credentials, scopes;
  const auto twice = [](const std::string& what, const std::string& name) {
    return Error{"config", "two systems have the " + what + " \"" + name + "\""};
  };
  for (const System& system : systems()) {
    for (const Setting& setting : system.settings)
      if (!ids.insert(setting.id).second) return twice("setting", setting.id);
    for (const CredentialKind& kind : system.credentials)
      if (!credentials.insert(kind.name).second) return twice("credential", kind.name);
    for (const SnapshotScope& scope : system.scopes)
      if (!scopes.insert(scope.name).second) return twice("scope", scope.name);
  }
  for (const Row& row : catalogue.rows())
    if (!row.credential.empty() && credentials.count(row.credential) == 0)
      return Error{"config",
                   "row " + row.name + ": no system has the credential \"" + row.credential + "\""};
  return Done{};
}

Status add_all(Catalogue& catalogue) {
  for (const System& system : systems())
    for (const auto add : system.rows)
      if (const Status added = add(catalogue); !added) return added;
  if (const Status added = add_snapshot_rows(catalogue); !added) return added;
  return check_names(catalogue);
}

// Rows are part of the program: one that does not stand is a fault of the build, found at its first
// start.
Catalogue build() {
  Catalogue catalogue;
  if (const Status added = add_all(catalogue); !added) {
    std::fprintf(stderr, "countersign: %s\n", added.error().message.c_str());
    std::abort();
  }
  return catalogue;
}

}  // namespace

const Catalogue& standard_catalogue() {
  static const Catalogue catalogue = build();
  return catalogue;
}

}  // namespace countersign
