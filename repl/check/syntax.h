// A script's syntax tree. Nodes belong to the Script and point at one another freely; names and
// operators are views into its text.
#pragma once
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "repl/check/position.h"

namespace countersign::lua {

struct Expression;
struct Statement;
struct Script;

struct Block {
  std::vector<Statement*> statements;
};

struct Function {
  const Script* script = nullptr;
  Position at;
  std::vector<std::string_view> parameters;  // `self` first, of a method
  bool variadic = false;
  Block body;
};

// One entry of a table: [key] = value, name = value, or (without a key) the next of the list.
struct Field {
  Position at;
  Expression* key = nullptr;
  Expression* value = nullptr;
};

struct Expression {
  enum Kind {
    nil,
    boolean,
    number,
    text,
    varargs,
    function,
    name,
    index,        // left[right]; left.name has a text as its right
    call,         // left(list)
    method,       // left:word(list)
    table,        // fields
    unary,        // word left
    binary,       // left word right
    parenthesis,  // (left): cuts several values to one
  };
  Kind kind = nil;
  Position at;             // where it begins
  Position point;          // index, method: the key; call: the first argument; binary: the operator
  bool truth = false;      // boolean
  double value = 0;        // number
  bool integer = false;    // number: a whole one
  std::string_view word;   // name, method, operator
  std::string characters;  // text
  Expression* left = nullptr;
  Expression* right = nullptr;
  std::vector<Expression*> list;
  std::vector<Field> fields;
  const Function* function_body = nullptr;
  int depth = 1;  // of the tree below
};

// A condition and what is done where it holds; no condition: else.
struct Branch {
  Expression* condition = nullptr;
  Block body;
};

struct Statement {
  enum Kind {
    local,        // names = values
    assign,       // targets = values
    call,         // values[0]
    block,        // do … end
    while_loop,   // branches[0]
    repeat_loop,  // branches[0], the condition at the end and inside its scope
    branch,       // if … elseif … else
    count_loop,   // for names[0] = values do branches[0]
    each_loop,    // for names in values do branches[0]
    function,     // local function names[0]
    leave,        // return values
    jump,         // break, goto
    label,
  };
  Kind kind = block;
  Position at;
  std::vector<std::string_view> names;
  std::vector<Expression*> targets;
  std::vector<Expression*> values;
  std::vector<Branch> branches;
  const Function* function_body = nullptr;
};

struct Script {
  std::string path;  // as findings name it
  std::string text;
  std::deque<Expression> expressions;
  std::deque<Statement> statements;
  std::deque<Function> functions;
  Function* main = nullptr;
  std::set<std::string_view> globals;  // names that it assigns and no local has
};

}  // namespace countersign::lua
