#include "stdlib/workspace/glob.h"

#include <string_view>
#include <vector>

#include "interpreter/wildcard.h"

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

}  // namespace

bool glob_matches(const std::string& pattern, const std::string& path) {
  const auto wanted = segments(pattern);
  const auto steps = segments(path);
  std::size_t p = 0, s = 0, star = std::string::npos, from = 0;
  while (s < steps.size()) {
    if (p < wanted.size() && wanted[p] == "**") {
      star = p++;
      from = s;
    } else if (p < wanted.size() && wildcard_matches(wanted[p], steps[s], QuestionMark::any_byte)) {
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
