// A procedure walked over a recording: the read phases with the answers that were given then, the
// mutating ones as they would be planned. The script may be another than the one that was recorded.
//
// Where the walk plans, for a mutating phase, the very operations that the run carried out, it goes
// on behind it with what they returned; where it plans others, what follows is not walked: the
// account would be another. A read phase that ends because the recording has no answer to one of
// its calls counts as not known, and the walk goes on with what does not depend on it.
//
// Nothing is asked, nothing is written: neither the run, nor an incident, nor the home folder.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/engine.h"
#include "interpreter/recorded_walk.h"
#include "interpreter/run_state.h"

namespace countersign {

// What a mutating phase of the run was carried out with.
struct CarriedOut {
  int first = 1;                                         // the number of its first operation
  std::vector<std::pair<std::string, json>> operations;  // and their arguments, in order
  json value;                                            // what the phase returned
};

struct RecordedRun {
  json started = json::object();  // the body of "run.started"
  Time began = 0;
  std::map<std::string, Time> times;  // when phases began
  RecordedAnswers answers;
  std::map<std::string, ScriptFile> modules;
  std::map<std::string, CarriedOut> carried_out;
  std::map<int, json> results;       // of the operations that were carried out
  std::set<std::string> skipped;     // waits among them
  std::unique_ptr<Journal> scripts;  // the script, the language and the documents
};

// Errors: state (a document that is missing).
Result<RecordedRun> recorded_run(const Journal& journal, const Catalogue& catalogue);
// The script that it was recorded with.
Result<ScriptFile> recorded_script(const RecordedRun& run);

enum class WalkEnding : std::uint8_t { finished, skipped, failed, unknown, not_walked };
const char* to_string(WalkEnding ending);

struct WalkedPhase {
  std::string name;
  PhaseKind kind = PhaseKind::read;
  WalkEnding ending = WalkEnding::not_walked;
  std::string why;  // it failed, is not known or was not walked
};

struct WalkedRun {
  RunState state;  // checks, findings, notes, what the phases returned
  Plan plan;
  std::vector<WalkedPhase> phases;
  std::vector<RecordedCall> answered;
  std::vector<UnansweredCall> unanswered;
  std::optional<Error> error;  // what ended it; a missing answer does not
  bool awaits = false;         // it planned something that the run did not carry out
  json head;
};

struct WalkOptions {
  ScriptFile script;
  std::string folder;                         // where modules are that were not recorded
  std::map<std::string, ScriptFile> modules;  // in place of the recorded ones
  json parameters;  // null: those of the run, and the defaults of what was declared since
  std::function<bool(const std::string& operation)> computed;  // see Recording
};

// `documents`: what handles lead to. Errors: what keeps the script from being read; a parameter.
Result<WalkedRun> walk(Engine& engine, const RecordedRun& run, Documents& documents,
                       const WalkOptions& options);

}  // namespace countersign
