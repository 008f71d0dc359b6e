// Moments as people read them: in local time, with how long ago.
#pragma once
#include <optional>
#include <string>

#include "interpreter/authorizer.h"

namespace countersign {

// The moment that a text of a provider's form stands for: with a date and a time of day; nothing
// otherwise.
std::optional<Time> moment_in(const std::string& text);

// "2026-11-20 13:00:05 CET (3 h ago)".
std::string local_moment(Time moment, Time now);

// "3 h ago", "in 12 min", "now".
std::string age(Time moment, Time now);

}  // namespace countersign
