#include "repl/replay/recorded_place.h"

#include "interpreter/did_you_mean.h"
#include "interpreter/replay.h"
#include "repl/run_file.h"
#include "stdlib/catalogue.h"
#include "stdlib/session/snapshot_rows.h"

namespace countersign {
namespace {

struct Point {
  RunState state;
  std::string phase;
  Time now = 0;
};

std::vector<std::string> phases_of(const RunState& state) {
  std::vector<std::string> names;
  for (const json& entry : state.head().value("procedure", json::array()))
    names.push_back(entry.value("name", ""));
  return names;
}

// The record with which the phase began last; 0: it never did. Without a name: the last phase.
std::int64_t beginning_of(const Journal& journal, std::string& phase) {
  std::int64_t seq = 0;
  std::string last;
  for (const Record& record : journal.records())
    if (const auto begun = as<PhaseStartedRecord>(record);
        begun && (phase.empty() || begun->phase == phase)) {
      seq = record.seq;
      last = begun->phase;
    }
  if (phase.empty()) phase = last;
  return seq;
}

Result<Point> point_of(const RunFile& file, const std::string& phase) {
  Point out;
  out.phase = phase;
  const std::int64_t begun = beginning_of(*file.journal, out.phase);
  if (phase.empty()) {
    out.state = file.state;
    out.now = file.state.last_time;
    return out;
  }
  const std::vector<std::string> names = phases_of(file.state);
  if (std::find(names.begin(), names.end(), phase) == names.end()) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return Error{"usage", "the run " + file.state.id() + " has no phase \"" + phase + "\"",
                 did_you_mean(phase, names, "there are: " + all)};
  }
  if (begun == 0)
    return Error{"usage",
                 "the run " + file.state.id() + " never came to the phase \"" + phase + "\"",
                 "without --phase it is where the run stands"};
  for (const Record& record : file.journal->records()) {
    if (record.seq >= begun) {
      out.now = record.time;
      break;
    }
    TRY(out.state.apply(record, *file.journal));
  }
  return out;
}

// `run` as a phase sees it, as plain data.
Result<json> seen_of(Engine& engine, const Journal& journal, const RunState& state) {
  const Ledger ledger(copy_of_documents(journal), state, nullptr, engine.clock);
  json view = TRY(run_view(ledger, nullptr, nullptr));
  json run = {{"id", view["id"]},
              {"params", view["params"]},
              {"profile", view["profile"]},
              {"started", view["started"]},
              {"today", view["today"]}};
  for (const auto& [name, phase] : view["phases"].items()) run[name] = phase["value"];
  return run;
}

}  // namespace

std::unique_ptr<Exploration> RecordedPlace::explore(Engine& engine) {
  auto session = std::make_unique<RecordedSession>(started, *vault, *documents);
  session->set_now(now);
  return std::make_unique<Exploration>(engine, std::move(session), recording, phase,
                                       Journal::in_memory(), globals);
}

Result<std::unique_ptr<RecordedPlace>> recorded_place(AppContext& app, Engine& engine,
                                                      const std::string& run,
                                                      const std::string& phase) {
  Home* home = TRY(app.home());
  const RunFile file = TRY(read_run(*home, run));
  const Point point = TRY(point_of(file, phase));
  RecordedRun recorded = TRY(recorded_run(*file.journal, standard_catalogue()));
  auto out = std::make_unique<RecordedPlace>();
  out->run = file.state.id();
  out->phase = point.phase;
  out->now = point.now;
  out->started = file.state.started;
  out->profile = file.state.started["profile"].value("name", "");
  out->documents = std::move(recorded.scripts);
  out->vault = std::make_unique<Vault>(engine.home.key());
  out->recording.answers = std::move(recorded.answers);
  out->recording.modules = std::move(recorded.modules);
  out->recording.computed = works_on_documents;
  json seen = TRY(seen_of(engine, *file.journal, point.state));
  out->globals = {{"run", std::move(seen)}, {"profile", file.state.started["profile"]}};
  return std::move(out);
}

}  // namespace countersign
