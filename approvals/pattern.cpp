#include "approvals/pattern.h"

namespace countersign {
namespace {

// Greedy with one point of return, so that the time is at most the product of the lengths.
bool matches(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, star = pattern.npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

}  // namespace

bool matches_pattern_list(std::string_view text, std::string_view patterns) {
  bool found = false;
  for (;;) {
    const std::size_t comma = patterns.find(',');
    std::string_view pattern = patterns.substr(0, comma);
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (matches(text, pattern)) {
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
