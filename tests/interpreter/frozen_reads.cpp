// What is read is read-only, and how it is changed: by a copy that keeps what it does not touch.
#include "interpreter/run.h"
#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {

// What code says in a read phase behind one that returned `{ lamp, deep = { list = {} } }`.
struct Said {
  Fixture f;
  std::unique_ptr<Run> run;
  Error error;
  json value;

  explicit Said(const std::string& code) {
    run = f.run(f.runbook(R"(read "before" (function()
      return { lamp = thing.items.fetch { key = "lamp" }, deep = { list = { 1, 2 }, none = {} } }
    end),
    read "now" (function(run)
)" + code + R"(
    end))"));
    error = f.said;
    if (run && run->state().phases.count("now") != 0) value = run->state().phases.at("now");
  }
};

}  // namespace

TEST_CASE("whatever sets something in what was read is an error at its line that names edit") {
  for (const char* code : {
           "local lamp = thing.items.fetch { key = \"lamp\" } lamp.value = \"x\"",
           "local lamp = thing.items.fetch { key = \"lamp\" } lamp.other = \"x\"",
           "local lamp = thing.items.fetch { key = \"lamp\" } rawset(lamp, \"value\", \"x\")",
           "run.before.lamp.value = \"x\"",
           "run.before.lamp = nil",
           "run.before.deep.list[1] = 5",
           "run.before.deep.list[#run.before.deep.list + 1] = 5",
           "table.insert(run.before.deep.list, 5)",
           "table.remove(run.before.deep.list)",
           "table.sort(run.before.deep.list)",
           "table.move({ 7 }, 1, 1, 1, run.before.deep.list)",
           "local _, state = pairs(run.before.deep) state.list = nil",
           "run.profile.name = \"other\"",
           "run.params.account = \"other\"",
       }) {
    INFO(code);
    const Said said(code);
    CHECK(said.error.message.find("cannot be set: what was read is frozen") != std::string::npos);
    CHECK(said.error.hint.find("edit(document, function(d) … end)") != std::string::npos);
    CHECK(said.error.where.find(".lua:") != std::string::npos);
  }
}

TEST_CASE("what is read can be looked at like any table") {
  const Said said(R"(
      local d, names, items = run.before.deep, {}, {}
      for name in pairs(d) do names[#names + 1] = name end
      for i, one in ipairs(d.list) do items[i] = one * 10 end
      check(type(d) == "table" and #d.list == 2 and #d.none == 0, "it is a table")
      check(next(d) == "list" and next(d.none) == nil, "it is gone through")
      check(rawget(d.list, 2) == 2 and rawlen(d.list) == 2 and d.list[3] == nil, "it is read raw")
      check(rawequal(d.list, d.list) and d == d, "it is itself")
      check(select("#", table.unpack(d.list)) == 2 and table.concat(d.list, ",") == "1,2", "it is unpacked")
      check(tostring(d) == "table" and not pcall(setmetatable, d, {}), "it stays what it is")
      local sorted = table.move(d.list, 1, 2, 1, {})
      table.sort(sorted, function(a, b) return a > b end)
      return { names = names, items = items, sorted = sorted, again = d })");
  INFO(said.error.message);
  CHECK(said.value == json::parse(R"({"names": ["list", "none"], "items": [10, 20],
    "sorted": [2, 1], "again": {"list": [1, 2], "none": {}}})"));
}

TEST_CASE("a changed copy keeps what is left alone: lists, objects, nulls and kinds of numbers") {
  const Said said(R"(
      local text = '{"empty":[],"f":1.0,"flags":{},"n":1,"next":null,"states":[{"list":[null,2],"t":[]}],"x":[3]}'
      local was = json.decode(text)
      check(json.encode(was) == text, "it is written as it was read", json.encode(was))
      local now = edit(was, function(d)
        d.states[1].t[1] = { event = "x" }
        table.remove(d.x)
        d.added = json.list {}
        d.n = d.n + 1
      end)
      check(json.encode(was) == text, "what was read is as it was")
      check(math.type(now.f) == "float" and math.type(now.n) == "integer", "numbers keep their kind")
      local copy = edit(run.before.deep, function(d) d.none[1] = d.list[1] d.list = d.none end)
      return { now = now, text = json.encode(now), copy = copy, of = json.encode(copy, { indent = true }) })");
  INFO(said.error.message);
  REQUIRE(said.value.is_object());
  const std::string now =
      R"({"added":[],"empty":[],"f":1.0,"flags":{},"n":2,"next":null,"states":[{"list":[null,2],"t":[{"event":"x"}]}],"x":[]})";
  CHECK(said.value["text"] == now);
  CHECK(said.value["now"] == json::parse(now));
  CHECK(said.value["copy"] == json::parse(R"({"list": [1], "none": [1]})"));
  CHECK(said.value["of"] == "{\n  \"list\": [\n    1\n  ],\n  \"none\": [\n    1\n  ]\n}");
}

TEST_CASE("what edit, json.encode and json.list cannot take is said") {
  const std::pair<const char*, const char*> table[] = {
      {"edit(5, function() end)", "edit: the document: got number, want a table"},
      {"edit({})", "edit: what changes it: got nil, want a function"},
      {"edit({ f = print }, function() end)", "edit: got a function, want plain data"},
      {"edit({}, function(d) return {} end)", "edit: the function returned a table, want nothing"},
      {"json.encode(print)", "json.encode: got a function, want plain data"},
      {"json.encode({ 1, nil, 3 })", "json.encode: got a list with holes, want plain data"},
      {"json.encode({}, { indnt = true })",
       "json.encode: unknown field \"indnt\" (did you mean \"indent\"?)"},
      {"json.list { a = 1 }", "json.list: got an entry \"a\", want a list"},
      {"check(\"it is on\", run.before.lamp.value == \"on\")",
       "check: got the title \"it is on\" first, want the condition first"},
      {"return run.params.acount", "there is no parameter \"acount\" (did you mean \"account\"?)"},
  };
  for (const auto& [code, message] : table) {
    INFO(code);
    CHECK(Said(code).error.message == message);
  }
}

TEST_CASE("a script that does not end is ended, and said where it was") {
  const Said said("\n      while true do end");
  CHECK(said.error.kind == "limit");
  CHECK(said.error.message.find("without an end") != std::string::npos);
  CHECK(said.error.where.find(".lua:") != std::string::npos);
  const Said inside("\n      parallel({ 1 }, function() while true do end end)");
  const auto line = [](const std::string& where) { return where.substr(where.rfind('/')); };
  CHECK(line(inside.error.where) == line(said.error.where));
}
