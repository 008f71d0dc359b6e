#include "approvals/times.h"

namespace countersign {
namespace {

// The number that `count` digits at `from` are; -1 where there are none.
int number_at(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<Time> not_before_1970(std::optional<Time> time) {
  return time && *time >= 0 ? time : std::nullopt;
}

}  // namespace

std::optional<Time> parse_utc(std::string_view text) {
  return not_before_1970(parse_iso_time(text));
}

std::optional<Time> parse_signers_time(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  if (text.size() != 8 && text.size() != 12 && text.size() != 14) return std::nullopt;
  const auto part = [&](std::size_t from, std::size_t count) {
    return from < text.size() ? number_at(text, from, count) : 0;
  };
  return not_before_1970(
      to_time({part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2), part(12, 2)}));
}

}  // namespace countersign
