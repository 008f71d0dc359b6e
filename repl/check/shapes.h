// Holds the tables of a script to the language's schema: unknown fields, wrong types, missing ones.
#pragma once
#include "repl/check/walker.h"

namespace countersign::lua {

// `what` names the table in messages: "authority". Tables inside it are looked at too; what is not
// known of them is not judged.
void check_shape(Walker& walker, const Table& table, const std::string& shape,
                 const std::string& what);

// What a function takes by place. `at`: the place of each argument, and of the call for the rest.
void check_arguments_by_place(Walker& walker, const Script* script, const std::string& shape,
                              const std::vector<Value>& arguments, const std::vector<Position>& at,
                              Position call);

// The names of a shape's fields.
std::vector<std::string> fields_of(const std::string& shape);

}  // namespace countersign::lua
