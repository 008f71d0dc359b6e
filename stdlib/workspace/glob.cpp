#include "stdlib/workspace/glob.h"

#include <string_view>
#include <vector>

namespace countersign {
namespace {

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0 && path.substr(0, end) != ".") parts.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

// One "*" is remembered and retried, which takes time in proportion to both lengths and not to
// their powers.
bool segment_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

bool glob_matches(const std::string& pattern, const std::string& path) {
  const auto wanted = segments(pattern);
  const auto steps = segments(path);
  std::size_t p = 0, s = 0, star = std::string::npos, from = 0;
  while (s < steps.size()) {
    if (p < wanted.size() && wanted[p] == "**") {
      star = p++;
      from = s;
    } else if (p < wanted.size() && segment_matches(wanted[p], steps[s])) {
      ++p, ++s;
    } else if (star != std::string::npos) {
      p = star + 1;
      s = ++from;
    } else {
      return false;
    }
  }
  while (p < wanted.size() && wanted[p] == "**") ++p;
  return p == wanted.size();
}

}  // namespace countersign
