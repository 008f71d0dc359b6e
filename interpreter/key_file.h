// Keys of the state folder: files of 32 random bytes, mode 0600, made where they are missing, never
// exported.
#pragma once
#include <string>

#include "interpreter/error.h"

namespace countersign {

// The 32 bytes. Whoever makes the file first decides what they are. `what` it is and what follows
// `without` it stand in the errors (kind "state"): it cannot be read or written, is not 32 bytes,
// can be read by others.
Result<std::string> read_or_make_key(const std::string& path, const std::string& what,
                                     const std::string& without);

}  // namespace countersign
