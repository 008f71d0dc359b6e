#include "interpreter/canonical.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

using nlohmann::json;

std::string written(double value) {
  const auto text = canonicalize(value);
  return text ? *text : "error";
}

std::string reread(std::string_view text) {
  const auto value = parse_json(text);
  return value ? canonical(*value) : value.error().message;
}

struct Number {
  std::uint64_t bits;
  const char* text;
};

TEST_CASE("numbers are written as RFC 8785, appendix B, writes them") {
  const Number table[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : table) CHECK(written(std::bit_cast<double>(bits)) == text);
  CHECK(said(canonicalize(std::nan(""))) ==
        "a number is infinite or not a number, and JSON has no such value");
  CHECK(said(canonicalize(std::numeric_limits<double>::infinity())) ==
        "a number is infinite or not a number, and JSON has no such value");
}

TEST_CASE("integers are written whole up to 2^53 - 1, and refused beyond") {
  CHECK(*canonicalize(9007199254740991) == "9007199254740991");
  CHECK(*canonicalize(-9007199254740991) == "-9007199254740991");
  CHECK(said(canonicalize(9007199254740992)) == "the integer 9007199254740992 is beyond 2^53 - 1");
  CHECK(said(canonicalize(-9007199254740992)) ==
        "the integer -9007199254740992 is beyond 2^53 - 1");
  CHECK(said(canonicalize(UINT64_MAX)) == "the integer 18446744073709551615 is beyond 2^53 - 1");
  CHECK_THROWS_AS(canonical(UINT64_MAX), std::logic_error);
}

TEST_CASE("keys stand in the order of their UTF-16 code units") {
  // RFC 8785, 3.2.3: a character beyond U+FFFF sorts before U+FB33.
  CHECK(reread(R"({"\u20ac":5,"\r":1,"\ufb33":7,"1":2,"\ud83d\ude00":6,"\u0080":3,"\u00f6":4})") ==
        "{\"\\r\":1,\"1\":2,\"\xC2\x80\":3,\"\xC3\xB6\":4,\"\xE2\x82\xAC\":5,"
        "\"\xF0\x9F\x98\x80\":6,\"\xEF\xAC\xB3\":7}");
  CHECK(reread(R"({"ab":1,"a":2,"":3,"aa":4})") == R"({"":3,"a":2,"aa":4,"ab":1})");
  CHECK(reread(R"({"\ue000":1,"\udbff\udfff":2,"\ud800\udc00":3})") ==
        "{\"\xF0\x90\x80\x80\":3,\"\xF4\x8F\xBF\xBF\":2,\"\xEE\x80\x80\":1}");
}

TEST_CASE("texts are written with the shortest escapes") {
  CHECK(reread(R"("\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/")") ==
        "\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  CHECK(reread(R"("\u0000\b\t\n\f\r\u001f\u007f")") == "\"\\u0000\\b\\t\\n\\f\\r\\u001f\x7f\"");
}

TEST_CASE("what is not one JSON value is refused with its place") {
  const std::pair<std::string, std::string> table[] = {
      {"", "the text ends where a value should stand at byte 0"},
      {"\xEF\xBB\xBF{}", "a byte order mark at byte 0"},
      {"{} x", "text after the value at byte 3"},
      {"{}{}", "text after the value at byte 2"},
      {R"({"a":1,"a":2})", "the key \"a\" a second time at byte 7"},
      {R"({"a":1,"\u0061":2})", "the key \"a\" a second time at byte 7"},
      {R"([{"b":{"a":1,"a":1}}])", "the key \"a\" a second time at byte 13"},
      {"{a:1}", "no key at byte 1"},
      {R"({"a" 1})", "no colon after a key at byte 5"},
      {R"({"a":1,})", "no key at byte 7"},
      {R"({"a":1)", "neither a comma nor the end of the object at byte 6"},
      {"[1 2]", "neither a comma nor the end of the list at byte 3"},
      {"[1,]", "no JSON value at byte 3"},
      {"\"a", "a text without its closing quote at byte 0"},
      {"\"a\nb\"", "a control character in a text at byte 2"},
      {"\"\\x\"", "an unknown escape at byte 1"},
      {"\"\\u12\"", "an unknown escape at byte 1"},
      {"\"\\u-123\"", "an unknown escape at byte 1"},
      {R"("\ud800")", "an unpaired surrogate at byte 1"},
      {R"("\ud800\u0041")", "an unpaired surrogate at byte 1"},
      {R"("\udc00")", "an unpaired surrogate at byte 1"},
      {R"("\ude00\ud83d")", "an unpaired surrogate at byte 1"},
      {"\"\x80\"", "bytes that are not UTF-8 at byte 1"},
      {"\"\xC0\xAF\"", "bytes that are not UTF-8 at byte 1"},
      {"\"\xE0\x80\xAF\"", "bytes that are not UTF-8 at byte 1"},
      {"\"\xED\xA0\x80\"", "bytes that are not UTF-8 at byte 1"},
      {"\"\xF4\x90\x80\x80\"", "bytes that are not UTF-8 at byte 1"},
      {"\"\xF0\x8F\xBF\xBF\"", "bytes that are not UTF-8 at byte 1"},
      {"\"\xE2\x82\"", "bytes that are not UTF-8 at byte 1"},
      {"01", "a number with a leading zero at byte 0"},
      {"-", "no JSON value at byte 0"},
      {"+1", "no JSON value at byte 0"},
      {"1.", "a number without digits after its point at byte 0"},
      {".5", "no JSON value at byte 0"},
      {"1e", "a number without digits in its exponent at byte 0"},
      {"NaN", "no JSON value at byte 0"},
      {"Infinity", "no JSON value at byte 0"},
      {"nul", "no JSON value at byte 0"},
      {"1e400", "a number that a double cannot hold at byte 0"},
      {"-1e400", "a number that a double cannot hold at byte 0"},
      {"1e-400", "a number that a double cannot hold at byte 0"},
      {"9007199254740993", "a number that a double cannot hold at byte 0"},
      {"123456789012345678901234567890", "a number that a double cannot hold at byte 0"},
      {"/**/1", "no JSON value at byte 0"},
      {std::string("1\0", 2), "text after the value at byte 1"},
      {std::string("\0", 1), "no JSON value at byte 0"},
  };
  for (const auto& [text, error] : table) {
    INFO(text);
    CHECK(said(parse_json(text)) == "not valid JSON: " + error);
  }
}

TEST_CASE("large numbers that a double holds are read") {
  CHECK(reread("9007199254740992") == "9007199254740992");
  CHECK(reread("999999999999999700000") == "999999999999999700000");
  CHECK(reread("1000000000000000000000000") == "1e+24");
  CHECK(reread("-0") == "0");
  CHECK(reread("0e400") == "0");
}

TEST_CASE("nesting is allowed to 200 and no deeper") {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(reread(nested(200)) == nested(200));
  CHECK(said(parse_json(nested(201))) == "not valid JSON: nesting deeper than 200 at byte 200");
  CHECK(said(parse_json(std::string(1000000, '['))) ==
        "not valid JSON: nesting deeper than 200 at byte 200");
  CHECK(said(parse_json([] {
          std::string text;
          for (int i = 0; i < 201; ++i) text += "{\"a\":";
          return text;
        }())) == "not valid JSON: nesting deeper than 200 at byte 1000");
  json deep = json::array();
  for (int i = 1; i < 200; ++i) deep = json::array({deep});
  CHECK(said(canonicalize(deep)) == "ok");
  CHECK(said(canonicalize(json::array({deep}))) == "nesting is deeper than 200");
}

TEST_CASE("what is not text is not written") {
  CHECK(said(canonicalize("\xff")) == "a text is not UTF-8 at its byte 0");
  CHECK(said(canonicalize({{"a\xC3", 1}})) == "a text is not UTF-8 at its byte 1");
  CHECK(said(canonicalize("\xED\xA0\x80")) == "a text is not UTF-8 at its byte 0");
  CHECK(said(canonicalize(json::binary({1}))) == "a value of binary type has no JSON text");
}

TEST_CASE("canonical reading refuses every other spelling of the same value") {
  CHECK(said(parse_canonical(R"({"a":1,"b":[true,null,"x"]})")) == "ok");
  const std::pair<const char*, int> table[] = {
      {R"({"b":1,"a":2})", 2}, {R"({"a":1} )", 7}, {" {}", 0},         {"{}\n", 2},
      {R"({"a": 1})", 5},      {"1.0", 1},         {"1e0", 1},         {"-0", 0},
      {R"("\u0041")", 1},      {R"("\/")", 1},     {R"("\u000A")", 2}, {"1E30", 1},
      {R"("\u001F")", 6},      {"0.50", 3},        {"1e+30 ", 5},
  };
  for (const auto& [text, at] : table) {
    INFO(text);
    CHECK(said(parse_canonical(text)) ==
          "not canonical JSON (RFC 8785): it differs from its canonical form at byte " +
              std::to_string(at));
  }
}

json random_value(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 4 ? 5 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(random() % 18014398509481983) - 9007199254740991;
    case 3:
      for (;;) {
        const double value = std::bit_cast<double>(random());
        if (std::isfinite(value)) return value;
      }
    case 4: {
      std::string text;
      static const char* kPieces[] = {
          "a", "\n", "\"", "\\", "\x01", "\xC3\xB6", "\xEF\xAC\xB3", "\xF0\x9F\x98\x80", "z"};
      for (auto left = random() % 6; left > 0; --left) text += kPieces[random() % 9];
      return text;
    }
    case 5: {
      json list = json::array();
      for (auto left = random() % 5; left > 0; --left)
        list.push_back(random_value(random, depth + 1));
      return list;
    }
    default: {
      json object = json::object();
      for (auto left = random() % 5; left > 0; --left) {
        json key;
        while (!key.is_string()) key = random_value(random, 5);
        object[key.get<std::string>()] = random_value(random, depth + 1);
      }
      return object;
    }
  }
}

TEST_CASE("what is written reads back as the same value and the same text") {
  std::mt19937_64 random(20261120);
  for (int i = 0; i < 20000; ++i) {
    const json value = random_value(random, 0);
    const std::string text = canonical(value);
    const auto again = parse_canonical(text);
    INFO(text);
    REQUIRE(said(again) == "ok");
    REQUIRE(canonical(*again) == text);
    // A whole number reads back as an integer whatever it was; the values are the same.
    REQUIRE(*again == value);
  }
}

TEST_CASE("doubles keep their value, every bit of it") {
  std::mt19937_64 random(8785);
  for (int i = 0; i < 200000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value) || value == 0) continue;
    const auto again = parse_canonical(written(value));
    REQUIRE(said(again) == "ok");
    REQUIRE(std::bit_cast<std::uint64_t>(again->get<double>()) ==
            std::bit_cast<std::uint64_t>(value));
  }
}

}  // namespace
}  // namespace countersign
