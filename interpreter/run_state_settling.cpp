// What a person's settlement, or the correction of one, does to the state of a run. As in
// run_state_apply.cpp, only what earlier records left is looked at.
#include <algorithm>

#include "interpreter/gate.h"
#include "interpreter/placeholder.h"
#include "interpreter/run_state.h"

namespace countersign {
namespace {

// Of a request: what says who may settle under it.
json who_decides(const json& terms) {
  json out = json::object();
  for (const char* key : {"requires", "separation", "requester"})
    if (terms.contains(key)) out[key] = terms[key];
  return out;
}

}  // namespace

// A person's word on an operation in doubt, or on one that a person had settled otherwise.
void RunState::settle(const Record& record, const SettledRecord& word) {
  const auto doubt = begun.find(word.key);
  const Settlement* corrected = word.corrects ? settled(word.key) : nullptr;
  if (!corrected && doubt == begun.end()) return;
  Settlement made{.seq = record.seq,
                  .time = record.time,
                  .begun = corrected ? corrected->begun : doubt->second,
                  .answer = answer_of(*word.answer),
                  .corrects = word.corrects.value_or(""),
                  .terms = corrected ? corrected->terms : who_decides(terms)};
  if (corrected) {
    for (Settlement& one : settlements)
      if (&one == corrected) one.stands = false;
    if (word.verdict == AnswerVerdict::not_applied) {
      take_back(made);
    } else {
      begun[word.key] = made.begun;  // its outcome follows
      for (const auto& [place, outcome] : corrected->dropped) {
        outcomes[place] = outcome;
        results[outcome.n] = outcome.value;
      }
    }
  }
  settlements.push_back(std::move(made));
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
        if (entry.value("name", "") == name && phase_kind(entry) == PhaseKind::mutate)
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

}  // namespace countersign
