// What people signed: each request, decision, attestation, sign-off and settlement, looked at as
// the engine did, with the trust files and the clock of that moment.
#include "approvals/documents.h"
#include "approvals/evidence/history_cursor.h"
#include "interpreter/canonical.h"
#include "interpreter/chain_head.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/journal_format.h"
#include "interpreter/settlers.h"
#include "interpreter/subject.h"
#include "interpreter/terms.h"

namespace countersign {
namespace {

std::string bytes_of(const HistoryCursor& now, const char* key) {
  const json sha256 = now.body().value(key, json());
  if (!sha256.is_string()) return "";
  Result<std::string> bytes = now.documents.get(sha256.get<std::string>());
  return bytes ? *bytes : "";
}

std::string sentence(const Error& error) {
  return error.hint.empty() ? error.message : error.message + " (" + error.hint + ")";
}

// What the run was when it was asked about, as the request must say it: each part that its records
// know. The rest of a request is covered by its signature alone.
json expected_of(const HistoryCursor& now, const json& request) {
  const RunState& state = now.state;
  json expected = {{"run", state.id()},
                   {"title", state.started["runbook"]["title"]},
                   {"account", state.started["account"]}};
  for_each_part(Terms{}, [&]<class P>(P) {
    const std::string part(P::kName);
    expected[part] = P::recorded(request.value(part, json()), state);
  });
  expected[std::string(parts::Chain::kName)] = now.record().previous;
  return expected;
}

// The same of a request of the first form.
json expected_of_first(const HistoryCursor& now) {
  const RunState& state = now.state;
  const json& started = state.started;
  const json none;
  return {
      {"run", state.id()},
      {"title", started["runbook"]["title"]},
      {"runbook", {{"name", started["runbook"]["name"]}, {"sha256", started["runbook"]["sha256"]}}},
      {"modules", parts::Modules::recorded(none, state)},
      {"stdlib", started["prelude"]},
      {"rails", sha256_hex(canonical(state.head().value("rails", json::array())))},
      {"profile", started["profile"]},
      {"account", started["account"]},
      {"endpoint", started["endpoint"]},
      {"parameters", started["parameters"]},
      {"pre", parts::ReadPhases::recorded(none, state)},
      {"plan", plan_json(*state.plan)},
      {"journal", now.record().previous}};
}

// Rows, effects and operations follow from the plan; each row's own description is there.
std::optional<VerificationError> check_rows(const HistoryCursor& now, const json& request) {
  json effects = json::array(), operations = json::array(), rows = json::object();
  std::set<std::string> used_effects;
  // As it was signed: what undoes a phase is part of the plan too.
  const json plan = plan_json(*now.state.plan);
  for (const char* part : {"phases", "undo"})
    for (const json& phase : plan.value(part, json::array()))
      for (const json& step : phase.at("steps"))
        for (const json& one : step.at("operations")) {
          const std::string operation = one.at("operation").get<std::string>();
          rows[operation] = now.state.started["rows"].value(operation, "");
          used_effects.insert(one.at("effect") == "destroy" ? "destroy" : "mutate");
        }
  for (const char* effect : {"mutate", "destroy"})
    if (used_effects.count(effect) != 0) effects.push_back(effect);
  for (const auto& [name, sha256] : rows.items()) operations.push_back(name);
  const json asks = request.value("asks", json::object());
  if (asks.value("effects", json()) != effects || asks.value("operations", json()) != operations)
    return now.wrong("the request asks for other effects or operations than its plan has");
  if (request.value("rows", json()) != rows)
    return now.wrong(
        "the request names other operations, or other forms of them, than the run had");
  for (const auto& [name, sha256] : rows.items()) {
    const Result<std::string> text = now.documents.get(sha256.get<std::string>());
    if (!text)
      return VerificationError{"documents/" + sha256.get<std::string>(), now.record().seq,
                               "the description of the operation " + name + " is missing"};
    const Result<json> row = parse_canonical(*text);
    if (!row || row->value("name", json()) != name)
      return VerificationError{"documents/" + sha256.get<std::string>(), now.record().seq,
                               "it does not describe the operation " + name};
  }
  return std::nullopt;
}

// The digest that the answer of this record has to name; nothing where only newer rules know it.
std::optional<std::string> subject_of(const HistoryCursor& now, const AnswerDocument& document,
                                      std::string& why) {
  const RunState& state = now.state;
  if (document.type == "decision") {
    if (state.request) return state.request->document;
    why = "nothing was asked when this decision was taken in";
  } else if (document.type == "attestation") {
    const std::string item = now.body().value("item", "");
    if (const auto at = now.obligations.find(item); at != now.obligations.end())
      return item_subject(state, item, at->second.value("text", ""));
    for (const json& one : state.head().value("done", json::array()))
      if (one.value("slug", "") == item) return item_subject(state, item, one.value("text", ""));
    why = "the run has no item \"" + item + "\" to attest";
  } else if (document.type == "sign-off") {
    return evidence_digest(now.records, now.at);
  } else if (!document.corrects.empty()) {
    const Settlement* wrong = state.settled(now.body().value("key", ""));
    if (wrong && wrong->answer.document_sha256 == document.corrects)
      return correction_subject(state, *wrong);
    why = "it corrects a settlement that does not count, or was never made";
  } else if (document.type == "settlement" && document.verdict != "adopt") {
    const auto at = state.begun.find(now.body().value("key", ""));
    if (at != state.begun.end()) return doubt_subject(state, at->second);
    why = "no operation with that key was in doubt";
  } else if (document.type == "settlement") {
    // Adopted: bound to the folder that it came to and to all that it was then.
    return adoption_subject(state, now.body().value("home", ""), now.body().value("closing", ""),
                            now.at, now.record().previous);
  } else {
    return document.subject_sha256;  // bound to what is not of this run alone
  }
  return std::nullopt;
}

// The item of the checklist that this record answers.
json item_of(const HistoryCursor& now) {
  const json item = now.body().value("item", json());
  for (const json& one : now.state.head().value("done", json::array()))
    if (one.value("slug", json()) == item) return one;
  const auto owed = now.obligations.find(item.is_string() ? item.get<std::string>() : "");
  return owed == now.obligations.end() ? json::object() : owed->second;
}

std::optional<VerificationError> check_attester(const HistoryCursor& now, const Answer& answer) {
  const json item = item_of(now);
  if (const json role = item.value("role", json()); role.is_string())
    if (const Status held = now.trust.authorizer().holds({answer}, {role.get<std::string>()});
        !held)
      return now.wrong("the attestation lacks a role: " + held.error().message);
  if (item.value("not_by", json()) == answer.person)
    return now.wrong("\"" + answer.person + "\" attested what they did themselves");
  return std::nullopt;
}

// By the engine's own rule.
std::optional<VerificationError> check_correction(const HistoryCursor& now, const Answer& answer) {
  const Settlement* found = now.state.settled(now.body().value("key", ""));
  if (found == nullptr) return now.wrong("it corrects a settlement that was never made");
  const Settlement& wrong = *found;
  // The run was opened again by the record before.
  const Result<const Settlement*> may = correctable(now.state, answer.verdict, wrong.begun.n);
  if (!may) return now.wrong("the settlement cannot be corrected: " + sentence(may.error()));
  if (*may != &wrong) return now.wrong("it corrects another settlement than the last");
  if (const Status held = may_correct(now.state, wrong, answer, now.trust.authorizer()); !held)
    return now.wrong("the correction does not hold: " + sentence(held.error()));
  return std::nullopt;
}

std::optional<VerificationError> check_settler(const HistoryCursor& now, const Answer& answer) {
  if (now.body().contains("corrects")) return check_correction(now, answer);
  const auto begun = now.state.begun.find(now.body().value("key", ""));
  if (begun == now.state.begun.end()) return now.wrong("no operation with that key was in doubt");
  if (const Status may = may_settle(now.state, begun->second, answer, now.trust.authorizer()); !may)
    return now.wrong("the settlement does not hold: " + sentence(may.error()));
  return std::nullopt;
}

}  // namespace

std::optional<VerificationError> check_request(HistoryCursor& now) {
  if (!now.state.plan) return now.wrong("a request was made without a plan");
  if (auto flaw = now.trust.turn_to(now.record())) return flaw;
  const std::string document = bytes_of(now, "document");
  const Result<json> request = parse_canonical(document);
  if (!request || !request->is_object())
    return now.wrong("the request is not a canonical JSON object");
  const bool first = request->value("version", json()) == 1;
  const json expected = first ? expected_of_first(now) : expected_of(now, *request);
  if (!first)
    if (const Result<Plan> whole = plan_of_request(request->value("plan", json()), now.documents);
        !whole)
      return now.wrong(sentence(whole.error()));
  for (const auto& [key, value] : expected.items())
    if (request->value(key, json()) != value)
      return now.wrong("the request says something else about \"" + key +
                       "\" than the run's records");
  if (auto flaw = check_rows(now, *request)) return flaw;
  const json trust = now.body()["trust"];
  const json named = request->value("trust", json::object());
  if (!named.is_object() || named.value("signers", json()) != trust["allowed_signers"] ||
      named.value("revoked", json()) != trust["revoked"] ||
      named.value("policy", json()) != trust["policy"])
    return now.wrong("the request names other trust files than this record");
  // Everything but the approvals themselves, which nobody has given yet.
  const Status asked = now.trust.authorizer().authorize({document, bytes_of(now, "signature")}, {},
                                                        now.record().time, false);
  if (asked || asked.error().kind != "waiting")
    return now.wrong("the request does not hold: " +
                     (asked ? std::string("it needs nobody's approval") : sentence(asked.error())));
  ++now.looked.requests;
  if (now.body().contains("signature")) ++now.looked.signatures;
  return std::nullopt;
}

std::optional<VerificationError> check_answer(HistoryCursor& now) {
  if (auto flaw = now.trust.turn_to(now.record())) return flaw;
  const Signed answer{bytes_of(now, "document"), bytes_of(now, "signature")};
  const Result<AnswerDocument> document = parse_answer(answer.document);
  if (!document) return now.wrong(sentence(document.error()));
  if (document->run != now.state.id())
    return now.wrong("the " + document->type + " is about the run " + document->run);
  std::string why;
  const std::optional<std::string> subject = subject_of(now, *document, why);
  if (!subject) return now.wrong(why);
  const Time limit = document->type == "decision" ? now.state.decide_by : 0;
  Result<Answer> found = now.trust.authorizer().examine(*subject, answer, now.record().time);
  if (!found) found = now.trust.authorizer().examine(*subject, answer, now.time_of_look(limit));
  if (!found)
    return now.wrong("the " + document->type + " does not hold: " + sentence(found.error()));
  const json said = {
      {"type", now.body().value("type", json())},
      {"verdict", now.body().value("verdict", json())},
      {"principal", now.body().value("principal", json())},
      {"person", now.body().value("person", json())},
      {"roles", now.body().value("roles", json())},
      {"reference", now.body().value("reference", json())},
      {"reason", now.body().value("reason", json())},
      {"not_before", now.body().value("not_before", json(0))},
      {"not_after", now.body().value("not_after", json(0))},
      {"break_glass", now.body().value("break_glass", json::object()).value("reason", json(""))}};
  const json is = {{"type", found->type},           {"verdict", found->verdict},
                   {"principal", found->principal}, {"person", found->person},
                   {"roles", found->roles},         {"reference", found->reference},
                   {"reason", found->reason},       {"not_before", found->not_before},
                   {"not_after", found->not_after}, {"break_glass", found->break_glass}};
  for (const auto& [key, value] : is.items())
    if (said[key] != value)
      return now.wrong("it gives \"" + key + "\" as " + said[key].dump() +
                       ", and what was signed " + value.dump());
  const std::optional<RecordKind> kind = kind_of(now.record());
  static const std::map<RecordKind, AnswerType> wanted = {
      {RecordKind::decision, AnswerType::decision},
      {RecordKind::attestation, AnswerType::attestation},
      {RecordKind::sign_off, AnswerType::sign_off},
      {RecordKind::settled, AnswerType::settlement}};
  if (const auto type = wanted.find(*kind);
      type != wanted.end() && found->type != to_string(type->second))
    return now.wrong("it is a " + found->type + " in the place of a " + to_string(type->second));
  if (kind == RecordKind::decision) {
    if (now.state.consumed) return now.wrong("the decision on this request was used already");
    for (const Signed& earlier : now.state.decisions)
      if (earlier.document == answer.document && earlier.signature == answer.signature)
        return now.wrong("this decision was taken in already, and counts once");
  }
  if (kind == RecordKind::attestation)
    if (auto flaw = check_attester(now, *found)) return flaw;
  if (now.body().value("corrects", json("")) != document->corrects)
    return now.wrong("it names another settlement to be corrected than was signed");
  if (kind == RecordKind::settled && (now.state.driven() || !document->corrects.empty()))
    if (auto flaw = check_settler(now, *found)) return flaw;
  if (kind == RecordKind::sign_off && found->verdict != "pass")
    return now.wrong("a sign-off that says \"" + found->verdict + "\" closes nothing");
  // Documents of earlier versions name no head, and the requests of those versions drove nothing.
  if (!document->head.empty() || now.state.driven())
    if (const std::string misplaced_as =
            misplaced(now.records, now.at, now.record().kind, now.body(), document->head);
        !misplaced_as.empty())
      return now.wrong("the " + document->type + " does not belong here: " + misplaced_as);
  ++now.looked.signatures;
  return std::nullopt;
}

std::optional<VerificationError> check_consumed(HistoryCursor& now) {
  const std::string request = now.body().at("request_sha256").get<std::string>();
  if (!now.state.request || request != now.state.request_sha256)
    return now.wrong("the decision that was used is about another request than the run's");
  if (now.state.consumed || now.consumed.count(request) != 0)
    return now.wrong("the decision on this request was used before, and counts once");
  const auto allows = [&](Time time) {
    return now.trust.authorizer().authorize(*now.state.request, now.state.decisions, time, false);
  };
  Status allowed = allows(now.record().time);
  if (!allowed) allowed = allows(now.time_of_look(now.state.decide_by));
  if (!allowed)
    return now.wrong("the decision was used although it did not allow the plan: " +
                     sentence(allowed.error()));
  return std::nullopt;
}

}  // namespace countersign
