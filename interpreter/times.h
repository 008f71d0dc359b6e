// Points and spans of time as text: the one reader of them for the providers' answers, operators'
// parameters, scripts, configuration and documents. What is not exactly a time is none: no month
// 13, no 30th of February, nothing behind the end.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "interpreter/authorizer.h"  // Time

namespace countersign {

// Of the Gregorian calendar, in UTC; nothing where there is no such day or time of day.
struct Civil {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};
std::optional<Time> to_time(const Civil& civil);
Civil to_civil(Time time);

// What a time without a zone means.
enum class Zone { required, utc };

// ISO 8601: "2026-11-20T12:00:00Z", with a fraction (cut off), with an offset ("+02:00", "+0200",
// "+02"), without seconds, with a space or "t" for the T; a day, "2026-11-20", is its midnight in
// UTC. RFC 2822: "Fri, 20 Nov 2026 12:00:00 +0200", the zone also by its name (GMT, UT, UTC, Z,
// EST, EDT, CST, CDT, MST, MDT, PST, PDT), without seconds, without the day of the week; with it,
// the right one.
std::optional<Time> parse_time(std::string_view text, Zone zone = Zone::required);

// Of exactly the form "2026-11-20T12:00:00Z"; nothing otherwise.
std::optional<Time> parse_iso_time(std::string_view text);

std::string iso_time(Time time);      // "2026-11-20T12:00:00Z"
std::string rfc2822_time(Time time);  // "Fri, 20 Nov 2026 12:00:00 +0000"
std::string http_time(Time time);     // "Fri, 20 Nov 2026 12:00:00 GMT"

// Seconds of "90s", "15m", "24h", "2d", or of several from large to small: "1d12h". From "0s" to a
// leap year, 366 days.
std::optional<Time> parse_duration(std::string_view text);

}  // namespace countersign
