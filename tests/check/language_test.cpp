// What `check` takes for a name is what a script host offers.
#include <fstream>
#include <set>

#include "repl/check/language.h"
#include "stdlib/catalogue.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

// The names of tests/attacks/allowed_names.txt, which is compared with a live script host.
std::set<std::string> reachable() {
  std::set<std::string> names;
  std::ifstream in(COUNTERSIGN_SOURCE_DIR "/tests/attacks/allowed_names.txt");
  for (std::string line; std::getline(in, line);) {
    const std::string name = line.substr(0, line.rfind(": "));
    if (line.empty() || line[0] == '#' || name.rfind("getmetatable(", 0) == 0) continue;
    names.insert(name);
  }
  return names;
}

// What a value of the language holds inside: "rails.snapshot_first.why".
bool inside_a_value(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  const lua::Word* of = dot == std::string::npos ? nullptr : lua::word(name.substr(0, dot));
  return of && of->kind == lua::Word::value;
}

bool of_catalogue(const std::string& name) {
  for (const Row& row : standard_catalogue().rows())
    if (row.name == name || row.name.rfind(name + ".", 0) == 0) return true;
  return false;
}

}  // namespace

TEST_CASE("every name that a script can reach is known, and no other") {
  const std::set<std::string> there = reachable();
  CHECK(there.size() > 100);
  for (const std::string& name : there) {
    INFO(name);
    CHECK(
        (lua::word(name) || lua::is_standard(name) || inside_a_value(name) || of_catalogue(name)));
    CHECK((lua::why_absent(name).empty() || name == "coroutine"));
  }
  for (const lua::Word& word : lua::language()) {
    INFO(word.name);
    CHECK(there.count(word.name) == 1);
  }
}
