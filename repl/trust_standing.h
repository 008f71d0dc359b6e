// Whether the trust files are those that this state folder accepted: asked before anything is
// planned, signed or applied.
#pragma once
#include "interpreter/error.h"
#include "repl/command_context.h"

namespace countersign {

// Refuses (kind "refused") where one is not, naming it and what differs. Files that are used from
// this state folder for the first time are accepted as they are, and that is said on stderr. Files
// that cannot be used at all, and no configuration, are left to whoever needs them.
Status trust_stands(CommandContext& context);

}  // namespace countersign
