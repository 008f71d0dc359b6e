// Which of the answers of a recording a call gets.
#include "interpreter/recorded_answers.h"

#include "tests/support/catch.h"

using namespace countersign;

namespace {

const json kArguments = {{"key", "lamp"}};

void add(RecordedAnswers& answers, const std::string& phase, const json& value, int round = 1) {
  RecordedAnswer one{.phase = phase,
                     .round = round,
                     .operation = "shelf.things.fetch",
                     .arguments_sha256 = arguments_digest(kArguments)};
  one.value = value;
  answers.add(one);
}

std::string next(RecordedAnswers& answers, const json& arguments = kArguments) {
  const auto found = answers.next("shelf.things.fetch", arguments);
  return found ? (**found).get<std::string>() : "none";
}

// look: a, b; judge: c; a change; verify: d
RecordedAnswers recording() {
  RecordedAnswers answers;
  answers.phase_begins("look");
  add(answers, "look", "a");
  add(answers, "look", "b");
  answers.phase_ends("look");
  answers.phase_begins("judge");
  answers.phase_ends("judge");
  answers.phase_begins("ask");
  add(answers, "ask", "c");
  answers.phase_ends("ask");
  answers.phase_begins("mend");
  answers.changed();
  answers.phase_ends("mend");
  answers.phase_begins("verify");
  add(answers, "verify", "d");
  answers.phase_ends("verify");
  answers.phase_begins("after");
  answers.phase_ends("after");
  return answers;
}

}  // namespace

TEST_CASE("a phase has its own answers in their order, and the last one again") {
  RecordedAnswers answers = recording();
  answers.enter("look");
  CHECK(next(answers) == "a");
  CHECK(next(answers) == "b");
  CHECK(next(answers) == "b");
  // Begun anew it is asked anew.
  answers.enter("look");
  CHECK(next(answers) == "a");
  answers.enter("verify");
  CHECK(next(answers) == "d");
}

TEST_CASE("what a phase did not ask another one answers, where nothing was changed between") {
  RecordedAnswers answers = recording();
  answers.enter("judge");
  CHECK(next(answers) == "b");  // the nearest before, not c
  answers.enter("after");
  CHECK(next(answers) == "d");
  answers.enter("mend");
  CHECK(next(answers) == "c");
  answers.leave("mend");
  CHECK(next(answers) == "d");  // the next behind the change
  // One that the recording does not have asks where the one before it stood.
  answers.enter("look");
  answers.enter("new");
  CHECK(next(answers) == "a");
}

TEST_CASE("another call has no answer, and where there is one elsewhere it is said") {
  RecordedAnswers answers;
  answers.phase_begins("look");
  add(answers, "look", "a");
  answers.phase_ends("look");
  answers.phase_begins("mend");
  answers.changed();
  answers.phase_ends("mend");
  answers.phase_begins("verify");
  answers.phase_ends("verify");
  answers.enter("verify");
  CHECK(next(answers) == "none");
  CHECK(answers.elsewhere("shelf.things.fetch", kArguments) == "look");
  answers.enter("look");
  CHECK(next(answers, {{"key", "shade"}}) == "none");
  CHECK(answers.elsewhere("shelf.things.fetch", {{"key", "shade"}}) == "");
  CHECK_FALSE(answers.next("shelf.things.list", kArguments));
}

TEST_CASE("of a phase that was begun again its last round counts") {
  RecordedAnswers answers;
  answers.phase_begins("look");
  add(answers, "look", "first", 1);
  answers.phase_begins("look");
  add(answers, "look", "second", 2);
  answers.phase_ends("look");
  answers.enter("look");
  CHECK(next(answers) == "second");
  CHECK(next(answers) == "second");
}

TEST_CASE("what was asked in no phase is any phase's, in order") {
  RecordedAnswers answers;
  add(answers, "", "a");
  add(answers, "", "b");
  answers.enter("look");
  CHECK(next(answers) == "a");
  answers.enter("judge");
  CHECK(next(answers) == "b");
  CHECK(next(answers) == "b");
}
