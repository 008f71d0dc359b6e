#include "repl/scenarios/script_reading.h"

#include "interpreter/home.h"
#include "interpreter/script_reading.h"
#include "repl/engine_setup.h"
#include "stdlib/lua/embedded.h"

namespace countersign {
namespace {

Result<json> read(const ScriptFile& script, const std::string& folder, const std::string& task,
                  std::vector<ScriptFile> prelude) {
  const std::unique_ptr<Home> nowhere = Home::nowhere();
  const std::unique_ptr<Authorizer> nobody = deny_everything();
  const std::unique_ptr<Engine> engine = make_engine(*nowhere, wall_clock(), *nobody, {}, {});
  engine->prelude = std::move(prelude);
  return read_script(*engine, script, folder, task).value;
}

}  // namespace

Result<json> read_head(const ScriptFile& script, const std::string& folder) {
  return read(script, folder, "describe", language());
}

Result<json> read_scenarios(const ScriptFile& script, const std::string& folder) {
  std::vector<ScriptFile> prelude = language();
  for (const EmbeddedFile& file : embedded_lua())
    if (file.name == "scenarios")
      prelude.push_back({"scenarios", "stdlib/scenarios.lua", std::string(file.text)});
  return read(script, folder, "scenarios", std::move(prelude));
}

}  // namespace countersign
