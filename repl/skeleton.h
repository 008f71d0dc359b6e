// Scripts to start from: each is whole, works on the demo world, and passes `check`.
#pragma once
#include <string>

namespace countersign {

struct Skeleton {
  std::string script;     // of NAME.lua
  std::string scenarios;  // of NAME_test.lua; fails until somebody says what is to be
};

Skeleton runbook_skeleton(const std::string& name);
// `today`: "2026-11-20", the day on which it is verified.
Skeleton symptom_skeleton(const std::string& name, const std::string& today);

}  // namespace countersign
