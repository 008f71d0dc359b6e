#include "repl/check/parser.h"

#include <algorithm>

#include "repl/check/name_scope.h"

namespace countersign::lua {
namespace {

constexpr int kMostLevels = 190;
constexpr int kMostChained = 1000;

struct Priority {
  std::string_view word;
  int left, right;  // a right one below the left binds to the right
};

constexpr Priority kPriorities[] = {
    {"or", 1, 1},   {"and", 2, 2}, {"<", 3, 3},   {">", 3, 3},   {"<=", 3, 3},  {">=", 3, 3},
    {"~=", 3, 3},   {"==", 3, 3},  {"|", 4, 4},   {"~", 5, 5},   {"&", 6, 6},   {"<<", 7, 7},
    {">>", 7, 7},   {"..", 9, 8},  {"+", 10, 10}, {"-", 10, 10}, {"*", 11, 11}, {"/", 11, 11},
    {"//", 11, 11}, {"%", 11, 11}, {"^", 14, 13},
};
constexpr int kUnary = 12;

// One token ahead. After the first error every token is the end, so that every loop ends.
class Parser {
 public:
  explicit Parser(Script& script) : script_(script), lexer_(script.text) { advance(); }

  std::optional<SyntaxError> parse() {
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

 private:
  struct Level {
    explicit Level(Parser& in) : parser(in) {
      if (++parser.levels_ > kMostLevels) parser.fail(parser.token_.at, "this nests too deeply");
    }
    ~Level() { --parser.levels_; }
    Parser& parser;
  };

  // --- tokens

  void advance() {
    if (ahead_) {
      token_ = std::move(*ahead_);
      ahead_.reset();
    } else {
      token_ = lexer_.next();
    }
    if (error_) token_ = Token{Token::end, token_.at};
  }

  const Token& ahead() {
    if (!ahead_) ahead_ = lexer_.next();
    return *ahead_;
  }

  void fail(Position at, std::string message) {
    // What the lexer could not read is what is wrong, whatever it led to.
    if (!error_) error_ = lexer_.error() ? *lexer_.error() : SyntaxError{at, std::move(message)};
    token_ = Token{Token::end, at};
    ahead_.reset();
  }

  void take(const std::optional<SyntaxError>& error) {
    if (error) fail(error->at, error->message);
  }

  void fail_near(const std::string& message) {
    std::string near = token_.kind == Token::end
                           ? "the script ends"
                           : "got \"" + std::string(token_.spelling.substr(0, 40)) + "\"";
    fail(token_.at, message + ": " + near);
  }

  bool is(std::string_view spelling) const {
    return (token_.kind == Token::symbol || token_.kind == Token::keyword) &&
           token_.spelling == spelling;
  }

  bool accept(std::string_view spelling) {
    if (!is(spelling)) return false;
    advance();
    return true;
  }

  void expect(std::string_view spelling) {
    if (!accept(spelling)) fail_near("want \"" + std::string(spelling) + "\"");
  }

  // What closes something that was opened further up.
  void close(std::string_view spelling, std::string_view opened, Position at) {
    if (accept(spelling)) return;
    const std::string where =
        at.line == token_.at.line ? "" : " of line " + std::to_string(at.line);
    fail_near("want \"" + std::string(spelling) + "\" to close the \"" + std::string(opened) +
              "\"" + where);
  }

  std::string_view name() {
    const std::string_view spelling = token_.spelling;
    if (token_.kind == Token::name)
      advance();
    else
      fail_near("want a name");
    return spelling;
  }

  // --- nodes

  Expression* make(Expression::Kind kind, Position at) {
    Expression& made = script_.expressions.emplace_back();
    made.kind = kind;
    made.at = made.point = at;
    return &made;
  }

  Statement* make(Statement::Kind kind, Position at) {
    Statement& made = script_.statements.emplace_back();
    made.kind = kind;
    made.at = at;
    return &made;
  }

  // Chains are built by loops, so only this keeps whoever walks them from running out of stack.
  Expression* over(Expression* made, const Expression* below) {
    made->depth = std::max(made->depth, below->depth + 1);
    if (made->depth > kMostChained) fail(made->at, "this expression is too long to be looked at");
    return made;
  }

  // --- blocks and statements

  bool block_ends() const {
    return token_.kind == Token::end || is("end") || is("else") || is("elseif") || is("until");
  }

  Block statements() {
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

  Block block(bool loop) {
    scope_.open_block(loop);
    Block made = statements();
    take(scope_.close_block());
    return made;
  }

  Statement* leave() {
    Statement* made = make(Statement::leave, token_.at);
    advance();
    if (!block_ends() && !is(";")) made->values = expressions();
    accept(";");
    if (!block_ends()) fail_near("nothing may follow a return in its block");
    return made;
  }

  // Null for an empty one.
  Statement* statement() {
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

  Statement* branch(Position at) {
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

  Statement* loop(Position at) {
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

  Statement* function_statement(Position at) {
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

  Statement* local_function(Position at) {
    Statement* made = make(Statement::function, at);
    const Position place = token_.at;
    made->names.push_back(name());
    take(scope_.declare(made->names[0], false, place));
    made->function_body = body(at, false);
    return made;
  }

  Statement* local(Position at) {
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

  Statement* label(Position at) {
    const std::string_view word = name();
    expect("::");
    // What does nothing does not count as something that follows.
    while (is(";") || is("::")) (void)statement();
    const bool last = block_ends() && !is("until");
    if (!error_) take(scope_.label(word, last, at));
    return make(Statement::label, at);
  }

  Statement* call_or_assignment(Position at) {
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

  void assigned(const Expression* target) {
    if (target->kind != Expression::name) return;
    if (scope_.is_constant(target->word))
      fail(target->at, "\"" + std::string(target->word) + "\" is a constant and stays as it is");
    if (!scope_.is_local(target->word)) script_.globals.insert(target->word);
  }

  // --- expressions

  std::vector<Expression*> expressions() {
    std::vector<Expression*> list = {expression()};
    while (accept(",")) list.push_back(expression());
    return list;
  }

  Expression* expression(int limit = 0) {
    const Level level(*this);
    const Position at = token_.at;
    Expression* made = nullptr;
    if (is("not") || is("-") || is("#") || is("~")) {
      const std::string_view word = token_.spelling;
      advance();
      Expression* operand = expression(kUnary);
      made = make(Expression::unary, at);
      made->word = word;
      made->left = operand;
      over(made, operand);
    } else {
      made = simple();
    }
    for (;;) {
      const Priority* found = nullptr;
      for (const Priority& one : kPriorities)
        if (is(one.word)) found = &one;
      if (found == nullptr || found->left <= limit) return made;
      const Position point = token_.at;
      advance();
      Expression* right = expression(found->right);
      Expression* whole = make(Expression::binary, at);
      whole->word = found->word;
      whole->point = point;
      whole->left = made;
      whole->right = right;
      over(whole, made);
      made = over(whole, right);
    }
  }

  Expression* simple() {
    const Position at = token_.at;
    Expression* made = nullptr;
    if (token_.kind == Token::number) {
      made = make(Expression::number, at);
      made->value = token_.number_value;
      made->integer = token_.integer;
      advance();
      return made;
    }
    if (token_.kind == Token::text) return text();
    if (accept("nil")) return make(Expression::nil, at);
    if (is("true") || is("false")) {
      made = make(Expression::boolean, at);
      made->truth = is("true");
      advance();
      return made;
    }
    if (accept("...")) {
      if (!functions_.back()->variadic) fail(at, "\"...\" stands outside a function that has it");
      return make(Expression::varargs, at);
    }
    if (is("{")) return table();
    if (accept("function")) {
      made = make(Expression::function, at);
      made->function_body = body(at, false);
      return made;
    }
    return suffixed();
  }

  Expression* text() {
    Expression* made = make(Expression::text, token_.at);
    made->characters = std::move(token_.value);
    advance();
    return made;
  }

  Expression* variable() {
    Expression* made = make(Expression::name, token_.at);
    made->word = name();
    return made;
  }

  Expression* primary() {
    const Position at = token_.at;
    if (accept("(")) {
      Expression* inner = expression();
      close(")", "(", at);
      Expression* made = make(Expression::parenthesis, at);
      made->left = inner;
      return over(made, inner);
    }
    if (token_.kind != Token::name) fail_near("want an expression");
    return variable();
  }

  // After a dot: the name of a field.
  Expression* field(Expression* of) {
    Expression* key = make(Expression::text, token_.at);
    key->characters = std::string(name());
    Expression* made = make(Expression::index, of->at);
    made->point = key->at;
    made->left = of;
    made->right = key;
    return over(made, of);
  }

  Expression* suffixed() {
    Expression* made = primary();
    for (;;) {
      if (accept(".")) {
        made = field(made);
      } else if (is("[")) {
        const Position point = token_.at;
        advance();
        Expression* key = expression();
        close("]", "[", point);
        Expression* whole = make(Expression::index, made->at);
        whole->point = key->at;
        whole->left = made;
        whole->right = key;
        over(whole, key);
        made = over(whole, made);
      } else if (accept(":")) {
        Expression* whole = make(Expression::method, made->at);
        whole->point = token_.at;
        whole->word = name();
        whole->left = made;
        arguments(whole);
        made = over(whole, made);
      } else if (is("(") || is("{") || token_.kind == Token::text) {
        Expression* whole = make(Expression::call, made->at);
        whole->left = made;
        arguments(whole);
        made = over(whole, made);
      } else {
        return made;
      }
    }
  }

  void arguments(Expression* call) {
    const Position at = token_.at;
    if (call->kind == Expression::call) call->point = at;
    if (token_.kind == Token::text) {
      call->list.push_back(text());
    } else if (is("{")) {
      call->list.push_back(table());
    } else if (accept("(")) {
      if (!is(")")) call->list = expressions();
      close(")", "(", at);
    } else {
      fail_near("want the arguments of a call");
    }
    for (const Expression* one : call->list) over(call, one);
  }

  Expression* table() {
    const Position at = token_.at;
    Expression* made = make(Expression::table, at);
    expect("{");
    while (!is("}") && token_.kind != Token::end) {
      Field entry;
      entry.at = token_.at;
      if (accept("[")) {
        entry.key = expression();
        close("]", "[", entry.at);
        expect("=");
      } else if (token_.kind == Token::name && ahead().kind == Token::symbol &&
                 ahead().spelling == "=") {
        entry.key = make(Expression::text, token_.at);
        entry.key->characters = std::string(name());
        expect("=");
      }
      entry.value = expression();
      over(made, entry.value);
      if (entry.key) over(made, entry.key);
      made->fields.push_back(entry);
      if (!accept(",") && !accept(";")) break;
    }
    close("}", "{", at);
    return made;
  }

  const Function* body(Position at, bool method) {
    Function& made = script_.functions.emplace_back();
    made.script = &script_;
    made.at = at;
    functions_.push_back(&made);
    scope_.open_function();
    if (method) {
      made.parameters.push_back("self");
      take(scope_.declare("self", false, at));
    }
    const Position opened = token_.at;
    expect("(");
    if (!is(")")) {
      do {
        if (accept("...")) {
          made.variadic = true;
          break;
        }
        const Position place = token_.at;
        made.parameters.push_back(name());
        take(scope_.declare(made.parameters.back(), false, place));
      } while (accept(","));
    }
    close(")", "(", opened);
    made.body = statements();
    close("end", "function", at);
    take(scope_.close_function());
    functions_.pop_back();
    return &made;
  }

  Script& script_;
  Lexer lexer_;
  NameScope scope_;
  Token token_;
  std::optional<Token> ahead_;
  std::optional<SyntaxError> error_;
  std::vector<Function*> functions_;
  int levels_ = 0;
};

}  // namespace

std::variant<std::unique_ptr<Script>, SyntaxError> parse(std::string path, std::string text) {
  auto script = std::make_unique<Script>();
  script->path = std::move(path);
  script->text = std::move(text);
  if (auto error = Parser(*script).parse()) return *error;
  return script;
}

}  // namespace countersign::lua
