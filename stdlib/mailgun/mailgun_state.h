// The live state behind a snapshot's pointers into Mailgun: /mailgun/domains/NAME,
// /mailgun/keys/ID.
#pragma once
#include "stdlib/session/live_parts.h"
#include "stdlib/session/provider_session.h"

namespace countersign {

json mailgun_domain_state(json resource);
json mailgun_key_state(json resource);
// Empty where the profile has no Mailgun account key.
Result<json> mailgun_state(ProviderSession& session);

}  // namespace countersign
