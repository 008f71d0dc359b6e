#include "approvals/times.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace countersign {
namespace {

constexpr Time kDay = 86400;
constexpr Time kLongest = 366 * kDay;

// Takes `count` digits off the front.
bool digits(std::string_view& text, std::size_t count, int& out) {
  if (text.size() < count) return false;
  out = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool literal(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

struct Civil {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

std::optional<Time> to_time(const Civil& c) {
  using namespace std::chrono;
  const year_month_day date{year(c.year), month(static_cast<unsigned>(c.month)),
                            day(static_cast<unsigned>(c.day))};
  if (!date.ok() || c.year < 1970 || c.hour > 23 || c.minute > 59 || c.second > 59)
    return std::nullopt;
  return sys_days(date).time_since_epoch().count() * kDay + c.hour * 3600 + c.minute * 60 +
         c.second;
}

}  // namespace

std::string format_utc(Time time) {
  using namespace std::chrono;
  const sys_days date = floor<days>(sys_seconds(seconds(time)));
  const year_month_day civil(date);
  const Time rest = time - date.time_since_epoch().count() * kDay;
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(civil.year()),
                static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()),
                static_cast<int>(rest / 3600), static_cast<int>(rest / 60 % 60),
                static_cast<int>(rest % 60));
  return text;
}

std::optional<Time> parse_utc(std::string_view text) {
  Civil c;
  if (!digits(text, 4, c.year) || !literal(text, "-") || !digits(text, 2, c.month) ||
      !literal(text, "-") || !digits(text, 2, c.day) || !literal(text, "T") ||
      !digits(text, 2, c.hour) || !literal(text, ":") || !digits(text, 2, c.minute) ||
      !literal(text, ":") || !digits(text, 2, c.second) || text != "Z")
    return std::nullopt;
  return to_time(c);
}

std::optional<Time> parse_signers_time(std::string_view text) {
  Civil c;
  if (!text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  if (!digits(text, 4, c.year) || !digits(text, 2, c.month) || !digits(text, 2, c.day))
    return std::nullopt;
  if (!text.empty() && (!digits(text, 2, c.hour) || !digits(text, 2, c.minute)))
    return std::nullopt;
  if (!text.empty() && !digits(text, 2, c.second)) return std::nullopt;
  return text.empty() ? to_time(c) : std::nullopt;
}

std::optional<Time> parse_duration(std::string_view text) {
  Time total = 0;
  Time last_unit = kLongest + 1;
  while (!text.empty()) {
    Time count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc() || count < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (text.empty()) return std::nullopt;
    const Time unit = text[0] == 's'   ? 1
                      : text[0] == 'm' ? 60
                      : text[0] == 'h' ? 3600
                      : text[0] == 'd' ? kDay
                                       : 0;
    if (unit == 0 || unit >= last_unit || count > kLongest / unit) return std::nullopt;
    total += count * unit;
    last_unit = unit;
    text.remove_prefix(1);
  }
  return total >= 1 && total <= kLongest ? std::optional(total) : std::nullopt;
}

}  // namespace countersign
