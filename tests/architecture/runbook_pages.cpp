// The pages of the shipped runbooks are written from the scripts and checked in; this compares the
// two, so that prose and procedure cannot part. COUNTERSIGN_WRITE_REFERENCE=1 writes them anew.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/process.h"

using namespace countersign;
namespace fs = std::filesystem;

namespace {

std::string text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::set<std::string> names(const fs::path& folder) {
  std::set<std::string> out;
  for (const auto& one : fs::directory_iterator(folder)) out.insert(one.path().filename().string());
  return out;
}

}  // namespace

TEST_CASE("the pages of the shipped runbooks are what the scripts say") {
  const fs::path kept = COUNTERSIGN_SOURCE_DIR "/docs/runbooks";
  char draft[] = "/tmp/countersign-pages-XXXXXX";
  const fs::path folder = mkdtemp(draft);
  const bool anew = std::getenv("COUNTERSIGN_WRITE_REFERENCE") != nullptr;
  const Ran ran =
      run_process({{COUNTERSIGN_BINARY_DIR "/countersign", "doc", "connie/setup", "connie/change",
                    "connie/troubleshoot", "connie/revert", "connie/audit", "connie/cancel", "--to",
                    anew ? kept.string() : (folder / "pages").string()},
                   folder.string()});
  INFO(ran.out << ran.err);
  CHECK(ran.code == 0);
  if (!anew) {
    // The matrix is written by `./dev matrix`, from worlds and not from scripts.
    std::set<std::string> pages = names(kept);
    pages.erase("matrix.md");
    REQUIRE(names(folder / "pages") == pages);
    for (const std::string& name : pages) {
      INFO(name);
      CHECK((text(folder / "pages" / name) == text(kept / name)));
    }
  }
  fs::remove_all(folder);
}
