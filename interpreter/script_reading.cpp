#include "interpreter/script_reading.h"

#include "interpreter/phase_execution.h"

namespace countersign {

ScriptReading read_script(Engine& engine, const ScriptFile& script, const std::string& folder,
                          const std::string& task) {
  Ledger ledger(Journal::in_memory(), RunState{}, {}, engine.clock);
  PhaseExecution walk(engine, nullptr, ledger, PhaseContext{}, folder);
  PhaseResult ending = walk.run(script, {{"kind", task}}, "load");
  ScriptReading read{ending.kind == PhaseResult::finished ? Result<json>(std::move(ending.value))
                                                          : Result<json>(ending.error),
                     {}};
  for (const auto& [name, module] : ledger.state().modules) {
    Result<ModuleRecord> record = body_as<ModuleRecord>(module);
    if (!record) return {record.error(), {}};
    Result<std::string> text = ledger.journal().get(record->sha256);
    if (!text) return {text.error(), {}};
    read.modules.push_back({std::move(*record), std::move(*text)});
  }
  return read;
}

}  // namespace countersign
