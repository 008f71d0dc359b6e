// Where keys go that a provider shows only once: into the configured store, synced, before the
// outcome of the operation is journaled.
#pragma once
#include "stdlib/session/provider_session.h"

namespace countersign {

// What decides where a new key goes: {"folder"}, or {"command": all words, "program",
// "interpreter", "files", "cwd", "environment"} (see program_sources; "program" is null where there
// is none), or
// {}. Signed with whatever makes a key: the command gets the key itself.
json secret_store_terms(const Configuration& configuration);

// Errors (kind "refused"): no [secret_store] is configured, its folder cannot be written to, or its
// program is not there.
Status secret_store_there(ProviderSession& session);

// Stores `secret` under `name` (letters, digits, ".", "-", "_"), durably, and says where it now is
// ("file:PATH", "command:pass"). Never overwrites. Errors: state.
Result<std::string> store_secret(const SecretStore& store, const std::string& name,
                                 const std::string& secret);

// Every profile's secrets are known from the start, before they are used: whatever a provider
// answers may hold one. Programs that print secrets are not started for that; what cannot be read
// is said when it is wanted.
void know_configured_secrets(const Configuration& configuration, Vault& vault);

// What lies in the store's folder for a profile is held again as "stored:NAME": a run that goes on
// in another process uses the key that it made. A store that is a program cannot be asked.
void hold_stored_secrets(const SecretStore& store, const std::string& profile, Vault& vault);

// A provider's answer to the making of a key: the secret at `secret` (already a handle) is stored
// under
// "<provider>-<profile>-<value at id>", "stored" of the result says where, and its handle becomes
// that of "stored:NAME". Errors: in_doubt, if
// the key was made but could not be kept.
Result<json> with_stored_secret(ProviderSession& session, json made, const std::string& provider,
                                const std::string& id, const std::string& secret);

}  // namespace countersign
