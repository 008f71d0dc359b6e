#include "stdlib/lua/schema.h"

#include <lua.hpp>
#include <memory>
#include <stdexcept>

#include "interpreter/lua_value.h"
#include "interpreter/rail_kinds.h"
#include "stdlib/lua/embedded.h"

namespace countersign {
namespace {

// With what the language's files are given: a host, which this one does not ask, and the set-up.
bool run(lua_State* L) {
  lua_pushnil(L);
  push_json(L, {{"rails", rail_kinds_for_script()}});
  return lua_pcall(L, 2, 1, 0) == LUA_OK;
}

// What the file returns. It is our own text and computes a table; of the library it has ipairs.
nlohmann::json evaluated(std::string_view text) {
  const std::unique_ptr<lua_State, void (*)(lua_State*)> state(luaL_newstate(), lua_close);
  lua_State* L = state.get();
  open_lua_values(L);
  luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
  lua_pop(L, 1);
  nlohmann::json value;
  std::string why;
  if (luaL_loadbufferx(L, text.data(), text.size(), "@stdlib/schema.lua", "t") != LUA_OK || !run(L))
    why = lua_tostring(L, -1);
  else
    (void)to_json(L, -1, value, why);
  if (!why.empty()) throw std::logic_error("stdlib/lua/schema.lua: " + why);
  return value;
}

}  // namespace

const nlohmann::json& language_schema() {
  static const nlohmann::json schema = [] {
    for (const EmbeddedFile& file : embedded_lua())
      if (file.name == "schema") return evaluated(file.text);
    throw std::logic_error("stdlib/lua/schema.lua is not embedded");
  }();
  return schema;
}

}  // namespace countersign
