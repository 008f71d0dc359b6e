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
#include "interpreter/journal_format.h"
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
struct PendingOperation {
  std::int64_t seq = 0;
  std::string key, phase, operation, target, where;
  int n = 0;
  json arguments;  // as carried out, placeholders filled in
  std::optional<json> before;
  // As it was signed: the plan may be another one when it is known what became of it.
  std::optional<json> after;
  std::vector<std::string> affects;
  std::map<std::string, json> returns;  // what later operations are built on, by range
  std::set<int> built_on;               // the operations whose results its arguments hold
};

// What a person signed of an operation that was in doubt. The last one of an operation counts; one
// that corrects another is about the same beginning of it.
struct Settlement {
  std::int64_t seq = 0;
  Time time = 0;
  PendingOperation begun;
  Answer answer;         // verdict "applied" or "not-applied"
  std::string corrects;  // the document of the settlement that it corrects; empty: none
  bool stands = true;    // no later one corrects it
  int again = 0;  // of "not-applied": the operation as which it was begun again; 0: it was not
  json terms;     // of the request that it was settled under: who may decide, who asked
  // What was built on the result that it took back, and so is planned again.
  std::map<std::string, Outcome> dropped;
};

// When an item of `done` may be answered, and from when on it is overdue.
struct Due {
  Time from = 0, until = 0;
};

struct RunState {
  json started = json::object();  // the body of "run.started"
  Time started_at = 0, last_time = 0;
  std::map<std::string, json> phases;      // finished: what it returned
  std::map<std::string, Time> ended;       // when
  std::pair<std::string, Time> voided_by;  // the other run's change that was last answered so
  std::map<std::string, int> rounds;       // of phases whose evidence was voided: how often
  Time changed_at = 0;                     // when the last changing operation was confirmed
  std::set<std::string> skipped;
  std::string current;  // the phase that was begun and has not ended
  std::map<std::string, Outcome> outcomes;
  std::map<std::string, PendingOperation> begun;  // by key, without outcome
  std::vector<Settlement> settlements;            // by people, in order
  // Looks at an operation in doubt that found it not carried out: a provider may act late.
  std::map<std::string, std::vector<Time>> probes;
  std::set<std::string> recorded;  // keys of checks, notes, findings that are in the journal
  std::vector<AppliedOperation> confirmed;
  std::map<int, json>
      results;  // of confirmed operations, by n; of read phases with promises, by place (marker.h)
  int last_n = 0;  // the highest operation number given so far
  // A mutating phase that was begun, to the read phases that it sees as holes (Plan::holes).
  std::map<std::string, std::vector<std::string>> begun_holes;
  // The plan as the journal keeps it, before anybody was asked.
  std::optional<Plan> draft;
  // What drives: the plan read back from the signed request's own bytes; the draft while there is
  // no request.
  std::optional<Plan> plan;
  std::optional<Signed> request;
  std::string request_sha256;
  json terms = json::object();         // the request as parsed from its bytes
  std::string asked_after;             // the hash of the record before the request
  std::set<std::string> asked_phases;  // that had ended then
  bool bracketed = false;              // a phase began or ended to change something since then
  Time decide_by = 0;
  std::vector<Signed> decisions;
  std::vector<Answer> answers;  // of the decisions
  bool consumed = false;
  bool used = false;  // a decision was, also of an earlier request
  // What had been done, and had failed, when it was asked (`earlier`).
  json asked_earlier = json::object();
  // Operations that failed before what is left was planned anew: {"n", "operation", "target",
  // "error"}.
  json failures = json::array();
  // The body of "taken_over": the run whose work this one goes on with; null: it began its own.
  json taken_over;
  std::string rejected;  // why, where it was
  bool halted = false;   // it goes on as it is, once what halts it is over
  std::string opens_why;
  Time opens = 0;                    // approved, but not before this moment
  json undoing;                      // the body of "undo": from then on the run only undoes
  json obligations = json::array();  // items of done that opened on the way
  std::string home;                  // the home folder that works on it (home.h)
  std::string chain_head;            // the hash of the last record
  std::string closing_key;  // the engine's, as the last request names it, or before there is one
                            // the start; empty: an earlier version's run, which nothing closes
  bool closed = false;      // the engine closed it with that key
  std::map<std::string, Time> waits;  // begun: when each is over
  std::map<std::string, Time> wait_began;
  std::map<std::string, int> attempts;  // of a wait's condition
  std::map<std::string, Time> looks;    // at what ends a wait early: when the next is
  std::map<std::string, int> looked;    // how often
  json checks = json::array(), findings = json::array(), notes = json::array(),
       steps = json::array();
  std::map<std::string, Answer> attestations;  // by slug, the last one
  std::map<std::string, Time> attested_at;
  std::map<std::string, Signed> attestation_documents;
  std::vector<Answer> sign_offs;
  std::vector<Signed> sign_off_documents;
  std::map<std::string, json> modules;  // name to {"chunk", "sha256"}
  std::string baselines;                // the document of the last that were captured
  // Phase to {"before": sha256, "after": sha256}; of one that was begun again also "first", the
  // document before it was begun first, and "behind", the last operation done of it by then.
  std::map<std::string, json> brackets;
  std::vector<bool> wanted;  // which items of `done` apply
  RunStatus status = RunStatus::running;
  std::optional<Error> error;

  // From this version on a request holds all that drives a run.
  static constexpr int kDrivingVersion = 2;

  // Documents are needed for requests and decisions, whose exact bytes are kept beside the journal.
  Status apply(const Record& record, const Documents& documents);
  static Result<RunState> of(const Journal& journal);

  // The items of `done` that apply to this run as far as that is known, and its obligations.
  std::vector<json> items() const;
  // An item with a time of its own (`due`); nothing where it has none or where what it is counted
  // from has not happened.
  std::optional<Due> due(const json& item) const;
  // Whether what an item asks of people was attested.
  bool attested(const std::string& slug) const;
  // The settlement of the operation that counts; null: no person settled it.
  const Settlement* settled(const std::string& key) const;
  // What the calls of a phase are keyed below.
  std::string prefix(const std::string& phase) const;
  // The account and where it is: what latches and changes are kept by.
  std::string account_key() const;

  // What a request for the rest builds on: {"takes_over", "done": [{"n", "operation", "phase",
  // "target"}], "failed": […]}, and where people corrected settlements "corrected": [{"n",
  // "operation", "target", "is", "by"}].
  json earlier() const;
  // When the work began: of a run that was taken over, when that one did.
  Time work_began() const;

  // Whether there is a request that drives the run.
  bool driven() const { return request && terms.value("version", 0) >= kDrivingVersion; }

  std::string id() const { return started.value("run", ""); }
  const json& head() const { return started.at("runbook").at("head"); }

  // The phase that comes next, or null: all have ended.
  const json* next_phase() const;
  // Whether the phase was begun and some of its operations are done.
  bool half_done(const std::string& phase) const;
  // Whether operations that were signed or planned are left to be carried out in the phase.
  bool operations_left(const std::string& phase) const;
  // The read phases, and those that were skipped, behind the last phase that changed something or
  // waited, in the order of the procedure.
  std::vector<std::string> read_last() const;
  // The reads and waits that a failed check of the phase begins anew: from the phase on that it
  // names for that, or empty.
  std::vector<std::string> again_with(const std::string& phase) const;

 private:
  // What each kind of record does (run_state_apply.cpp).
  struct Fold;
  void forget_request();
  // The phases are run again, the items asked again; what they came to stays in the journal.
  void look_again(const std::vector<std::string>& phases, const std::vector<std::string>& items);
  void take_over(TakenOverRecord&& work);
  void forget_wait(const std::string& name);
  // What a person's settlement leads to (run_state_settling.cpp).
  void settle(const Record& record, const SettledRecord& word);
  void take_back(Settlement& correction);
};

// Whether `status` is one that nothing leads out of.
bool is_final(RunStatus status);

// Of an entry of the procedure; nothing: it names none.
std::optional<PhaseKind> phase_kind(const json& entry);

}  // namespace countersign
