// The grammar's expressions, by the priorities of their operators.
#include "repl/check/grammar.h"

namespace countersign::lua {
namespace {

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

}  // namespace

std::vector<Expression*> Grammar::expressions() {
  std::vector<Expression*> list = {expression()};
  while (accept(",")) list.push_back(expression());
  return list;
}

Expression* Grammar::expression(int limit) {
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
    if (token_.kind == Token::symbol || is("and") || is("or"))
      for (const Priority& one : kPriorities)
        if (one.word == token_.spelling) found = &one;
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

Expression* Grammar::simple() {
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

Expression* Grammar::text() {
  Expression* made = make(Expression::text, token_.at);
  made->characters = std::move(token_.value);
  advance();
  return made;
}

Expression* Grammar::variable() {
  Expression* made = make(Expression::name, token_.at);
  made->word = name();
  return made;
}

Expression* Grammar::primary() {
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
Expression* Grammar::field(Expression* of) {
  Expression* key = make(Expression::text, token_.at);
  key->characters = std::string(name());
  Expression* made = make(Expression::index, of->at);
  made->point = key->at;
  made->left = of;
  made->right = key;
  return over(made, of);
}

Expression* Grammar::suffixed() {
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

void Grammar::arguments(Expression* call) {
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

Expression* Grammar::table() {
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

const Function* Grammar::body(Position at, bool method) {
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

}  // namespace countersign::lua
