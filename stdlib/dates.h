// The forms of time that the providers read and write.
#pragma once
#include <optional>
#include <string>

#include "interpreter/authorizer.h"  // Time

namespace countersign {

// "2026-11-20T12:00:00Z" (fraction and offset allowed), "2026-11-20", or
// "Fri, 20 Nov 2026 12:00:00 GMT" (RFC 2822, with or without the day's name). Nothing where it is
// neither.
std::optional<Time> parse_date(const std::string& text);

std::string iso_date(Time time);      // "2026-11-20T12:00:00Z"
std::string rfc2822_date(Time time);  // "Fri, 20 Nov 2026 12:00:00 +0000"

}  // namespace countersign
