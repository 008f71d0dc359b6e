#include "repl/scenarios/script_reading.h"

#include "interpreter/home.h"
#include "interpreter/phase_execution.h"
#include "stdlib/embedded.h"
#include "stdlib/rows.h"

namespace countersign {
namespace {

Result<json> read(const ScriptFile& script, const std::string& folder, const std::string& kind,
                  std::vector<ScriptFile> prelude) {
  const std::unique_ptr<Home> nowhere = Home::nowhere();
  const std::unique_ptr<Authorizer> nobody = deny_everything();
  Engine engine{.catalogue = standard_catalogue(),
                .clock = wall_clock(),
                .authorizer = *nobody,
                .home = *nowhere,
                .host_executable = "/proc/self/exe",
                .prelude = std::move(prelude)};
  Ledger ledger(Journal::in_memory(), RunState{}, {}, engine.clock);
  PhaseExecution walk(engine, nullptr, ledger, PhaseContext{}, folder);
  PhaseResult ending = walk.run(script, {{"kind", kind}}, "load");
  if (ending.kind != PhaseResult::finished) return ending.error;
  return std::move(ending.value);
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
