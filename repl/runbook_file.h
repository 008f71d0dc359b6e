// Finding a runbook by what the user typed.
#pragma once
#include <string>
#include <vector>

#include "interpreter/host_conversation.h"

namespace countersign {

struct RunbookFile {
  ScriptFile script;   // its chunk is an absolute path, so that a resume can read it again
  std::string folder;  // its own, where its modules are
};

// `name`: a file, or a name that is looked up in ./runbooks and in the shipped runbooks. Errors
// (kind "usage"): no such runbook, with the nearest that there are.
Result<RunbookFile> find_runbook(const std::string& name);

// The folders that names are looked up in, those that exist, in order.
std::vector<std::string> runbook_folders();

// Every name below these folders, sorted: "connie/cancel". Modules are among them.
std::vector<std::string> runbook_names();

}  // namespace countersign
