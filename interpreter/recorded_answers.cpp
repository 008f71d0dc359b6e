#include "interpreter/recorded_answers.h"

#include <algorithm>
#include <cstdlib>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/journal_format.h"

namespace countersign {
namespace {

// The phase and its round, of the place of a call: "inspect@2/parallel#1[3].2".
std::pair<std::string, int> phase_of(const std::string& key) {
  const std::string head = key.substr(0, key.find_first_of("/."));
  const std::size_t at = head.find('@');
  if (at == std::string::npos) return {head, 1};
  return {head.substr(0, at), std::max(1, std::atoi(head.c_str() + at + 1))};
}

}  // namespace

std::string arguments_digest(const json& arguments) {
  const Result<std::string> text = canonicalize(arguments);
  return text ? sha256_hex(*text) : std::string();
}

RecordedAnswers RecordedAnswers::of(const Journal& journal, const Catalogue& catalogue) {
  RecordedAnswers all;
  for (const Record& record : journal.records()) {
    if (const auto begun = as<PhaseStartedRecord>(record)) all.phase_begins(begun->phase);
    if (const auto ended = as<PhaseFinishedRecord>(record)) all.phase_ends(ended->phase);
    const auto outcome = as<OutcomeRecord>(record);
    if (!outcome) continue;
    const Row* row = catalogue.find(outcome->operation);
    if (row != nullptr && row->effect != Effect::read) {
      all.changed();
      continue;
    }
    const auto [phase, round] = phase_of(outcome->key);
    RecordedAnswer one{.phase = phase,
                       .round = round,
                       .operation = outcome->operation,
                       .arguments_sha256 = outcome->arguments_sha256.value_or("")};
    one.value = outcome->error ? Result<json>(*outcome->error) : outcome->value.value_or(json());
    all.add(std::move(one));
  }
  return all;
}

void RecordedAnswers::phase_begins(const std::string& phase) {
  const int rounds = begun_[phase].rounds + 1;
  begun_[phase] = {span_, answers_.size(), rounds};
}

void RecordedAnswers::phase_ends(const std::string& phase) {
  ended_[phase] = {span_, answers_.size(), begun_[phase].rounds};
}

void RecordedAnswers::add(RecordedAnswer answer) {
  by_call_[{answer.operation, answer.arguments_sha256}].push_back(answers_.size());
  spans_.push_back(span_);
  answers_.push_back(std::move(answer));
}

void RecordedAnswers::enter(const std::string& phase) {
  phase_ = phase;
  if (const auto at = begun_.find(phase); at != begun_.end()) here_ = at->second;
  for (auto one = given_.begin(); one != given_.end();)
    one = one->first.first == phase ? given_.erase(one) : std::next(one);
}

void RecordedAnswers::leave(const std::string& phase) {
  if (const auto at = ended_.find(phase); at != ended_.end()) here_ = at->second;
}

std::optional<Result<json>> RecordedAnswers::next(const std::string& operation,
                                                  const json& arguments) {
  const Call call{operation, arguments_digest(arguments)};
  const auto known = by_call_.find(call);
  if (known == by_call_.end()) return std::nullopt;
  std::vector<std::size_t> own, any;
  int round = 0;
  for (const std::size_t i : known->second)
    if (answers_[i].phase == phase_) round = std::max(round, answers_[i].round);
  for (const std::size_t i : known->second) {
    if (answers_[i].phase.empty()) any.push_back(i);
    if (!answers_[i].phase.empty() && answers_[i].phase == phase_ && answers_[i].round == round)
      own.push_back(i);
  }
  const auto in_order = [&](const std::vector<std::size_t>& list, const std::string& whose) {
    std::size_t& given = given_[{whose, call}];
    const std::size_t nth = std::min(given++, list.size() - 1);
    return answers_[list[nth]].value;
  };
  if (!own.empty()) return in_order(own, phase_);
  if (!any.empty()) return in_order(any, "");
  std::optional<std::size_t> before, behind;
  for (const std::size_t i : known->second) {
    if (spans_[i] != here_.span) continue;
    if (i < here_.at)
      before = i;
    else if (!behind)
      behind = i;
  }
  if (before) return answers_[*before].value;
  if (behind) return answers_[*behind].value;
  return std::nullopt;
}

std::string RecordedAnswers::elsewhere(const std::string& operation, const json& arguments) const {
  const auto known = by_call_.find({operation, arguments_digest(arguments)});
  return known == by_call_.end() ? "" : answers_[known->second.back()].phase;
}

}  // namespace countersign
