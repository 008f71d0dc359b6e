// What the built binary says of how it was built: read with readelf, so that a flag that is set and
// does nothing is noticed too.
#include <cstdlib>
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/process.h"

using namespace countersign;

namespace {

std::string readelf(const std::string& options, const std::string& file) {
  const Ran ran = run_process({{"readelf", options, "-W", COUNTERSIGN_BINARY_DIR "/" + file}});
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  return ran.out;
}

bool has(const std::string& text, const std::string& word) {
  return text.find(word) != std::string::npos;
}

}  // namespace

#ifdef COUNTERSIGN_HARDENED
TEST_CASE("the program is built as Debian builds its own") {
  CHECK(has(readelf("-h", "countersign"), "DYN (Position-Independent Executable file)"));

  const std::string segments = readelf("-l", "countersign");
  CHECK(has(segments, "GNU_RELRO"));
  const std::size_t stack = segments.find("GNU_STACK");
  REQUIRE(stack != std::string::npos);
  const std::string line = segments.substr(stack, segments.find('\n', stack) - stack);
  CHECK(has(line, "RW"));
  CHECK_FALSE(has(line, "RWE"));

  const std::string dynamic = readelf("-d", "countersign");
  CHECK((has(dynamic, "BIND_NOW") || has(dynamic, "Flags: NOW")));
  CHECK_FALSE(has(dynamic, "RPATH"));
  CHECK_FALSE(has(dynamic, "RUNPATH"));
}

TEST_CASE("the project's own functions guard their stack and what is copied into buffers") {
  for (const std::string folder : {"interpreter", "approvals", "stdlib", "repl"}) {
    INFO(folder);
    const std::string symbols = readelf("-s", "libcountersign_" + folder + ".a");
    CHECK(has(symbols, "__stack_chk_fail"));
  }
  // One that reads into a buffer of known size, by a function that then knows it too.
  CHECK(has(readelf("-s", "libcountersign_interpreter.a"), "_chk"));
#if defined(__x86_64__)
  for (const std::string folder : {"interpreter", "approvals", "stdlib", "repl"}) {
    INFO(folder);
    const std::string notes = readelf("-n", "libcountersign_" + folder + ".a");
    CHECK(has(notes, "IBT"));
    CHECK(has(notes, "SHSTK"));
  }
#endif
}
#endif
