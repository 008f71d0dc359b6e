// Lua 5.4's grammar, and what its compiler refuses besides: `break` outside a loop, `goto` without
// a label, assignment to a constant, more than 200 locals.
#pragma once
#include <memory>
#include <variant>

#include "repl/check/lexer.h"
#include "repl/check/syntax.h"

namespace countersign::lua {

// The tree, or the first thing that is wrong. What nests deeper than 190 levels, or chains more
// than 1000 operators, calls or fields, is refused; Lua itself refuses 200 levels.
std::variant<std::unique_ptr<Script>, SyntaxError> parse(std::string path, std::string text);

}  // namespace countersign::lua
