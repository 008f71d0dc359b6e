// The fold: records applied in the order of the journal, each looking only at what those before it
// left. Whoever resumes, verifies or replays a run comes to the same state, so nothing here may ask
// a clock, a file outside the journal or an account.
#include "interpreter/run_state.h"

#include <algorithm>

#include "interpreter/account_key.h"
#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/closing.h"
#include "interpreter/digest.h"
#include "interpreter/gate.h"
#include "interpreter/placeholder.h"

namespace countersign {
namespace {

Result<Signed> signed_of(const json& body, const Documents& documents) {
  std::string document = TRY(documents.get(body.at("document").get<std::string>()));
  Signed out{document, ""};
  if (body.contains("signature") && body["signature"].is_string()) {
    std::string signature = TRY(documents.get(body["signature"].get<std::string>()));
    out.signature = signature;
  }
  return out;
}

// Of a request: what says who may settle under it.
json who_decides(const json& terms) {
  json out = json::object();
  for (const char* key : {"requires", "separation", "requester"})
    if (terms.contains(key)) out[key] = terms[key];
  return out;
}

}  // namespace

Answer answer_of(const json& body) {
  Answer answer;
  answer.type = body.value("type", "");
  answer.verdict = body.value("verdict", "");
  answer.principal = body.value("principal", "");
  answer.person = body.value("person", "");
  answer.roles = body.value("roles", std::vector<std::string>());
  answer.reference = body.value("reference", "");
  answer.reason = body.value("reason", "");
  answer.document_sha256 = body.value("document", "");
  answer.not_before = body.value("not_before", Time{0});
  answer.not_after = body.value("not_after", Time{0});
  if (const auto glass = body.find("break_glass"); glass != body.end()) {
    answer.break_glass = glass->value("reason", "");
    answer.review = glass->value("review", "");
  }
  return answer;
}

bool is_final(const std::string& status) {
  return status == "done" || status == "failed" || status == "rejected" || status == "cancelled";
}

void RunState::forget_request() {
  request.reset();
  request_sha256.clear();
  terms = json::object();
  asked_after.clear();
  asked_phases.clear();
  bracketed = false;
  decisions.clear();
  answers.clear();
  consumed = false;
  asked_earlier = json::object();
}

void RunState::forget_wait(const std::string& name) {
  waits.erase(name);
  wait_began.erase(name);
  attempts.erase(name);
  looks.erase(name);
  looked.erase(name);
}

void RunState::look_again(const json& again, const json& items) {
  for (const json& name : again) {
    // A wait that had ended begins anew; one that had not goes on as long as it was to.
    if (phases.count(name.get<std::string>()) != 0) forget_wait(name.get<std::string>());
    phases.erase(name.get<std::string>());
    ended.erase(name.get<std::string>());
    skipped.erase(name.get<std::string>());
    ++rounds[name.get<std::string>()];
    if (current == name) current.clear();
    for (json* list : {&checks, &findings, &notes}) {
      json kept = json::array();
      for (json& one : *list)
        if (one.value("phase", json()) != name) kept.push_back(std::move(one));
      *list = std::move(kept);
    }
  }
  for (const json& slug : items) attestations.erase(slug.get<std::string>());
  sign_offs.clear();
  sign_off_documents.clear();
}

// What the other run's journal proves to be done is done; the rest is this run's own.
void RunState::take_over(const json& body) {
  for (const auto& [name, value] : phases) ++rounds[name];
  if (!current.empty()) ++rounds[current];
  phases.clear();
  ended.clear();
  skipped.clear();
  checks = findings = notes = steps = json::array();
  plan.reset();
  draft.reset();
  forget_request();
  taken_over = body;
  for (const auto& [name, one] : body.at("phases").items()) {
    phases[name] = one.at("value");
    ended[name] = one.at("ended").get<Time>();
    int place = kHoles;
    for (const json& entry : head().value("procedure", json::array())) {
      if (entry.value("name", "") == name && entry.contains("returns"))
        results[place] = phases[name];
      ++place;
    }
  }
  for (const json& name : body.at("skipped")) skipped.insert(name.get<std::string>());
  for (const json& one : body.at("confirmed")) confirmed.push_back(confirmed_from_json(one));
  for (const auto& [n, value] : body.at("results").items()) results[std::stoi(n)] = value;
  for (const auto& [key, one] : body.at("outcomes").items())
    outcomes[key] = {0,  one.at("n").get<int>(), one.at("operation").get<std::string>(),
                     "", one.at("value"),        std::nullopt};
  for (const auto& [phase, one] : body.at("brackets").items()) brackets[phase] = one;
  for (const auto& [phase, names] : body.at("holes").items())
    begun_holes[phase] = names.get<std::vector<std::string>>();
  for (json one : body.at("checks")) checks.push_back(std::move(one));
  for (json one : body.at("notes")) notes.push_back(std::move(one));
  for (json one : body.at("findings")) findings.push_back(std::move(one));
  failures = body.at("failures");
  current = body.at("current").get<std::string>();
  last_n = std::max(last_n, body.at("last_n").get<int>());
  changed_at = body.at("changed_at").get<Time>();
  status = "running";
  error.reset();
}

// A person's word on an operation in doubt, or on one that a person had settled otherwise.
void RunState::settle(const Record& record) {
  const json& body = record.body;
  const std::string key = body.at("key").get<std::string>();
  const auto doubt = begun.find(key);
  const Settlement* corrected = body.contains("corrects") ? settled(key) : nullptr;
  if (body.contains("document") && (corrected || doubt != begun.end())) {
    Settlement made{.seq = record.seq,
                    .time = record.time,
                    .begun = corrected ? corrected->begun : doubt->second,
                    .answer = answer_of(body),
                    .corrects = body.value("corrects", ""),
                    .terms = corrected ? corrected->terms : who_decides(terms)};
    if (corrected) {
      for (Settlement& one : settlements)
        if (&one == corrected) one.stands = false;
      if (made.answer.verdict == "not-applied") {
        take_back(made);
      } else {
        begun[key] = made.begun;  // its outcome follows
        for (const auto& [place, outcome] : corrected->dropped) {
          outcomes[place] = outcome;
          results[outcome.n] = outcome.value;
        }
      }
    }
    settlements.push_back(std::move(made));
  }
  if (body.at("verdict") == "not-applied") begun.erase(key);
  probes.erase(key);
  status = "running";
  error.reset();
}

// What was settled as applied was not: it is not done, nor is what was built on its result, and
// their phases are to be ended anew.
void RunState::take_back(Settlement& correction) {
  const int n = correction.begun.n;
  std::set<int> gone = {n};
  for (AppliedOperation& one : confirmed) {
    if (!std::any_of(one.built_on.begin(), one.built_on.end(),
                     [&](int on) { return gone.count(on) != 0; }))
      continue;
    gone.insert(one.n);
    // It was carried out, and stays what it led to.
    if (one.after)
      if (Result<json> after = fill(*one.after, results)) one.after = std::move(*after);
  }
  std::set<std::string> open = {correction.begun.phase};
  for (const AppliedOperation& one : confirmed)
    if (gone.count(one.n) != 0) open.insert(one.phase);
  for (const auto& [name, value] : phases) {
    const std::set<int> on = operations_in(value);
    if (std::any_of(on.begin(), on.end(), [&](int one) { return gone.count(one) != 0; }))
      for (const json& entry : head().value("procedure", json::array()))
        if (entry.value("name", "") == name && entry.value("phase", "") == "mutate")
          open.insert(name);
  }
  for (const std::string& name : open) {
    phases.erase(name);
    ended.erase(name);
  }
  for (auto at = outcomes.begin(); at != outcomes.end();) {
    const bool lost = gone.count(at->second.n) != 0;
    if (lost && at->second.n != n) correction.dropped.insert(*at);
    at = lost ? outcomes.erase(at) : std::next(at);
  }
  std::erase_if(confirmed, [&](const AppliedOperation& one) { return one.n == n; });
  for (const int one : gone) results.erase(one);
  if (confirmed.empty()) changed_at = 0;
  // What nobody had signed was looked for by what was thought to be done.
  json kept = json::array();
  for (json& one : obligations)
    if (open.count(one.value("foreign", "")) == 0 || attestations.count(one.value("slug", "")) != 0)
      kept.push_back(std::move(one));
  obligations = std::move(kept);
}

Status RunState::apply(const Record& record, const Documents& documents) {
  const json& body = record.body;
  const std::string& kind = record.kind;
  last_time = record.time;
  chain_head = record.hash;
  if (kind == "run.started") {
    started = body;
    closing_key = body.value("closing", "");
    started_at = record.time;
    home = body.value("home", "");
  } else if (kind == "module") {
    modules[body.at("name").get<std::string>()] = body;
  } else if (kind == "phase.started") {
    current = body.at("phase").get<std::string>();
    if (body.contains("holes"))
      begun_holes[current] = body["holes"].get<std::vector<std::string>>();
  } else if (kind == "phase.finished") {
    phases[body.at("phase").get<std::string>()] = body.at("value");
    ended[body.at("phase").get<std::string>()] = record.time;
    int place = kHoles;
    for (const json& entry : head().value("procedure", json::array())) {
      if (entry.value("name", "") == body.at("phase") && entry.contains("returns"))
        results[place] = body.at("value");
      ++place;
    }
    current.clear();
  } else if (kind == "phase.skipped") {
    skipped.insert(body.at("phase").get<std::string>());
    current.clear();
  } else if (kind == "outcome") {
    Outcome outcome{record.seq,
                    0,
                    body.at("operation").get<std::string>(),
                    body.value("arguments_sha256", ""),
                    body.value("value", json()),
                    std::nullopt};
    if (body.contains("error")) outcome.error = error_from_json(body["error"]);
    const std::string key = body.at("key").get<std::string>();
    if (const auto at = begun.find(key); at != begun.end()) {
      outcome.n = at->second.n;
      if (!outcome.error) {
        const PendingOperation& done = at->second;
        confirmed.push_back({done.n, done.operation, done.phase, done.where, done.arguments,
                             done.before, done.after, done.affects, done.target,
                             body.value("made", ""), done.built_on});
        changed_at = record.time;
        results[at->second.n] = outcome.value;
      }
      begun.erase(at);
    }
    outcomes[key] = std::move(outcome);
  } else if (kind == "intent") {
    PendingOperation one{record.seq,
                         body.at("key").get<std::string>(),
                         body.at("phase").get<std::string>(),
                         body.at("operation").get<std::string>(),
                         body.at("target").get<std::string>(),
                         body.value("where", ""),
                         body.at("n").get<int>(),
                         body.at("arguments"),
                         std::nullopt};
    if (body.contains("before")) one.before = body["before"][0];
    if (const Intent* intent = plan ? plan->intent(one.n) : nullptr) {
      one.after = intent->after;
      one.affects = intent->affects;
      one.returns = intent->returns;
      one.built_on = operations_in(intent->arguments);
    }
    for (Settlement& settlement : settlements)
      if (settlement.begun.key == one.key) settlement.again = one.n;
    begun[one.key] = std::move(one);
  } else if (kind == "settled") {
    if (body.contains("corrects") && settled(body.at("key").get<std::string>()) == nullptr)
      return Error{"state", "a settlement corrects one that was never made"};
    settle(record);
  } else if (kind == "check" || kind == "note" || kind == "finding" || kind == "step") {
    recorded.insert(body.at("key").get<std::string>());
    json& list = kind == "check"     ? checks
                 : kind == "note"    ? notes
                 : kind == "finding" ? findings
                                     : steps;
    list.push_back(body);
  } else if (kind == "plan") {
    std::string text = TRY(documents.get(body.at("document").get<std::string>()));
    draft = plan_from_json(json::parse(text));
    plan = draft;
    for (const Intent* intent : all_intents(*plan)) last_n = std::max(last_n, intent->n);
    forget_request();
    status = "running";
    error.reset();
  } else if (kind == "request") {
    Signed made = TRY(signed_of(body, documents));
    request = made;
    request_sha256 = body.at("document").get<std::string>();
    asked_after = record.previous;
    for (const auto& [name, value] : phases) asked_phases.insert(name);
    asked_earlier = earlier();
    baselines = body.value("baselines", baselines);
    terms = json::parse(request->document, nullptr, false);
    if (!terms.is_object()) terms = json::object();
    decide_by = parse_iso_time(terms.value("decide_by", "")).value_or(0);
    // What was signed drives. Requests of the first form do not hold the whole plan.
    if (terms.value("version", 0) >= kDrivingVersion) {
      Plan made_of_it = TRY(plan_of_request(terms.value("plan", json()), documents));
      plan = std::move(made_of_it);
    }
    closing_key = terms.value("closing", json::object()).value("key", "");
  } else if (kind == "decision") {
    Signed decision = TRY(signed_of(body, documents));
    decisions.push_back(decision);
    answers.push_back(answer_of(body));
    if (answers.back().verdict == "reject") rejected = answers.back().reason;
  } else if (kind == "consumed") {
    consumed = used = true;
    home = body.value("home", home);
  } else if (kind == "plan.voided") {
    plan.reset();
    draft.reset();
    forget_request();
  } else if (kind == "wait.started") {
    waits[body.at("phase").get<std::string>()] = body.at("until").get<Time>();
    wait_began[body.at("phase").get<std::string>()] = record.time;
    opens = 0;
  } else if (kind == "wait.condition") {
    waits[body.at("phase").get<std::string>()] = body.at("until").get<Time>();
    attempts[body.at("phase").get<std::string>()] = body.at("attempt").get<int>();
  } else if (kind == "wait.look") {
    looks[body.at("phase").get<std::string>()] = body.at("next").get<Time>();
    looked[body.at("phase").get<std::string>()] = body.at("attempt").get<int>();
  } else if (kind == "probe") {
    probes[body.at("key").get<std::string>()].push_back(record.time);
  } else if (kind == "undo") {
    undoing = body;
    status = "running";
    error.reset();
  } else if (kind == "obligation") {
    obligations.push_back(body);
  } else if (kind == "adopted") {
    home = body.at("home").get<std::string>();
    closing_key = body.value("closing", closing_key);
    status = "running";
    error.reset();
  } else if (kind == "evidence.voided") {
    voided_by = {body.at("by").get<std::string>(), body.at("at").get<Time>()};
    // What they showed may not be so any more.
    look_again(body.at("phases"), body.at("items"));
  } else if (kind == "run.reopened") {
    const bool corrected = body.at("way") == "correct";
    // What is carried out anew is waited for anew.
    if (corrected)
      for (const json& name : body.at("phases")) forget_wait(name.get<std::string>());
    look_again(body.at("phases"), body.at("items"));
    if (body.contains("rows")) started["rows"].update(body.at("rows"));
    wanted.clear();
    if (body.value("drops_undo", false)) undoing = nullptr;
    if (body.value("undo_anew", false)) undoing["signed"] = false;
    // What failed is not what it is from now on: the same call may be planned and made once more.
    for (auto at = outcomes.begin(); at != outcomes.end();) {
      const Outcome& one = at->second;
      const bool again = (corrected || body.at("way") == "replan") && one.n > 0 && one.error;
      if (again)
        failures.push_back(
            {{"n", one.n}, {"operation", one.operation}, {"error", one.error->message}});
      at = again ? outcomes.erase(at) : std::next(at);
    }
    status = "running";
    halted = closed = false;
    error.reset();
  } else if (kind == "taken_over") {
    take_over(body);
    closed = false;
  } else if (kind == "attestation") {
    const std::string slug = body.at("item").get<std::string>();
    attested_at[slug] = record.time;
    Signed document = TRY(signed_of(body, documents));
    attestations[slug] = answer_of(body);
    attestation_documents[slug] = document;
  } else if (kind == "sign_off") {
    Signed document = TRY(signed_of(body, documents));
    sign_offs.push_back(answer_of(body));
    sign_off_documents.push_back(document);
  } else if (kind == "bracket") {
    json& bracket = brackets[body.at("phase").get<std::string>()];
    if (body.at("side") == "before" && bracket.contains("before")) {
      if (!bracket.contains("first")) bracket["first"] = bracket["before"];
      int behind = 0;
      for (const AppliedOperation& one : confirmed)
        if (one.phase == body.at("phase")) behind = std::max(behind, one.n);
      bracket["behind"] = behind;
    }
    bracket[body.at("side").get<std::string>()] = body.at("document");
    bracketed = true;
    baselines = body.value("baselines", baselines);
    if (body.contains("baselines") && body["side"] == "before")
      brackets[body.at("phase").get<std::string>()]["baselines"] = body["baselines"];
  } else if (kind == kClosed) {
    closed = true;
  } else if (kind == "items") {
    wanted = body.at("wanted").get<std::vector<bool>>();
  } else if (kind == "status") {
    status = body.at("status").get<std::string>();
    opens = body.value("opens", Time{0});
    opens_why = body.value("why", "");
    halted = body.value("halted", false);
    error.reset();
    if (body.contains("error")) error = error_from_json(body["error"]);
  }
  return Done{};
}

std::vector<json> RunState::items() const {
  std::vector<json> out;
  const json done = head().value("done", json::array());
  for (std::size_t i = 0; i < done.size(); ++i)
    if (i >= wanted.size() || wanted[i]) out.push_back(done[i]);
  for (const json& one : obligations) out.push_back(one);
  return out;
}

std::optional<Due> RunState::due(const json& item) const {
  const auto said = [&](const char* key) {
    return item.contains(key) && item[key].is_string()
               ? parse_duration(item[key].get<std::string>())
               : std::nullopt;
  };
  const auto due = said("due"), within = said("within");
  // What is to happen within a time is due at once.
  if (!due && !within) return std::nullopt;
  Time base = changed_at;
  if (item.contains("after") && item["after"].is_string()) {
    const auto at = ended.find(item["after"].get<std::string>());
    base = at == ended.end() ? 0 : at->second;
  }
  if (base == 0) return std::nullopt;
  const Time from = base + due.value_or(0);
  return Due{from, from + within.value_or(86400)};
}

bool RunState::attested(const std::string& slug) const {
  const auto at = attestations.find(slug);
  return at != attestations.end() && at->second.verdict == "pass";
}

const Settlement* RunState::settled(const std::string& key) const {
  for (auto one = settlements.rbegin(); one != settlements.rend(); ++one)
    if (one->begun.key == key) return &*one;
  return nullptr;
}

std::string RunState::prefix(const std::string& phase) const {
  const auto at = rounds.find(phase);
  return at == rounds.end() ? phase : phase + "@" + std::to_string(at->second + 1);
}

std::string RunState::account_key() const {
  json endpoint = started.at("endpoint");
  endpoint["instance"] = started.value("instance", "");
  return countersign::account_key(endpoint, started.at("account").get<std::string>());
}

json RunState::earlier() const {
  json done = json::array();
  for (const AppliedOperation& one : confirmed)
    done.push_back(
        {{"n", one.n}, {"operation", one.operation}, {"phase", one.phase}, {"target", one.target}});
  json from;
  if (!taken_over.is_null())
    from = {{"run", taken_over.at("run")}, {"head", taken_over.at("head")}};
  json out = {{"takes_over", from}, {"done", done}, {"failed", failures}};
  for (const Settlement& one : settlements)
    if (!one.corrects.empty())
      out["corrected"].push_back({{"n", one.begun.n},
                                  {"operation", one.begun.operation},
                                  {"target", one.begun.target},
                                  {"is", one.answer.verdict},
                                  {"by", one.answer.person}});
  return out;
}

Time RunState::work_began() const {
  return taken_over.is_null() ? started_at : taken_over.at("began").get<Time>();
}

const json* RunState::next_phase() const {
  for (const json& entry : head().at("procedure")) {
    const std::string name = entry.at("name").get<std::string>();
    if (phases.count(name) == 0 && skipped.count(name) == 0) return &entry;
  }
  return nullptr;
}

bool RunState::half_done(const std::string& phase) const {
  return phases.count(phase) == 0 &&
         std::any_of(confirmed.begin(), confirmed.end(),
                     [&](const AppliedOperation& one) { return one.phase == phase; });
}

bool RunState::operations_left(const std::string& phase) const {
  const PlannedPhase* planned = plan ? plan->phase(phase) : nullptr;
  if (!planned) return true;
  for (const Intent* intent : intents_of(*planned))
    if (std::none_of(confirmed.begin(), confirmed.end(),
                     [&](const AppliedOperation& one) { return one.n == intent->n; }))
      return true;
  return false;
}

std::vector<std::string> RunState::read_last() const {
  std::vector<std::string> names;
  const json& procedure = head().at("procedure");
  for (auto entry = procedure.rbegin(); entry != procedure.rend(); ++entry) {
    const std::string name = (*entry).at("name").get<std::string>();
    if (std::any_of(confirmed.begin(), confirmed.end(),
                    [&](const AppliedOperation& one) { return one.phase == name; }))
      break;
    const bool over = phases.count(name) != 0 || current == name;
    // Time that has passed is not waited for again.
    if ((*entry).at("phase") == "wait" && over) break;
    if (skipped.count(name) != 0 || ((*entry).at("phase") == "read" && over)) names.push_back(name);
  }
  std::reverse(names.begin(), names.end());
  return names;
}

std::vector<std::string> RunState::again_with(const std::string& phase) const {
  std::vector<std::string> names;
  std::string from;
  for (const json& entry : head().at("procedure"))
    if (entry.at("name") == phase && entry.contains("again_from") &&
        entry["again_from"].is_string())
      from = entry["again_from"].get<std::string>();
  if (from.empty()) return names;
  bool inside = false;
  for (const json& entry : head().at("procedure")) {
    const std::string name = entry.at("name").get<std::string>();
    inside = inside || name == from;
    if (inside && entry.at("phase") != "mutate") names.push_back(name);
    if (name == phase) break;
  }
  return names;
}

json to_json(const AppliedOperation& one) {
  json out = {{"n", one.n},
              {"operation", one.operation},
              {"phase", one.phase},
              {"where", one.where},
              {"arguments", one.arguments},
              {"affects", one.affects},
              {"target", one.target},
              {"made", one.made}};
  if (!one.built_on.empty()) out["built_on"] = one.built_on;
  if (one.before) out["before"] = json::array({*one.before});
  if (one.after) out["after"] = json::array({*one.after});
  return out;
}

AppliedOperation confirmed_from_json(const json& value) {
  AppliedOperation one;
  one.n = value.at("n").get<int>();
  one.operation = value.at("operation").get<std::string>();
  one.phase = value.at("phase").get<std::string>();
  one.where = value.at("where").get<std::string>();
  one.arguments = value.at("arguments");
  one.affects = value.at("affects").get<std::vector<std::string>>();
  one.target = value.at("target").get<std::string>();
  one.made = value.at("made").get<std::string>();
  one.built_on = value.value("built_on", std::set<int>());
  if (value.contains("before")) one.before = value["before"].at(0);
  if (value.contains("after")) one.after = value["after"].at(0);
  return one;
}

Result<RunState> RunState::of(const Journal& journal) {
  RunState state;
  try {
    for (const Record& record : journal.records()) TRY(state.apply(record, journal));
  } catch (const json::exception&) {
    return Error{"state", "the run's journal holds a record that this version cannot read",
                 "use the version that wrote it"};
  }
  if (journal.records().empty())
    return Error{"state", "the run's file is empty: its start was never recorded",
                 "start the run again; nothing was sent"};
  return state;
}

}  // namespace countersign
