// How the providers read the times that are sent to them. Everything inside the simulator is
// seconds since the epoch; they write times as interpreter/times does: iso_time in the product
// APIs, rfc2822_time in v2010, http_time in headers and Mailgun's domains.
#pragma once
#include <optional>
#include <string_view>

#include "interpreter/times.h"

namespace countersign::simulator {

using Seconds = Time;

// A time in any form that parse_time reads; one without a zone is in UTC.
std::optional<Seconds> parse_date(std::string_view text);

// Whether `text` names a whole day rather than an instant.
bool is_day(std::string_view text);

}  // namespace countersign::simulator
