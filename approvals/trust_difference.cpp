#include "approvals/trust_difference.h"

#include <algorithm>
#include <cstdint>

#include "approvals/text_file.h"

namespace countersign {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kMostCells = 4'000'000;  // of the table that is compared with
constexpr std::size_t kShown = 4;              // lines in a sentence

// A longest common subsequence; its table is filled from the end, so that it can be read forwards.
void compare(const Lines& from, const Lines& to, std::vector<std::string>& out) {
  const std::size_t rows = from.size(), columns = to.size();
  const bool compared = rows * columns <= kMostCells;
  std::vector<std::uint32_t> longest(compared ? (rows + 1) * (columns + 1) : 0);
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
    return longest[i * (columns + 1) + j];
  };
  if (compared)
    for (std::size_t i = rows; i-- > 0;)
      for (std::size_t j = columns; j-- > 0;)
        at(i, j) = from[i] == to[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  std::size_t i = 0, j = 0;
  while (i < rows || j < columns) {
    if (compared && i < rows && j < columns && from[i] == to[j]) {
      ++i, ++j;
    } else if (i < rows && (j == columns || !compared || at(i + 1, j) >= at(i, j + 1))) {
      out.push_back("- " + std::string(from[i++]));
    } else {
      out.push_back("+ " + std::string(to[j++]));
    }
  }
}

}  // namespace

std::vector<std::string> changed_lines(std::string_view from, std::string_view to) {
  if (from == to) return {};
  Lines before = lines_of(from), after = lines_of(to);
  const auto same = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  before.erase(before.begin(), same.first);
  after.erase(after.begin(), same.second);
  while (!before.empty() && !after.empty() && before.back() == after.back()) {
    before.pop_back();
    after.pop_back();
  }
  std::vector<std::string> out;
  compare(before, after, out);
  if (out.empty()) out.push_back("the end of the last line");
  return out;
}

std::string changed_summary(std::string_view from, std::string_view to) {
  const std::vector<std::string> lines = changed_lines(from, to);
  std::string out;
  for (std::size_t i = 0; i < std::min(lines.size(), kShown); ++i)
    out += (out.empty() ? "" : " · ") + lines[i];
  if (lines.size() > kShown) out += " · and " + std::to_string(lines.size() - kShown) + " more";
  return out;
}

}  // namespace countersign
