// A walk that asks no provider: reading calls are answered from a recording, changing ones are
// noted as they would be planned. Nothing is looked at, nothing is carried out.
//
// A call that the recording has no answer to gets an error that the script may catch, and is kept
// in `unanswered`: what follows from it is the script's own answer to not knowing.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "interpreter/phase_execution.h"
#include "interpreter/recorded_answers.h"
#include "interpreter/recorded_session.h"

namespace countersign {

// A reading call as it was made, and what it was answered.
struct RecordedCall {
  std::string phase, operation, where;
  json arguments;
  Result<json> answer = json();
};

struct UnansweredCall {
  std::string phase, operation, where;
  json arguments;
  std::string hint;
};

// What a walk has in place of an account.
struct Recording {
  RecordedAnswers answers;
  // Whether an operation only works on documents that are here, so that it is carried out.
  std::function<bool(const std::string& operation)> computed;
  std::map<std::string, ScriptFile> modules;  // that stand in for those in the folder
  std::vector<RecordedCall> answered;
  std::vector<UnansweredCall> unanswered;
};

class RecordedWalk : public PhaseExecution {
 public:
  // Everything outlives the walk.
  RecordedWalk(Recording& recording, Engine& engine, RecordedSession* session, Ledger& ledger,
               PhaseContext standing, std::string folder);

  CallOutcome serve(const HostCall& call) override;
  Result<ScriptFile> module(const std::string& name) override;

 private:
  Result<json> recorded(const HostCall& call);
  CallOutcome intend(const HostCall& call, const Row& row);

  Recording& recording_;
  const Catalogue& catalogue_;
  RecordedSession* recorded_session_;
};

}  // namespace countersign
