#include "repl/views/code_points.h"

namespace countersign {

char32_t decode_point(std::string_view text, std::size_t at, std::size_t& size) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  size = 1;
  if (first < 0x80) return first;
  const std::size_t length = first >= 0xF0 && first < 0xF5   ? 4
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xC2 && first < 0xE0 ? 2
                                                             : 0;
  if (length == 0 || at + length > text.size()) return kInvalidPoint;
  char32_t point = first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kInvalidPoint;
    point = (point << 6) | (byte(at + i) & 0x3Fu);
  }
  static const char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
    return kInvalidPoint;
  size = length;
  return point;
}

bool is_combining(char32_t p) {
  const auto within = [p](char32_t from, char32_t to) { return p >= from && p <= to; };
  return within(0x300, 0x36F) || within(0x1AB0, 0x1AFF) || within(0x1DC0, 0x1DFF) ||
         within(0x20D0, 0x20FF) || within(0xFE00, 0xFE0F) || within(0xFE20, 0xFE2F);
}

}  // namespace countersign
