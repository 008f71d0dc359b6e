// The deterministic Lua environment of a script: an allow-list of the standard library, with what
// would differ from process to process replaced. Part of the script host: runs in the jailed child.
//
// Known gaps: `__mode` put into a metatable after setmetatable makes a table weak (a script that
// depends on it diverges and is stopped as a divergence); `#` of a table with holes is any border.
#pragma once
#include <lua.hpp>

namespace countersign {

// Opens the environment in a fresh state. tests/attacks compares every reachable name with a
// checked-in list.
void open_sandbox(lua_State* L);

}  // namespace countersign
