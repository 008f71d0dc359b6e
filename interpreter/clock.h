// Time as text. The run's clock itself is Session::now.
#pragma once
#include <optional>
#include <string>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

Time system_now();
// "2026-11-20T12:00:00Z"
std::string iso_time(Time time);
// Of exactly that form; nothing otherwise.
std::optional<Time> parse_iso_time(const std::string& text);
// Seconds of "90s", "15m", "24h", "2d".
std::optional<Time> parse_duration(const std::string& text);
// "24 h", "2 d 3 h", "45 s": for people.
std::string duration_text(Time seconds);

}  // namespace countersign
