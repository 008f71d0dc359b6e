// The values of serverless variables, which are secrets unless their key is declared public.
#pragma once
#include "stdlib/session/provider_session.h"

namespace countersign {

// Replaces the values of the variables in an answer of the Variables API by handles.
void hold_variables(ProviderSession& session, json& answer);

// The handle that a serverless variable with this value has in snapshots, or the value itself
// where the key is public. Nothing is held by it. `value` may be a handle of another place: then
// the secret behind it counts. Errors: refused, for a secret under a public key.
Result<json> variable_value(ProviderSession& session, const std::string& environment_sid,
                            const std::string& key, const json& value);

}  // namespace countersign
