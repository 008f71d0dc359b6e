// Times and durations as the trust files and documents write them. Always UTC.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "interpreter/authorizer.h"

namespace countersign {

// "2026-11-20T18:00:00Z", the one form that documents use.
std::string format_utc(Time time);
std::optional<Time> parse_utc(std::string_view text);

// OpenSSH's YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with a Z at the end. Without the Z OpenSSH
// reads the time in the zone of whoever verifies; that is not a time here.
std::optional<Time> parse_signers_time(std::string_view text);

// "90s" "30m" "24h" "7d", or several from large to small: "1d12h". At least a second, at most 366d.
std::optional<Time> parse_duration(std::string_view text);

}  // namespace countersign
