#include "interpreter/utf8.h"

#include "tests/support/catch.h"

using namespace countersign;

TEST_CASE("utf8: well-formed text and nothing else") {
  for (const std::string good : {"", "plain", "caf\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                 "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    INFO(good);
    CHECK(is_utf8(good));
    CHECK(escape_bytes(good) == good);
  }
  const std::pair<std::string, std::string> bad[] = {
      {"caf\xE9", "caf\\xE9"},
      {"\xC0\x80", "\\xC0\\x80"},
      {"\xED\xA0\x80", "\\xED\\xA0\\x80"},
      {"\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"},
      {"a\x80z", "a\\x80z"},
      {"\xE2\x82", "\\xE2\\x82"},
      {"\xFF\xFE", "\\xFF\\xFE"},
  };
  for (const auto& [text, shown] : bad) {
    INFO(shown);
    CHECK_FALSE(is_utf8(text));
    CHECK(escape_bytes(text) == shown);
  }
}
