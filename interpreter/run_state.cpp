#include "interpreter/run_state.h"

#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/marker.h"

namespace countersign {
namespace {

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
  return answer;
}

Result<Signed> signed_of(const json& body, const Documents& documents) {
  Result<std::string> document = documents.get(body.at("document").get<std::string>());
  if (!document) return document.error();
  Signed out{*document, ""};
  if (body.contains("signature") && body["signature"].is_string()) {
    Result<std::string> signature = documents.get(body["signature"].get<std::string>());
    if (!signature) return signature.error();
    out.signature = *signature;
  }
  return out;
}

}  // namespace

bool is_final(const std::string& status) {
  return status == "done" || status == "failed" || status == "rejected" || status == "cancelled";
}

Status RunState::apply(const Record& record, const Documents& documents) {
  const json& body = record.body;
  const std::string& kind = record.kind;
  last_time = record.time;
  if (kind == "run.started") {
    started = body;
    started_at = record.time;
  } else if (kind == "module") {
    modules[body.at("name").get<std::string>()] = body;
  } else if (kind == "phase.started") {
    current = body.at("phase").get<std::string>();
  } else if (kind == "phase.finished") {
    phases[body.at("phase").get<std::string>()] = body.at("value");
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
        confirmed.push_back(
            {at->second.n, at->second.operation, at->second.phase, at->second.arguments});
        results[at->second.n] = outcome.value;
      }
      begun.erase(at);
    }
    outcomes[key] = std::move(outcome);
  } else if (kind == "intent") {
    Begun one{record.seq,
              body.at("key").get<std::string>(),
              body.at("phase").get<std::string>(),
              body.at("operation").get<std::string>(),
              body.at("target").get<std::string>(),
              body.value("where", ""),
              body.at("n").get<int>(),
              body.at("arguments"),
              std::nullopt};
    if (body.contains("before")) one.before = body["before"][0];
    begun[one.key] = std::move(one);
  } else if (kind == "settled") {
    const std::string key = body.at("key").get<std::string>();
    if (body.at("verdict") == "not-applied") begun.erase(key);
    status = "running";
    error.reset();
  } else if (kind == "check" || kind == "note" || kind == "finding" || kind == "step") {
    recorded.insert(body.at("key").get<std::string>());
    json& list = kind == "check"     ? checks
                 : kind == "note"    ? notes
                 : kind == "finding" ? findings
                                     : steps;
    list.push_back(body);
  } else if (kind == "plan") {
    Result<std::string> text = documents.get(body.at("document").get<std::string>());
    if (!text) return text.error();
    plan = plan_from_json(json::parse(*text));
    for (const PlannedPhase& phase : plan->phases)
      for (const Intent* intent : intents_of(phase)) last_n = std::max(last_n, intent->n);
    request.reset();
    request_sha256.clear();
    decisions.clear();
    answers.clear();
    consumed = false;
    status = "running";
    error.reset();
  } else if (kind == "request") {
    Result<Signed> made = signed_of(body, documents);
    if (!made) return made.error();
    request = *made;
    request_sha256 = body.at("document").get<std::string>();
    const json document = json::parse(request->document, nullptr, false);
    if (document.contains("decide_by"))
      decide_by = parse_iso_time(document.value("decide_by", "")).value_or(0);
  } else if (kind == "decision") {
    Result<Signed> decision = signed_of(body, documents);
    if (!decision) return decision.error();
    decisions.push_back(*decision);
    answers.push_back(answer_of(body));
    if (answers.back().verdict == "reject") rejected = answers.back().reason;
  } else if (kind == "consumed") {
    consumed = true;
  } else if (kind == "plan.voided") {
    plan.reset();
    request.reset();
    request_sha256.clear();
    decisions.clear();
    answers.clear();
    consumed = false;
  } else if (kind == "wait.started") {
    waits[body.at("phase").get<std::string>()] = body.at("until").get<Time>();
  } else if (kind == "wait.condition") {
    waits[body.at("phase").get<std::string>()] = body.at("until").get<Time>();
    attempts[body.at("phase").get<std::string>()] = body.at("attempt").get<int>();
  } else if (kind == "attestation") {
    const std::string slug = body.at("item").get<std::string>();
    Result<Signed> document = signed_of(body, documents);
    if (!document) return document.error();
    attestations[slug] = answer_of(body);
    attestation_documents[slug] = *document;
  } else if (kind == "sign_off") {
    Result<Signed> document = signed_of(body, documents);
    if (!document) return document.error();
    sign_offs.push_back(answer_of(body));
    sign_off_documents.push_back(*document);
  } else if (kind == "bracket") {
    brackets[body.at("phase").get<std::string>()][body.at("side").get<std::string>()] =
        body.at("document");
    if (body.contains("baselines") && body["side"] == "before")
      brackets[body.at("phase").get<std::string>()]["baselines"] = body["baselines"];
  } else if (kind == "items") {
    wanted = body.at("wanted").get<std::vector<bool>>();
  } else if (kind == "status") {
    status = body.at("status").get<std::string>();
    error.reset();
    if (body.contains("error")) error = error_from_json(body["error"]);
  }
  return Done{};
}

Result<RunState> RunState::of(const Journal& journal) {
  RunState state;
  try {
    for (const Record& record : journal.records())
      if (const Status applied = state.apply(record, journal); !applied) return applied.error();
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
