// What was typed in a conversation and came to an end, kept for what is made of it later.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/plan.h"

namespace countersign {

using json = nlohmann::json;

struct Answered {
  std::string operation;
  json arguments;
};

struct InputLine {
  std::string text;             // without the newline at its end
  std::string kept;             // "_3", where it had a value
  bool expression = false;      // and it is an expression
  bool drafted = false;         // typed while changes were collected
  bool changes = false;         // and some were
  std::vector<Answered> reads;  // the reading operations that were answered
};

}  // namespace countersign
