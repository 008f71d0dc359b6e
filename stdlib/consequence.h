// What an operation means outside of the account: what callers, customers or agents notice of it,
// and what it costs. For people who decide in two minutes; nothing is decided by it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace countersign {

struct Consequence {
  std::string noticed;  // "the number called rings"; empty: nobody notices it
  std::string cost;     // "a rent every month"; empty: nothing is billed for it
};

// `operation`: as the plan has it, {"operation", "arguments", …}.
Consequence consequence_of(const nlohmann::json& operation);

// The operations that the table tells of: each changing row stands there, also one without any.
std::vector<std::string> told_of();

}  // namespace countersign
