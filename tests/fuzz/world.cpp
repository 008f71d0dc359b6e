// Worlds of the simulated providers, and how scenarios change them.
#include "stdlib/simulator/server/world.h"

#include "interpreter/canonical.h"
#include "repl/scenarios/world_change.h"
#include "stdlib/simulator/server/faults.h"
#include "tests/fuzz/target.h"

namespace countersign::fuzz {

void play_world(std::string_view bytes) {
  const auto document = parse_json(bytes);
  if (!document) return;
  auto world = simulator::World::read(*document, 0);
  if (!world) return expect(world.error().kind == "config", "what is wrong is the file");
  const json written = world->document();
  auto again = simulator::World::read(written, 0);
  expect(again && again->document() == written, "a world reads back as it was written");
}

// A list of changes and faults, tried one after the other on a small world.
void play_scenario(std::string_view bytes) {
  json world = {{"version", 1}, {"accounts", {{{"sid", "AC1"}, {"list", {1, 2, 3}}}}}, {"a/b", 1}};
  const auto changes = parse_json(bytes);
  if (!changes || !changes->is_array()) return;
  for (const json& change : *changes) {
    if (change.is_string()) {
      (void)simulator::parse_fault(change.get_ref<const std::string&>());
      continue;
    }
    (void)simulator::read_fault(change);
    auto changed = changed_world(world, change);
    if (changed)
      world = std::move(*changed);
    else
      expect(changed.error().kind == "usage", "the scenario is named as what is wrong");
  }
}

}  // namespace countersign::fuzz
