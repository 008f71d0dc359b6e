// Values between Lua and JSON. Part of the script host: runs in the jailed child.
//
// A JSON null inside an object reads as nil in Lua and is remembered, so that a value that is read
// and written back keeps it; inside a list it is `json.null`. A list is remembered as one, so that
// it is one when it is empty. Marked objects (marker.h) become userdata that a script cannot forge.
#pragma once
#include <lua.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace countersign {

using json = nlohmann::json;

// Registers the metatables. Once per state.
void open_lua_values(lua_State* L);

// Pushes `value`. May raise a Lua memory error.
void push_json(lua_State* L, const json& value);

// As push_json, its tables read-only. Whoever pushes such values says with refuse_changes what
// becomes of an assignment.
void push_frozen(lua_State* L, const json& value);
void refuse_changes(lua_State* L, lua_CFunction refuse);

// Pushes the table behind the frozen one at `index`; pushes nothing and returns false where that is
// none.
bool push_inner(lua_State* L, int index);

// The function at the top is asked, with table and key, for what the frozen table at `index` does
// not have. Pops it.
void set_missing(lua_State* L, int index);

// The table at the top is a list also when it is empty.
void mark_list(lua_State* L);

// The value at `index`. False with a reason in `why` where it has no JSON form: functions, cycles,
// NaN, integers beyond 2^53, mixed or sparse lists, text that is not UTF-8, the key "$countersign".
// Runs no metamethod.
bool to_json(lua_State* L, int index, json& out, std::string& why, int depth = 0);

// Whether the value at `index` is a placeholder, template or handle.
bool is_mark(lua_State* L, int index);

// Text as scripts see it: no addresses; honours __tostring and __name. Pushes the string. Raises
// for placeholders.
void push_text(lua_State* L, int index);

// Appends the value at `index` (text, number or placeholder) to template `parts`; false if it is
// none of these.
bool append_part(lua_State* L, int index, json& parts);

// Pushes the template of `parts`, or plain text where they hold no placeholder.
void push_template(lua_State* L, json parts);

// Pushes an error table {kind, message, hint, …} that prints as its message.
void push_error(lua_State* L, const json& error);

}  // namespace countersign
