// The variables of a profile's env file as plans and snapshots show them.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "stdlib/session/provider_session.h"

namespace countersign {

using json = nlohmann::json;

// One variable: its text where the key is public (stdlib/session/public_keys.h), else a secret's
// handle at "env-file:<file>#<key>". `held`: see `with_handles`.
json env_value(ProviderSession& session, const std::string& absolute, const std::string& key,
               const std::string& value, bool held = true);

// Every variable of an env file's text, by key.
json env_values(ProviderSession& session, const std::string& absolute, const std::string& text);

// The profile's env file, confined. Errors: config, where the profile names none.
Result<std::string> env_file_of(ProviderSession& session);

// The secret behind a handle; one from the profile's env file is read again where this process has
// not read it yet (a run that was resumed), and must be the same. Errors: refused.
Result<std::string> open_handle(ProviderSession& session, const json& handle);

}  // namespace countersign
