// JSON of anybody, and the canonical form that signatures rest on.
#include "interpreter/canonical.h"

#include <nlohmann/json.hpp>

#include "interpreter/large_integers.h"
#include "tests/fuzz/target.h"

namespace countersign::fuzz {

void play_json(std::string_view bytes) {
  const auto value = parse_json(bytes);
  const auto lenient = parse_json_with_large_integers(bytes);
  if (!value) return;
  expect(lenient && *lenient == *value, "leniency changes nothing of what is read strictly");
  const auto text = canonicalize(*value);
  expect(static_cast<bool>(text), "what was read can be written");
  const auto again = parse_canonical(*text);
  expect(again && *again == *value, "what was written is canonical and the same value");
}

void play_canonical(std::string_view bytes) {
  const auto value = parse_canonical(bytes);
  if (!value) return;
  expect(canonical(*value) == bytes, "one value has one canonical text");
}

}  // namespace countersign::fuzz
