#include "repl/views/number_order.h"

#include <algorithm>
#include <vector>

namespace countersign {
namespace {

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Without zeros in front.
std::string digits(const std::string& text) {
  return text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
}

std::vector<std::string> parts_of(const std::string& pointer) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    parts.push_back(pointer.substr(at + 1, end - at - 1));
    at = end;
  }
  return parts;
}

}  // namespace

bool counts_before(const std::string& a, const std::string& b) {
  const bool number_a = is_number(a), number_b = is_number(b);
  if (number_a != number_b) return number_a;
  if (!number_a) return a < b;
  const std::string x = digits(a), y = digits(b);
  if (x.size() != y.size()) return x.size() < y.size();
  return x != y ? x < y : a < b;
}

bool path_counts_before(const std::string& a, const std::string& b) {
  const std::vector<std::string> x = parts_of(a), y = parts_of(b);
  return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end(), counts_before);
}

}  // namespace countersign
