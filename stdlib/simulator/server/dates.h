// The date formats of the providers. Everything inside the simulator is seconds since the epoch.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::simulator {

using Seconds = std::int64_t;

std::string iso8601(Seconds time);  // 2026-11-20T12:00:00Z, the product APIs
std::string rfc2822(Seconds time);  // Fri, 20 Nov 2026 12:00:00 +0000, v2010
std::string http_date(
    Seconds time);  // Fri, 20 Nov 2026 12:00:00 GMT, headers and Mailgun's domains

// Reads any of the three, with fraction or numeric offset, and a bare YYYY-MM-DD (its midnight).
std::optional<Seconds> parse_date(std::string_view text);

// Whether `text` names a whole day rather than an instant.
bool is_day(std::string_view text);

}  // namespace countersign::simulator
