// The one grammar of durations, as a table: everything that reads one is held to it.
#pragma once
#include <utility>

namespace countersign {

inline constexpr std::pair<const char*, long> kDurations[] = {
    {"0s", 0},
    {"1s", 1},
    {"90s", 90},
    {"15m", 900},
    {"30m", 1800},
    {"24h", 86'400},
    {"2d", 172'800},
    {"7d", 604'800},
    {"1d12h", 129'600},
    {"1h30m10s", 5'410},
    {"366d", 366 * 86'400},
};

inline constexpr const char* kNoDurations[] = {
    "",
    "s",
    "h",
    "24",
    "-1h",
    "+1h",
    "1w",
    "1H",
    "1 h",
    " 1h",
    "1h ",
    "1.5h",
    "1h1h",
    "1m1h",
    "367d",
    "365d48h",
    "99999999999999999999h",
    "1h30",
};

}  // namespace countersign
