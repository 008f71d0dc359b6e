#include "stdlib/simulator/server/dates.h"

#include "interpreter/times.h"

namespace countersign::simulator {

std::string iso8601(Seconds time) {
  return iso_time(time);
}

std::string rfc2822(Seconds time) {
  return rfc2822_time(time);
}

std::string http_date(Seconds time) {
  return http_time(time);
}

// As the providers read what is sent to them: a time without a zone is in UTC.
std::optional<Seconds> parse_date(std::string_view text) {
  return parse_time(text, Zone::utc);
}

bool is_day(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && parse_date(text).has_value();
}

}  // namespace countersign::simulator
