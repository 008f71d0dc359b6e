#include "interpreter/wildcard.h"

namespace countersign {

// Only the last star can need another try: what stands before it has matched already.
bool wildcard_matches(std::string_view pattern, std::string_view text, QuestionMark question_mark) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    const bool any =
        p < pattern.size() && pattern[p] == '?' && question_mark == QuestionMark::any_byte;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (any || (p < pattern.size() && pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace countersign
