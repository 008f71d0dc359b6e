// Secrets in providers' answers become the vault's handles before anybody sees them.
#pragma once
#include "stdlib/session/provider_session.h"

namespace countersign {

// Replaces in `answer`, which came from `url`: the value of a serverless variable that is not
// declared public; `secret` of a new key; `auth_token` of an account; `smtp_password` of a domain;
// and in a Flex configuration every value under a name that looks secret ("mailgun_api_key"), at
// any depth.
void redact(ProviderSession& session, const std::string& url, json& answer);

// The handle that a serverless variable with this value has in snapshots, or the value itself
// where the key is public. Nothing is held by it. `value` may be a handle of another place: then
// the secret behind it counts. Errors: refused, for a secret under a public key.
Result<json> variable_value(ProviderSession& session, const std::string& environment_sid,
                            const std::string& key, const json& value);

}  // namespace countersign
