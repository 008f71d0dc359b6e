// What a provider's refusal means, said in one voice.
#pragma once
#include "interpreter/transport.h"
#include "stdlib/session/provider_session.h"

namespace countersign {

// The error behind a status that is not 2xx: the provider's code and message, and the next step.
// `now`: what a date to wait for is measured from where the answer has none of its own.
Error provider_error(const Profile& profile, const std::string& credential,
                     const std::string& method, const std::string& host, const HttpResponse& answer,
                     Time now);

// An answer as a row wants it: parsed, redacted, or its error.
Result<json> understand(ProviderSession& session, const std::string& credential,
                        const std::string& method, const std::string& url,
                        const HttpResponse& answer);

}  // namespace countersign
