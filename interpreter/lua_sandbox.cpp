#include "interpreter/lua_sandbox.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "interpreter/lua_value.h"

namespace countersign {
namespace {

// One key of a table in traversal order: numbers ascending, then text bytewise, then booleans.
struct Key {
  int rank = 0;  // 0 number, 1 text, 2 boolean
  lua_Number number = 0;
  lua_Integer integer = 0;
  bool is_integer = false, truth = false;
  const char* text = nullptr;  // owned by Lua; the table keeps it alive while it is a key
  std::size_t size = 0;
};

bool before(const Key& a, const Key& b) {
  if (a.rank != b.rank) return a.rank < b.rank;
  if (a.rank == 0)
    return a.is_integer && b.is_integer ? a.integer < b.integer : a.number < b.number;
  if (a.rank == 1) {
    const int order = std::memcmp(a.text, b.text, std::min(a.size, b.size));
    return order != 0 ? order < 0 : a.size < b.size;
  }
  return !a.truth && b.truth;
}

// False where the table has a key that has no stable order.
bool key_at(lua_State* L, int index, Key& key) {
  switch (lua_type(L, index)) {
    case LUA_TNUMBER:
      key.is_integer = lua_isinteger(L, index) != 0;
      key.integer = key.is_integer ? lua_tointeger(L, index) : 0;
      key.number = lua_tonumber(L, index);
      return true;
    case LUA_TSTRING:
      key.rank = 1;
      key.text = lua_tolstring(L, index, &key.size);
      return true;
    case LUA_TBOOLEAN:
      key.rank = 2;
      key.truth = lua_toboolean(L, index) != 0;
      return true;
    default:
      return false;
  }
}

void push_key(lua_State* L, const Key& key) {
  if (key.rank == 1)
    lua_pushlstring(L, key.text, key.size);
  else if (key.rank == 2)
    lua_pushboolean(L, key.truth);
  else if (key.is_integer)
    lua_pushinteger(L, key.integer);
  else
    lua_pushnumber(L, key.number);
}

constexpr const char* kNoOrder =
    "a table with a table, function or userdata as a key has no stable order and cannot be "
    "traversed";

// Pushes a list of the keys of the table at `index`, in order; returns how many, or -1.
lua_Integer push_sorted_keys(lua_State* L, int index) {
  lua_Integer count = -1;
  {
    std::vector<Key> keys;
    bool good = true;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
      Key key;
      good = good && key_at(L, -2, key);
      keys.push_back(key);
      lua_pop(L, 1);
    }
    if (good) {
      std::sort(keys.begin(), keys.end(), before);
      lua_createtable(L, static_cast<int>(keys.size()), 0);
      count = 0;
      for (const Key& key : keys) {
        push_key(L, key);
        lua_rawseti(L, -2, ++count);
      }
    }
  }
  return count;
}

// upvalues: the table, its sorted keys, the position
int pairs_step(lua_State* L) {
  lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
  for (;;) {
    lua_rawgeti(L, lua_upvalueindex(2), ++at);
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(3));
    if (lua_isnil(L, -1)) return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, lua_upvalueindex(1));
    if (!lua_isnil(L, -1)) return 2;
    lua_pop(L, 2);  // removed during the traversal
  }
}

int base_pairs(lua_State* L) {
  luaL_checkany(L, 1);
  if (push_inner(L, 1)) {
    if (push_sorted_keys(L, lua_gettop(L)) < 0) return luaL_error(L, kNoOrder);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_step, 3);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
  }
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_call(L, 1, 3);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushvalue(L, 1);
  if (push_sorted_keys(L, 1) < 0) return luaL_error(L, kNoOrder);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, pairs_step, 3);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

int base_next(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (push_inner(L, 1)) lua_replace(L, 1);
  bool found = false, good = true;
  Key best;
  {
    Key last;
    const bool first = lua_isnil(L, 2);
    good = first || key_at(L, 2, last);
    lua_pushnil(L);
    while (good && lua_next(L, 1) != 0) {
      Key key;
      good = key_at(L, -2, key);
      if (good && (first || before(last, key)) && (!found || before(key, best))) {
        best = key;
        found = true;
      }
      lua_pop(L, 1);
    }
  }
  if (!good) return luaL_error(L, kNoOrder);
  lua_settop(L, 2);
  if (!found) {
    lua_pushnil(L);
    return 1;
  }
  push_key(L, best);
  lua_pushvalue(L, -1);
  lua_rawget(L, 1);
  return 2;
}

int base_rawget(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  if (push_inner(L, 1)) lua_replace(L, 1);
  lua_rawget(L, 1);
  return 1;
}

int base_rawlen(lua_State* L) {
  if (push_inner(L, 1)) lua_replace(L, 1);
  luaL_argexpected(L, lua_istable(L, 1) || lua_isstring(L, 1), 1, "table or string");
  lua_pushinteger(L, static_cast<lua_Integer>(lua_rawlen(L, 1)));
  return 1;
}

int base_rawset(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  if (push_inner(L, 1)) {
    lua_pop(L, 1);
    lua_settable(L, 1);  // refused by its metatable
  } else {
    lua_rawset(L, 1);
  }
  lua_settop(L, 1);
  return 1;
}

int base_tostring(lua_State* L) {
  luaL_checkany(L, 1);
  push_text(L, 1);
  return 1;
}

// What a metatable may say; not __gc and __mode.
constexpr const char* kEvents[] = {
    "__index", "__newindex", "__call", "__tostring", "__name",  "__pairs",    "__len",
    "__eq",    "__lt",       "__le",   "__concat",   "__unm",   "__add",      "__sub",
    "__mul",   "__div",      "__mod",  "__pow",      "__idiv",  "__band",     "__bor",
    "__bxor",  "__shl",      "__shr",  "__bnot",     "__close", "__metatable"};

// A script's metatables are never those that Lua looks at: each has a copy that only this file
// reaches, so that nothing put into it later makes a table weak. The copy knows its original under
// the address of `kOriginal`; the registry has the copies by their originals under `kCopies`.
char kOriginal, kCopies;

void open_copies(lua_State* L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kCopies);
}

// Pushes the copy of the metatable at `index`, as that is now.
void push_copy(lua_State* L, int index) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kCopies);
  lua_pushvalue(L, index);
  lua_rawget(L, -2);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, &kOriginal);
    lua_pushvalue(L, index);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
  }
  lua_remove(L, -2);
  for (const char* event : kEvents) {
    lua_pushstring(L, event);
    lua_pushvalue(L, -1);
    lua_rawget(L, index);
    lua_rawset(L, -3);
  }
}

// upvalue 1: Lua's own setmetatable
int base_setmetatable(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (lua_istable(L, 2)) {
    for (const char* event : {"__gc", "__mode"}) {
      lua_pushstring(L, event);
      lua_rawget(L, 2);
      if (!lua_isnil(L, -1))
        return luaL_error(
            L, "a metatable with %s is not allowed: when it acts differs from run to run", event);
      lua_pop(L, 1);
    }
    push_copy(L, 2);
    lua_replace(L, 2);
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}

int base_getmetatable(lua_State* L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return 1;
  if (!lua_getmetatable(L, 1)) {
    lua_pushnil(L);
    return 1;
  }
  lua_rawgetp(L, -1, &kOriginal);
  if (lua_isnil(L, -1)) lua_pop(L, 1);
  return 1;
}

// upvalue 1: Lua's own string.format
int string_format(lua_State* L) {
  std::size_t size = 0;
  const char* form = luaL_checklstring(L, 1, &size);
  const int top = lua_gettop(L);
  bool marks = false;
  for (int i = 2; i <= top; ++i) marks = marks || is_mark(L, i);
  for (std::size_t i = 0; i + 1 < size; ++i) {
    if (form[i] != '%') continue;
    std::size_t end = i + 1;
    while (end < size && !std::isalpha(static_cast<unsigned char>(form[end])) && form[end] != '%')
      ++end;
    if (end < size && form[end] == 'p')
      return luaL_error(L, "%%p is not allowed: addresses differ from process to process");
    i = end;
  }
  if (!marks) {
    for (int i = 2; i <= top; ++i) {
      const int type = lua_type(L, i);
      if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TTHREAD ||
          type == LUA_TUSERDATA || type == LUA_TLIGHTUSERDATA) {
        push_text(L, i);
        lua_replace(L, i);
      }
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, top, 1);
    return 1;
  }
  bool misplaced = false, unfit = false;
  {
    json parts = json::array();
    const std::string text(form, size);
    std::size_t at = 0;
    int argument = 1;
    while (at < text.size() && !unfit && !misplaced) {
      const std::size_t sign = text.find('%', at);
      if (sign != at) {
        lua_pushlstring(L, text.data() + at, std::min(sign, text.size()) - at);
        unfit = !append_part(L, -1, parts);
        lua_pop(L, 1);
        if (sign == std::string::npos) break;
      }
      std::size_t end = sign + 1;
      while (end < text.size() && !std::isalpha(static_cast<unsigned char>(text[end])) &&
             text[end] != '%')
        ++end;
      const std::string spec = text.substr(sign, end + 1 - sign);
      at = end + 1;
      if (spec == "%%") {
        lua_pushliteral(L, "%");
      } else {
        ++argument;
        if (is_mark(L, argument)) {
          misplaced = spec != "%s";
          lua_pushvalue(L, argument);
        } else {
          lua_pushvalue(L, lua_upvalueindex(1));
          lua_pushlstring(L, spec.data(), spec.size());
          if (lua_type(L, argument) == LUA_TTABLE)
            push_text(L, argument);
          else
            lua_pushvalue(L, argument);
          lua_call(L, 2, 1);
        }
      }
      if (!misplaced) unfit = !append_part(L, -1, parts);
      lua_pop(L, 1);
    }
    if (!unfit && !misplaced) push_template(L, std::move(parts));
  }
  if (misplaced)
    return luaL_error(L, "only a plain %%s may stand for a placeholder in string.format");
  if (unfit) return luaL_error(L, "a handle cannot be made part of text");
  return 1;
}

// upvalue 1: Lua's own table.concat
int table_concat(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const lua_Integer first = luaL_optinteger(L, 3, 1);
  const lua_Integer last = lua_isnoneornil(L, 4) ? luaL_len(L, 1) : luaL_checkinteger(L, 4);
  bool marks = false;
  for (lua_Integer i = first; i <= last && !marks; ++i) {
    lua_geti(L, 1, i);
    marks = is_mark(L, -1);
    lua_pop(L, 1);
  }
  if (!marks) {
    const int top = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, top, 1);
    return 1;
  }
  bool good = true;
  {
    json parts = json::array();
    for (lua_Integer i = first; i <= last && good; ++i) {
      if (i > first && !lua_isnoneornil(L, 2)) good = append_part(L, 2, parts);
      lua_geti(L, 1, i);
      good = good && append_part(L, -1, parts);
      lua_pop(L, 1);
    }
    if (good) push_template(L, std::move(parts));
  }
  return good ? 1 : luaL_error(L, "invalid value in table for 'concat'");
}

bool sorts_before(lua_State* L, int a, int b) {
  if (lua_isnil(L, 2)) return lua_compare(L, a, b, LUA_OPLT) != 0;
  lua_pushvalue(L, 2);
  lua_pushvalue(L, a);
  lua_pushvalue(L, b);
  lua_call(L, 2, 1);
  const bool result = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return result;
}

// A stable merge sort: Lua's own picks its pivot from the clock above 100 elements.
int table_sort(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const lua_Integer n = luaL_len(L, 1);
  if (n > 10'000'000)
    return luaL_error(L, "a list of more than 10 million elements cannot be sorted");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  lua_createtable(L, static_cast<int>(n), 0);  // 3: from
  lua_createtable(L, static_cast<int>(n), 0);  // 4: to
  for (lua_Integer i = 1; i <= n; ++i) {
    lua_geti(L, 1, i);
    lua_rawseti(L, 3, i);
  }
  for (lua_Integer width = 1; width < n; width *= 2) {
    for (lua_Integer low = 1; low <= n; low += 2 * width) {
      lua_Integer a = low, b = std::min(low + width, n + 1);
      const lua_Integer middle = b, high = std::min(low + 2 * width, n + 1);
      for (lua_Integer out = low; out < high; ++out) {
        bool left = a < middle;
        if (left && b < high) {
          lua_rawgeti(L, 3, a);
          lua_rawgeti(L, 3, b);
          left = !sorts_before(L, lua_gettop(L), lua_gettop(L) - 1);
          lua_pop(L, 2);
        }
        lua_rawgeti(L, 3, left ? a++ : b++);
        lua_rawseti(L, 4, out);
      }
    }
    lua_pushvalue(L, 3);
    lua_copy(L, 4, 3);
    lua_replace(L, 4);
  }
  for (lua_Integer i = 1; i <= n; ++i) {
    lua_rawgeti(L, 3, i);
    lua_seti(L, 1, i);
  }
  return 0;
}

void remove_fields(lua_State* L, const char* library, std::initializer_list<const char*> names) {
  lua_getglobal(L, library);
  for (const char* name : names) {
    lua_pushnil(L);
    lua_setfield(L, -2, name);
  }
  lua_pop(L, 1);
}

void replace_field(lua_State* L, const char* library, const char* name, lua_CFunction function) {
  lua_getglobal(L, library);
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, function, 1);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

}  // namespace

void open_sandbox(lua_State* L) {
  const luaL_Reg libraries[] = {
      {LUA_GNAME, luaopen_base},        {LUA_TABLIBNAME, luaopen_table},
      {LUA_STRLIBNAME, luaopen_string}, {LUA_MATHLIBNAME, luaopen_math},
      {LUA_UTF8LIBNAME, luaopen_utf8},  {LUA_COLIBNAME, luaopen_coroutine}};
  for (const luaL_Reg& library : libraries) {
    luaL_requiref(L, library.name, library.func, 1);
    lua_pop(L, 1);
  }
  remove_fields(
      L, LUA_GNAME,
      {"collectgarbage", "dofile", "load", "loadfile", "loadstring", "print", "warn", "require"});
  remove_fields(L, LUA_STRLIBNAME, {"dump", "pack", "unpack", "packsize"});
  remove_fields(L, LUA_MATHLIBNAME, {"random", "randomseed"});
  remove_fields(L, LUA_COLIBNAME, {"close"});
  const luaL_Reg plain[] = {{"pairs", base_pairs},
                            {"next", base_next},
                            {"rawget", base_rawget},
                            {"rawlen", base_rawlen},
                            {"rawset", base_rawset},
                            {"tostring", base_tostring},
                            {"getmetatable", base_getmetatable},
                            {nullptr, nullptr}};
  lua_getglobal(L, LUA_GNAME);
  luaL_setfuncs(L, plain, 0);
  lua_pop(L, 1);
  open_copies(L);
  replace_field(L, LUA_GNAME, "setmetatable", base_setmetatable);
  replace_field(L, LUA_STRLIBNAME, "format", string_format);
  replace_field(L, LUA_TABLIBNAME, "concat", table_concat);
  lua_getglobal(L, LUA_TABLIBNAME);
  lua_pushcfunction(L, table_sort);
  lua_setfield(L, -2, "sort");
  lua_pop(L, 1);
  // The metatable of text, and the registry of loaded libraries, are out of reach.
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}

}  // namespace countersign
