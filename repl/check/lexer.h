// The words of a Lua 5.4 script, one after the other, with their places.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "repl/check/position.h"

namespace countersign::lua {

struct Token {
  enum Kind { end, name, keyword, symbol, number, text };
  Kind kind = end;
  Position at;
  std::string_view spelling;  // as it stands in the script
  std::string value;          // text: what it means, escapes resolved
  double number_value = 0;    // number
  bool integer = false;       // number: a whole one that fits 64 bits
};

// What is wrong with the script, and where.
struct SyntaxError {
  Position at;
  std::string message;
};

class Lexer {
 public:
  // `script` outlives the lexer and its tokens.
  explicit Lexer(std::string_view script) : script_(script) {}

  // The next token; `end` at the end and from the first error on.
  Token next();
  const std::optional<SyntaxError>& error() const { return error_; }

 private:
  int peek(std::size_t ahead = 0) const;
  void step();
  void line_break();
  bool skip_blank();
  Token fail(Position at, std::string message);
  Token number(Position at);
  Token quoted(Position at);
  bool escape(std::string& value);
  bool code_point(std::string& value);
  // How many = stand in the long bracket that opens here; nothing where none opens.
  std::optional<std::size_t> long_bracket() const;
  bool long_text(std::size_t level, std::string& value);
  Token from(std::size_t begin, Position at, Token::Kind kind) const;

  std::string_view script_;
  std::size_t at_ = 0;
  Position place_;
  std::optional<SyntaxError> error_;
};

}  // namespace countersign::lua
