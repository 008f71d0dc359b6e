#include "interpreter/clock.h"

#include <chrono>

namespace countersign {

Time system_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
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
