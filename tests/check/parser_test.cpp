// The parser beside Lua's own: what one takes the other takes, whatever was done to the text.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <lua.hpp>
#include <random>
#include <sstream>

#include "repl/check/check.h"
#include "repl/check/parser.h"
#include "stdlib/catalogue.h"
#include "tests/support/catch.h"

using namespace countersign;
namespace fs = std::filesystem;

namespace {

const char* const kTricky = R"(
do goto done; local y = 1; ::done:: ; end
for i = 1, 3 do if i then goto continue end; local z = 2; ::continue:: end
repeat local q = 1; if q then goto c end; ::c:: until true
local t = { [1] = 2; a = 3, 4, f = function(...) return ... end, }
local s = "\z   x\x41\u{1F600}\065" .. 'a\
b' .. [==[
 long ]] ]==]
local n = 0x.8p1 + 3. + .5e-3 + 0xA + 1//2 ~ 3 & 4 | 5 << 1 >> 2
t.a.b["c"]:d("x"){1}[[y]].e = function() end
local a <const>, b <close> = 1, nil
function t.x.y:z(...) local other = self end
return not -#t ^ 2 .. "x", ...
)";

std::vector<std::string> texts() {
  std::vector<std::string> all = {kTricky};
  for (const char* folder : {"/runbooks/connie", "/stdlib/lua"})
    for (const auto& entry : fs::directory_iterator(COUNTERSIGN_SOURCE_DIR + std::string(folder)))
      if (entry.path().extension() == ".lua") {
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        all.push_back(text.str());
      }
  return all;
}

struct Lua {
  lua_State* state = luaL_newstate();
  ~Lua() { lua_close(state); }
  bool takes(const std::string& text) {
    const int result = luaL_loadbufferx(state, text.data(), text.size(), "=text", "t");
    lua_settop(state, 0);
    return result == LUA_OK;
  }
};

bool parses(const std::string& text) {
  return lua::parse("text", text).index() == 0;
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("the parser takes what Lua takes, of scripts that were cut, mangled and mixed") {
  const std::vector<std::string> all = texts();
  const char* const pieces[] = {"end",      "(",      ")",      "{",     "}",
                                "function", "local",  "goto x", "::x::", "break",
                                "return",   "..",     "...",    "=",     "<const>",
                                "\"",       "'",      "[[",     "]]",    "--",
                                "nil",      "if",     "then",   "else",  "while",
                                "do",       "repeat", "until",  "for",   "in",
                                "0x",       "1e",     "3..2",   ",",     ";",
                                ":",        ".",      "#",      "~",     "//",
                                "not",      "\\z",    "\\300",  "a = 1", "local a <close> = nil"};
  Lua theirs;
  std::mt19937 dice(20261121);
  for (const std::string& text : all) CHECK(parses(text));
  int disagreements = 0, taken = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = all[dice() % all.size()];
    text = text.substr(0, dice() % std::min<std::size_t>(text.size(), 3000));
    for (unsigned n = dice() % 4; n > 0 && !text.empty(); --n) {
      const std::size_t at = dice() % text.size();
      const std::string piece = pieces[dice() % std::size(pieces)];
      switch (dice() % 4) {
        case 0:
          text.erase(at, dice() % 5);
          break;
        case 1:
          text.insert(at, piece);
          break;
        case 2:
          text.insert(at, " " + piece + " ");
          break;
        default:
          text[at] = static_cast<char>(dice() % 256);
      }
    }
    const bool ours = parses(text);
    taken += ours;
    if (ours == theirs.takes(text)) continue;
    ++disagreements;
    UNSCOPED_INFO(text);
  }
  CHECK(disagreements == 0);
  CHECK(taken > 100);
}

TEST_CASE("what nests or goes on without end is refused at once") {
  const std::pair<const char*, std::string> bombs[] = {
      {"parentheses", "return " + repeated("(", 100000)},
      {"tables", "return " + repeated("{", 100000)},
      {"fields", "return t" + repeated(".b", 40000)},
      {"calls", "return t" + repeated("()", 40000)},
      {"additions", "return 1" + repeated(" + 1", 40000)},
      {"concatenations", "return 1" + repeated(" .. 1", 30000)},
      {"negations", "return " + repeated("not ", 30000) + "x"},
      {"functions", repeated("return function() ", 7000)},
      {"blocks", repeated("do ", 40000)},
      {"ifs", repeated("if x then ", 12000)},
      {"labels", repeated("::a::", 20000)},
      {"a long bracket", "return [" + repeated("=", 100000) + "["},
      {"locals", repeated("local a\n", 201)},
      {"zeros", std::string(1000, '\0')},
  };
  for (const auto& [name, text] : bombs) {
    INFO(name);
    const auto begin = std::chrono::steady_clock::now();
    const auto found = check_script("bomb.lua", text, standard_catalogue(), {});
    CHECK(found.size() == 1);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  }
}

TEST_CASE("scripts whose ways multiply are followed no further than to a limit") {
  // Each function calls the one before it twice; and two that call one another.
  std::string twice = "local function f0(x) return x end\n";
  for (int i = 1; i < 50; ++i) {
    const std::string n = std::to_string(i), before = std::to_string(i - 1);
    twice += "local function f" + n + "(x) if x then return f" + before + "(x) else return f" +
             before + "(not x) end end\n";
  }
  twice += "return f49(1)\n";
  const std::string mutual =
      "local a, b\nfunction a(x) return b(x) end\nfunction b(x) return a(x) end\nreturn a(1)\n";
  const std::string itself = "local t = {} t.t = t t[t] = t return t\n";
  const auto begin = std::chrono::steady_clock::now();
  const auto found = check_script("twice.lua", twice, standard_catalogue(), {});
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == "too-large");
  CHECK(check_script("mutual.lua", mutual, standard_catalogue(), {}).empty());
  CHECK(check_script("itself.lua", itself, standard_catalogue(), {}).empty());
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("a syntax error says what was wanted, and where") {
  const std::pair<const char*, const char*> cases[] = {
      {"local x = ", "1:11 want an expression: the script ends"},
      {"if x then", "1:10 want \"end\" to close the \"if\": the script ends"},
      {"while x do\n\n", "3:1 want \"end\" to close the \"while\" of line 1: the script ends"},
      {"f(1, 2", "1:7 want \")\" to close the \"(\": the script ends"},
      {"for i do end", "1:7 want \"=\" or \"in\": got \"do\""},
      {"x = }", "1:5 want an expression: got \"}\""},
      {"return 1\nlocal x", "2:1 nothing may follow a return in its block: got \"local\""},
      {"local a <constant> = 1", "1:10 want <const> or <close>, got <constant>"},
      {"local é = 1", "1:7 \"\\xC3\" means nothing in Lua"},
      {"x = \"é\" y =", "1:12 want an expression: the script ends"},
      {"x = 'a\\q'", "1:7 \"\\q\" is not an escape; a backslash itself is \\\\"},
      {"x = '\\300'", "1:6 \\300 is more than one byte holds, which is 255"},
      {"x = 1 2", "1:7 want an expression: got \"2\""},
      {"goto a; local b; ::a:: print(b)", "1:1 this goto jumps into the scope of the local \"b\""},
      {"::a:: ::a::", "1:1 the label \"a\" stands twice"},
      {"function f() return ... end", "1:21 \"...\" stands outside a function that has it"},
  };
  for (const auto& [text, wanted] : cases) {
    const auto found = check_script("x.lua", text, standard_catalogue(), {});
    REQUIRE(found.size() == 1);
    CHECK(std::to_string(found[0].line) + ":" + std::to_string(found[0].column) + " " +
              found[0].message ==
          wanted);
  }
}
