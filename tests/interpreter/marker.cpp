// Marked values: what stands in for what, and on which operations it depends.
#include "interpreter/placeholder.h"

#include "tests/support/catch.h"

using namespace countersign;

namespace {

TEST_CASE("marker: only an object with the one reserved key and an object behind it is marked") {
  CHECK(marked({{kMark, {{"handle", "secret"}}}}));
  const json plain[] = {nullptr,
                        "text",
                        json::array({kMark}),
                        json::object(),
                        {{kMark, "text"}},
                        {{kMark, json::array()}},
                        {{kMark, {{"handle", "secret"}}}, {"more", 1}}};
  for (const json& value : plain) {
    INFO(value.dump());
    CHECK_FALSE(marked(value));
    CHECK_FALSE(is_handle(value));
    CHECK_FALSE(is_placeholder(value));
    CHECK(handle_id(value).empty());
  }
}

TEST_CASE("marker: handles have a kind and an id, placeholders have neither") {
  const json handle = make_handle("secret", "env:KEY", {{"fingerprint", "x"}});
  CHECK(is_handle(handle));
  CHECK(is_handle(handle, "secret"));
  CHECK_FALSE(is_handle(handle, "snapshot"));
  CHECK(handle_id(handle) == "env:KEY");
  CHECK_FALSE(is_placeholder(handle));
  const json placeholder = make_placeholder(3, "/sid");
  CHECK(is_placeholder(placeholder));
  CHECK_FALSE(is_handle(placeholder));
  CHECK(is_placeholder({{kMark, {{"template", {"a"}}}}}));
  CHECK(handle_id({{kMark, {{"handle", "secret"}, {"id", 7}}}}).empty());
}

TEST_CASE("marker: what a value depends on is found at any depth, in templates too") {
  const json text = {
      {kMark, {{"template", {"to ", make_placeholder(4, ""), make_placeholder(9, "")}}}}};
  const json value = {{"a", {1, make_placeholder(2, "/x")}}, {"b", {{"c", text}}}};
  CHECK(depends_on(value) == 9);
  CHECK(has_placeholder(value));
  CHECK(operations_in(value) == std::set<int>{2, 4, 9});
  CHECK(depends_on({{"a", make_handle("secret", "env:KEY")}}) == 0);
  CHECK_FALSE(has_placeholder({{"a", {1, "two", nullptr}}}));
  CHECK(operations_in(json::array()).empty());
}

}  // namespace
