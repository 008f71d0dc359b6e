#include "stdlib/simulator/server/dates.h"

namespace countersign::simulator {

std::optional<Seconds> parse_date(std::string_view text) {
  return parse_time(text, Zone::utc);
}

bool is_day(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && parse_date(text).has_value();
}

}  // namespace countersign::simulator
