// Secrets inside JSON that somebody else wrote: found by the name of their field, shown as handles
// (see looks_secret in stdlib/session/public_keys.h).
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/vault.h"

namespace countersign {

using json = nlohmann::json;

// `value` with every plain value under a name that looks secret, lists of them too, replaced by a
// handle located at "<origin>/<pointer>"; the same rule as for providers' answers
// (stdlib/session/redaction.h). `held`: the vault holds the secrets, so that the handles can be
// opened; else they are only known for scrubbing, and what was held at the same place before stays.
json with_handles(Vault& vault, const std::string& origin, json value, bool held = true);

// Whether the key of marked objects stands anywhere inside: such a value could pass itself off as a
// handle, so it is never taken for data.
bool holds_mark(const json& value);

}  // namespace countersign
