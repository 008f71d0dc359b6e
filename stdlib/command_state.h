// What a declared command starts from: its declaration and its inputs.
#pragma once
#include <string>

#include "stdlib/provider_session.h"

namespace countersign {

// {"declaration": digest, "inputs": {path below `folder`: digest}}: the files that match one of the
// command's patterns, as earlier operations of the plan leave them. Errors: refused, where an input
// is a link.
Result<json> command_state(const Call& call, const CommandDeclaration& command,
                           const std::string& folder);

}  // namespace countersign
