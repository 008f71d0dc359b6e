// What is done to texts and files everywhere: encoding, patterns, cutting, reading, hints.
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "interpreter/did_you_mean.h"
#include "interpreter/percent.h"
#include "interpreter/utf8.h"
#include "interpreter/whole_file.h"
#include "interpreter/wildcard.h"
#include "tests/support/catch.h"

using namespace countersign;

TEST_CASE("percent: what is not unreserved is encoded, and comes back") {
  const std::tuple<std::string, std::string, std::string> cases[] = {
      {"AZaz09-_.~", "", "AZaz09-_.~"},
      {"a b", "", "a%20b"},
      {"a/b", "", "a%2Fb"},
      {"a/b c", "/", "a/b%20c"},
      {"100%", "", "100%25"},
      {"caf\xC3\xA9", "", "caf%C3%A9"},
      {std::string("\0+", 2), "", "%00%2B"},
      {"", "", ""},
  };
  for (const auto& [text, plain, encoded] : cases) {
    INFO(encoded);
    CHECK(percent_encode(text, plain) == encoded);
    CHECK(percent_decode(encoded, false) == text);
  }
}

TEST_CASE("percent: what is no escape stays, and a plus is a space in forms only") {
  for (const std::string same : {"%", "%4", "%zz", "%4z", "a%"})
    CHECK(percent_decode(same, true) == same);
  CHECK(percent_decode("%41%4a%4A", false) == "AJJ");
  CHECK(percent_decode("a+b%2B", true) == "a b+");
  CHECK(percent_decode("a+b%2B", false) == "a+b+");
}

TEST_CASE("wildcard: a star is any text, a question mark one byte or itself") {
  struct Case {
    std::string pattern, text;
    bool any_byte, itself;
  };
  const Case cases[] = {
      {"", "", true, true},
      {"", "a", false, false},
      {"*", "", true, true},
      {"*", "a/b", true, true},
      {"a*c", "abbc", true, true},
      {"a*c", "abb", false, false},
      {"*a*b", "xaab", true, true},
      {"a?c", "abc", true, false},
      {"a?c", "a?c", true, true},
      {"?", "", false, false},
      {"*?", "a", true, false},
      {"a**", "a", true, true},
      {"*ab", "aab", true, true},
      {"/v1/x?y=*", "/v1/x?y=2", true, true},
      {"/v1/x?y=*", "/v1/xay=2", true, false},
  };
  for (const Case& one : cases) {
    INFO(one.pattern + " | " + one.text);
    CHECK(wildcard_matches(one.pattern, one.text, QuestionMark::any_byte) == one.any_byte);
    CHECK(wildcard_matches(one.pattern, one.text, QuestionMark::itself) == one.itself);
  }
  std::string stars;
  for (int i = 0; i < 40; ++i) stars += "a*";
  CHECK_FALSE(wildcard_matches(stars + "b", std::string(20'000, 'a'), QuestionMark::any_byte));
}

TEST_CASE("utf8: a text is cut between characters, and says that it was") {
  CHECK(clipped("short", 5) == "short");
  CHECK(clipped("longer", 5) == "lo...");
  CHECK(clipped("longer", 5, "") == "longe");
  CHECK(clipped("longer", 2) == "...");
  CHECK(clipped("", 0) == "");
  const std::string euros = "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC";
  CHECK(clipped(euros, 9) == euros);
  for (const std::size_t most : {6, 7, 8}) CHECK(clipped(euros, most) == "\xE2\x82\xAC...");
  CHECK(clipped(euros, 5, "") == "\xE2\x82\xAC");
  CHECK(clipped("\xF0\x9F\x98\x80", 3, "") == "");
  // What is no UTF-8 is cut where it must be.
  CHECK(clipped(std::string(10, '\x80'), 6, "").size() == 3);
}

TEST_CASE("whole file: all of it, or why not") {
  const std::string folder = std::filesystem::temp_directory_path() / "countersign-whole-XXXXXX";
  std::string made = folder;
  REQUIRE(mkdtemp(made.data()) != nullptr);
  const std::string bytes = std::string(200'000, 'x') + std::string("\0\n", 2);
  std::ofstream(made + "/large", std::ios::binary) << bytes;
  std::ofstream(made + "/empty");

  CHECK(read_whole(made + "/large").bytes == bytes);
  CHECK(read_whole(made + "/large", bytes.size()).bytes == bytes);
  const WholeFile more = read_whole(made + "/large", bytes.size() - 1);
  CHECK_FALSE(more);
  CHECK(more.error == EFBIG);
  CHECK(more.bytes.empty());
  CHECK(read_whole(made + "/empty", 0));
  CHECK(read_whole(made + "/nothing").error == ENOENT);
  CHECK(read_whole(made).error == EISDIR);
  CHECK(read_whole(-1).error == EBADF);
  std::filesystem::remove_all(made);
}

TEST_CASE("did you mean: the nearest, or what is said otherwise") {
  const std::vector<std::string> names = {"status", "plan"};
  CHECK(did_you_mean("statsu", names) == "did you mean \"status\"?");
  CHECK(did_you_mean("statsu", names, "see --help") == "did you mean \"status\"?");
  CHECK(did_you_mean("elephant", names, "see --help") == "see --help");
  CHECK(did_you_mean("elephant", names) == "");
  CHECK(did_you_mean({"first", "second"}) == "did you mean \"first\"?");
}
