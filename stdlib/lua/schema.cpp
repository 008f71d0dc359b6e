#include "stdlib/lua/schema.h"

#include <lua.hpp>
#include <memory>
#include <stdexcept>

#include "interpreter/lua_value.h"
#include "stdlib/lua/embedded.h"

namespace countersign {
namespace {

// What the file returns. It is our own text and computes a table; it has no library to do more.
nlohmann::json evaluated(std::string_view text) {
  const std::unique_ptr<lua_State, void (*)(lua_State*)> state(luaL_newstate(), lua_close);
  lua_State* L = state.get();
  open_lua_values(L);
  nlohmann::json value;
  std::string why;
  if (luaL_loadbufferx(L, text.data(), text.size(), "@stdlib/schema.lua", "t") != LUA_OK ||
      lua_pcall(L, 0, 1, 0) != LUA_OK)
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
