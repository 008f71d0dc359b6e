// Every name that a script can reach besides the operations: the language's own, with what an
// editor shows of them, and what there is of Lua's library. tests/check holds it to
// tests/attacks/allowed_names.txt.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace countersign::lua {

struct Word {
  enum Kind { function, table, value };
  const char* name;  // "rails.after"
  Kind kind;
  const char* parameters;  // function: "operation: string, why?: string"; value: its type
  const char* returns;     // a type; empty: nothing
  const char* summary;     // what it does, as docs/reference/dsl.md says it
};

// In the order in which they are written down for editors.
const std::vector<Word>& language();
// Null where it is none of these.
const Word* word(std::string_view name);

// Whether Lua's library has it, and scripts too.
bool is_standard(std::string_view name);
bool is_standard_table(std::string_view name);
// What Lua's library has and scripts do not: why, and what there is instead. Empty: it never was.
std::string_view why_absent(std::string_view name);

// The names of one table, or the globals where `table` is empty: for "did you mean".
std::vector<std::string> names_in(std::string_view table);

}  // namespace countersign::lua
