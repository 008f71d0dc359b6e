// What a script may do to its own host: use up time and memory, crash it, leave the allow-list. The
// engine lives.
#include <chrono>
#include <fstream>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/fake_provider.h"

using namespace countersign;
using namespace countersign::shelf;

namespace {
struct Bomb {
  const char* name;
  const char* code;
};

const Bomb kBombs[] = {
    {"an endless loop", "while true do end"},
    {"an endless loop in pcall", "while true do pcall(function() while true do end end) end"},
    {"a handler that loops",
     "xpcall(function() error(\"x\") end, function() while true do end end)"},
    {"coroutines without end", "while true do coroutine.wrap(function() end)() end"},
    {"a pattern that backtracks",
     "return (\"a\"):rep(40):find((\"a?\"):rep(40) .. (\"a\"):rep(40) .. \"b\")"},
    {"a text without end", "local s = \"x\" while true do s = s .. s end"},
    {"a huge rep", "return #(\"x\"):rep(1 << 40)"},
    {"a huge rep in pcall", "while true do pcall(string.rep, \"xxxxxxxxxx\", 1 << 34) end"},
    {"tables without end", "local t = {} while true do t[#t + 1] = {} end"},
    {"a huge move", "table.move({}, 1, 1 << 40, 2)"},
    {"a huge concat",
     "table.concat(setmetatable({}, { __len = function() return 1 << 40 end, __index = function() "
     "return \"x\" end }))"},
    {"a huge unpack", "return table.unpack({}, 1, 1 << 30)"},
    {"a deep recursion", "local function f() return 1 + f() end return f()"},
    {"a deep recursion in pcall",
     "local function f() return 1 + select(2, pcall(f)) end return f()"},
    {"a deep table", "local t = {} for i = 1, 10000 do t = { t } end return t"},
    {"a table that holds itself", "local t = {} t.t = t return t"},
    {"printing without end", "while true do print((\"x\"):rep(1000)) end"},
    {"a number that is none", "return 0 / 0"},
    {"an integer beyond 2^53", "return (1 << 53) + 1"},
    {"text that is not UTF-8", "return \"\\xff\""},
    {"calls without end", "while true do pcall(thing.items.fetch, { key = \"nothing\" }) end"},
    {"a parser bomb", nullptr},
};

std::string parser_bomb() {
  std::string code = "return t";
  for (int i = 0; i < 40000; ++i) code += ".b";
  return code;
}
}  // namespace

TEST_CASE("a script that uses up its host ends within seconds, and the engine goes on") {
  for (const Bomb& bomb : kBombs) {
    DYNAMIC_SECTION(bomb.name) {
      Fixture f;
      const auto begin = std::chrono::steady_clock::now();
      const PhaseResult ending = f.explore(bomb.code ? bomb.code : parser_bomb());
      const auto took = std::chrono::steady_clock::now() - begin;
      CHECK(ending.kind == PhaseResult::failed);
      CHECK_FALSE(ending.error.message.empty());
      // Calls are the engine's time, not the script's; everything else is stopped by the clock or
      // the cap.
      if (std::string(bomb.name) != "calls without end")
        CHECK(std::chrono::duration<double>(took).count() < 20);
      CHECK(f.explore("return 1 + 1").value == 2);
      CHECK(f.world.changes.empty());
    }
  }
}

TEST_CASE("what a script can reach is exactly the allow-list") {
  Fixture f;
  const PhaseResult ending = f.explore(R"(
    local seen, names = {}, {}
    local function walk(value, path, depth)
      if depth > 6 then return end
      if type(value) == "table" and not seen[value] then
        seen[value] = true
        local mt = getmetatable(value)
        if type(mt) == "table" then walk(mt, path .. "<meta>", depth + 1) end
        for key, inner in pairs(value) do
          local name = path == "" and tostring(key) or path .. "." .. tostring(key)
          if inner ~= _G and not name:match("^thing") then names[#names + 1] = name .. ": " .. type(inner) end
          walk(inner, name, depth + 1)
        end
      end
    end
    walk(_G, "", 0)
    local string_meta = getmetatable("")
    names[#names + 1] = "getmetatable(\"\"): " .. tostring(string_meta)
    table.sort(names)
    return names)");
  REQUIRE(ending.kind == PhaseResult::finished);
  std::ifstream in(COUNTERSIGN_SOURCE_DIR "/tests/attacks/allowed_names.txt");
  std::string line, allowed, found;
  while (std::getline(in, line))
    if (!line.empty() && line[0] != '#') allowed += line + "\n";
  for (const json& name : ending.value) found += name.get<std::string>() + "\n";
  CHECK(found == allowed);
}

TEST_CASE("values, order and text are the same in every process") {
  const char* code = R"(
    local t, out = {}, {}
    for i = 1, 300 do t["key" .. (i * 7919 % 1000)] = i end
    t[1], t[2.5], t[true] = 1, 2, 3
    for key, value in pairs(t) do out[#out + 1] = tostring(key) .. "=" .. value end
    local k, v = next(t)
    out[#out + 1] = tostring(k)
    out[#out + 1] = tostring(print) .. tostring({}) .. tostring(coroutine.create(print))
    out[#out + 1] = string.format("%s %s", {}, print)
    local list = {}
    for i = 1, 500 do list[i] = { n = i * 7919 % 100, i = i } end
    table.sort(list, function(a, b) return a.n < b.n end)
    for _, one in ipairs(list) do out[#out + 1] = one.n .. ":" .. one.i end
    return out)";
  Fixture f;
  const PhaseResult first = f.explore(code);
  REQUIRE(first.kind == PhaseResult::finished);
  for (int i = 0; i < 10; ++i) CHECK(f.explore(code).value == first.value);
}

TEST_CASE("a metatable cannot be made weak, however late it is said") {
  Fixture f;
  const PhaseResult ending = f.explore(R"(
    local mt = { __index = function() return "absent" end }
    local held = setmetatable({}, mt)
    mt.__mode = "v"
    rawset(mt, "__mode", "kv")
    for i = 1, 1000 do held[i] = { i } end
    local waste
    for i = 1, 300000 do waste = { waste and #waste } end
    local kept = 0
    for i = 1, 1000 do if rawget(held, i) then kept = kept + 1 end end
    return kept)");
  REQUIRE(ending.kind == PhaseResult::finished);
  CHECK(ending.value == 1000);
}

TEST_CASE("metatables are what scripts expect of them") {
  Fixture f;
  const PhaseResult ending = f.explore(R"lua(
    local out = {}
    local class = {}
    class.__index = class
    class.__add = function(a, b) return a.n + b.n end
    local a = setmetatable({ n = 1 }, class)
    function class.double(self) return self.n * 2 end
    out[1] = a:double()
    out[2] = getmetatable(a) == class
    out[3] = a + setmetatable({ n = 4 }, class)
    -- What is added is seen with the next use of the metatable.
    class.__call = function(_, x) return x end
    setmetatable({}, class)
    out[4] = a(7)
    out[5] = getmetatable(setmetatable({}, { __metatable = "mine" }))
    out[6] = pcall(setmetatable, setmetatable({}, { __metatable = false }), {})
    out[7] = getmetatable(setmetatable(setmetatable({}, class), nil)) == nil
    out[8] = tostring(setmetatable({}, { __tostring = function() return "said" end }))
    return out)lua");
  REQUIRE(ending.kind == PhaseResult::finished);
  CHECK(ending.value == json::parse(R"([2, true, 5, 7, "mine", false, true, "said"])"));
}

TEST_CASE("a script that asks for modules without an end is ended at once") {
  Fixture f;
  const PhaseResult ending = f.explore("while true do pcall(require, \"nosuch\") end");
  CHECK(ending.kind == PhaseResult::failed);
  CHECK(ending.error.kind == "limit");
  CHECK(ending.error.message == "the script asked for more than 1000 modules without an end");
}

TEST_CASE("an error that a script makes up is the script's, whatever its table says") {
  for (const char* kind : {"check", "refused", "waiting", "early", "drift", "in_doubt", "state",
                           "config", "limit", "interrupted", "provider", "transport", "anything"}) {
    Fixture f;
    INFO(kind);
    const auto run =
        f.run(f.runbook("read \"look\" (function() check(true, \"it rings\") error({ kind = \"" +
                        std::string(kind) + "\", message = \"made up\", status = 503 }) end)"));
    REQUIRE(run);
    CHECK(f.said.kind == "script");
    CHECK(f.said.message == "made up");
    CHECK(f.said.status == 0);
    CHECK(run->state().status == RunStatus::failed);
  }
}

TEST_CASE("an error that the engine gave a script stays what it is, and no other does") {
  Fixture f;
  const PhaseResult handed_on =
      f.explore("local ok, e = pcall(thing.items.fetch, { key = \"nothing\" }) error(e)");
  CHECK(handed_on.error.kind == "provider");
  CHECK(handed_on.error.status == 404);
  const PhaseResult changed = f.explore(
      "local ok, e = pcall(thing.items.fetch, { key = \"nothing\" }) "
      "rawset(e, \"kind\", \"in_doubt\") error(e)");
  CHECK(changed.error.kind == "script");
  const PhaseResult silent = f.explore("error({ kind = \"check\" })");
  CHECK(silent.error.kind == "script");
  CHECK_FALSE(silent.error.message.empty());
}

TEST_CASE("what would differ from run to run is absent or refused") {
  struct Case {
    const char* code;
    const char* said;
  };
  const Case cases[] = {
      {"return os", nullptr},
      {"return io", nullptr},
      {"return debug", nullptr},
      {"return package", nullptr},
      {"return load", nullptr},
      {"return loadfile", nullptr},
      {"return dofile", nullptr},
      {"return collectgarbage", nullptr},
      {"return string.dump", nullptr},
      {"return math.random", nullptr},
      {"return coroutine.close", nullptr},
      {"return string.format(\"%p\", {})", "%p is not allowed"},
      {"return setmetatable({}, { __gc = function() end })", "__gc is not allowed"},
      {"return setmetatable({}, { __mode = \"k\" })", "__mode is not allowed"},
      {"for k in pairs({ [{}] = 1 }) do end", "has no stable order"},
      {"return next({ [print] = 1 })", "has no stable order"},
  };
  for (const Case& one : cases) {
    Fixture f;
    INFO(one.code);
    const PhaseResult ending = f.explore(one.code);
    if (one.said) {
      CHECK(ending.kind == PhaseResult::failed);
      CHECK(ending.error.message.find(one.said) != std::string::npos);
    } else {
      CHECK(ending.kind == PhaseResult::finished);
      CHECK(ending.value.is_null());
    }
  }
}
