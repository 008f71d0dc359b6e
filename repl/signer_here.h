// Whose signature the key at hand makes, told before it is made.
#pragma once
#include <optional>
#include <string>

#include "approvals/trust.h"
#include "repl/command_context.h"

namespace countersign {

// --key, else [operator].key. Errors: config.
Result<std::string> key_at_hand(CommandContext& context);

// Who signs with it. Nothing where that is not known beforehand: its public half lies in no file,
// or nobody may sign with it now, which is said when it is tried.
std::optional<Signer> signer_here(CommandContext& context, Time now);

// Who made a signature over the document. Errors: config, refused.
Result<Signer> signer_of(CommandContext& context, const Signed& answer, Time now);

// "carla (carla@connie.example)".
std::string in_words(const Signer& signer);

}  // namespace countersign
