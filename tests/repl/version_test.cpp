// What a program says it was built from.
#include <filesystem>

#include "repl/version.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using room::CliFixture;

TEST_CASE("--version says the project's version, and the commit where there is one") {
  CliFixture room;
  const std::string said = room.countersign({"--version"}).out;
  INFO(said);
  const std::string begins = std::string("countersign ") + kVersion;
  if (std::filesystem::exists(COUNTERSIGN_SOURCE_DIR "/.git")) {
    CHECK(said.rfind(begins + " (", 0) == 0);
    CHECK(said.substr(said.size() - 2) == ")\n");
  } else {
    CHECK(said == begins + "\n");
  }
}
