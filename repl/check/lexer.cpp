#include "repl/check/lexer.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace countersign::lua {
namespace {

constexpr std::string_view kKeywords[] = {
    "and",      "break",  "do",   "else", "elseif", "end",   "false", "for",
    "function", "goto",   "if",   "in",   "local",  "nil",   "not",   "or",
    "repeat",   "return", "then", "true", "until",  "while",
};

// Longest first.
constexpr std::string_view kSymbols[] = {
    "...", "<<", ">>", "//", "==", "~=", "<=", ">=", "::", "..", "+", "-", "*", "/", "%", "^", "#",
    "&",   "~",  "|",  "<",  ">",  "=",  "(",  ")",  "{",  "}",  "[", "]", ";", ":", ",", ".",
};

bool is_digit(int c) {
  return c >= '0' && c <= '9';
}
bool is_hex(int c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_break(int c) {
  return c == '\n' || c == '\r';
}
int hex_value(int c) {
  return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

void append_utf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  // Up to 2^31, as Lua has it.
  char bytes[6];
  int n = 0;
  std::uint32_t first = 0x3f;
  do {
    bytes[n++] = static_cast<char>(0x80 | (code & 0x3f));
    code >>= 6;
    first >>= 1;
  } while (code > first);
  bytes[n++] = static_cast<char>((~first << 1) | code);
  while (n > 0) out += bytes[--n];
}

// Whether the whole of `digits` is a number, and which.
bool read_number(std::string_view digits, double& value, bool& integer) {
  const bool hex = digits.size() > 1 && digits[0] == '0' && (digits[1] | 0x20) == 'x';
  if (hex) digits.remove_prefix(2);
  if (digits.empty()) return false;
  const bool whole = std::all_of(digits.begin(), digits.end(),
                                 [&](char c) { return hex ? is_hex(c) : is_digit(c); });
  std::uint64_t bits = 0;
  const auto counted =
      std::from_chars(digits.data(), digits.data() + digits.size(), bits, hex ? 16 : 10);
  integer = whole && (hex || (counted.ec == std::errc() && bits <= INT64_MAX));
  if (whole && hex) {
    value = static_cast<double>(bits);  // a longer one wraps around; its value is not needed
    return true;
  }
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                    hex ? std::chars_format::hex : std::chars_format::general);
  return read.ptr == digits.data() + digits.size() && read.ec != std::errc::invalid_argument;
}

std::string printable(int c) {
  static const char* digits = "0123456789ABCDEF";
  if (c >= 0x20 && c < 0x7f) return std::string(1, static_cast<char>(c));
  return std::string("\\x") + digits[c >> 4 & 15] + digits[c & 15];
}

}  // namespace

int Lexer::peek(std::size_t ahead) const {
  return at_ + ahead < script_.size() ? static_cast<unsigned char>(script_[at_ + ahead]) : -1;
}

// One byte further on the same line.
void Lexer::step() {
  ++at_;
  // What follows in a character of several bytes takes no column.
  if ((peek() & 0xC0) != 0x80 || peek() < 0) ++place_.column;
}

// \n, \r, \r\n and \n\r are each one line break.
void Lexer::line_break() {
  const int first = peek();
  ++at_;
  if (is_break(peek()) && peek() != first) ++at_;
  ++place_.line;
  place_.column = 1;
}

Token Lexer::fail(Position at, std::string message) {
  if (!error_) error_ = SyntaxError{at, std::move(message)};
  at_ = script_.size();
  return Token{Token::end, at};
}

Token Lexer::from(std::size_t begin, Position at, Token::Kind kind) const {
  Token token{kind, at};
  token.spelling = script_.substr(begin, at_ - begin);
  return token;
}

// Blanks and comments; false where a comment never ends.
bool Lexer::skip_blank() {
  for (;;) {
    const int c = peek();
    if (is_break(c)) {
      line_break();
    } else if (c == ' ' || c == '\t' || c == '\v' || c == '\f') {
      step();
    } else if (c == '-' && peek(1) == '-') {
      const Position begun = place_;
      step();
      step();
      if (const auto level = long_bracket()) {
        std::string text;
        if (!long_text(*level, text)) {
          fail(begun, "the comment that begins here never ends");
          return false;
        }
      } else {
        while (peek() >= 0 && !is_break(peek())) step();
      }
    } else {
      return true;
    }
  }
}

Token Lexer::next() {
  if (error_ || !skip_blank()) return Token{Token::end, place_};
  const Position at = place_;
  const std::size_t begin = at_;
  const int c = peek();
  if (c < 0) return Token{Token::end, at};
  if (begin == 0 && script_.substr(0, 3) == "\xEF\xBB\xBF")
    return fail(at, "a byte order mark stands before the script; save it without one");
  if (begin == 0 && c == '#')
    return fail(at, "a script is not started by itself, so a first line with # is not taken");
  if (is_letter(c)) {
    while (is_letter(peek()) || is_digit(peek())) step();
    Token token = from(begin, at, Token::name);
    if (std::find(std::begin(kKeywords), std::end(kKeywords), token.spelling) !=
        std::end(kKeywords))
      token.kind = Token::keyword;
    return token;
  }
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number(at);
  if (c == '"' || c == '\'') return quoted(at);
  if (c == '[' && (peek(1) == '[' || peek(1) == '=')) {
    const auto level = long_bracket();
    if (!level) return fail(at, "a long text opens with [[ or [=[ , and here it does not");
    std::string value;
    if (!long_text(*level, value)) return fail(at, "the text that begins here never ends");
    Token token = from(begin, at, Token::text);
    token.value = std::move(value);
    return token;
  }
  for (const std::string_view symbol : kSymbols) {
    if (symbol[0] != c || script_.substr(at_, symbol.size()) != symbol) continue;
    for (std::size_t i = 0; i < symbol.size(); ++i) step();
    return from(begin, at, Token::symbol);
  }
  return fail(at, "\"" + printable(c) + "\" means nothing in Lua");
}

// As Lua reads one: everything that looks like a numeral, then whether it is one.
Token Lexer::number(Position at) {
  const std::size_t begin = at_;
  const bool hex = peek() == '0' && (peek(1) | 0x20) == 'x';
  if (hex) {
    step();
    step();
  }
  for (;;) {
    const int c = peek() | 0x20;
    if (peek() >= 0 && c == (hex ? 'p' : 'e')) {
      step();
      if (peek() == '+' || peek() == '-') step();
    } else if (is_hex(peek()) || peek() == '.') {
      step();
    } else {
      break;
    }
  }
  while (is_letter(peek()) || is_digit(peek())) step();
  Token token = from(begin, at, Token::number);
  if (!read_number(token.spelling, token.number_value, token.integer))
    return fail(at, "\"" + std::string(token.spelling) + "\" is not a number");
  return token;
}

Token Lexer::quoted(Position at) {
  const std::size_t begin = at_;
  const int quote = peek();
  std::string value;
  step();
  while (peek() != quote) {
    if (peek() < 0 || is_break(peek())) return fail(at, "the text that begins here never ends");
    if (peek() == '\\') {
      if (!escape(value)) return Token{Token::end, at};
    } else {
      value += static_cast<char>(peek());
      step();
    }
  }
  step();
  Token token = from(begin, at, Token::text);
  token.value = std::move(value);
  return token;
}

bool Lexer::escape(std::string& value) {
  static const std::string_view names = "abfnrtv\\\"'", means = "\a\b\f\n\r\t\v\\\"'";
  const Position at = place_;
  step();
  const int c = peek();
  if (c < 0) {
    fail(at, "the text ends in the middle of an escape");
    return false;
  }
  if (const std::size_t i = names.find(static_cast<char>(c)); i != std::string_view::npos) {
    value += means[i];
    step();
    return true;
  }
  if (is_break(c)) {
    value += '\n';
    line_break();
    return true;
  }
  if (c == 'z') {
    step();
    for (;;) {
      if (is_break(peek()))
        line_break();
      else if (peek() == ' ' || (peek() >= '\t' && peek() <= '\r'))
        step();
      else
        return true;
    }
  }
  if (c == 'x') {
    if (!is_hex(peek(1)) || !is_hex(peek(2))) {
      fail(at, "\\x wants two hexadecimal digits");
      return false;
    }
    value += static_cast<char>(hex_value(peek(1)) * 16 + hex_value(peek(2)));
    for (int i = 0; i < 3; ++i) step();
    return true;
  }
  if (c == 'u') return code_point(value);
  if (is_digit(c)) {
    int code = 0;
    for (int i = 0; i < 3 && is_digit(peek()); ++i) {
      code = code * 10 + (peek() - '0');
      step();
    }
    if (code > 255) {
      fail(at, "\\" + std::to_string(code) + " is more than one byte holds, which is 255");
      return false;
    }
    value += static_cast<char>(code);
    return true;
  }
  fail(at, "\"\\" + printable(c) + "\" is not an escape; a backslash itself is \\\\");
  return false;
}

bool Lexer::code_point(std::string& value) {
  const Position at = place_;
  step();
  std::uint64_t code = 0;
  bool good = peek() == '{' && is_hex(peek(1));
  if (good) step();
  while (good && is_hex(peek())) {
    code = code * 16 + static_cast<unsigned>(hex_value(peek()));
    good = code <= 0x7FFFFFFFu;
    step();
  }
  if (!good || peek() != '}') {
    fail(at, "\\u wants a code point in braces, such as \\u{2026}");
    return false;
  }
  step();
  append_utf8(static_cast<std::uint32_t>(code), value);
  return true;
}

std::optional<std::size_t> Lexer::long_bracket() const {
  if (peek() != '[') return std::nullopt;
  std::size_t level = 0;
  while (peek(1 + level) == '=') ++level;
  if (peek(1 + level) != '[') return std::nullopt;
  return level;
}

bool Lexer::long_text(std::size_t level, std::string& value) {
  for (std::size_t i = 0; i < level + 2; ++i) step();
  if (is_break(peek())) line_break();
  const std::string close = "]" + std::string(level, '=') + "]";
  while (peek() >= 0) {
    if (peek() == ']' && script_.substr(at_, close.size()) == close) {
      for (std::size_t i = 0; i < close.size(); ++i) step();
      return true;
    }
    if (is_break(peek())) {
      value += '\n';
      line_break();
    } else {
      value += static_cast<char>(peek());
      step();
    }
  }
  return false;
}

}  // namespace countersign::lua
