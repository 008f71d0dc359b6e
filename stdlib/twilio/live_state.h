// The live state behind a snapshot's pointers into Twilio, part by part. A row's `before` and the
// snapshot read through the same functions, so a projection can be compared with either.
//
// Links and `date_updated` are left out: they differ without a change. Secrets are handles.
#pragma once
#include "stdlib/session/live_parts.h"
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
Result<json> flex_scope(ProviderSession& session);

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

// A queue or workflow as it stands there: a workflow's configuration as data, however the provider
// writes it.
json member_state(json resource);
Result<json> taskrouter_state(ProviderSession& session);

}  // namespace countersign
