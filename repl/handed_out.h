// Freezes that were written down to be signed elsewhere, in <home>/handed-out/SHA256.json by the
// digest that their documents name: a signed document says which one it means, and each counts
// once.
#pragma once
#include <string>

#include "interpreter/latches.h"

namespace countersign {

inline constexpr Time kHandedOutFor = 7 * 24 * 3600;  // seconds; then it is written anew

// Errors: kind "state".
Status hand_out(const std::string& home, const Latch& freeze);

// The freeze of that digest. Errors: refused (nothing of the kind was written here, it is too old,
// it was used), state.
Result<Latch> handed_out(const std::string& home, const std::string& sha256, Time now);
Status mark_used(const std::string& home, const std::string& sha256, Time now);

}  // namespace countersign
