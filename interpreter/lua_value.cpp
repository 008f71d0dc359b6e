#include "interpreter/lua_value.h"

#include <cmath>

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/utf8.h"

namespace countersign {
namespace {

constexpr const char* kMarkType = "countersign.mark";
constexpr const char* kListType = "countersign.list";
constexpr const char* kErrorType = "countersign.error";
constexpr const char* kFrozenType = "countersign.frozen";
constexpr lua_Integer kMaxInteger = 9007199254740991;

// A frozen table is an empty one that stands before the table that it reads from: under the address
// of `kInner`, which no script can name. Under that of `kMissing`, a function of the language that
// is asked for what is not there.
char kInner, kMissing;

json mark_at(lua_State* L, int index) {
  lua_getiuservalue(L, index, 1);
  std::size_t size = 0;
  const char* text = lua_tolstring(L, -1, &size);
  json value = json::parse(std::string_view(text, size), nullptr, false);
  lua_pop(L, 1);
  return value;
}

void push_mark(lua_State* L, const json& value) {
  lua_newuserdatauv(L, 0, 1);
  const std::string text = value.dump();
  lua_pushlstring(L, text.data(), text.size());
  lua_setiuservalue(L, -2, 1);
  luaL_setmetatable(L, kMarkType);
}

std::string described(const json& value) {
  const json& mark = *marked(value);
  if (mark.contains("handle"))
    return "a " + mark["handle"].get<std::string>() + " is a handle that only the engine opens";
  if (depends_on(value) >= kHoles) return "this is known only after a later read phase";
  return "this is known only after operation " + std::to_string(depends_on(value)) +
         " of the plan has been carried out";
}

int refuse_use(lua_State* L) {
  for (int i = 1; i <= std::min(lua_gettop(L), 2); ++i) {
    if (!is_mark(L, i)) continue;
    const std::string text = described(mark_at(L, i));
    lua_pushlstring(L, text.data(), text.size());
    break;
  }
  const std::string text = lua_tostring(L, -1);
  return luaL_error(L, "%s: it cannot be computed with, compared or branched on", text.c_str());
}

int mark_index(lua_State* L) {
  bool fail = false;
  std::string message;
  json next;
  {
    const json value = mark_at(L, 1);
    const json& mark = *marked(value);
    if (mark.contains("handle")) {
      const std::string key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
      const auto at = mark.find(key);
      if (at != mark.end() && key != "id" && (at->is_string() || at->is_number())) {
        next = *at;
      } else {
        fail = true;
        message = described(value) +
                  "; hand it to an operation that takes it (what [workspace] public_keys lists is "
                  "no handle)";
      }
    } else if (mark.contains("template")) {
      fail = true;
      message = described(value);
    } else if (lua_type(L, 2) != LUA_TSTRING && !lua_isinteger(L, 2)) {
      fail = true;
      message = described(value);
    } else {
      const std::string key =
          lua_isinteger(L, 2) ? std::to_string(lua_tointeger(L, 2) - 1) : lua_tostring(L, 2);
      next = make_placeholder(mark["placeholder"].get<int>(),
                              mark["path"].get<std::string>() + "/" + escape_pointer(key));
    }
  }
  if (fail) return luaL_error(L, "%s", message.c_str());
  push_json(L, next);
  return 1;
}

int mark_concat(lua_State* L) {
  bool good = true;
  {
    json parts = json::array();
    good = append_part(L, 1, parts) && append_part(L, 2, parts);
    if (good) push_template(L, std::move(parts));
  }
  return good ? 1
              : luaL_error(
                    L,
                    "attempt to concatenate a value that is neither text, number nor placeholder");
}

int mark_tostring(lua_State* L) {
  std::string text;
  bool handle = false;
  {
    const json value = mark_at(L, 1);
    const json& mark = *marked(value);
    handle = mark.contains("handle");
    text = handle ? mark["handle"].get<std::string>() + "(" +
                        mark.value("label",
                                   mark.value("fingerprint", handle_id(value).substr(0, 12))) +
                        ")"
                  : described(value);
  }
  if (!handle)
    return luaL_error(L, "%s: join it with `..` or string.format(\"%%s\")", text.c_str());
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}

int frozen_index(lua_State* L) {
  if (!push_inner(L, 1)) return luaL_error(L, "this is no frozen table");
  lua_pushvalue(L, 2);
  lua_rawget(L, -2);
  if (!lua_isnil(L, -1)) return 1;
  if (lua_rawgetp(L, 1, &kMissing) == LUA_TNIL) return 1;
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_call(L, 2, 1);
  return 1;
}

int frozen_len(lua_State* L) {
  if (!push_inner(L, 1)) return luaL_error(L, "this is no frozen table");
  lua_pushinteger(L, static_cast<lua_Integer>(lua_rawlen(L, -1)));
  return 1;
}

// Puts a frozen table before the one at the top, in its place.
void freeze_top(lua_State* L) {
  lua_createtable(L, 0, 1);
  lua_insert(L, -2);
  lua_rawsetp(L, -2, &kInner);
  luaL_setmetatable(L, kFrozenType);
}

int error_tostring(lua_State* L) {
  lua_getfield(L, 1, "message");
  if (!lua_isstring(L, -1)) lua_pushliteral(L, "error");
  return 1;
}

}  // namespace

void open_lua_values(lua_State* L) {
  luaL_newmetatable(L, kMarkType);
  const luaL_Reg events[] = {
      {"__index", mark_index},    {"__concat", mark_concat}, {"__tostring", mark_tostring},
      {"__newindex", refuse_use}, {"__len", refuse_use},     {"__call", refuse_use},
      {"__add", refuse_use},      {"__sub", refuse_use},     {"__mul", refuse_use},
      {"__div", refuse_use},      {"__mod", refuse_use},     {"__pow", refuse_use},
      {"__unm", refuse_use},      {"__idiv", refuse_use},    {"__band", refuse_use},
      {"__bor", refuse_use},      {"__bxor", refuse_use},    {"__shl", refuse_use},
      {"__shr", refuse_use},      {"__bnot", refuse_use},    {"__lt", refuse_use},
      {"__le", refuse_use},       {"__pairs", refuse_use},   {"__close", refuse_use},
      {nullptr, nullptr}};
  luaL_setfuncs(L, events, 0);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
  for (const char* type : {kListType, kFrozenType}) {
    luaL_newmetatable(L, type);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, "table");  // what messages of Lua's own call it
    lua_setfield(L, -2, "__name");
    lua_pop(L, 1);
  }
  luaL_getmetatable(L, kFrozenType);
  lua_pushcfunction(L, frozen_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, frozen_len);
  lua_setfield(L, -2, "__len");
  lua_pop(L, 1);
  luaL_newmetatable(L, kErrorType);
  lua_pushcfunction(L, error_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}

namespace {

void push_value(lua_State* L, const json& value, bool frozen) {
  luaL_checkstack(L, 8, "value nested too deeply");
  switch (value.type()) {
    case json::value_t::null:
    case json::value_t::discarded:
      lua_pushnil(L);
      return;
    case json::value_t::boolean:
      lua_pushboolean(L, value.get<bool>());
      return;
    case json::value_t::number_integer:
      lua_pushinteger(L, value.get<lua_Integer>());
      return;
    case json::value_t::number_unsigned: {
      const auto n = value.get<std::uint64_t>();
      if (n <= static_cast<std::uint64_t>(LUA_MAXINTEGER))
        lua_pushinteger(L, static_cast<lua_Integer>(n));
      else
        lua_pushnumber(L, static_cast<lua_Number>(n));
      return;
    }
    case json::value_t::number_float:
      lua_pushnumber(L, value.get<double>());
      return;
    case json::value_t::string: {
      const auto& text = value.get_ref<const std::string&>();
      lua_pushlstring(L, text.data(), text.size());
      return;
    }
    case json::value_t::binary:
      lua_pushnil(L);
      return;
    case json::value_t::array: {
      lua_createtable(L, static_cast<int>(value.size()), 0);
      lua_Integer i = 0;
      for (const json& part : value) {
        if (part.is_null())
          lua_pushlightuserdata(L, nullptr);
        else
          push_value(L, part, frozen);
        lua_rawseti(L, -2, ++i);
      }
      luaL_setmetatable(L, kListType);
      if (frozen) freeze_top(L);
      return;
    }
    case json::value_t::object: {
      if (marked(value)) return push_mark(L, value);
      lua_createtable(L, 0, static_cast<int>(value.size()));
      bool nulls = false;
      for (const auto& [key, part] : value.items()) {
        if (part.is_null()) {
          nulls = true;
          continue;
        }
        lua_pushlstring(L, key.data(), key.size());
        push_value(L, part, frozen);
        lua_rawset(L, -3);
      }
      if (nulls) {
        lua_createtable(L, 0, 2);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_createtable(L, 0, 4);
        for (const auto& [key, part] : value.items()) {
          if (!part.is_null()) continue;
          lua_pushlstring(L, key.data(), key.size());
          lua_pushboolean(L, 1);
          lua_rawset(L, -3);
        }
        lua_setfield(L, -2, "nulls");
        lua_setmetatable(L, -2);
      }
      if (frozen) freeze_top(L);
      return;
    }
  }
}

}  // namespace

void push_json(lua_State* L, const json& value) {
  push_value(L, value, false);
}

void push_frozen(lua_State* L, const json& value) {
  push_value(L, value, true);
}

bool push_inner(lua_State* L, int index) {
  index = lua_absindex(L, index);
  if (!lua_istable(L, index)) return false;
  if (lua_rawgetp(L, index, &kInner) == LUA_TTABLE) return true;
  lua_pop(L, 1);
  return false;
}

void set_missing(lua_State* L, int index) {
  lua_rawsetp(L, index, &kMissing);
}

void refuse_changes(lua_State* L, lua_CFunction refuse) {
  luaL_getmetatable(L, kFrozenType);
  lua_pushcfunction(L, refuse);
  lua_setfield(L, -2, "__newindex");
  lua_pop(L, 1);
}

void mark_list(lua_State* L) {
  luaL_setmetatable(L, kListType);
}

bool is_mark(lua_State* L, int index) {
  return luaL_testudata(L, index, kMarkType) != nullptr;
}

namespace {

bool table_to_json(lua_State* L, int index, json& out, std::string& why, int depth) {
  if (depth >= 100) {
    why = "a table that is nested deeper than 100, or holds itself";
    return false;
  }
  if (!lua_checkstack(L, 8)) {
    why = "a table that is nested too deeply";
    return false;
  }
  if (push_inner(L, index)) {
    const bool good = table_to_json(L, lua_gettop(L), out, why, depth);
    lua_pop(L, 1);
    return good;
  }
  std::size_t strings = 0, integers = 0;
  lua_Integer highest = 0;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1) {
      ++integers;
      highest = std::max(highest, lua_tointeger(L, -2));
    } else if (lua_type(L, -2) == LUA_TSTRING) {
      ++strings;
    } else {
      why = std::string("a table with a ") + luaL_typename(L, -2) + " as a key";
      lua_pop(L, 2);
      return false;
    }
    lua_pop(L, 1);
  }
  if (integers > 0 && (strings > 0 || static_cast<std::size_t>(highest) != integers)) {
    why = strings > 0 ? "a table with both names and positions" : "a list with holes";
    return false;
  }
  if (integers > 0) {
    out = json::array();
    for (lua_Integer i = 1; i <= highest; ++i) {
      lua_rawgeti(L, index, i);
      json part;
      const bool good = to_json(L, lua_gettop(L), part, why, depth + 1);
      lua_pop(L, 1);
      if (!good) return false;
      out.push_back(std::move(part));
    }
    return true;
  }
  out = json::object();
  if (lua_getmetatable(L, index)) {
    luaL_getmetatable(L, kListType);
    const bool list = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 1);
    if (list && strings == 0) {
      lua_pop(L, 1);
      out = json::array();
      return true;
    }
    lua_pushliteral(L, "nulls");
    lua_rawget(L, -2);
    if (lua_istable(L, -1)) {
      lua_pushnil(L);
      while (lua_next(L, -2) != 0) {
        std::size_t size = 0;
        if (lua_type(L, -2) == LUA_TSTRING) {
          const char* key = lua_tolstring(L, -2, &size);
          out[std::string(key, size)] = nullptr;
        }
        lua_pop(L, 1);
      }
    }
    lua_pop(L, 2);
  }
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    std::size_t size = 0;
    const char* text = lua_tolstring(L, -2, &size);
    std::string key(text, size);
    json part;
    bool good = true;
    if (key == kMark) {
      why = "a table with the reserved key \"$countersign\"";
      good = false;
    } else if (!is_utf8(key)) {
      why = "a key that is not UTF-8";
      good = false;
    } else {
      good = to_json(L, lua_gettop(L), part, why, depth + 1);
    }
    if (!good) {
      lua_pop(L, 2);
      return false;
    }
    out[std::move(key)] = std::move(part);
    lua_pop(L, 1);
  }
  return true;
}

}  // namespace

bool to_json(lua_State* L, int index, json& out, std::string& why, int depth) {
  index = lua_absindex(L, index);
  switch (lua_type(L, index)) {
    case LUA_TNIL:
    case LUA_TNONE:
      out = nullptr;
      return true;
    case LUA_TBOOLEAN:
      out = lua_toboolean(L, index) != 0;
      return true;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) {
        const lua_Integer n = lua_tointeger(L, index);
        if (n > kMaxInteger || n < -kMaxInteger) {
          why = "a whole number beyond 2^53";
          return false;
        }
        out = n;
      } else {
        const double n = lua_tonumber(L, index);
        if (!std::isfinite(n)) {
          why = "a number that is not finite";
          return false;
        }
        out = n;
      }
      return true;
    case LUA_TSTRING: {
      std::size_t size = 0;
      const char* text = lua_tolstring(L, index, &size);
      if (!is_utf8(std::string_view(text, size))) {
        why = "text that is not UTF-8";
        return false;
      }
      out = std::string(text, size);
      return true;
    }
    case LUA_TTABLE:
      return table_to_json(L, index, out, why, depth);
    case LUA_TLIGHTUSERDATA:
      out = nullptr;
      return true;
    case LUA_TUSERDATA:
      if (is_mark(L, index)) {
        out = mark_at(L, index);
        return true;
      }
      [[fallthrough]];
    default:
      why = std::string("a ") + luaL_typename(L, index);
      return false;
  }
}

void push_text(lua_State* L, int index) {
  index = lua_absindex(L, index);
  switch (lua_type(L, index)) {
    case LUA_TNIL:
    case LUA_TNONE:
    case LUA_TBOOLEAN:
    case LUA_TNUMBER:
    case LUA_TSTRING:
      luaL_tolstring(L, index, nullptr);
      return;
    case LUA_TLIGHTUSERDATA:
      lua_pushliteral(L, "null");
      return;
    default:
      break;
  }
  if (luaL_callmeta(L, index, "__tostring")) {
    if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
    return;
  }
  if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING) return;
  // Without the address: it differs from process to process.
  lua_pushstring(L, luaL_typename(L, index));
}

bool append_part(lua_State* L, int index, json& parts) {
  if (is_mark(L, index)) {
    json value = mark_at(L, index);
    const json& mark = *marked(value);
    if (mark.contains("handle")) return false;
    if (mark.contains("template"))
      for (const json& part : mark["template"]) parts.push_back(part);
    else
      parts.push_back(std::move(value));
    return true;
  }
  if (lua_type(L, index) != LUA_TSTRING && lua_type(L, index) != LUA_TNUMBER) return false;
  std::size_t size = 0;
  const char* text = luaL_tolstring(L, index, &size);
  const bool good = is_utf8(std::string_view(text, size));
  if (good) {
    if (!parts.empty() && parts.back().is_string())
      parts.back().get_ref<std::string&>().append(text, size);
    else if (size > 0)
      parts.push_back(std::string(text, size));
  }
  lua_pop(L, 1);
  return good;
}

void push_template(lua_State* L, json parts) {
  json joined = json::array();
  for (json& part : parts) {
    if (part.is_string() && !joined.empty() && joined.back().is_string())
      joined.back().get_ref<std::string&>() += part.get_ref<const std::string&>();
    else
      joined.push_back(std::move(part));
  }
  if (joined.empty())
    lua_pushliteral(L, "");
  else if (joined.size() == 1 && joined[0].is_string())
    push_json(L, joined[0]);
  else
    push_mark(L, {{kMark, {{"template", joined}}}});
}

void push_error(lua_State* L, const json& error) {
  push_json(L, error);
  luaL_setmetatable(L, kErrorType);
}

}  // namespace countersign
