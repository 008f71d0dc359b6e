// What was answered to reading calls once, kept to be answered again: of a run's journal, or of a
// cassette.
//
// A call is found by its operation and the digest of its canonical arguments. Of several answers to
// one call those of the phase that asks come first, in their order; the last one is given again
// where it is asked more often. A call that the phase did not make is answered by another phase
// where the run changed nothing between the two: by the nearest before, else by the next. Behind a
// change the account is another, and the call has no answer.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "interpreter/catalogue.h"
#include "interpreter/error.h"
#include "interpreter/journal.h"

namespace countersign {

struct RecordedAnswer {
  std::string phase;  // empty: it was asked in none, and is any phase's
  int round = 1;      // of the phase: how often it was begun
  std::string operation, arguments_sha256;
  Result<json> value = json();
};

// The digest that calls are found by; empty: the arguments have no canonical form.
std::string arguments_digest(const json& arguments);

class RecordedAnswers {
 public:
  // Everything that the run's reading calls and its clock were answered.
  static RecordedAnswers of(const Journal& journal, const Catalogue& catalogue);

  // In the order of the recording: where a phase begins and ends, where something was changed.
  void phase_begins(const std::string& phase);
  void phase_ends(const std::string& phase);
  void changed() { ++span_; }
  void add(RecordedAnswer answer);

  // From now on this phase asks. One that the recording does not have asks behind the one before.
  void enter(const std::string& phase);
  // What was changed in the phase counts as changed from now on.
  void leave(const std::string& phase);

  // Nothing: the recording has no answer to it here.
  std::optional<Result<json>> next(const std::string& operation, const json& arguments);
  // The phase that has an answer to it all the same, behind or before a change; empty: none.
  std::string elsewhere(const std::string& operation, const json& arguments) const;

  const std::vector<RecordedAnswer>& all() const { return answers_; }
  int span_of(std::size_t answer) const { return spans_.at(answer); }

 private:
  struct Place {
    int span = 0;
    std::size_t at = 0;  // the first answer behind it
    int rounds = 0;
  };
  using Call = std::pair<std::string, std::string>;

  std::vector<RecordedAnswer> answers_;
  std::vector<int> spans_;  // of each answer: how many changes came before it
  std::map<Call, std::vector<std::size_t>> by_call_;
  std::map<std::string, Place> begun_, ended_;
  int span_ = 0;

  std::string phase_;
  Place here_;
  std::map<std::pair<std::string, Call>, std::size_t> given_;
};

}  // namespace countersign
