// Writer and strict reader are one unit: what one writes is what the other takes, and both rest on
// the same tables of UTF-8 and of shortest decimals.
#include "interpreter/canonical.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "interpreter/large_integers.h"
#include "interpreter/utf8.h"

namespace countersign {
namespace {

using nlohmann::json;

constexpr std::int64_t kLargestInteger = 9007199254740991;  // 2^53 - 1
constexpr char kHex[] = "0123456789abcdef";

// The shortest decimal digits that give the number back, without trailing zeros, and the place of
// the decimal point relative to their start: digits 15, point 3 is 150.
struct Decimal {
  std::string digits;
  int point = 0;
};

Decimal shortest(double magnitude) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific);
  const std::string_view whole(text, static_cast<std::size_t>(end.ptr - text));
  const std::size_t e = whole.find('e');
  Decimal out;
  for (const char c : whole.substr(0, e))
    if (c != '.') out.digits += c;
  const char* exponent = whole.data() + e + 1;
  if (*exponent == '+') ++exponent;
  std::from_chars(exponent, end.ptr, out.point);
  ++out.point;
  return out;
}

// ECMAScript's Number::toString (ECMA-262, 6.1.6.1.20) of a finite number.
void write_double(double value, std::string& out) {
  if (value == 0) {
    out += '0';
    return;
  }
  if (value < 0) out += '-';
  const Decimal decimal = shortest(std::fabs(value));
  const int count = static_cast<int>(decimal.digits.size());
  const int point = decimal.point;
  if (count <= point && point <= 21) {
    out.append(decimal.digits).append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out.append(decimal.digits, 0, static_cast<std::size_t>(point)).append(1, '.');
    out.append(decimal.digits, static_cast<std::size_t>(point));
  } else if (-6 < point && point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(decimal.digits);
  } else {
    out += decimal.digits[0];
    if (count > 1) out.append(1, '.').append(decimal.digits, 1);
    out.append(point > 0 ? "e+" : "e-").append(std::to_string(std::abs(point - 1)));
  }
}

// Order of UTF-16 code units. It differs from the order of UTF-8 bytes in one thing: a character
// beyond U+FFFF (bytes F0 to F4) starts with a surrogate, which sorts before U+E000 to U+FFFF.
bool utf16_less(const std::string& a, const std::string& b) {
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_b == b.end()) return false;
  if (at_a == a.end()) return true;
  const auto left = static_cast<unsigned char>(*at_a);
  const auto right = static_cast<unsigned char>(*at_b);
  if (left >= 0xEE && right >= 0xEE && (left >= 0xF0) != (right >= 0xF0)) return left >= 0xF0;
  return left < right;
}

// The length of the text at `from` that stands in JSON as it is: printable ASCII without quotes and
// backslashes.
std::size_t plain_run(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
    ++at;
  }
  return at - from;
}

// std::map orders keys by their bytes, which is the order of UTF-16 where no byte is that high.
bool orders_alike(const std::string& key) {
  return std::none_of(key.begin(), key.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0xEE; });
}

class Writer {
 public:
  // False leaves the reason in `error`.
  bool write(const json& value, int depth) {
    switch (value.type()) {
      case json::value_t::null:
        out += "null";
        return true;
      case json::value_t::boolean:
        out += value.get<bool>() ? "true" : "false";
        return true;
      case json::value_t::number_integer:
        return integer(value.get<std::int64_t>());
      case json::value_t::number_unsigned:
        if (value.get<std::uint64_t>() > static_cast<std::uint64_t>(kLargestInteger))
          return fail("the integer " + std::to_string(value.get<std::uint64_t>()) +
                      " is beyond 2^53 - 1");
        return integer(value.get<std::int64_t>());
      case json::value_t::number_float:
        if (!std::isfinite(value.get<double>()))
          return fail("a number is infinite or not a number, and JSON has no such value");
        write_double(value.get<double>(), out);
        return true;
      case json::value_t::string:
        return string(value.get_ref<const std::string&>());
      case json::value_t::array:
        return nested(depth) && array(value, depth + 1);
      case json::value_t::object:
        return nested(depth) && object(value.get_ref<const json::object_t&>(), depth + 1);
      default:
        return fail("a value of binary type has no JSON text");
    }
  }

  std::string out;
  std::string error;

 private:
  bool fail(std::string why) {
    error = std::move(why);
    return false;
  }

  bool nested(int depth) {
    return depth < kMaxDepth || fail("nesting is deeper than " + std::to_string(kMaxDepth));
  }

  bool integer(std::int64_t value) {
    if (value > kLargestInteger || value < -kLargestInteger)
      return fail("the integer " + std::to_string(value) + " is beyond 2^53 - 1");
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return true;
  }

  bool string(const std::string& text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
      if (const std::size_t run = plain_run(text, at); run > 0) {
        out.append(text, at, run);
        at += run;
        continue;
      }
      const auto c = static_cast<unsigned char>(text[at]);
      if (c >= 0x80) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) return fail("a text is not UTF-8 at its byte " + std::to_string(at));
        out.append(text, at, length);
        at += length;
        continue;
      }
      if (c == '"' || c == '\\') {
        out.append(1, '\\').append(1, text[at]);
      } else if (const char* name = std::strchr(kEscaped, c); c != 0 && name != nullptr) {
        out.append(1, '\\').append(1, kEscapes[name - kEscaped]);
      } else {
        out.append("\\u00").append(1, kHex[c >> 4]).append(1, kHex[c & 15]);
      }
      ++at;
    }
    out += '"';
    return true;
  }

  bool array(const json& value, int depth) {
    out += '[';
    bool first = true;
    for (const json& item : value) {
      if (!std::exchange(first, false)) out += ',';
      if (!write(item, depth)) return false;
    }
    out += ']';
    return true;
  }

  bool member(const json::object_t::value_type& one, bool first, int depth) {
    if (!first) out += ',';
    if (!string(one.first)) return false;
    out += ':';
    return write(one.second, depth);
  }

  bool object(const json::object_t& members, int depth) {
    out += '{';
    bool first = true;
    if (std::all_of(members.begin(), members.end(),
                    [](const auto& one) { return orders_alike(one.first); })) {
      for (const auto& one : members)
        if (!member(one, std::exchange(first, false), depth)) return false;
      out += '}';
      return true;
    }
    std::vector<const json::object_t::value_type*> order;
    order.reserve(members.size());
    for (const auto& member : members) order.push_back(&member);
    std::sort(order.begin(), order.end(),
              [](const auto* a, const auto* b) { return utf16_less(a->first, b->first); });
    for (const auto* one : order)
      if (!member(*one, std::exchange(first, false), depth)) return false;
    out += '}';
    return true;
  }

  static constexpr char kEscaped[] = "\b\t\n\f\r";
  static constexpr char kEscapes[] = "btnfr";
};

enum class Reading { any, large_integers, canonical };

// Recursive descent; `kMaxDepth` bounds the recursion. After a failure `error` holds the first one.
// Of canonical text whatever Writer would have written otherwise is a failure.
class Reader {
 public:
  explicit Reader(std::string_view text, Reading reading = Reading::any)
      : text_(text), reading_(reading) {}

  bool document(json& out) {
    if (text_.starts_with("\xEF\xBB\xBF")) return fail("a byte order mark", 0);
    skip_space();
    if (!value(out, 0)) return false;
    skip_space();
    return at_ == text_.size() || fail("text after the value", at_);
  }

  std::string error;

 private:
  bool fail(const std::string& what, std::size_t at) {
    if (error.empty()) error = what + " at byte " + std::to_string(at);
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool canonical() const { return reading_ == Reading::canonical; }

  void skip_space() {
    if (canonical()) return;
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != text_.npos) ++at_;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool value(json& out, int depth) {
    if (at_ >= text_.size()) return fail("the text ends where a value should stand", at_);
    switch (text_[at_]) {
      case '{':
        return object(out, depth);
      case '[':
        return array(out, depth);
      case '"':
        out = std::string();
        return string(out.get_ref<std::string&>());
      case 't':
        return word("true", true, out);
      case 'f':
        return word("false", false, out);
      case 'n':
        return word("null", nullptr, out);
      default:
        return number(out);
    }
  }

  bool word(std::string_view spelling, json meaning, json& out) {
    if (!text_.substr(at_).starts_with(spelling)) return fail("no JSON value", at_);
    at_ += spelling.size();
    out = std::move(meaning);
    return true;
  }

  bool nested(int depth) {
    return depth < kMaxDepth || fail("nesting deeper than " + std::to_string(kMaxDepth), at_);
  }

  bool array(json& out, int depth) {
    if (!nested(depth)) return false;
    ++at_;
    out = json::array();
    skip_space();
    if (take(']')) return true;
    for (;;) {
      skip_space();
      out.emplace_back(nullptr);
      if (!value(out.back(), depth + 1)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return fail("neither a comma nor the end of the list", at_);
    }
  }

  bool object(json& out, int depth) {
    if (!nested(depth)) return false;
    ++at_;
    out = json::object();
    auto& members = out.get_ref<json::object_t&>();
    const std::string* before = nullptr;
    skip_space();
    if (take('}')) return true;
    for (;;) {
      skip_space();
      const std::size_t start = at_;
      std::string key;
      if (peek() != '"') return fail("no key", at_);
      if (!string(key)) return false;
      if (canonical() && before && !utf16_less(*before, key)) return fail("a key too late", start);
      // Keys mostly come in order.
      const std::size_t count = members.size();
      const auto member = members.emplace_hint(members.end(), std::move(key), nullptr);
      if (members.size() == count)
        return fail("the key \"" + member->first + "\" a second time", start);
      before = &member->first;
      skip_space();
      if (!take(':')) return fail("no colon after a key", at_);
      skip_space();
      if (!value(member->second, depth + 1)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return fail("neither a comma nor the end of the object", at_);
    }
  }

  bool string(std::string& out) {
    const std::size_t start = at_++;
    while (at_ < text_.size()) {
      const std::size_t run = plain_run(text_, at_);
      out.append(text_, at_, run);
      at_ += run;
      if (at_ == text_.size()) break;
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c < 0x20) return fail("a control character in a text", at_);
      if (c == '\\') {
        if (!escape(out)) return false;
        continue;
      }
      const std::size_t length = utf8_length(text_, at_);
      if (length == 0) return fail("bytes that are not UTF-8", at_);
      out.append(text_, at_, length);
      at_ += length;
    }
    return fail("a text without its closing quote", start);
  }

  bool escape(std::string& out) {
    const std::size_t start = at_++;
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (const std::size_t name = kNames.find(peek()); at_ < text_.size() && name != kNames.npos) {
      if (canonical() && peek() == '/') return fail("an escape that is not needed", start);
      out += kMeanings[name];
      ++at_;
      return true;
    }
    std::uint32_t unit = 0;
    if (!unicode(unit)) return fail("an unknown escape", start);
    // Only control characters without a name of their own are written so, in lower case.
    if (canonical()) {
      const std::string written = {'\\', 'u', '0', '0', kHex[unit >> 4 & 15], kHex[unit & 15]};
      if (unit >= 0x20 || kMeanings.find(static_cast<char>(unit)) != kMeanings.npos ||
          text_.substr(start, written.size()) != written)
        return fail("an escape that is written otherwise", start);
    }
    if (unit >= 0xDC00 && unit <= 0xDFFF) return fail("an unpaired surrogate", start);
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      std::uint32_t low = 0;
      if (!take('\\') || !unicode(low) || low < 0xDC00 || low > 0xDFFF)
        return fail("an unpaired surrogate", start);
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(unit, out);
    return true;
  }

  bool unicode(std::uint32_t& unit) {
    if (!take('u') || at_ + 4 > text_.size()) return false;
    const char* end = text_.data() + at_ + 4;
    const auto read = std::from_chars(text_.data() + at_, end, unit, 16);
    at_ += 4;
    return read.ec == std::errc() && read.ptr == end;
  }

  static void append_utf8(std::uint32_t c, std::string& out) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | c >> 6), tail(0);
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | c >> 12), tail(6), tail(0);
    } else {
      out += static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0);
    }
  }

  std::size_t digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - start;
  }

  bool number(json& out) {
    const std::size_t start = at_;
    take('-');
    const bool zero = peek() == '0';
    const std::size_t whole = digits();
    if (whole == 0) return fail("no JSON value", start);
    if (zero && whole > 1) return fail("a number with a leading zero", start);
    bool integral = true;
    if (take('.')) {
      integral = false;
      if (digits() == 0) return fail("a number without digits after its point", start);
    }
    if (peek() == 'e' || peek() == 'E') {
      integral = false;
      ++at_;
      if (!take('+')) take('-');
      if (digits() == 0) return fail("a number without digits in its exponent", start);
    }
    const std::string_view token = text_.substr(start, at_ - start);
    if (!(integral && integer(token, out)) && !floating(token, integral, start, out)) return false;
    if (!canonical()) return true;
    Writer writer;
    return (writer.write(out, 0) && writer.out == token) ||
           fail("a number that is written otherwise", start);
  }

  // True where the token is an integer that every reader of JSON understands alike.
  static bool integer(std::string_view token, json& out) {
    std::int64_t value = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
    if (read.ec != std::errc() || value > kLargestInteger || value < -kLargestInteger) return false;
    if (value < 0) {
      out = value;
    } else {
      out = static_cast<std::uint64_t>(value);
    }
    return true;
  }

  bool floating(std::string_view token, bool integral, std::size_t start, json& out) {
    double value = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
    const std::string_view mantissa = token.substr(0, token.find_first_of("eE"));
    const bool vanished = value == 0 && mantissa.find_first_of("123456789") != mantissa.npos;
    const bool exact = read.ec == std::errc() && std::isfinite(value) && !vanished &&
                       !(integral && altered(token, value));
    if (!exact && integral && reading_ == Reading::large_integers) {
      out = std::string(token) + " (an integer too large to be kept exactly)";
      return true;
    }
    if (!exact) return fail("a number that a double cannot hold", start);
    out = value;
    return true;
  }

  // Whether reading the integer `token` as the double `value` would change its digits.
  static bool altered(std::string_view token, double value) {
    if (token.starts_with('-')) token.remove_prefix(1);
    const std::string_view significant = token.substr(0, token.find_last_not_of('0') + 1);
    const Decimal decimal = shortest(std::fabs(value));
    return decimal.digits != significant || decimal.point != static_cast<int>(token.size());
  }

  std::string_view text_;
  Reading reading_;
  std::size_t at_ = 0;
};

Error argument(std::string message) {
  return Error{"argument", std::move(message)};
}

}  // namespace

Result<std::string> canonicalize(const json& value) {
  Writer writer;
  if (!writer.write(value, 0)) return argument(std::move(writer.error));
  return std::move(writer.out);
}

std::string canonical(const json& value) {
  auto text = canonicalize(value);
  if (!text) throw std::logic_error("canonical: " + text.error().message);
  return std::move(*text);
}

Result<json> parse_json(std::string_view text) {
  Reader reader(text);
  json out;
  if (!reader.document(out)) return argument("not valid JSON: " + reader.error);
  return out;
}

Result<json> parse_json_with_large_integers(std::string_view text) {
  Reader reader(text, Reading::large_integers);
  json out;
  if (!reader.document(out)) return argument("not valid JSON: " + reader.error);
  return out;
}

Result<json> parse_canonical(std::string_view text) {
  Reader canonical(text, Reading::canonical);
  json out;
  if (canonical.document(out)) return out;
  // What is wrong with it is said in the words of the plain way: read, write again, compare.
  auto value = parse_json(text);
  if (!value) return value;
  const auto again = TRY(canonicalize(*value));
  const auto [at, other] = std::mismatch(text.begin(), text.end(), again.begin(), again.end());
  if (at != text.end() || other != again.end())
    return argument("not canonical JSON (RFC 8785): it differs from its canonical form at byte " +
                    std::to_string(at - text.begin()));
  return value;
}

}  // namespace countersign
