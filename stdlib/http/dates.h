// The forms of time that the providers read and write.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "interpreter/times.h"

namespace countersign {

// ISO 8601, a bare day, or RFC 2822; nothing where it is none of these.
inline std::optional<Time> parse_date(std::string_view text) {
  return parse_time(text);
}

inline std::string iso_date(Time time) {
  return iso_time(time);  // "2026-11-20T12:00:00Z"
}

inline std::string rfc2822_date(Time time) {
  return rfc2822_time(time);  // "Fri, 20 Nov 2026 12:00:00 +0000"
}

}  // namespace countersign
