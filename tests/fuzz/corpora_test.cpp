// Every file of every corpus, through the entry point that a fuzzer uses.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/target.h"
#include "tests/support/catch.h"

using namespace countersign;
namespace fs = std::filesystem;

namespace {

const fs::path kCorpora = COUNTERSIGN_SOURCE_DIR "/tests/fuzz/corpus";

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("fuzz: what the fuzzers kept is read without harm") {
  for (const fuzz::Target& target : fuzz::targets()) {
    std::size_t played = 0;
    for (const auto& file : fs::directory_iterator(kCorpora / target.name)) {
      INFO(file.path().string());
      const std::string bytes = bytes_of(file.path());
      CHECK_NOTHROW(target.play(bytes));
      for (const std::size_t cut : {bytes.size() / 2, bytes.size() - bytes.size() / 4})
        CHECK_NOTHROW(target.play(std::string_view(bytes).substr(0, cut)));
      ++played;
    }
    INFO(target.name);
    CHECK(played > 0);
    CHECK_NOTHROW(target.play(""));
  }
}

TEST_CASE("fuzz: every corpus has its target") {
  for (const auto& folder : fs::directory_iterator(kCorpora)) {
    bool known = false;
    for (const fuzz::Target& target : fuzz::targets())
      known = known || folder.path().filename() == target.name;
    INFO(folder.path().string());
    CHECK(known);
  }
}

}  // namespace
