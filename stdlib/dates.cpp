#include "stdlib/dates.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace countersign {
namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// Days since 1970-01-01 of a date in the Gregorian calendar (Howard Hinnant's days_from_civil).
long days_from_civil(long year, int month, int day) {
  year -= month <= 2;
  const long era = (year >= 0 ? year : year - 399) / 400;
  const long of_era = year - era * 400;
  const long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

std::optional<Time> moment(int year, int month, int day, int hour, int minute, int second) {
  static constexpr int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1] || hour < 0 ||
      hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  return days_from_civil(year, month, day) * 86'400 + hour * 3'600 + minute * 60 + second;
}

// "Z", "GMT", "UT", "UTC" or ±hh[:]mm, to seconds east of Greenwich.
std::optional<long> offset(const char* text) {
  while (*text == ' ') ++text;
  for (const char* zero : {"Z", "z", "GMT", "UTC", "UT"})
    if (std::strcmp(text, zero) == 0) return 0;
  int hours = 0, minutes = 0, used = 0;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  if ((std::sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 &&
       std::sscanf(text + 1, "%2d%2d%n", &hours, &minutes, &used) != 2) ||
      text[1 + used] != '\0' || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
    return std::nullopt;
  const long seconds = hours * 3'600L + minutes * 60L;
  return text[0] == '-' ? -seconds : seconds;
}

std::optional<Time> parse_iso(const std::string& text) {
  int year, month, day, hour = 0, minute = 0, second = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10)
    return std::nullopt;
  if (text.size() == 10) return moment(year, month, day, 0, 0, 0);
  int more = 0;
  if ((text[10] != 'T' && text[10] != ' ' && text[10] != 't') ||
      std::sscanf(text.c_str() + 11, "%2d:%2d:%2d%n", &hour, &minute, &second, &more) != 3 ||
      more != 8)
    return std::nullopt;
  std::size_t at = 19;
  if (at < text.size() && text[at] == '.')
    at = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
  const auto east = offset(text.c_str() + at);
  const auto local = moment(year, month, day, hour, minute, second);
  if (!east || !local) return std::nullopt;
  return *local - *east;
}

std::optional<Time> parse_rfc2822(const std::string& text) {
  const std::size_t comma = text.find(',');
  const char* at = text.c_str() + (comma == std::string::npos ? 0 : comma + 1);
  int day, year, hour, minute, second, used = 0;
  char name[4] = {};
  if (std::sscanf(at, " %2d %3s %4d %2d:%2d:%2d%n", &day, name, &year, &hour, &minute, &second,
                  &used) != 6)
    return std::nullopt;
  const auto month = std::find_if(std::begin(kMonths), std::end(kMonths),
                                  [&](const char* one) { return std::strcmp(one, name) == 0; });
  const auto east = offset(at + used);
  if (month == std::end(kMonths) || !east) return std::nullopt;
  const auto local =
      moment(year, static_cast<int>(month - std::begin(kMonths)) + 1, day, hour, minute, second);
  if (!local) return std::nullopt;
  return *local - *east;
}

std::tm utc(Time time) {
  const std::time_t seconds = static_cast<std::time_t>(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::optional<Time> parse_date(const std::string& text) {
  if (text.size() < 10 || text.size() > 40) return std::nullopt;
  if (std::isdigit(static_cast<unsigned char>(text[0])) && text[4] == '-') return parse_iso(text);
  return parse_rfc2822(text);
}

std::string iso_date(Time time) {
  const std::tm t = utc(time);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1,
                t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

std::string rfc2822_date(Time time) {
  const std::tm t = utc(time);
  char text[80];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0000", kDays[t.tm_wday],
                t.tm_mday, kMonths[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

}  // namespace countersign
