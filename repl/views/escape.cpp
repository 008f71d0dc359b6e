#include "repl/views/escape.h"

#include <cstdio>

namespace countersign {
namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;

// The code point at `at`, and how many bytes it takes; kInvalid and 1 where it is not UTF-8.
char32_t decode(std::string_view text, std::size_t at, std::size_t& size) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  size = 1;
  if (first < 0x80) return first;
  const std::size_t length = first >= 0xF0 && first < 0xF5   ? 4
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xC2 && first < 0xE0 ? 2
                                                             : 0;
  if (length == 0 || at + length > text.size()) return kInvalid;
  char32_t point = first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kInvalid;
    point = (point << 6) | (byte(at + i) & 0x3Fu);
  }
  static const char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
    return kInvalid;
  size = length;
  return point;
}

bool within(char32_t point, char32_t from, char32_t to) {
  return point >= from && point <= to;
}

// Neither seen nor harmless.
bool hidden(char32_t p) {
  return p < 0x20 || within(p, 0x7F, 0x9F) ||                         // controls
         p == 0xAD || p == 0x34F || p == 0x61C || p == 0x180E ||      // soft hyphen, joiners
         within(p, 0x115F, 0x1160) || p == 0x3164 || p == 0xFFA0 ||   // fillers
         within(p, 0x200B, 0x200F) || within(p, 0x2028, 0x202E) ||    // zero width, direction
         within(p, 0x2060, 0x206F) || p == 0xFEFF ||                  // joiners, isolates
         within(p, 0xFFF9, 0xFFFB) || within(p, 0xE0000, 0xE0FFF) ||  // annotations, tags
         within(p, 0xE000, 0xF8FF) || within(p, 0xF0000, 0x10FFFF);   // private use
}

bool combining(char32_t p) {
  return within(p, 0x300, 0x36F) || within(p, 0x1AB0, 0x1AFF) || within(p, 0x1DC0, 0x1DFF) ||
         within(p, 0x20D0, 0x20FF) || within(p, 0xFE00, 0xFE0F) || within(p, 0xFE20, 0xFE2F);
}

bool wide(char32_t p) {
  return within(p, 0x1100, 0x115F) || within(p, 0x2E80, 0x303E) || within(p, 0x3041, 0xA4CF) ||
         within(p, 0xAC00, 0xD7A3) || within(p, 0xF900, 0xFAFF) || within(p, 0xFE30, 0xFE6F) ||
         within(p, 0xFF00, 0xFF60) || within(p, 0xFFE0, 0xFFE6) || within(p, 0x1F300, 0x1F64F) ||
         within(p, 0x1F680, 0x1F6FF) || within(p, 0x1F900, 0x1FAFF) || within(p, 0x20000, 0x3FFFD);
}

std::size_t width(char32_t p) {
  return combining(p) ? 0 : wide(p) ? 2 : 1;
}

}  // namespace

std::string visible(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 1;
    const char32_t point = decode(text, at, size);
    char escaped[16];
    if (point == kInvalid)
      std::snprintf(escaped, sizeof escaped, "\\x%02X", static_cast<unsigned char>(text[at]));
    else if (point == '\n' && !lines)
      std::snprintf(escaped, sizeof escaped, "\\n");
    else if (point == '\t' && !lines)
      std::snprintf(escaped, sizeof escaped, "\\t");
    else if (point == '\t')
      std::snprintf(escaped, sizeof escaped, "    ");
    else if (hidden(point) && point != '\n')
      std::snprintf(escaped, sizeof escaped, point < 0x80 ? "\\x%02X" : "\\u{%04X}",
                    static_cast<unsigned>(point));
    else
      escaped[0] = '\0';
    if (escaped[0] != '\0')
      out += escaped;
    else
      out.append(text.substr(at, size));
    at += size;
  }
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t total = 0;
  for (std::size_t at = 0, size = 1; at < text.size(); at += size)
    total += width(decode(text, at, size));
  return total;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (columns(text) <= most) return std::string(text);
  std::size_t total = 0, at = 0;
  for (std::size_t size = 1; at < text.size(); at += size) {
    const std::size_t one = width(decode(text, at, size));
    if (total + one + 1 > most) break;
    total += one;
  }
  return std::string(text.substr(0, at)) + "…";
}

}  // namespace countersign
