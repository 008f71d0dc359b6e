// Lua's grammar as the parser goes through it: one token ahead, and the tree on the way. After the
// first error every token is the end, so that every loop ends.
#pragma once
#include <optional>

#include "repl/check/lexer.h"
#include "repl/check/name_scope.h"
#include "repl/check/syntax.h"

namespace countersign::lua {

class Grammar {
 public:
  explicit Grammar(Script& script) : script_(script), lexer_(script.text) { advance(); }
  // The first thing that is wrong.
  std::optional<SyntaxError> parse();

 private:
  static constexpr int kMostLevels = 190;

  struct Level {
    explicit Level(Grammar& in) : parser(in) {
      if (++parser.levels_ > kMostLevels) parser.fail(parser.token_.at, "this nests too deeply");
    }
    ~Level() { --parser.levels_; }
    Grammar& parser;
  };

  // tokens
  void advance();
  const Token& ahead();
  void fail(Position at, std::string message);
  void take(const std::optional<SyntaxError>& error);
  void fail_near(const std::string& message);
  bool is(std::string_view spelling) const;
  bool accept(std::string_view spelling);
  void expect(std::string_view spelling);
  // What closes something that was opened further up.
  void close(std::string_view spelling, std::string_view opened, Position at);
  std::string_view name();

  // nodes
  Expression* make(Expression::Kind kind, Position at);
  Statement* make(Statement::Kind kind, Position at);
  // Chains are built by loops, so only this keeps whoever walks them from running out of stack.
  Expression* over(Expression* made, const Expression* below);

  // blocks and statements
  bool block_ends() const;
  Block statements();
  Block block(bool loop);
  Statement* leave();
  // Null for an empty one.
  Statement* statement();
  Statement* branch(Position at);
  Statement* loop(Position at);
  Statement* function_statement(Position at);
  Statement* local_function(Position at);
  Statement* local(Position at);
  Statement* label(Position at);
  Statement* call_or_assignment(Position at);
  void assigned(const Expression* target);

  // expressions
  std::vector<Expression*> expressions();
  Expression* expression(int limit = 0);
  Expression* simple();
  Expression* text();
  Expression* variable();
  Expression* primary();
  // After a dot: the name of a field.
  Expression* field(Expression* of);
  Expression* suffixed();
  void arguments(Expression* call);
  Expression* table();
  const Function* body(Position at, bool method);

  Script& script_;
  Lexer lexer_;
  NameScope scope_;
  Token token_;
  std::optional<Token> ahead_;
  std::optional<SyntaxError> error_;
  std::vector<Function*> functions_;
  int levels_ = 0;
};

}  // namespace countersign::lua
