#include "stdlib/twilio/flex_merge.h"

#include <fstream>

#include "tests/support/catch.h"

using namespace countersign;

namespace {

// The fixture writes undefined as a text, JSON has none.
json revived(const json& value) {
  if (value == "@undefined") return undefined();
  if (!value.is_structured()) return value;
  json out = value;
  for (json& part : out) part = revived(part);
  return out;
}

json cases(const std::string& mode) {
  std::ifstream file(COUNTERSIGN_SOURCE_DIR "/tests/fixtures/flex_merge_cases.json");
  json found = json::array();
  for (json& one : json::parse(file))
    if (one["mode"] == mode) found.push_back(std::move(one));
  return found;
}

Result<json> answer(const json& one) {
  const json layers = revived(one);
  if (one["mode"] == "merge")
    return merge(json::object(), layers["sources"].get<std::vector<json>>());
  if (one["mode"] == "skills") return merge_skills(layers["live"], layers["source"]);
  return merge_ui_attributes({layers["common"], layers["client"], layers["live"]},
                             one["mode"] == "overwrite");
}

// JSON as lodash's answer would be printed: an undefined that is left is not there.
json printed(const json& value) {
  json out = value;
  if (value.is_object())
    for (const auto& [key, part] : value.items())
      part.is_discarded() ? void(out.erase(key)) : void(out[key] = printed(part));
  if (value.is_array())
    for (json& part : out) part = part.is_discarded() ? json() : printed(part);
  return out;
}

json merged(const std::vector<const char*>& sources) {
  std::vector<json> parsed;
  for (const char* source : sources) parsed.push_back(json::parse(source));
  const auto result = merge(json::object(), parsed);
  return result ? *result : json(result.error().message);
}

}  // namespace

TEST_CASE("the merge agrees with lodash on every configuration of the fixture") {
  const struct {
    const char* mode;
    std::size_t at_least;
  } modes[] = {{"merge", 1000}, {"normal", 300}, {"overwrite", 300}, {"skills", 200}};
  for (const auto& [mode, at_least] : modes) {
    const json all = cases(mode);
    REQUIRE(all.size() >= at_least);
    std::size_t thrown = 0;
    for (const json& one : all) {
      const auto got = answer(one);
      INFO(one.dump());
      if (one.contains("throws")) {
        ++thrown;
        CHECK_FALSE(got);
        continue;
      }
      if (!got) FAIL(got.error().message);
      if (printed(*got) != one["expected"]) FAIL("got " << printed(*got).dump());
    }
    if (std::string(mode) == "merge") CHECK(thrown >= 20);
  }
}

TEST_CASE("objects merge by key, arrays by index, null overwrites, clashes go to the source") {
  const struct {
    const char *object, *source, *expected;
  } table[] = {
      {R"({"a":{"b":1}})", R"({"a":{"c":2}})", R"({"a":{"b":1,"c":2}})"},
      {R"({"a":[1,2,3]})", R"({"a":[9]})", R"({"a":[9,2,3]})"},
      {R"({"a":[{"x":1}]})", R"({"a":[{"y":2},4]})", R"({"a":[{"x":1,"y":2},4]})"},
      {R"({"a":{"b":1}})", R"({"a":null})", R"({"a":null})"},
      {R"({"a":null})", R"({"a":{"b":1}})", R"({"a":{"b":1}})"},
      {R"({"a":{"b":1}})", R"({"a":"text"})", R"({"a":"text"})"},
      {R"({"a":"text"})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"a":{"b":1}})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"a":{"length":2,"1":"x"}})", R"({"a":[7]})", R"({"a":[7,"x"]})"},
      {R"({"a":[1,2]})", R"({"a":{"1":"x","b":3}})", R"({"a":[1,"x"]})"},
      {R"({"a":[1,2,3]})", R"({"a":{"length":1}})", R"({"a":[1]})"},
      {R"({"a":[1]})", R"({"a":{"3":4}})", R"({"a":[1,null,null,4]})"},
      {R"({"a":1})", R"({"__proto__":{"polluted":true}})", R"({"a":1})"},
      {R"({})", R"({"__proto__":5,"constructor":{"prototype":{"x":1}}})",
       R"({"__proto__":5,"constructor":{"prototype":{"x":1}}})"},
      {R"({"a":{}})", R"({"a":{}})", R"({"a":{}})"},
  };
  for (const auto& [object, source, expected] : table) {
    INFO(object << " with " << source);
    CHECK(merged({object, source}) == json::parse(expected));
  }
}

TEST_CASE("what lodash throws at, and what would fill the memory, is an error") {
  const struct {
    const char *object, *source, *message;
  } table[] = {
      {R"({"a":[]})", R"({"a":{"length":"abc"}})",
       "merge: an array's \"length\" is set to something that is no length"},
      {R"({"a":[]})", R"({"a":{"length":-1}})",
       "merge: an array's \"length\" is set to something that is no length"},
      {R"({"a":[]})", R"({"a":{"length":1e9}})", "merge: a \"length\" beyond the limit"},
      {R"({"a":{"length":1e9}})", R"({"a":[]})", "merge: a \"length\" beyond the limit"},
      {R"({"a":[]})", R"({"a":{"4000000000":1}})", "merge: an index beyond the limit"},
  };
  for (const auto& [object, source, message] : table) {
    INFO(object << " with " << source);
    CHECK(merged({object, source}) == message);
  }
  json deep = json::object();
  for (int i = 0; i < 300; ++i) deep = {{"a", deep}};
  CHECK(merge(json::object(), {deep}).error().message == "merge: nested too deeply");
  CHECK(merge(json::object(), {json::array()}).error().message == "merge: want objects to merge");
}

TEST_CASE(
    "live wins in a normal deploy; the files win, and obsolete custom data goes, in an overwriting "
    "one") {
  const FlexLayers layers = {
      json::parse(
          R"({"custom_data":{"features":{"vm":{"enabled":true,"retries":3}}},"theme":"common"})"),
      json::parse(R"({"custom_data":{"features":{"vm":{"enabled":false}}}})"),
      json::parse(
          R"({"custom_data":{"features":{"vm":{"enabled":true}},"old":1},"theme":"live","own":1})")};
  CHECK(*merge_ui_attributes(layers, false) ==
        json::parse(R"({"custom_data":{"features":{"vm":{"enabled":true,"retries":3}},"old":1},
                        "theme":"live","own":1})"));
  CHECK(*merge_ui_attributes(layers, true) ==
        json::parse(R"({"custom_data":{"features":{"vm":{"enabled":false,"retries":3}}},
                        "theme":"common","own":1})"));
  CHECK(*merge_ui_attributes({json::object(), {{"a", 1}}, nullptr}, true) == json{{"a", 1}});
}

TEST_CASE("a secret's handle is merged whole") {
  const json handle = {{"$countersign", {{"handle", "secret"}, {"id", "x"}}}};
  const json other = {{"$countersign", {{"handle", "secret"}, {"id", "y"}, {"more", 1}}}};
  CHECK(*merge({{"key", other}}, {{{"key", handle}}}) == json{{"key", handle}});
}

TEST_CASE("of skills with one name the live one is kept") {
  const json live = json::parse(R"([{"name":"vip","minimum":1},{"name":"english"}])");
  const json source = json::parse(R"([{"name":"vip"},{"name":"spanish"}])");
  CHECK(*merge_skills(live, source) ==
        json::parse(R"([{"name":"vip","minimum":1},{"name":"english"},{"name":"spanish"}])"));
  CHECK(*merge_skills(nullptr, source) == source);
  const json twice = json::parse(R"([{"name": "a"}, {"name": "a", "minimum": 1}])");
  CHECK(*merge_skills(nullptr, twice) == twice);
  CHECK(merge_skills(json::array(), twice)->size() == 1);
  CHECK_FALSE(merge_skills(json::object(), source));
}
