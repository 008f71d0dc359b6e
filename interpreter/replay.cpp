#include "interpreter/replay.h"

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/phase_execution.h"

namespace countersign {
namespace {

Error diverges(const std::string& phase, const std::string& then, const std::string& now) {
  return Error{"drift",
               "the phase \"" + phase + "\" does not replay: it came to " + then +
                   " then, and to " + now + " now",
               "replay it with the version of Countersign that ran it"};
}

std::string digest_of(const json& value) {
  return sha256_hex(canonical(value)).substr(0, 12);
}

}  // namespace

std::unique_ptr<Journal> copy_of_documents(const Journal& journal) {
  std::unique_ptr<Journal> copy = Journal::in_memory();
  for (const std::string& name : journal.documents())
    if (const Result<std::string> bytes = journal.get(name)) copy->put(*bytes);
  return copy;
}

Result<Replayed> replay(Engine& engine, Journal& journal) {
  RunState state;
  Replayed count;
  for (const Record& record : journal.records()) {
    if (is<OutcomeRecord>(record)) ++count.calls;
    const std::string name = record.body.value("phase", "");
    json entry;
    if (is<PhaseFinishedRecord>(record))
      for (const json& one : state.head()["procedure"])
        if (one["name"] == name && phase_kind(one) != PhaseKind::wait) entry = one;
    if (!entry.is_null()) {
      const bool reads = phase_kind(entry) == PhaseKind::read;
      PhaseContext where;
      where.stage = reads ? Stage::read : Stage::apply;
      where.phase = name;
      where.replaying = true;
      PlannedPhase planned;
      if (!reads) {
        if (!state.plan || !state.plan->phase(name))
          return diverges(name, "an end", "no plan that it belongs to");
        planned = *state.plan->phase(name);
        where.planned = &planned;
      }
      const json& runbook = state.started["runbook"];
      const std::string text = TRY(journal.get(runbook["sha256"].get<std::string>()));
      const ScriptFile script{runbook["name"].get<std::string>(),
                              runbook["chunk"].get<std::string>(), text};
      Ledger ledger(copy_of_documents(journal), state, nullptr, engine.clock);
      ledger.freeze();
      const std::vector<std::string> holes =
          reads ? std::vector<std::string>() : holes_of(state, *state.plan, name);
      const json view =
          TRY(run_view(ledger, reads ? nullptr : &*state.plan, reads ? nullptr : &holes));
      PhaseExecution walk(engine, nullptr, ledger, where, "");
      const PhaseResult ending =
          walk.run(script, {{"kind", "phase"}, {"phase", name}, {"part", "body"}, {"run", view}},
                   state.prefix(name));
      if (ending.kind == PhaseResult::failed) return diverges(name, "an end", ending.error.message);
      if (ending.kind != PhaseResult::finished) return diverges(name, "an end", "nothing");
      if (ending.value != record.body.at("value"))
        return diverges(name, digest_of(record.body.at("value")), digest_of(ending.value));
      ++count.phases;
    }
    TRY(state.apply(record, journal));
  }
  return count;
}

}  // namespace countersign
