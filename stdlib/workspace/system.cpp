#include "stdlib/workspace/system.h"

#include "stdlib/workspace/file_rows.h"
#include "stdlib/workspace/scopes.h"

namespace countersign {

// It has no account: it is the folder that countersign.toml lies in.
System workspace_system() {
  System system;
  system.name = "workspace";
  system.settings = {
      {.name = "env_file", .id = "env_file", .kind = Setting::Kind::file, .shown = true}};
  system.scopes = {{.name = "env", .read = env_scope}, {.name = "files", .read = files_scope}};
  system.rows = {add_file_rows};
  return system;
}

}  // namespace countersign
