#include "stdlib/lua/embedded.h"

namespace countersign {

std::vector<ScriptFile> language() {
  std::vector<ScriptFile> files;
  for (const char* name : {"schema", "closed", "dsl", "playbook"})
    for (const EmbeddedFile& file : embedded_lua())
      if (file.name == name)
        files.push_back({name, "stdlib/" + std::string(name) + ".lua", std::string(file.text)});
  return files;
}

}  // namespace countersign
