// What `check` found, as people and editors read it: file:line:column first.
#pragma once
#include <string>
#include <vector>

#include "repl/check/finding.h"
#include "repl/views/page.h"

namespace countersign {

// `scripts`: how many were looked at.
std::string findings_text(const std::vector<ScriptFinding>& findings, std::size_t scripts,
                          const Style& style);

}  // namespace countersign
