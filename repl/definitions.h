// What an editor's language server knows of runbooks: definitions (LuaCATS) of every operation and
// of the language, so that hovering shows effect and arguments. docs/reference/countersign.lua is
// this, checked in.
#pragma once
#include <string>

#include "interpreter/catalogue.h"

namespace countersign {

std::string editor_definitions(const Catalogue& catalogue);

// `.luarc.json` for a folder of runbooks; `library` is the folder of the definitions, below it.
std::string editor_settings(const std::string& library);

// Writes both into `into`, unless `folder`, where scripts are, or a folder above it has settings
// already. The definitions that stand beside such settings are brought up to date. Errors: config,
// state.
Status support_editors(const std::string& folder, const std::string& into);

}  // namespace countersign
