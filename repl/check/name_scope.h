// Which names a function's blocks declare while it is parsed: what the compiler refuses about them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repl/check/lexer.h"

namespace countersign::lua {

class NameScope {
 public:
  void open_function();
  // Errors: a goto without a label that it can reach.
  std::optional<SyntaxError> close_function();
  void open_block(bool loop);
  std::optional<SyntaxError> close_block();

  // Errors: more than 200 of a function.
  std::optional<SyntaxError> declare(std::string_view name, bool constant, Position at);
  bool is_constant(std::string_view name) const;
  bool is_local(std::string_view name) const;
  bool in_loop() const;

  // `last`: nothing but further labels follows in the block. Errors: a second one of that name, a
  // goto that would jump into the scope of a local.
  std::optional<SyntaxError> label(std::string_view name, bool last, Position at);
  void jump(std::string_view name, Position at);

 private:
  struct Local {
    std::string_view name;
    bool constant;
  };
  struct Label {
    std::string_view name;
    std::size_t locals;
  };
  struct Jump {
    std::string_view name;
    Position at;
    std::size_t locals;
  };
  struct Block {
    bool loop, function;
    std::size_t locals, labels, jumps;  // how many there were when it was opened
  };
  std::optional<SyntaxError> arrive(const Label& label, std::size_t from);

  std::vector<Local> locals_;
  std::vector<Label> labels_;
  std::vector<Jump> jumps_;
  std::vector<Block> blocks_;
};

}  // namespace countersign::lua
