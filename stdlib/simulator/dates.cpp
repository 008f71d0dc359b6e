#include "stdlib/simulator/dates.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace countersign::simulator {
namespace {

constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::tm broken_down(Seconds time) {
  std::time_t value = static_cast<std::time_t>(time);
  std::tm parts{};
  gmtime_r(&value, &parts);
  return parts;
}

// strftime would follow the locale of the process.
std::string mail_date(Seconds time, const char* zone) {
  std::tm t = broken_down(time);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d %s",
                kDays[static_cast<std::size_t>(t.tm_wday)], t.tm_mday,
                kMonths[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min,
                t.tm_sec, zone);
  return text;
}

// Seconds that a zone such as Z, GMT, +0200 or -05:30 lies east of Greenwich.
std::optional<Seconds> offset(std::string_view zone) {
  if (zone.empty() || zone == "Z" || zone == "z" || zone == "GMT" || zone == "UTC") return 0;
  if (zone[0] != '+' && zone[0] != '-') return std::nullopt;
  int hours = 0, minutes = 0;
  std::string text(zone.substr(1));
  if (std::sscanf(text.c_str(), text.find(':') == std::string::npos ? "%2d%2d" : "%2d:%2d", &hours,
                  &minutes) < 1)
    return std::nullopt;
  Seconds east = hours * 3600 + minutes * 60;
  return zone[0] == '-' ? -east : east;
}

std::optional<Seconds> assemble(std::tm parts, std::string_view zone) {
  if (parts.tm_mon < 0 || parts.tm_mon > 11 || parts.tm_mday < 1 || parts.tm_mday > 31 ||
      parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60)
    return std::nullopt;
  std::optional<Seconds> east = offset(zone);
  if (!east) return std::nullopt;
  return static_cast<Seconds>(timegm(&parts)) - *east;
}

std::optional<Seconds> parse_mail_date(const std::string& text) {
  std::tm t{};
  char month[4] = "", zone[8] = "";
  std::size_t comma = text.find(',');
  const char* start = text.c_str() + (comma == std::string::npos ? 0 : comma + 1);
  if (std::sscanf(start, " %d %3s %d %d:%d:%d %7s", &t.tm_mday, month, &t.tm_year, &t.tm_hour,
                  &t.tm_min, &t.tm_sec, zone) < 6)
    return std::nullopt;
  t.tm_year -= 1900;
  t.tm_mon = -1;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (std::string_view(month) == kMonths[i]) t.tm_mon = static_cast<int>(i);
  return assemble(t, zone);
}

}  // namespace

std::string iso8601(Seconds time) {
  std::tm t = broken_down(time);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1,
                t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

std::string rfc2822(Seconds time) {
  return mail_date(time, "+0000");
}

std::string http_date(Seconds time) {
  return mail_date(time, "GMT");
}

std::optional<Seconds> parse_date(std::string_view view) {
  std::string text(view);
  std::tm t{};
  int used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &t.tm_year, &t.tm_mon, &t.tm_mday, &used) < 3)
    return parse_mail_date(text);
  t.tm_year -= 1900;
  t.tm_mon -= 1;
  std::string rest = text.substr(static_cast<std::size_t>(used));
  if (rest.empty()) return assemble(t, "");
  if (std::sscanf(rest.c_str(), "%*1[T t]%2d:%2d:%2d%n", &t.tm_hour, &t.tm_min, &t.tm_sec, &used) <
      3)
    return std::nullopt;
  std::string_view zone = std::string_view(rest).substr(static_cast<std::size_t>(used));
  if (!zone.empty() && zone[0] == '.') {
    std::size_t end = zone.find_first_not_of("0123456789", 1);
    zone = end == std::string_view::npos ? std::string_view() : zone.substr(end);
  }
  return assemble(t, zone);
}

bool is_day(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && parse_date(text).has_value();
}

}  // namespace countersign::simulator
