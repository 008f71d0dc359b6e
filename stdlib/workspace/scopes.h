// The parts of a snapshot that lie on this machine.
#pragma once
#include "stdlib/session/provider_session.h"

namespace countersign {

// "/env": keys of the profile's environment file. "/files": contents or digests of declared files.
Result<json> env_scope(ProviderSession& session);
Result<json> files_scope(ProviderSession& session);
// Whether "/files" holds that file, where it is there.
bool in_files_scope(const Workspace& workspace, const std::string& absolute);

}  // namespace countersign
