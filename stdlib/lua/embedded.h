// The Lua files of stdlib/lua, embedded in the binary at build time.
#pragma once
#include <string_view>
#include <vector>

#include "interpreter/host_conversation.h"

namespace countersign {

struct EmbeddedFile {
  std::string_view name;  // module name: "dsl", "flex.merge"
  std::string_view text;
};

// All embedded files, sorted by name. The views live as long as the process.
const std::vector<EmbeddedFile>& embedded_lua();

// The language of runbooks, for a script host: what is run before the script itself, in this order.
std::vector<ScriptFile> language();

}  // namespace countersign
