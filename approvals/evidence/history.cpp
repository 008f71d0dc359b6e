#include "approvals/evidence/history.h"

#include "approvals/evidence/history_cursor.h"
#include "interpreter/canonical.h"
#include "interpreter/closing.h"
#include "interpreter/placeholder.h"

namespace countersign {
namespace {

// The digests of documents that a record of this version names for certain.
void names_of(const json& value, std::set<std::string>& out) {
  if (is_handle(value, "snapshot") || is_handle(value, "document")) {
    out.insert(handle_id(value));
    return;
  }
  if (value.is_structured())
    for (const json& part : value) names_of(part, out);
}

std::set<std::string> names_of(const Record& record) {
  std::set<std::string> out;
  names_of(record.body, out);
  for (const char* key : {"document", "signature", "baselines"})
    if (const json value = record.body.value(key, json()); value.is_string())
      out.insert(value.get<std::string>());
  const auto all = [&](const json& map) {
    for (const json& one : map)
      if (one.is_string()) out.insert(one.get<std::string>());
  };
  all(record.body.value("trust", json::object()));
  if (record.kind == "run.started") {
    all(record.body.at("prelude"));
    out.insert(record.body.at("runbook").at("sha256").get<std::string>());
  } else if (record.kind == "module") {
    out.insert(record.body.at("sha256").get<std::string>());
  }
  return out;
}

constexpr std::size_t kMostPlans = 500;

// After one of these a run goes nowhere.
bool is_over(const std::string& status) {
  return status == "done" || status == "rejected" || status == "cancelled";
}

std::optional<VerificationError> check_record(HistoryCursor& now) {
  const std::string& kind = now.record().kind;
  if ((kind == "run.started") != (now.at == 0))
    return now.wrong("a journal begins with the start of a run, and has one start");
  if (now.at == 0) {
    if (now.body().value("version", json()) != 1)
      return now.wrong("the run was written by a newer version of Countersign, in the form " +
                       now.body().value("version", json()).dump() +
                       ": verify it with the version that wrote it");
    return std::nullopt;
  }
  // What opened on the way is answered for however the run ended.
  const bool owed =
      kind == "attestation" && now.obligations.count(now.body().value("item", "")) > 0;
  // One that failed may be gone on with, by a word that is recorded; it is closed anew then.
  const bool goes_on =
      !is_over(now.state.status) && (kind == "run.reopened" || kind == "taken_over");
  if ((is_over(now.state.status) || now.state.closed) && !owed && !goes_on && kind != kClosed)
    return now.wrong("the run had ended before it: it was " + now.state.status);
  if (kind == "request") return check_request(now);
  if (kind == "consumed") return check_consumed(now);
  if (kind == "intent") return check_intent(now);
  if (kind == "outcome") return check_outcome(now);
  if (kind == "phase.finished") return check_phase_finished(now);
  if (kind == "phase.started" || kind == "phase.skipped" || kind == "wait.started")
    return check_phase_order(now);
  if (kind == "status") return check_status(now);
  if (kind == kClosed) return check_closed(now);
  if (kind == "decision" || kind == "attestation" || kind == "sign_off" ||
      now.body().contains("signature"))
    return check_answer(now);
  if (kind == "settled") return check_settled(now);
  if (kind == "taken_over" && (now.state.plan || !now.state.confirmed.empty()))
    return now.wrong("another run's work was taken over when this one had work of its own");
  if (kind == "undo" && !now.undoing.empty())
    return now.wrong("earlier changes were to be undone before, and are undone once");
  if (kind == "plan" && ++now.plans > kMostPlans)
    return now.wrong("no run is planned more than " + std::to_string(kMostPlans) + " times");
  return std::nullopt;
}

void remember(HistoryCursor& now) {
  const json& body = now.body();
  const std::string& kind = now.record().kind;
  if (kind == "intent") now.intents[body.at("n").get<int>()] = body;
  if (kind == "consumed") now.consumed.insert(body.at("request_sha256").get<std::string>());
  if (kind == "bracket" && body.at("side") == "after" && body.contains("baselines"))
    now.baselines[body.at("phase").get<std::string>()] = body["baselines"].get<std::string>();
  if (kind == "bracket" && body.at("side") == "after")
    now.reverted[body.at("phase").get<std::string>()] = body.value("reverted", json::object());
  if (kind == "obligation") now.obligations[body.value("slug", "")] = body;
  if (kind == "undo")
    for (const json& phase : body.at("phases")) now.undoing.insert(phase.get<std::string>());
  if (kind == "run.reopened" && body.value("drops_undo", false)) now.undoing.clear();
  if (kind == "taken_over") now.looked.taken_over = body.at("run").get<std::string>();
  if (kind == "check") ++now.looked.checks;
}

// What is not asked any more: a correction took back what it followed from.
void forget_obligations(HistoryCursor& now) {
  std::set<std::string> open;
  for (const json& one : now.state.obligations) open.insert(one.value("slug", ""));
  std::erase_if(now.obligations, [&](const auto& one) { return open.count(one.first) == 0; });
}

}  // namespace

std::optional<VerificationError> check_documents(const std::vector<Record>& records,
                                                 const Documents& documents) {
  for (const Record& record : records) {
    try {
      for (const std::string& sha256 : names_of(record))
        if (!documents.get(sha256))
          return VerificationError{"documents/" + sha256, record.seq,
                                   "it is missing; this record names it"};
    } catch (const json::exception&) {
      return VerificationError{"journal.jsonl", record.seq,
                               "it has not the form that this version knows"};
    }
  }
  return std::nullopt;
}

std::optional<VerificationError> check_history(const std::vector<Record>& records,
                                               const Documents& documents, TrustHistory& trust,
                                               VerificationCounts& looked) {
  HistoryCursor now{records, documents, trust, looked};
  for (; now.at < records.size(); ++now.at) {
    try {
      if (auto flaw = check_record(now)) return flaw;
      remember(now);
      if (const Status applied = now.state.apply(now.record(), documents); !applied)
        return now.wrong("it cannot be read: " + applied.error().message);
      if (now.record().kind == "settled") forget_obligations(now);
    } catch (const json::exception&) {
      return now.wrong("it has not the form that this version knows");
    } catch (const std::logic_error&) {
      return now.wrong("it holds a value that no record can have");
    }
  }
  return std::nullopt;
}

}  // namespace countersign
