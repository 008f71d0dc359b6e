#include "repl/views/scripts.h"

#include <algorithm>
#include <iterator>

#include "repl/views/code_points.h"
#include "repl/views/escape.h"

namespace countersign {
namespace {

struct Range {
  char32_t from, to;
  const char* script;
};

// Letters by alphabet, as far as they can be taken for one another; what is not in it (digits,
// signs, Chinese, Japanese, Korean) goes with every alphabet. Forms of Latin letters that nobody
// types are alphabets of their own.
constexpr Range kScripts[] = {{'A', 'Z', "Latin"},
                              {'a', 'z', "Latin"},
                              {0xAA, 0xAA, "Latin"},
                              {0xBA, 0xBA, "Latin"},
                              {0xC0, 0xD6, "Latin"},
                              {0xD8, 0xF6, "Latin"},
                              {0xF8, 0x24F, "Latin"},
                              {0x250, 0x2AF, "phonetic"},
                              {0x370, 0x373, "Greek"},
                              {0x376, 0x377, "Greek"},
                              {0x37A, 0x37D, "Greek"},
                              {0x37F, 0x3E1, "Greek"},
                              {0x3E2, 0x3EF, "Coptic"},
                              {0x3F0, 0x3FF, "Greek"},
                              {0x400, 0x52F, "Cyrillic"},
                              {0x531, 0x58F, "Armenian"},
                              {0x5D0, 0x5F4, "Hebrew"},
                              {0x620, 0x64A, "Arabic"},
                              {0x66E, 0x6EF, "Arabic"},
                              {0x6FA, 0x6FF, "Arabic"},
                              {0x700, 0x74F, "Syriac"},
                              {0x750, 0x77F, "Arabic"},
                              {0x780, 0x7BF, "Thaana"},
                              {0x7C0, 0x7FF, "NKo"},
                              {0x8A0, 0x8FF, "Arabic"},
                              {0x900, 0x97F, "Devanagari"},
                              {0x980, 0x9FF, "Bengali"},
                              {0xA00, 0xA7F, "Gurmukhi"},
                              {0xA80, 0xAFF, "Gujarati"},
                              {0xB00, 0xB7F, "Oriya"},
                              {0xB80, 0xBFF, "Tamil"},
                              {0xC00, 0xC7F, "Telugu"},
                              {0xC80, 0xCFF, "Kannada"},
                              {0xD00, 0xD7F, "Malayalam"},
                              {0xD80, 0xDFF, "Sinhala"},
                              {0xE01, 0xE5B, "Thai"},
                              {0xE80, 0xEFF, "Lao"},
                              {0xF00, 0xFFF, "Tibetan"},
                              {0x1000, 0x109F, "Myanmar"},
                              {0x10A0, 0x10FF, "Georgian"},
                              {0x1200, 0x139F, "Ethiopic"},
                              {0x13A0, 0x13FF, "Cherokee"},
                              {0x1400, 0x167F, "Canadian"},
                              {0x1680, 0x169F, "Ogham"},
                              {0x16A0, 0x16FF, "Runic"},
                              {0x1780, 0x17FF, "Khmer"},
                              {0x1820, 0x18AF, "Mongolian"},
                              {0x1C80, 0x1C8F, "Cyrillic"},
                              {0x1C90, 0x1CBF, "Georgian"},
                              {0x1D00, 0x1DBF, "phonetic"},
                              {0x1E00, 0x1EFF, "Latin"},
                              {0x1F00, 0x1FFF, "Greek"},
                              {0x2071, 0x2071, "superscript"},
                              {0x207F, 0x207F, "superscript"},
                              {0x2090, 0x209C, "subscript"},
                              {0x2102, 0x2102, "mathematical"},
                              {0x210A, 0x2115, "mathematical"},
                              {0x2119, 0x211D, "mathematical"},
                              {0x2124, 0x2124, "mathematical"},
                              {0x2128, 0x2128, "mathematical"},
                              {0x212A, 0x2131, "mathematical"},
                              {0x2133, 0x2134, "mathematical"},
                              {0x2139, 0x2139, "mathematical"},
                              {0x2145, 0x2149, "mathematical"},
                              {0x2160, 0x2188, "Roman numeral"},
                              {0x24B6, 0x24E9, "circled"},
                              {0x2C00, 0x2C5F, "Glagolitic"},
                              {0x2C60, 0x2C7F, "Latin"},
                              {0x2C80, 0x2CFF, "Coptic"},
                              {0x2D00, 0x2D2F, "Georgian"},
                              {0x2D30, 0x2D7F, "Tifinagh"},
                              {0x2DE0, 0x2DFF, "Cyrillic"},
                              {0xA4D0, 0xA4FF, "Lisu"},
                              {0xA500, 0xA63F, "Vai"},
                              {0xA640, 0xA69F, "Cyrillic"},
                              {0xA6A0, 0xA6FF, "Bamum"},
                              {0xA720, 0xA7FF, "Latin"},
                              {0xAB30, 0xAB6F, "phonetic"},
                              {0xAB70, 0xABBF, "Cherokee"},
                              {0xFB00, 0xFB06, "ligature"},
                              {0xFB13, 0xFB17, "Armenian"},
                              {0xFB1D, 0xFB4F, "Hebrew"},
                              {0xFB50, 0xFDFF, "Arabic"},
                              {0xFE70, 0xFEFC, "Arabic"},
                              {0xFF21, 0xFF3A, "fullwidth"},
                              {0xFF41, 0xFF5A, "fullwidth"},
                              {0x10280, 0x1049F, "historic"},
                              {0x104B0, 0x1057F, "historic"},
                              {0x10800, 0x10FFF, "historic"},
                              {0x118A0, 0x118FF, "historic"},
                              {0x16F00, 0x16F9F, "Miao"},
                              {0x1D400, 0x1D7FF, "mathematical"},
                              {0x1F130, 0x1F149, "circled"},
                              {0x1F150, 0x1F169, "circled"},
                              {0x1F170, 0x1F189, "circled"}};

struct Letter {
  char32_t point;
  std::size_t at, size;
  const char* script;  // null: none
};

const char* script_of(char32_t point) {
  const auto above =
      std::upper_bound(std::begin(kScripts), std::end(kScripts), point,
                       [](char32_t wanted, const Range& range) { return wanted < range.from; });
  if (above == std::begin(kScripts)) return nullptr;
  const Range& range = *(above - 1);
  return point <= range.to ? range.script : nullptr;
}

bool same(const char* a, const char* b) {
  return std::string_view(a) == b;
}

std::vector<Letter> letters_of(std::string_view text) {
  std::vector<Letter> letters;
  for (std::size_t at = 0, size = 1; at < text.size(); at += size) {
    const char32_t point = decode_point(text, at, size);
    letters.push_back({point, at, size, point == kInvalidPoint ? nullptr : script_of(point)});
  }
  return letters;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What holds a word together: letters and their marks, digits, and what is written in them.
bool in_word(const Letter& one) {
  return one.script != nullptr || (one.point >= '0' && one.point <= '9') || one.point == '_' ||
         is_combining(one.point);
}

// Of hosts and domains: up to what ends them.
bool ends_host(char32_t point) {
  return point < 0x80 &&
         (point <= ' ' ||
          std::string_view("/:?#\"'<>()[]{},;\\|`@").find(static_cast<char>(point)) !=
              std::string_view::npos);
}

struct Part {
  std::size_t begin, end;  // of letters
  bool host;
};

// The words and hosts of a text.
std::vector<Part> parts_of(const std::vector<Letter>& letters) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < letters.size();) {
    if (!in_word(letters[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < letters.size() && in_word(letters[i])) ++i;
    parts.push_back({begin, i, false});
  }
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const bool url = i >= 2 && letters[i].point == '/' && letters[i - 1].point == '/' &&
                     letters[i - 2].point == ':';
    const bool address = letters[i].point == '@' && i > 0 && letters[i - 1].point > ' ';
    if (!url && !address) continue;
    std::size_t end = i + 1;
    while (end < letters.size() && !ends_host(letters[end].point)) ++end;
    // Of "user@host" in a URL the host follows.
    parts.push_back({i + 1, end, true});
  }
  return parts;
}

// The alphabet that the others of a word are odd in: Latin where it has Latin letters.
const char* home_of(const std::vector<Letter>& letters, const Part& part) {
  const char* home = nullptr;
  for (std::size_t i = part.begin; i < part.end; ++i) {
    if (letters[i].script == nullptr) continue;
    if (same(letters[i].script, "Latin")) return letters[i].script;
    if (home == nullptr) home = letters[i].script;
  }
  return home;
}

// What `visible` and the views write themselves: ⟨ ⟩ ‹ › …; looking again finds nothing new.
bool is_mark(char32_t point) {
  return point == 0x27E8 || point == 0x27E9 || point == 0x2039 || point == 0x203A ||
         point == 0x2026;
}

// The odd ones of a part, as indexes; of a word also `others`: the alphabets they are of.
std::vector<std::size_t> odd_of(const std::vector<Letter>& letters, const Part& part,
                                std::set<std::string>* others) {
  std::vector<std::size_t> odd;
  const char* home = part.host ? nullptr : home_of(letters, part);
  for (std::size_t i = part.begin; i < part.end; ++i) {
    const Letter& one = letters[i];
    if (part.host ? one.point < 0x80 || is_mark(one.point)
                  : one.script == nullptr || home == nullptr || same(one.script, home))
      continue;
    odd.push_back(i);
    if (others != nullptr && one.script != nullptr) others->insert(one.script);
  }
  return odd;
}

constexpr char32_t kBase = 36, kLeast = 1, kMost = 26, kSkew = 38, kDamp = 700;

char32_t adapted(char32_t delta, char32_t count, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / count;
  char32_t k = 0;
  for (; delta > (kBase - kLeast) * kMost / 2; k += kBase) delta /= kBase - kLeast;
  return k + (kBase - kLeast + 1) * delta / (delta + kSkew);
}

char digit(char32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

// RFC 3492, 6.3.
std::string punycode(const std::vector<char32_t>& points) {
  std::string out;
  for (const char32_t point : points)
    if (point < 0x80) out += static_cast<char>(point);
  const auto basic = static_cast<char32_t>(out.size());
  if (basic > 0) out += '-';
  char32_t n = 0x80, delta = 0, bias = 72, handled = basic;
  while (handled < points.size()) {
    char32_t next = 0x10FFFF;
    for (const char32_t point : points)
      if (point >= n) next = std::min(next, point);
    delta += (next - n) * (handled + 1);
    n = next;
    for (const char32_t point : points) {
      if (point < n) ++delta;
      if (point != n) continue;
      char32_t rest = delta;
      for (char32_t k = kBase;; k += kBase) {
        const char32_t limit = k <= bias ? kLeast : k >= bias + kMost ? kMost : k - bias;
        if (rest < limit) break;
        out += digit(limit + (rest - limit) % (kBase - limit));
        rest = (rest - limit) / (kBase - limit);
      }
      out += digit(rest);
      bias = adapted(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return out;
}

}  // namespace

std::set<std::size_t> odd_characters(std::string_view text) {
  std::set<std::size_t> odd;
  if (is_ascii(text)) return odd;
  const std::vector<Letter> letters = letters_of(text);
  for (const Part& part : parts_of(letters))
    for (const std::size_t i : odd_of(letters, part, nullptr)) odd.insert(letters[i].at);
  return odd;
}

std::vector<std::string> odd_words(std::string_view text) {
  std::vector<std::string> odd;
  if (is_ascii(text)) return odd;
  const std::vector<Letter> letters = letters_of(text);
  for (const Part& part : parts_of(letters)) {
    std::set<std::string> others;
    if (odd_of(letters, part, &others).empty()) continue;
    const std::size_t begin = letters[part.begin].at, end = letters[part.end - 1].at;
    const std::string_view bytes = text.substr(begin, end + letters[part.end - 1].size - begin);
    if (part.host) {
      // Shown as in an address: a word of one alphabet alone is not odd.
      const bool url = begin > 0 && text[begin - 1] == '/';
      const std::string before = url ? "://" : "a@";
      odd.push_back((url ? "the host " : "the domain ") +
                    visible(before + std::string(bytes)).substr(before.size()) +
                    " is not ASCII: the network knows it as " + ascii_host(bytes));
      continue;
    }
    std::string names;
    for (const std::string& name : others) names += (names.empty() ? "" : ", ") + name;
    odd.push_back("mixed scripts in " + visible(bytes) + ": " + names + " among " +
                  home_of(letters, part));
  }
  return odd;
}

std::string ascii_host(std::string_view host) {
  std::string out;
  std::vector<char32_t> label;
  const auto flush = [&] {
    const bool ascii =
        std::all_of(label.begin(), label.end(), [](char32_t point) { return point < 0x80; });
    if (ascii)
      for (const char32_t point : label) out += static_cast<char>(point);
    else
      out += "xn--" + punycode(label);
    label.clear();
  };
  for (const Letter& one : letters_of(host)) {
    if (one.point == kInvalidPoint) return std::string(host);
    // The full stops that stand for one in names (RFC 3490).
    if (one.point == '.' || one.point == 0x3002 || one.point == 0xFF0E || one.point == 0xFF61) {
      flush();
      out += '.';
    } else {
      label.push_back(one.point);
    }
  }
  flush();
  return visible(out);
}

}  // namespace countersign
