// Static checks of runbooks, symptoms and their modules (docs/check.md). Nothing is run, nothing is
// asked of a provider.
#pragma once
#include <functional>
#include <optional>

#include "interpreter/catalogue.h"
#include "repl/check/finding.h"
#include "repl/check/rules.h"

namespace countersign {

// What is found in the script at `path`, whose text is given; its modules are read beside it.
// Findings are sorted by file and place.
std::vector<ScriptFinding> check_script(const std::string& path, const std::string& text,
                                        const Catalogue& catalogue, const lua::CheckOptions& terms);

}  // namespace countersign
