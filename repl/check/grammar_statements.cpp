// The grammar's tokens, blocks and statements.
#include <algorithm>

#include "interpreter/utf8.h"
#include "repl/check/grammar.h"

namespace countersign::lua {
namespace {

constexpr int kMostChained = 1000;

}  // namespace

std::optional<SyntaxError> Grammar::parse() {
  Function& main = script_.functions.emplace_back();
  main.script = &script_;
  main.variadic = true;
  script_.main = &main;
  functions_.push_back(&main);
  scope_.open_function();
  main.body = statements();
  if (token_.kind != Token::end) fail_near("nothing more is expected here");
  take(scope_.close_function());
  if (lexer_.error()) return lexer_.error();
  return error_;
}

void Grammar::advance() {
  if (ahead_) {
    token_ = std::move(*ahead_);
    ahead_.reset();
  } else {
    token_ = lexer_.next();
  }
  if (error_) token_ = Token{Token::end, token_.at};
}

const Token& Grammar::ahead() {
  if (!ahead_) ahead_ = lexer_.next();
  return *ahead_;
}

void Grammar::fail(Position at, std::string message) {
  // What the lexer could not read is what is wrong, whatever it led to.
  if (!error_) error_ = lexer_.error() ? *lexer_.error() : SyntaxError{at, std::move(message)};
  token_ = Token{Token::end, at};
  ahead_.reset();
}

void Grammar::take(const std::optional<SyntaxError>& error) {
  if (error) fail(error->at, error->message);
}

void Grammar::fail_near(const std::string& message) {
  std::string near = token_.kind == Token::end
                         ? "the script ends"
                         : "got \"" + clipped(std::string(token_.spelling), 40, "") + "\"";
  fail(token_.at, message + ": " + near);
}

bool Grammar::is(std::string_view spelling) const {
  return (token_.kind == Token::symbol || token_.kind == Token::keyword) &&
         token_.spelling == spelling;
}

bool Grammar::accept(std::string_view spelling) {
  if (!is(spelling)) return false;
  advance();
  return true;
}

void Grammar::expect(std::string_view spelling) {
  if (!accept(spelling)) fail_near("want \"" + std::string(spelling) + "\"");
}

// What closes something that was opened further up.
void Grammar::close(std::string_view spelling, std::string_view opened, Position at) {
  if (accept(spelling)) return;
  const std::string where = at.line == token_.at.line ? "" : " of line " + std::to_string(at.line);
  fail_near("want \"" + std::string(spelling) + "\" to close the \"" + std::string(opened) + "\"" +
            where);
}

std::string_view Grammar::name() {
  const std::string_view spelling = token_.spelling;
  if (token_.kind == Token::name)
    advance();
  else
    fail_near("want a name");
  return spelling;
}

Expression* Grammar::make(Expression::Kind kind, Position at) {
  Expression& made = script_.expressions.emplace_back();
  made.kind = kind;
  made.at = made.point = at;
  return &made;
}

Statement* Grammar::make(Statement::Kind kind, Position at) {
  Statement& made = script_.statements.emplace_back();
  made.kind = kind;
  made.at = at;
  return &made;
}

// Chains are built by loops, so only this keeps whoever walks them from running out of stack.
Expression* Grammar::over(Expression* made, const Expression* below) {
  made->depth = std::max(made->depth, below->depth + 1);
  if (made->depth > kMostChained) fail(made->at, "this expression is too long to be looked at");
  return made;
}

bool Grammar::block_ends() const {
  return token_.kind == Token::end || is("end") || is("else") || is("elseif") || is("until");
}

Block Grammar::statements() {
  Block block;
  while (!block_ends()) {
    if (is("return")) {
      block.statements.push_back(leave());
      break;
    }
    if (Statement* made = statement()) block.statements.push_back(made);
  }
  return block;
}

Block Grammar::block(bool loop) {
  scope_.open_block(loop);
  Block made = statements();
  take(scope_.close_block());
  return made;
}

Statement* Grammar::leave() {
  Statement* made = make(Statement::leave, token_.at);
  advance();
  if (!block_ends() && !is(";")) made->values = expressions();
  accept(";");
  if (!block_ends()) fail_near("nothing may follow a return in its block");
  return made;
}

// Null for an empty one.
Statement* Grammar::statement() {
  const Level level(*this);
  const Position at = token_.at;
  if (accept(";")) return nullptr;
  if (accept("if")) return branch(at);
  if (accept("while")) {
    Statement* made = make(Statement::while_loop, at);
    Branch& loop = made->branches.emplace_back();
    loop.condition = expression();
    expect("do");
    loop.body = block(true);
    close("end", "while", at);
    return made;
  }
  if (accept("do")) {
    Statement* made = make(Statement::block, at);
    made->branches.emplace_back().body = block(false);
    close("end", "do", at);
    return made;
  }
  if (accept("for")) return loop(at);
  if (accept("repeat")) {
    Statement* made = make(Statement::repeat_loop, at);
    Branch& loop = made->branches.emplace_back();
    scope_.open_block(true);
    loop.body = statements();
    close("until", "repeat", at);
    loop.condition = expression();
    take(scope_.close_block());
    return made;
  }
  if (accept("function")) return function_statement(at);
  if (accept("local")) return accept("function") ? local_function(at) : local(at);
  if (accept("::")) return label(at);
  if (accept("break")) {
    if (!scope_.in_loop()) fail(at, "\"break\" stands outside a loop");
    return make(Statement::jump, at);
  }
  if (accept("goto")) {
    Statement* made = make(Statement::jump, at);
    const std::string_view to = name();
    if (!error_) scope_.jump(to, at);
    return made;
  }
  return call_or_assignment(at);
}

Statement* Grammar::branch(Position at) {
  Statement* made = make(Statement::branch, at);
  do {
    Branch& one = made->branches.emplace_back();
    one.condition = expression();
    expect("then");
    one.body = block(false);
  } while (accept("elseif"));
  if (accept("else")) made->branches.emplace_back().body = block(false);
  close("end", "if", at);
  return made;
}

Statement* Grammar::loop(Position at) {
  Statement* made = make(Statement::count_loop, at);
  const Position first = token_.at;
  made->names.push_back(name());
  if (accept("=")) {
    made->values.push_back(expression());
    expect(",");
    made->values.push_back(expression());
    if (accept(",")) made->values.push_back(expression());
  } else {
    made->kind = Statement::each_loop;
    while (accept(",")) made->names.push_back(name());
    if (!is("in") && made->names.size() == 1) fail_near("want \"=\" or \"in\"");
    expect("in");
    made->values = expressions();
  }
  expect("do");
  scope_.open_block(true);
  for (const std::string_view one : made->names) take(scope_.declare(one, false, first));
  made->branches.emplace_back().body = block(false);
  take(scope_.close_block());
  close("end", "for", at);
  return made;
}

Statement* Grammar::function_statement(Position at) {
  Statement* made = make(Statement::assign, at);
  Expression* target = variable();
  bool method = false;
  while (is(".") || is(":")) {
    method = is(":");
    advance();
    target = field(target);
    if (method) break;
  }
  assigned(target);
  made->targets.push_back(target);
  Expression* value = make(Expression::function, at);
  value->function_body = body(at, method);
  made->values.push_back(value);
  return made;
}

Statement* Grammar::local_function(Position at) {
  Statement* made = make(Statement::function, at);
  const Position place = token_.at;
  made->names.push_back(name());
  take(scope_.declare(made->names[0], false, place));
  made->function_body = body(at, false);
  return made;
}

Statement* Grammar::local(Position at) {
  Statement* made = make(Statement::local, at);
  std::vector<bool> constants;
  bool closes = false;
  do {
    made->names.push_back(name());
    bool constant = false;
    if (accept("<")) {
      const Position place = token_.at;
      const std::string_view attribute = name();
      const bool close = attribute == "close";
      if (!error_ && attribute != "const" && !close)
        fail(place, "want <const> or <close>, got <" + std::string(attribute) + ">");
      if (close && closes) fail(place, "one statement declares one <close> at most");
      closes = closes || close;
      constant = true;
      expect(">");
    }
    constants.push_back(constant);
  } while (accept(","));
  if (accept("=")) made->values = expressions();
  for (std::size_t i = 0; i < made->names.size(); ++i)
    take(scope_.declare(made->names[i], constants[i], at));
  return made;
}

Statement* Grammar::label(Position at) {
  const std::string_view word = name();
  expect("::");
  // What does nothing does not count as something that follows.
  while (is(";") || is("::")) (void)statement();
  const bool last = block_ends() && !is("until");
  if (!error_) take(scope_.label(word, last, at));
  return make(Statement::label, at);
}

Statement* Grammar::call_or_assignment(Position at) {
  Expression* first = suffixed();
  if (is("=") || is(",")) {
    Statement* made = make(Statement::assign, at);
    made->targets.push_back(first);
    while (accept(",")) made->targets.push_back(suffixed());
    for (Expression* target : made->targets) {
      if (target->kind != Expression::name && target->kind != Expression::index)
        fail(target->at, "nothing can be assigned to this");
      else
        assigned(target);
    }
    expect("=");
    made->values = expressions();
    return made;
  }
  if (first->kind != Expression::call && first->kind != Expression::method)
    fail_near("a statement is a call or an assignment");
  Statement* made = make(Statement::call, at);
  made->values.push_back(first);
  return made;
}

void Grammar::assigned(const Expression* target) {
  if (target->kind != Expression::name) return;
  if (scope_.is_constant(target->word))
    fail(target->at, "\"" + std::string(target->word) + "\" is a constant and stays as it is");
  if (!scope_.is_local(target->word)) script_.globals.insert(target->word);
}

}  // namespace countersign::lua
