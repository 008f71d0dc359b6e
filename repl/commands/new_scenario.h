// `new scenario`, of the command `new`.
#pragma once
#include "repl/command_context.h"

namespace countersign {

Result<Reply> new_scenario(CommandContext& context);

}  // namespace countersign
