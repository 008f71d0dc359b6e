// Secrets in providers' answers become the vault's handles before anybody sees them.
#pragma once
#include "stdlib/session/provider_session.h"

namespace countersign {

// Replaces in `answer`, which came from `url`, what the credential's system says is secret there,
// and at any depth every field that some system lists as secret (System::secret_fields).
void redact(ProviderSession& session, const std::string& credential, const std::string& url,
            json& answer);

// A plain value becomes a handle at `locator`.
void hold(Vault& vault, const std::string& locator, json& value);
// Values under names that look secret, at any depth; lists of them too.
void hold_named(Vault& vault, const std::string& locator, json& value, bool secret = false);

}  // namespace countersign
