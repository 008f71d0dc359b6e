// A place in a script: line and column from 1; a column is a character, not a byte.
#pragma once

namespace countersign::lua {

struct Position {
  int line = 1;
  int column = 1;
};

inline bool operator==(const Position& a, const Position& b) {
  return a.line == b.line && a.column == b.column;
}

}  // namespace countersign::lua
