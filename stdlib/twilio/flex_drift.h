// Whether an account's live Flex configuration is what its source files say.
#pragma once
#include <nlohmann/json.hpp>

#include "stdlib/session/provider_session.h"

namespace countersign {

// {"differences": [{"op", "path", "source", "live"}], "writer": {…} | null}: where live
// `custom_data` is not what the common and the client's source file make together, filled and
// merged as a deploy would that overwrites, and where its skills are not the source's, by name
// ("/taskrouter_skills/<name>"). "op" is from source to live: "add" is live only,
// "remove" in the source only; what is not there is null. Secrets are handles, compared by
// fingerprint. `writer`: who wrote the configuration last, by Monitor's events: {"date", "event",
// "actor_type", "actor"}; asked for only where something differs, null where no event tells or none
// can be read. Only reads. Errors: as read_flex_source; as ProviderSession::request; refused, where
// the configuration is another account's.
Result<json> flex_drift(ProviderSession& session);

// What of a Flex configuration is compared, under the pointers that differences have:
// {"custom_data": …, "taskrouter_skills": {name: skill}}. An empty one and none are the same.
json flex_compared(const json& configuration);

}  // namespace countersign
