// Times as the trust files and documents have them, read. Always UTC.
#pragma once
#include <optional>
#include <string_view>

#include "interpreter/times.h"

namespace countersign {

// Of the one form that documents use, "2026-11-20T18:00:00Z", and not before 1970.
std::optional<Time> parse_utc(std::string_view text);

// OpenSSH's YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with a Z at the end. Without the Z OpenSSH
// reads the time in the zone of whoever verifies; that is not a time here.
std::optional<Time> parse_signers_time(std::string_view text);

}  // namespace countersign
