// The kinds of rails: what every entry has to have, and how its sentences are filled in. What each
// of them refuses is in rails.cpp.
#include "interpreter/rail_kinds.h"

#include <set>

#include "tests/support/catch.h"

using namespace countersign;

namespace {

// The names in {braces} of a form.
std::set<std::string> named_in(const std::string& form) {
  std::set<std::string> names;
  for (std::size_t at = form.find('{'); at != std::string::npos; at = form.find('{', at + 1))
    names.insert(form.substr(at + 1, form.find('}', at) - at - 1));
  return names;
}

std::string said(const std::string& form, const std::string& kind, const json& rail) {
  return fill_in(form, *rail_kind(kind), rail, in_message);
}

}  // namespace

TEST_CASE("rail kinds: every entry is whole, and its sentences name its own fields") {
  const std::set<std::string> types = {"text", "table", "operation", "list of operation",
                                       "operation or rails.needs"};
  std::set<std::string> seen;
  for (const RailKind& kind : rail_kinds()) {
    INFO(kind.name);
    CHECK(seen.insert(kind.name).second);
    CHECK(rail_kind(kind.name) == &kind);
    CHECK_FALSE(kind.summary.empty());
    CHECK_FALSE(kind.sentence.empty());
    CHECK(kind.lets != nullptr);
    // A rail says why by itself, or its author does.
    CHECK(kind.fields.empty() != kind.why.empty());
    std::set<std::string> fields = {"target"};
    for (const RailField& field : kind.fields) {
      CHECK(types.count(field.type) == 1);
      CHECK_FALSE(field.doc.empty());
      fields.insert(field.name);
      if (!field.arguments.empty()) fields.insert(field.arguments);
    }
    for (const std::string& form : {kind.refusal, kind.sentence, kind.kept})
      for (const std::string& name : named_in(form)) CHECK(fields.count(name) == 1);
  }
  CHECK(rail_kind("always") == nullptr);
}

TEST_CASE("rail kinds: a form is filled in, and a part that says nothing is left out") {
  const json rail = {{"operation", "env.delete"},
                     {"needs", "flex.deploy"},
                     {"needs_arguments", {{"overwrite", true}, {"client", "acme"}}}};
  const std::string form = "{operation} after {needs}[ with {needs_arguments}], always";
  CHECK(said(form, "after", rail) ==
        "env.delete after flex.deploy with client = \"acme\", overwrite = true, always");
  json plain = rail;
  plain["needs_arguments"] = json::object();
  CHECK(said(form, "after", plain) == "env.delete after flex.deploy, always");
  plain.erase("needs_arguments");
  CHECK(said(form, "after", plain) == "env.delete after flex.deploy, always");
  CHECK(said("{needs}", "after_one_of", {{"needs", {"a.b", "c.d"}}}) == "a.b or c.d");
  CHECK(said("nothing to fill in", "never", rail) == "nothing to fill in");
}

TEST_CASE("rail kinds: scripts are told the fields by place") {
  const json all = rail_kinds_for_script();
  REQUIRE(all.size() == rail_kinds().size());
  for (const json& kind : all) {
    if (kind["name"] == "snapshot_first") {
      CHECK(kind["fields"].empty());
      CHECK(kind["why"] == "what is not recorded before a change cannot be compared after it");
    }
    if (kind["name"] != "after") continue;
    CHECK(kind["fields"] == json::parse(R"([
            {"name": "operation", "type": "operation", "doc": "what is forbidden", "required": true},
            {"name": "needs", "type": "operation or rails.needs", "required": true,
             "doc": "what has to be confirmed done before", "arguments": "needs_arguments"},
            {"name": "why", "type": "text", "doc": "why it holds", "required": false}])"));
  }
}

TEST_CASE("rail kinds: a value is of a field's type or not") {
  const RailField list = {"needs", "list of operation", ""}, table = {"arguments", "table", ""},
                  text = {"phase", "text", ""};
  CHECK(has_type("inspect", text));
  CHECK_FALSE(has_type(5, text));
  CHECK_FALSE(has_type(json(), text));
  CHECK(has_type(json::object(), table));
  CHECK_FALSE(has_type("x", table));
  CHECK(has_type(json::array({"a.b"}), list));
  CHECK_FALSE(has_type(json::array(), list));
  CHECK_FALSE(has_type(json::array({"a.b", 5}), list));
  CHECK_FALSE(has_type("a.b", list));
}
