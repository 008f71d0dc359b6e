// The live state behind a snapshot's pointers, part by part. A row's `before` and the snapshot read
// through the same functions, so a projection can be compared with either.
//
// Links and `date_updated` are left out: they differ without a change. Secrets are handles.
#pragma once
#include "stdlib/session/provider_session.h"

namespace countersign {

// /numbers/PN… : unset URLs and SIDs are "" whether the provider says "" or null (both occur,
// incomingphonenumber-resource).
json number_state(json resource);
Result<json> numbers_state(ProviderSession& session);

// /flows/FW… : `definition` is that of the live (last published) revision, null where there is
// none. Where the latest revision is a draft, `draft` is its definition; `live_revision` is a
// number or null.
Result<json> flow_state(ProviderSession& session, const std::string& sid);
Result<json> flows_state(ProviderSession& session);

// /flex : the configuration object.
json flex_state(json resource);

// /serverless/services/ZS… with its environments; /serverless/variables/KEY of the profile's
// environment; those of other environments under …/environments/ZE…/variables/KEY.
Result<json> serverless_state(ProviderSession& session);

// Which environment an operation on variables means.
struct ServerlessPlace {
  std::string service, environment;
  bool own = true;  // the profile's environment
  std::string variables_pointer() const;
};
// The arguments' `service` and `environment`, or the profile's: the one whose domain is
// serverless_domain, or the only one there is. Errors (kind "config"): none, or several.
Result<ServerlessPlace> serverless_place(ProviderSession& session, const json& arguments);
// KEY to value (a handle where it is not public).
Result<json> variables_state(ProviderSession& session, const ServerlessPlace& place);
Result<json> environment_state(ProviderSession& session, const ServerlessPlace& place);

Result<json> taskrouter_state(ProviderSession& session);

// /mailgun/domains/NAME, /mailgun/keys/ID. Empty where the profile has no Mailgun account key.
json mailgun_domain_state(json resource);
json mailgun_key_state(json resource);
Result<json> mailgun_state(ProviderSession& session);

// null for an error 404, else what `found` is.
Result<json> or_null(Result<json> found);

}  // namespace countersign
