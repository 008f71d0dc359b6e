#include "approvals/pattern.h"

#include "interpreter/wildcard.h"

namespace countersign {

bool matches_pattern_list(std::string_view text, std::string_view patterns) {
  bool found = false;
  for (;;) {
    const std::size_t comma = patterns.find(',');
    std::string_view pattern = patterns.substr(0, comma);
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (wildcard_matches(pattern, text, QuestionMark::any_byte)) {
      if (negated) return false;
      found = true;
    }
    if (comma == patterns.npos) return found;
    patterns.remove_prefix(comma + 1);
  }
}

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?!") != text.npos;
}

}  // namespace countersign
