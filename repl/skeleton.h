// Scripts to start from: each is whole, works on the demo world, and passes `check`.
#pragma once
#include <string>

namespace countersign {

struct Skeleton {
  std::string script;     // of NAME.lua
  std::string scenarios;  // of NAME_test.lua; fails until somebody says what is to be
};

// `world`: the path of the world that the scenarios are tried on, as they name it.
Skeleton runbook_skeleton(const std::string& name, const std::string& world = "worlds/demo.json");
// `today`: "2026-11-20", the day on which it is verified.
Skeleton symptom_skeleton(const std::string& name, const std::string& today,
                          const std::string& world = "worlds/demo.json");

// The first runbook of a folder that `init` makes: it runs without parameters against the simulator
// that the folder's configuration names.
std::string first_runbook();
// The world for both: one account with a number and a flow, as in docs/examples/worlds/demo.json.
const char* starter_world();

}  // namespace countersign
