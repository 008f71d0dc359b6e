#include "repl/scenarios/scenario_runner.h"

#include <algorithm>
#include <filesystem>

#include "approvals/documents.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

// A run that waits again and again is not going to end.
constexpr int kMostRounds = 400;

bool holds(const Person& person, const std::vector<std::string>& roles) {
  if (roles.empty()) return true;
  return std::any_of(roles.begin(), roles.end(), [&](const std::string& role) {
    return std::find(person.roles.begin(), person.roles.end(), role) != person.roles.end();
  });
}

// Of a field that may be the word itself ({ approve = true }) or a name ({ approve = "carla" }).
std::string text_of(const json& decision, const char* key) {
  const json value = decision.value(key, json());
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::vector<std::string> operations_of(const RunState& state) {
  std::vector<std::string> all;
  std::set<int> done;
  for (const AppliedOperation& one : state.confirmed) {
    all.push_back(one.operation);
    done.insert(one.n);
  }
  if (state.plan)
    for (const PlannedPhase& phase : state.plan->phases)
      for (const Intent* intent : intents_of(phase))
        if (done.count(intent->n) == 0) all.push_back(intent->operation);
  return all;
}

}  // namespace

ScenarioRunner::ScenarioRunner(ScenarioEnvironment& scene, const Scenario& scenario,
                               Interruption& interruption)
    : scene_(scene), scenario_(scenario), interruption_(interruption) {}

Result<ScenarioOutcome> ScenarioRunner::play() {
  ScenarioOutcome outcome;
  outcome.before = scene_.world();
  Status went = start();
  if (run_) {
    if (went && scenario_.decisions.is_null()) went = rest();
    for (const json& decision : scenario_.decisions) {
      if (!went || decision.contains("none")) break;
      went = carry_out(decision);
    }
  }
  if (interruption_.came()) return Error{"refused", "it was interrupted"};
  if (!went) return went.error();
  outcome.after = scene_.world();
  outcome.requests = scene_.requests();
  outcome.error = error_;
  if (!run_) return outcome;
  outcome.state = state();
  outcome.status = to_string(state().status);
  if (state().error) outcome.error = state().error;
  outcome.plan = operations_of(state());
  return outcome;
}

std::string ScenarioRunner::asking() const {
  return scene_.cast().requester().principals.front();
}

// A new run of the same runbook goes on with what the one so far did.
Status ScenarioRunner::take_over() {
  const std::string earlier = state().id();
  run_.reset();
  if (const Status began = begin(); !began || !run_) return began;
  if (said(run_->take_over(earlier, asking()))) advance();
  return Done{};
}

Status ScenarioRunner::start() {
  const Status began = begin();
  if (run_) advance();
  return began;
}

// A run that cannot be started is an outcome too.
Status ScenarioRunner::begin() {
  const RunbookFile& script = scene_.script();
  Result<std::unique_ptr<Run>> run = Run::start(
      scene_.engine(), {script.script, script.folder, scenario_.parameters, "", asking()});
  if (!run) {
    error_ = run.error();
    return Done{};
  }
  run_ = std::move(*run);
  return Done{};
}

void ScenarioRunner::advance() {
  error_.reset();
  (void)said(run_->advance());
}

bool ScenarioRunner::said(const Status& taken) {
  if (!taken) error_ = taken.error();
  return static_cast<bool>(taken);
}

// One of the scenario's own decisions; the run goes on after it.
Status ScenarioRunner::carry_out(const json& decision) {
  if (decision.contains("rest")) return rest();
  if (decision.contains("approve")) {
    const auto who = TRY(named(text_of(decision, "approve"), roles_wanted()));
    if (state().status != RunStatus::awaiting_decision || !state().request)
      return Error{"usage", std::string("approve: the run asks for no decision, it is ") +
                                to_string(state().status)};
    if (!approve(who, decision)) return Done{};
  } else if (decision.contains("reject")) {
    return reject(decision);
  } else if (decision.contains("attest")) {
    if (!attest(decision["attest"].get<std::string>(), decision)) return Done{};
  } else if (decision.contains("sign_off")) {
    if (!sign_off(text_of(decision, "by"))) return Done{};
  } else if (decision.contains("settle")) {
    if (const Status settled = settle(decision); !settled) return settled;
  } else if (decision.contains("advance")) {
    scene_.clock().sleep(
        std::chrono::seconds(parse_duration(text_of(decision, "advance")).value_or(0)));
  } else if (decision.contains("look_again") || decision.contains("replan")) {
    const Way way = decision.contains("replan") ? Way::replan : Way::look_again;
    if (!said(run_->reopen(way, asking()))) return Done{};
  } else if (decision.contains("take_over")) {
    return take_over();
  } else if (!decision.contains("resume")) {
    TRY(scene_.happen(decision));
    return Done{};  // the run goes on with the next decision
  }
  if (!is_final(state().status)) advance();
  return Done{};
}

// To the end, or until nothing more is wanted of anybody.
Status ScenarioRunner::rest() {
  for (int round = 0; round < kMostRounds && !interruption_.came(); ++round) {
    const std::size_t records = run_->journal().records().size();
    const bool done = TRY(usual());
    if (!done || is_final(state().status)) return Done{};
    advance();
    if (run_->journal().records().size() == records) return Done{};
  }
  return Done{};
}

Result<bool> ScenarioRunner::usual() {
  const RunStatus status = state().status;
  // A window was missed: resumed, the run plans and asks anew.
  if (state().halted && !state().request) return true;
  if (status == RunStatus::awaiting_decision) {
    const auto who = TRY(named("", roles_wanted()));
    return approve(who, json::object());
  }
  if (status == RunStatus::awaiting_time) {
    const json waits = summary(state())["waiting_for"];
    Time until = waits.value("until_unix", Time{0});
    // What may end it early is looked at when somebody who stays would look.
    if (const Time look = waits.value("next_look_unix", Time{0}); look > 0)
      until = std::min(until, look);
    wait_until(until);
    return until > 0;
  }
  if (status == RunStatus::awaiting_attestation) return attest_all();
  // Resuming settles what can be told from what is there now.
  return status == RunStatus::in_doubt;
}

void ScenarioRunner::wait_until(Time moment) {
  Clock& clock = scene_.clock();
  if (clock.now() < moment) clock.sleep_until(moment + 1);
}

Result<std::vector<const Person*>> ScenarioRunner::named(
    const std::string& name, const std::vector<std::string>& roles) const {
  std::vector<const Person*> found;
  for (const Person& person : scene_.cast().people())
    if (name.empty() ? holds(person, roles) : person.name == name) found.push_back(&person);
  if (!found.empty() || name.empty()) return found;
  std::string all;
  for (const Person& person : scene_.cast().people())
    all += (all.empty() ? "" : ", ") + person.name;
  return Error{"usage", "nobody of the scenario is called \"" + name + "\"", "there are: " + all};
}

std::vector<std::string> ScenarioRunner::roles_wanted() const {
  std::vector<std::string> roles;
  if (!state().request) return roles;
  for (const json& one : state().terms.value("requires", json::array()))
    roles.push_back(one.value("role", ""));
  return roles;
}

// By each of them until enough have; an approval that is refused is what came of it.
bool ScenarioRunner::approve(const std::vector<const Person*>& who, const json& terms) {
  const std::string request = state().request->document;
  const json facts = json::parse(request, nullptr, false);
  const std::string hint = facts.value("reference_hint", "");
  const std::string reference = terms.value("reference", hint.empty() ? "a scenario" : hint);
  bool any = false;
  std::optional<Error> refused;
  for (const Person* person : who) {
    if (state().status != RunStatus::awaiting_decision) break;
    const Result<std::string> document =
        decision_document(request, state().chain_head, "approve", reference, "",
                          {"", "", terms.value("break_glass", "")});
    const Result<Signed> decision =
        document ? scene_.cast().sign(*person, *document) : Result<Signed>(document.error());
    const Status taken = decision ? run_->decide(*decision) : Status(decision.error());
    if (taken)
      any = true;
    else
      refused = taken.error();
  }
  if (!any)
    error_ = refused ? *refused
                     : Error{"waiting", "nobody of the scenario's people may approve it",
                             "give somebody of its people a role that the request asks for"};
  return any;
}

Status ScenarioRunner::reject(const json& decision) {
  const auto who = TRY(named(text_of(decision, "by"), roles_wanted()));
  if (!state().request || who.empty())
    return Error{"usage", std::string("reject: the run asks for no decision, it is ") +
                              to_string(state().status)};
  const std::string reason = text_of(decision, "reject");
  const std::string document =
      TRY(decision_document(state().request->document, state().chain_head, "reject", "",
                            reason.empty() ? "not like this" : reason));
  const Signed signed_by = TRY(scene_.cast().sign(*who.front(), document));
  error_.reset();
  (void)said(run_->decide(signed_by));
  return Done{};
}

bool ScenarioRunner::attest(const std::string& item, const json& decision) {
  error_.reset();
  std::vector<std::string> roles;
  for (const json& one : state().items())
    if (one.value("slug", "") == item && one.contains("role") && one["role"].is_string())
      roles.push_back(one["role"].get<std::string>());
  const auto who = named(text_of(decision, "by"), roles);
  if (!who) return said(who.error());
  const Result<std::string> subject = run_->item_subject(item);
  if (!subject) return said(subject.error());
  const Result<std::string> document =
      attestation_document({state().id(), state().chain_head}, item, sha256_hex(*subject),
                           decision.value("verdict", "pass"), decision.value("note", "seen"));
  if (!document) return said(document.error());
  for (const Person* person : *who) {
    const Result<Signed> attestation = scene_.cast().sign(*person, *document);
    if (!attestation) return said(attestation.error());
    if (said(run_->attest(item, *attestation))) {
      error_.reset();
      return true;
    }
  }
  return false;
}

bool ScenarioRunner::sign_off(const std::string& by) {
  error_.reset();
  std::vector<std::string> roles;
  for (const json& item : state().items())
    if (item["item"] == "sign_off") roles.push_back(item["role"].get<std::string>());
  const auto who = named(by, roles);
  if (!who) return said(who.error());
  const Result<std::string> document = sign_off_document(
      {state().id(), state().chain_head}, run_->evidence_sha256(), "pass", "as expected");
  if (!document) return said(document.error());
  for (const Person* person : *who) {
    const Result<Signed> answer = scene_.cast().sign(*person, *document);
    if (!answer) return said(answer.error());
    if (said(run_->sign_off(*answer))) {
      error_.reset();
      return true;
    }
  }
  return false;
}

// Each item when it is due, then the signature that closes the run.
bool ScenarioRunner::attest_all() {
  const json waits = summary(state())["waiting_for"];
  const json items = waits.value("items", json::array());
  if (items.empty()) return sign_off("");
  for (const json& item : items) {
    if (const Time due = item.value("due_unix", Time{0}); due > 0) {
      wait_until(due);
      advance();
    }
    if (state().status != RunStatus::awaiting_attestation) return true;
    if (!attest(item["item"].get<std::string>(), json::object())) return false;
  }
  return true;
}

Status ScenarioRunner::settle(const json& decision) {
  const PendingOperation* doubt = run_->in_doubt();
  if (doubt == nullptr)
    return Error{"usage", std::string("settle: nothing is in doubt, the run is ") +
                              to_string(state().status)};
  const auto who = TRY(named(text_of(decision, "by"), {}));
  const std::string document = TRY(settlement_document(
      {state().id(), state().chain_head}, doubt->key, sha256_hex(run_->doubt_subject()),
      text_of(decision, "settle"), "", "looked at the provider"));
  const Signed answer = TRY(scene_.cast().sign(*who.front(), document));
  error_.reset();
  (void)said(run_->settle(answer, nullptr));
  return Done{};
}

}  // namespace countersign
