#include "repl/views/edits.h"

#include <algorithm>
#include <cstdint>

namespace countersign {
namespace {

constexpr std::size_t kLargest = 16'000'000;  // cells of the table; two bytes each
constexpr std::size_t kLongest = 60'000;      // a length that its cells can hold

// What is between the common ends.
struct Middle {
  const std::vector<std::string>& from;
  const std::vector<std::string>& to;
  std::size_t begin, from_end, to_end;
};

// The longest common subsequence, from the table of lengths of all endings.
void compare(const Middle& middle, std::vector<EditStep>& steps) {
  const std::size_t rows = middle.from_end - middle.begin, columns = middle.to_end - middle.begin;
  std::vector<std::uint16_t> table((rows + 1) * (columns + 1), 0);
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint16_t& {
    return table[i * (columns + 1) + j];
  };
  const auto same = [&](std::size_t i, std::size_t j) {
    return middle.from[middle.begin + i] == middle.to[middle.begin + j];
  };
  for (std::size_t i = rows; i-- > 0;)
    for (std::size_t j = columns; j-- > 0;)
      at(i, j) = same(i, j) ? static_cast<std::uint16_t>(at(i + 1, j + 1) + 1)
                            : std::max(at(i + 1, j), at(i, j + 1));
  for (std::size_t i = 0, j = 0; i < rows || j < columns;) {
    if (i < rows && j < columns && same(i, j)) {
      steps.push_back({Edit::keep, middle.begin + i, middle.begin + j});
      ++i, ++j;
    } else if (j == columns || (i < rows && at(i + 1, j) >= at(i, j + 1))) {
      steps.push_back({Edit::remove, middle.begin + i++, 0});
    } else {
      steps.push_back({Edit::add, 0, middle.begin + j++});
    }
  }
}

}  // namespace

std::vector<EditStep> edits(const std::vector<std::string>& from,
                            const std::vector<std::string>& to) {
  std::vector<EditStep> steps;
  std::size_t begin = 0;
  while (begin < from.size() && begin < to.size() && from[begin] == to[begin]) {
    steps.push_back({Edit::keep, begin, begin});
    ++begin;
  }
  std::size_t from_end = from.size(), to_end = to.size();
  while (from_end > begin && to_end > begin && from[from_end - 1] == to[to_end - 1])
    --from_end, --to_end;
  const std::size_t rows = from_end - begin, columns = to_end - begin;
  if (rows < kLongest && columns < kLongest && (rows + 1) * (columns + 1) <= kLargest) {
    compare({from, to, begin, from_end, to_end}, steps);
  } else {
    for (std::size_t i = begin; i < from_end; ++i) steps.push_back({Edit::remove, i, 0});
    for (std::size_t j = begin; j < to_end; ++j) steps.push_back({Edit::add, 0, j});
  }
  for (; from_end < from.size(); ++from_end, ++to_end)
    steps.push_back({Edit::keep, from_end, to_end});
  return steps;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace countersign
