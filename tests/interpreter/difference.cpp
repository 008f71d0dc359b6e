// Comparing states: what differs, what is left out of it, and what a pattern covers.
#include "interpreter/difference.h"

#include "interpreter/placeholder.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

json secret(const std::string& id, const std::string& fingerprint) {
  return make_handle("secret", id, {{"fingerprint", fingerprint}});
}

TEST_CASE("difference: added, removed and replaced, by path") {
  const json from = {{"a", 1}, {"b", {1, 2}}, {"c", {{"x/y", 1}, {"t~", 2}}}};
  const json to = {{"b", {1, 3, 4}}, {"c", {{"x/y", 2}}}, {"d", nullptr}};
  CHECK(difference(from, to) ==
        json{{{"op", "remove"}, {"path", "/a"}, {"from", 1}},
             {{"op", "replace"}, {"path", "/b/1"}, {"from", 2}, {"to", 3}},
             {{"op", "add"}, {"path", "/b/2"}, {"to", 4}},
             {{"op", "remove"}, {"path", "/c/t~0"}, {"from", 2}},
             {{"op", "replace"}, {"path", "/c/x~1y"}, {"from", 1}, {"to", 2}},
             {{"op", "add"}, {"path", "/d"}, {"to", nullptr}}});
  CHECK(difference(from, from) == json::array());
  CHECK(difference({1, 2}, {1}) == json{{{"op", "remove"}, {"path", "/1"}, {"from", 2}}});
  CHECK(difference(json::object(), json::array()).size() == 1);
}

TEST_CASE("difference: secrets are compared by fingerprint, handles as a whole") {
  CHECK(difference(secret("a", "k:1"), secret("b", "k:1")) == json::array());
  CHECK(difference(secret("a", "k:1"), secret("a", "k:2")).size() == 1);
  CHECK(difference(secret("a", "k:1"), secret("a", "k:2"))[0]["path"] == "");
  const json unknown = make_handle("secret", "a"), other = make_handle("secret", "b");
  CHECK(difference(unknown, other).size() == 1);
  const json snapshot = make_handle("snapshot", "a", {{"fingerprint", "k:1"}});
  CHECK(difference(secret("a", "k:1"), snapshot).size() == 1);
  CHECK(difference({{"x", secret("a", "k:1")}}, {{"x", {{"y", 1}}}})[0]["path"] == "/x");
}

TEST_CASE("difference: what pointers name is left out, stars stand for one segment") {
  const json value = {{"a", {{"date", 1}, {"name", 2}}}, {"b", {{"date", 3}}}, {"c", {1, 2}}};
  CHECK(without(value, {"/*/date"}) ==
        json{{"a", {{"name", 2}}}, {"b", json::object()}, {"c", {1, 2}}});
  CHECK(without(value, {"/a"}) == json{{"b", {{"date", 3}}}, {"c", {1, 2}}});
  CHECK(without(value, {"/c/*"})["c"].empty());
  CHECK(without(value, {"/none/at/all", "/a/none"}) == value);
}

TEST_CASE("difference: a pattern covers what it names and what is below, segment by segment") {
  CHECK(covered("/a/b", {"/a/b"}));
  CHECK(covered("/a/b/c", {"/a/b"}));
  CHECK(covered("/a/b/c", {"/x", "/a/*"}));
  CHECK(covered("/a/b~1c", {"/a/b~1c"}));
  CHECK_FALSE(covered("/a", {"/a/b"}));
  CHECK_FALSE(covered("/a/bc", {"/a/b"}));
  CHECK_FALSE(covered("/a/b", {"/a/*/c"}));
  CHECK_FALSE(covered("/a/b", {}));
}

TEST_CASE("difference: pointers read and write one place") {
  json value = {{"a", {{"x/y", 1}}}, {"list", {10, 20}}};
  CHECK(at_pointer(value, "/a/x~1y") == 1);
  CHECK(at_pointer(value, "/list/1") == 20);
  CHECK(at_pointer(value, "/list/2").is_null());
  CHECK(at_pointer(value, "/list/x").is_null());
  CHECK(at_pointer(value, "") == value);
  set_pointer(value, "/a/new/deep", 3);
  set_pointer(value, "/list/0", 11);
  set_pointer(value, "/a/x~1y", nullptr);
  set_pointer(value, "/none/here", nullptr);
  CHECK(value == json{{"a", {{"new", {{"deep", 3}}}}}, {"list", {11, 20}}});
  CHECK(escape_pointer("a/b~c") == "a~1b~0c");
}

}  // namespace
