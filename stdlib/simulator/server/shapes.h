// What each kind of record looks like: its identifier's prefix and the value of every field that a
// world leaves out. Filling and type checks read this table, and nothing repeats it.
#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

namespace countersign::simulator {

struct Shape {
  std::string_view kind;
  std::string_view prefix;    // of its `sid`; empty where it has none
  std::string_view defaults;  // JSON; "@now" stands for the world's time
  bool closed;                // a field that is neither here nor a branch is a mistake
};

// Below a record of kind `parent`, the field `key` is a list of records of kind `child`.
struct ChildList {
  std::string_view parent;
  std::string_view key;
  std::string_view child;
};

std::span<const Shape> shapes();
std::span<const ChildList> branches();

// The defaults of a kind, parsed once. The kind must be in the table.
const nlohmann::json& defaults_of(std::string_view kind);
const Shape& shape_of(std::string_view kind);

}  // namespace countersign::simulator
