// The parts of a snapshot that lie on this machine.
#pragma once
#include "stdlib/provider_session.h"

namespace countersign {

// "/env": keys of the profile's environment file. "/files": contents or digests of declared files.
Result<json> env_scope(ProviderSession& session);
Result<json> files_scope(ProviderSession& session);

}  // namespace countersign
