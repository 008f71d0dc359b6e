#include "interpreter/times.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace countersign {
namespace {

constexpr Time kDay = 86400;
constexpr Time kLongest = 366 * kDay;

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct ZoneName {
  std::string_view name;
  int hours;
};
constexpr ZoneName kZones[] = {{"Z", 0},    {"GMT", 0},  {"UTC", 0},  {"UT", 0},
                               {"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
                               {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

// Each of these takes what it reads off the front of the text, and nothing where it does not fit.
bool literal(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// Between `least` and `most` digits, as many as there are.
bool digits(std::string_view& text, std::size_t least, std::size_t most, int& out) {
  std::size_t count = 0;
  int value = 0;
  while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9')
    value = value * 10 + (text[count++] - '0');
  if (count < least) return false;
  out = value;
  text.remove_prefix(count);
  return true;
}

bool spaces(std::string_view& text) {
  const std::size_t count = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(count);
  return count > 0;
}

template <std::size_t size>
bool name(std::string_view& text, const std::array<std::string_view, size>& names, int& out) {
  for (std::size_t i = 0; i < size; ++i)
    if (literal(text, names[i])) {
      out = static_cast<int>(i);
      return true;
    }
  return false;
}

// hh:mm[:ss[.fraction]]; a fraction is cut off.
bool time_of_day(std::string_view& text, Civil& out) {
  if (!digits(text, 2, 2, out.hour) || !literal(text, ":") || !digits(text, 2, 2, out.minute))
    return false;
  if (!literal(text, ":")) return true;
  if (!digits(text, 2, 2, out.second)) return false;
  if (!literal(text, ".")) return true;
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(count);
  return count > 0;
}

// The rest of `text` as seconds east of Greenwich: ±hh:mm, ±hhmm, ±hh or a name.
std::optional<Time> offset(std::string_view text, Zone zone) {
  if (text.empty()) return zone == Zone::utc ? std::optional<Time>(0) : std::nullopt;
  for (const ZoneName& one : kZones)
    if (text == one.name) return Time{one.hours} * 3600;
  if (text == "z") return 0;
  const bool east = literal(text, "+");
  int hours = 0, minutes = 0;
  if ((!east && !literal(text, "-")) || !digits(text, 2, 2, hours)) return std::nullopt;
  if (!text.empty()) {
    literal(text, ":");
    if (!digits(text, 2, 2, minutes)) return std::nullopt;
  }
  if (!text.empty() || hours > 23 || minutes > 59) return std::nullopt;
  const Time seconds = Time{hours} * 3600 + minutes * 60;
  return east ? seconds : -seconds;
}

std::optional<Time> at_offset(const Civil& local, std::string_view zone, Zone unsaid) {
  const std::optional<Time> there = to_time(local), east = offset(zone, unsaid);
  if (!there || !east) return std::nullopt;
  return *there - *east;
}

std::optional<Time> parse_iso(std::string_view text, Zone zone) {
  Civil civil;
  if (!digits(text, 4, 4, civil.year) || !literal(text, "-") || !digits(text, 2, 2, civil.month) ||
      !literal(text, "-") || !digits(text, 2, 2, civil.day))
    return std::nullopt;
  if (text.empty()) return to_time(civil);
  if (!literal(text, "T") && !literal(text, "t") && !literal(text, " ")) return std::nullopt;
  if (!time_of_day(text, civil)) return std::nullopt;
  // "2026-11-20 12:00:00 +0200", as git writes it.
  if (spaces(text) && text.empty()) return std::nullopt;
  return at_offset(civil, text, zone);
}

std::optional<Time> parse_rfc2822(std::string_view text, Zone zone) {
  Civil civil;
  int weekday = -1, month = 0;
  if (name(text, kDays, weekday) && !(literal(text, ",") && spaces(text))) return std::nullopt;
  if (!digits(text, 1, 2, civil.day) || !spaces(text) || !name(text, kMonths, month) ||
      !spaces(text) || !digits(text, 4, 4, civil.year) || !spaces(text) ||
      !time_of_day(text, civil) || spaces(text) == text.empty())
    return std::nullopt;
  civil.month = month + 1;
  const std::optional<Time> local = to_time(civil);
  if (!local) return std::nullopt;
  const auto day =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(*local)));
  // A text that contradicts itself names no time.
  if (weekday >= 0 && std::chrono::weekday(day).c_encoding() != static_cast<unsigned>(weekday))
    return std::nullopt;
  return at_offset(civil, text, zone);
}

std::string mail_time(Time time, const char* zone) {
  const Civil c = to_civil(time);
  const auto day =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(time)));
  // strftime would follow the locale of the process.
  char text[96];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d %s",
                kDays[std::chrono::weekday(day).c_encoding()].data(), c.day,
                kMonths[static_cast<std::size_t>(c.month - 1)].data(), c.year, c.hour, c.minute,
                c.second, zone);
  return text;
}

}  // namespace

std::optional<Time> to_time(const Civil& civil) {
  using namespace std::chrono;
  const year_month_day date{year(civil.year), month(static_cast<unsigned>(civil.month)),
                            day(static_cast<unsigned>(civil.day))};
  if (!date.ok() || civil.year < 1 || civil.hour < 0 || civil.hour > 23 || civil.minute < 0 ||
      civil.minute > 59 || civil.second < 0 || civil.second > 59)
    return std::nullopt;
  return sys_days(date).time_since_epoch().count() * kDay + civil.hour * 3600 + civil.minute * 60 +
         civil.second;
}

Civil to_civil(Time time) {
  using namespace std::chrono;
  const sys_days date = floor<days>(sys_seconds(seconds(time)));
  const year_month_day day(date);
  const int rest = static_cast<int>(time - date.time_since_epoch().count() * kDay);
  return {static_cast<int>(day.year()),
          static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day())),
          rest / 3600,
          rest / 60 % 60,
          rest % 60};
}

std::optional<Time> parse_time(std::string_view text, Zone zone) {
  const bool iso = text.size() > 4 && text[4] == '-' && text[0] >= '0' && text[0] <= '9';
  return iso ? parse_iso(text, zone) : parse_rfc2822(text, zone);
}

std::optional<Time> parse_iso_time(std::string_view text) {
  const std::optional<Time> time = parse_time(text);
  return time && iso_time(*time) == text ? time : std::nullopt;
}

std::string iso_time(Time time) {
  const Civil c = to_civil(time);
  char text[96];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
                c.minute, c.second);
  return text;
}

std::string rfc2822_time(Time time) {
  return mail_time(time, "+0000");
}

std::string http_time(Time time) {
  return mail_time(time, "GMT");
}

std::optional<Time> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Time total = 0, last_unit = kLongest + 1;
  while (!text.empty()) {
    Time count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc() || text[0] == '-') return std::nullopt;
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
  return total <= kLongest ? std::optional(total) : std::nullopt;
}

}  // namespace countersign
