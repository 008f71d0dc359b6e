// What a file is, as plans and snapshots show it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "stdlib/session/projected_files.h"
#include "stdlib/session/provider_session.h"

namespace countersign {

using json = nlohmann::json;

// null                                          where there is nothing
// the value itself, secret fields as handles     a file *.json
// {"sha256", "size", "sections": {heading: […]}} a text *.md of at most 64 KiB, its lines by
// heading
// {"sha256", "size", "lines": […]}               another text of at most 64 KiB
// {"sha256", "size"}                             anything else
// {"fingerprint"}                                an env file, as a whole
// {"files": {relative path: digest}}             a folder
// Known secrets in lines are scrubbed. Where the content waits for operation n, the digest is that
// operation's placeholder. `held`: see `with_handles`; false for a state that is only projected.
Result<json> file_state(ProviderSession& session, const ProjectedFiles& files,
                        const std::string& absolute, bool held = true);

// The digest of one file: sha256, a fingerprint for an env file, a placeholder where it waits.
Result<json> file_digest(ProviderSession& session, const ProjectedFiles& files,
                         const std::string& absolute);

// "/files/<escaped name>": the pointer of a file in snapshots and plans.
std::string file_pointer(const Workspace& workspace, const std::string& absolute);

}  // namespace countersign
