// The time zone of the policy, for what people are shown.
#pragma once
#include "repl/command_context.h"

namespace countersign {

// From now on moments are shown in the policy's zone beside UTC; where it names none, or cannot be
// read, UTC stands alone.
void show_zone(CommandContext& context);

}  // namespace countersign
