#include "repl/views/escape.h"

#include <cstdio>

#include "repl/views/code_points.h"
#include "repl/views/scripts.h"

namespace countersign {
namespace {

bool within(char32_t point, char32_t from, char32_t to) {
  return point >= from && point <= to;
}

// Neither seen nor harmless.
bool hidden(char32_t p) {
  return p < 0x20 || within(p, 0x7F, 0x9F) ||                         // controls
         p == 0xAD || p == 0x34F || p == 0x61C || p == 0x180E ||      // soft hyphen, joiners
         within(p, 0x115F, 0x1160) || p == 0x3164 || p == 0xFFA0 ||   // fillers
         within(p, 0x17B4, 0x17B5) || p == 0x2800 ||                  // without ink
         within(p, 0x200B, 0x200F) || within(p, 0x2028, 0x202E) ||    // zero width, direction
         within(p, 0x2060, 0x206F) || p == 0xFEFF ||                  // joiners, isolates
         within(p, 0xFE00, 0xFE0F) ||                                 // forms of what is before
         within(p, 0xFFF9, 0xFFFB) || within(p, 0xE0000, 0xE0FFF) ||  // annotations, tags
         within(p, 0xE000, 0xF8FF) || within(p, 0xF0000, 0x10FFFF);   // private use
}

// Blanks that are none of the keyboard's.
bool odd_blank(char32_t p) {
  return p == 0xA0 || p == 0x1680 || within(p, 0x2000, 0x200A) || p == 0x202F || p == 0x205F ||
         p == 0x3000;
}

bool wide(char32_t p) {
  return within(p, 0x1100, 0x115F) || within(p, 0x2E80, 0x303E) || within(p, 0x3041, 0xA4CF) ||
         within(p, 0xAC00, 0xD7A3) || within(p, 0xF900, 0xFAFF) || within(p, 0xFE30, 0xFE6F) ||
         within(p, 0xFF00, 0xFF60) || within(p, 0xFFE0, 0xFFE6) || within(p, 0x1F300, 0x1F64F) ||
         within(p, 0x1F680, 0x1F6FF) || within(p, 0x1F900, 0x1FAFF) || within(p, 0x20000, 0x3FFFD);
}

std::size_t width(char32_t p) {
  return is_combining(p) ? 0 : wide(p) ? 2 : 1;
}

std::string formatted(const char* format, unsigned number) {
  char text[24];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::string named(char32_t point) {
  return formatted("⟨U+%04X⟩", static_cast<unsigned>(point));
}

// `text`, each character replaced by what `shown(point, byte offset, its bytes)` says; empty: as it
// is.
template <class Shown>
std::string replaced(std::string_view text, const Shown& shown) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0, size = 1; at < text.size(); at += size) {
    const char32_t point = decode_point(text, at, size);
    const std::string instead = shown(point, at);
    if (instead.empty())
      out.append(text.substr(at, size));
    else
      out += instead;
  }
  return out;
}

std::string byte_of(std::string_view text, std::size_t at) {
  return formatted("\\x%02X", static_cast<unsigned char>(text[at]));
}

std::string escape_of(char32_t point) {
  return formatted(point < 0x80 ? "\\x%02X" : "\\u{%04X}", static_cast<unsigned>(point));
}

}  // namespace

std::string visible(std::string_view text, bool lines) {
  const std::set<std::size_t> odd = odd_characters(text);
  return replaced(text, [&](char32_t point, std::size_t at) -> std::string {
    if (point == kInvalidPoint) return byte_of(text, at);
    if (point == '\n') return lines ? "" : "\\n";
    if (point == '\t') return lines ? "    " : "\\t";
    if (hidden(point)) return escape_of(point);
    return odd.count(at) > 0 ? named(point) : "";
  });
}

Quoting::Quoting(std::string_view text) : text_(text), odd_(odd_characters(text)) {}

std::string Quoting::part(std::size_t begin, std::size_t end, bool cut) const {
  const std::string_view part = text_.substr(begin, end - begin);
  return replaced(part, [&](char32_t point, std::size_t at) -> std::string {
    if (point == kInvalidPoint) return byte_of(part, at);
    if (point == '\n') return "\\n";
    if (point == '\t') return "\\t";
    if (point == '"' || point == '\\') return {'\\', static_cast<char>(point)};
    if (odd_.count(begin + at) > 0) return named(point);
    // ⟨ ⟩ ‹ › are what marks are made of.
    const bool mark = point == 0x27E8 || point == 0x27E9 || point == 0x2039 || point == 0x203A;
    if (hidden(point) || mark || odd_blank(point) || (cut && point == 0x2026))
      return escape_of(point);
    return "";
  });
}

std::string in_quotes(std::string_view text) {
  return "\"" + Quoting(text).part(0, text.size(), false) + "\"";
}

std::string text_line(std::string_view line) {
  const std::set<std::size_t> odd = odd_characters(line);
  const std::size_t last = line.find_last_not_of(' ');
  const std::size_t ink = last == std::string_view::npos ? 0 : last + 1;
  return replaced(line, [&](char32_t point, std::size_t at) -> std::string {
    if (point == kInvalidPoint) return formatted("⟨%02X⟩", static_cast<unsigned char>(line[at]));
    if (point == '\t') return "⇥   ";
    if (point == ' ' && at >= ink) return "␠";
    const bool mark = point == 0x21E5 || point == 0x2420 || point == 0x27E8 || point == 0x27E9;
    return hidden(point) || mark || odd_blank(point) || odd.count(at) > 0 ? named(point) : "";
  });
}

std::string visible_json(std::string_view text) {
  const std::set<std::size_t> odd = odd_characters(text);
  return replaced(text, [&](char32_t point, std::size_t at) -> std::string {
    // Outside of its strings JSON is ASCII, and below that its escapes are there already.
    if (point < 0x7F || point == kInvalidPoint) return "";
    if (!hidden(point) && odd.count(at) == 0) return "";
    if (point < 0x10000) return formatted("\\u%04x", static_cast<unsigned>(point));
    const auto rest = static_cast<unsigned>(point - 0x10000);
    return formatted("\\u%04x", 0xD800 + (rest >> 10)) +
           formatted("\\u%04x", 0xDC00 + (rest & 0x3FF));
  });
}

std::size_t columns(std::string_view text) {
  std::size_t total = 0;
  for (std::size_t at = 0, size = 1; at < text.size(); at += size)
    total += width(decode_point(text, at, size));
  return total;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (columns(text) <= most) return std::string(text);
  std::size_t total = 0, at = 0;
  for (std::size_t size = 1; at < text.size(); at += size) {
    const std::size_t one = width(decode_point(text, at, size));
    if (total + one + 1 > most) break;
    total += one;
  }
  return std::string(text.substr(0, at)) + "…";
}

}  // namespace countersign
