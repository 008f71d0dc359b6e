// The environment of declared commands: a fixed set, what the declaration adds, and what it lets a
// runbook set. Nothing of the operator's.
#pragma once
#include <map>
#include <string>

#include "stdlib/session/configuration.h"

namespace countersign {

// Letters, digits and "_", no digit first.
bool is_variable_name(const std::string& name);

// Whether the variable makes programs load or run code that is not their own, or sends them
// elsewhere: no runbook sets one, whatever a declaration lists.
bool is_loader_variable(const std::string& name);

// What every command is given, with the declaration's own in the clear on top. HOME is empty where
// the declaration names none: the command gets an empty folder of its own.
std::map<std::string, std::string> declared_environment(const CommandDeclaration& command);

// What keeps git from running what a configuration of the user, of the machine or of the repository
// names, for git that only reads.
const std::map<std::string, std::string>& quiet_git();

// A folder of mode 0700 that goes, with all that is in it, when this does.
class PrivateFolder {
 public:
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  const std::string& path() const { return path_; }  // empty where none could be made

 private:
  std::string path_;
};

}  // namespace countersign
