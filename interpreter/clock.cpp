#include "interpreter/clock.h"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace countersign {

Time system_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string iso_time(Time time) {
  const std::time_t seconds = time;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::optional<Time> parse_iso_time(const std::string& text) {
  std::tm parts{};
  if (text.size() != 20) return std::nullopt;
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (!end || *end != '\0') return std::nullopt;
  const Time time = timegm(&parts);
  return iso_time(time) == text ? std::optional<Time>(time) : std::nullopt;
}

std::optional<Time> parse_duration(const std::string& text) {
  if (text.size() < 2 || text.size() > 10) return std::nullopt;
  Time number = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  switch (text.back()) {
    case 's':
      return number;
    case 'm':
      return number * 60;
    case 'h':
      return number * 3600;
    case 'd':
      return number * 86400;
    default:
      return std::nullopt;
  }
}

std::string duration_text(Time seconds) {
  const Time parts[] = {seconds / 86400, seconds % 86400 / 3600, seconds % 3600 / 60, seconds % 60};
  static const char* names[] = {"d", "h", "min", "s"};
  if (seconds == 86400) return "24 h";
  std::string text;
  int shown = 0;
  for (int i = 0; i < 4 && shown < 2; ++i) {
    if (parts[i] == 0) continue;
    text += (text.empty() ? "" : " ") + std::to_string(parts[i]) + " " + names[i];
    ++shown;
  }
  return text.empty() ? "0 s" : text;
}

}  // namespace countersign
