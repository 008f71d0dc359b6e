// What may stand next in a line of Lua that is being typed.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

struct Candidate {
  std::string text;   // what stands in place of what was begun
  std::string shown;  // how it is listed
};

struct Completion {
  std::size_t from = 0;  // where in the line what was begun begins
  std::vector<Candidate> candidates;
  std::string common() const;  // the longest beginning that all of them share
};

// Asks the Lua state for the names of the fields behind a path from the globals.
using FieldNames = std::function<std::vector<std::string>(const nlohmann::json& path)>;

// `before`: the lines of the same chunk above this one; `line`: this one, up to the cursor.
// Commands after a colon, operations and their parameters inside { }, choices of a parameter,
// fields of whatever the Lua state holds.
Completion complete(const std::string& before, const std::string& line, const Catalogue& catalogue,
                    const FieldNames& names);

}  // namespace countersign
