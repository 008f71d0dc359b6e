// What a run is at a moment: the fold of its journal. `apply` is the only way it changes, live and
// on resume alike.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/journal.h"
#include "interpreter/plan.h"

namespace countersign {

using json = nlohmann::json;

struct Outcome {
  std::int64_t seq = 0;
  int n = 0;  // of a changing operation: its number in the plan it was carried out under
  std::string operation;
  std::string arguments_sha256;
  json value;
  std::optional<Error> error;
};

// An operation that was begun: in doubt while it has no outcome.
struct Begun {
  std::int64_t seq = 0;
  std::string key, phase, operation, target, where;
  int n = 0;
  json arguments;  // as carried out, placeholders filled in
  std::optional<json> before;
};

// A changing operation that is known to be done.
struct Confirmed {
  int n = 0;
  std::string operation, phase;
  json arguments;
};

struct RunState {
  json started = json::object();  // the body of "run.started"
  Time started_at = 0, last_time = 0;
  std::map<std::string, json> phases;  // finished: what it returned
  std::set<std::string> skipped;
  std::string current;  // the phase that was begun and has not ended
  std::map<std::string, Outcome> outcomes;
  std::map<std::string, Begun> begun;  // by key, without outcome
  std::set<std::string> recorded;      // keys of checks, notes, findings that are in the journal
  std::vector<Confirmed> confirmed;
  std::map<int, json>
      results;  // of confirmed operations, by n; of read phases with promises, by place (marker.h)
  int last_n = 0;  // the highest operation number given so far
  std::optional<Plan> plan;
  std::optional<Signed> request;
  std::string request_sha256;
  Time decide_by = 0;
  std::vector<Signed> decisions;
  std::vector<Answer> answers;  // of the decisions
  bool consumed = false;
  std::string rejected;                 // why, where it was
  std::map<std::string, Time> waits;    // begun: when each is over
  std::map<std::string, int> attempts;  // of a wait's condition
  json checks = json::array(), findings = json::array(), notes = json::array(),
       steps = json::array();
  std::map<std::string, Answer> attestations;  // by slug, the last one
  std::map<std::string, Signed> attestation_documents;
  std::vector<Answer> sign_offs;
  std::vector<Signed> sign_off_documents;
  std::map<std::string, json> modules;   // name to {"chunk", "sha256"}
  std::map<std::string, json> brackets;  // phase to {"before": sha256, "after": sha256}
  std::vector<bool> wanted;              // which items of `done` apply
  std::string status = "running";
  std::optional<Error> error;

  // Documents are needed for requests and decisions, whose exact bytes are kept beside the journal.
  Status apply(const Record& record, const Documents& documents);
  static Result<RunState> of(const Journal& journal);

  std::string id() const { return started.value("run", ""); }
  const json& head() const { return started.at("runbook").at("head"); }
};

// Whether `status` is one that nothing leads out of.
bool is_final(const std::string& status);

}  // namespace countersign
