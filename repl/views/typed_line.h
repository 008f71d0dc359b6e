// A line that somebody types at the terminal in answer to a question.
#pragma once
#include <string>

#include "interpreter/error.h"

namespace countersign {

struct TypedLine {
  std::string text;
  int signal = 0;  // Ctrl-C or another signal that ends a program came instead
};

// Asks on stderr and reads one line of stdin; `hidden`: the terminal does not show what is typed.
// The terminal and the signals are as they were afterwards, whatever ended it.
// Errors (kind "usage"): the input ended; not UTF-8.
Result<TypedLine> typed_line(const std::string& prompt, bool hidden);

}  // namespace countersign
