// The text form of a signature: base64 between "-----BEGIN SSH SIGNATURE-----" and its END line.
#pragma once
#include <string>
#include <string_view>

#include "interpreter/error.h"

namespace countersign {

// The bytes inside. Errors (kind "refused"): anything before the first or after the last line,
// lines that are empty, longer than 76 characters or not base64, carriage returns. One newline may
// end it.
Result<std::string> dearmour(std::string_view text);

// As ssh-keygen writes it: lines of 70 characters, a newline at the end.
std::string armour(std::string_view blob);

}  // namespace countersign
