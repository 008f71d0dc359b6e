// One record of a history with all that came before it: what the single checks look at.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "approvals/evidence/history.h"

namespace countersign {

struct HistoryCursor {
  const std::vector<Record>& records;
  const Documents& documents;
  TrustHistory& trust;
  VerificationCounts& looked;

  RunState state = {};  // before the record
  std::size_t plans = 0;
  std::size_t at = 0;                                 // its index
  std::map<std::string, std::string> baselines = {};  // after each phase: a document
  // By phase: adjacent accounts, and the run that put each back.
  std::map<std::string, std::map<std::string, std::string>> reverted = {};
  std::set<std::string> consumed = {};           // requests whose decision was used
  std::map<std::string, json> obligations = {};  // by slug: items that opened on the way
  std::set<std::string> undoing = {};            // phases that undo others, once something failed

  const Record& record() const { return records[at]; }
  const json& body() const { return records[at].body; }
  VerificationError wrong(std::string what) const {
    return {"journal.jsonl", record().seq, std::move(what)};
  }

  // The engine looks first and writes then, so a limit may have passed by a little between the two.
  static constexpr Time kBetween = 600;
  // `look` at the record's time, or at `limit` where that has passed only just.
  Time time_of_look(Time limit) const {
    const Time time = record().time;
    return limit > 0 && time > limit && time - limit <= kBetween ? limit : time;
  }
};

// papers.cpp: what people signed
std::optional<VerificationError> check_request(HistoryCursor& passage);
std::optional<VerificationError> check_answer(HistoryCursor& passage);
std::optional<VerificationError> check_consumed(HistoryCursor& passage);
// deeds.cpp: what was carried out
std::optional<VerificationError> check_intent(HistoryCursor& passage);
std::optional<VerificationError> check_outcome(HistoryCursor& passage);
std::optional<VerificationError> check_settled(
    HistoryCursor& passage);  // by what was there, not by a person
std::optional<VerificationError> check_phase_finished(HistoryCursor& passage);
std::optional<VerificationError> check_phase_order(HistoryCursor& passage);
// closing.cpp: where it stands, and the engine's own signature over that
std::optional<VerificationError> check_status(HistoryCursor& passage);
std::optional<VerificationError> check_closed(HistoryCursor& passage);

}  // namespace countersign
