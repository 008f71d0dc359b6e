// What a declared command starts from: all that is known of it before it runs.
#pragma once
#include <string>

#include "stdlib/session/provider_session.h"

namespace countersign {

// Everything that decides what the command does, as far as it can be read beforehand:
//   "program", "interpreter", "files"  see program_sources; an interpreter only where there is one
//   "argv", "cwd" (real path), "timeout", "globs"
//   "inputs"       {path below cwd: digest}: what matches the globs, as earlier operations of the
//                  plan leave it; a placeholder where that waits for one of them
//   "environment"  {name: value}: the fixed set and the declaration's; HOME empty: a folder of its
//                  own
//   "secrets"      {name: digest of the whole reference}
//   "variables"    names that a runbook may set
//   "not_covered"  what of it is not signed, for people
// Errors: refused, where an input is a link; config, where what is to be started is not there.
Result<json> command_sources(const Call& call, const CommandDeclaration& command);

// The declaration's folder, without links. Errors: config.
Result<std::string> command_folder(const Call& call, const CommandDeclaration& command);

}  // namespace countersign
