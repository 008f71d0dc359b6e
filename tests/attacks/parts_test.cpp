// Every part of what is signed × every alteration of it × before the run is resumed, between two
// changes of a phase, in the run's own file: refused with the part's name, and nothing is sent.
//   COUNTERSIGN_ATTACK=systems   only the parts whose name begins so
#include <cstdlib>
#include <filesystem>

#include "tests/attacks/alterations.h"
#include "tests/crash/disk.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::attacks;

namespace {

struct Count {
  int alterations = 0, parts = 0, attempts = 0;
};

const char* name_of(Moment moment) {
  switch (moment) {
    case Moment::before_resuming:
      return "before the run is resumed";
    case Moment::between_changes:
      return "between two changes";
    case Moment::in_the_file:
      return "in the run's file";
  }
  return "";
}

void check_refused(SignedRun& run, const std::string& part, const Alteration& alteration,
                   Moment moment) {
  INFO(part << ": " << alteration.name << ", " << name_of(moment));
  run.set_back();
  const json live = run.room.simulator.world();
  const std::size_t elsewhere = run.other.requests().size();
  Attempt tried;
  if (moment == Moment::between_changes) {
    tried = run.resume_and([&] { alteration.make(run); });
  } else {
    alteration.make(run);
    tried = run.resume();
  }
  // What was under way when it was altered was signed and is carried out.
  const std::size_t allowed = moment == Moment::between_changes ? 1 : 0;
  INFO(tried.output);
  CHECK(tried.code == alteration.code);
  CHECK(tried.sent.size() == allowed);
  CHECK(run.other.requests().size() == elsewhere);
  const std::string said = alteration.said.empty() ? part + ": " : alteration.said;
  if (said != "*") CHECK(tried.message.find(said) != std::string::npos);
  // Going on once more asks for a new decision, or refuses again: nothing is sent.
  const Attempt again = run.resume();
  INFO(again.output);
  CHECK(again.code != 0);
  CHECK(again.sent.size() == allowed);
  // Planned anew, the adjacent accounts that are configured now are read; nothing else is.
  if (part != parts::Adjacent::kName) CHECK(run.other.requests().size() == elsewhere);
  // A folder that was moved is moved back.
  if (!run.folder.empty()) std::filesystem::rename(run.folder, run.room.folder);
}

template <class P>
void attack(SignedRun& run, Count& count) {
  const std::string part(P::kName);
  const char* only = std::getenv("COUNTERSIGN_ATTACK");
  if (only && part.rfind(only, 0) != 0) return;
  const auto outside = Altered<P>::outside(), in_the_file = Altered<P>::in_the_file();
  for (const Alteration& one : outside) {
    check_refused(run, part, one, Moment::before_resuming);
    if (!one.only_before) check_refused(run, part, one, Moment::between_changes);
    count.attempts += one.only_before ? 1 : 2;
  }
  for (const Alteration& one : in_the_file) check_refused(run, part, one, Moment::in_the_file);
  count.attempts += static_cast<int>(in_the_file.size());
  count.alterations += static_cast<int>(outside.size() + in_the_file.size());
  ++count.parts;
}

}  // namespace

TEST_CASE("what was signed is carried out where nothing is altered") {
  SignedRun run;
  run.set_back();
  const Attempt went = run.resume();
  INFO(went.output);
  CHECK(went.code == 4);
  CHECK(went.sent.size() == 2);
}

TEST_CASE("each part of what is signed, altered, stops the run before its next change") {
  SignedRun run;
  REQUIRE(run.other.start(run.room.simulator.world()));
  Count count;
  for_each_part(Terms{}, [&]<class P>(P) { attack<P>(run, count); });
  // One part that is only being tried says nothing about all.
  if (std::getenv("COUNTERSIGN_ATTACK")) return;
  const std::string figure = std::to_string(count.alterations) + " alterations of " +
                             std::to_string(count.parts) + " parts";
  const std::string page = COUNTERSIGN_SOURCE_DIR "/docs/security.md";
  if (std::filesystem::exists(page)) {
    INFO("docs/security.md says another figure than: " << figure);
    CHECK(crash::file_text(page).find(figure) != std::string::npos);
  }
  tell("Attacks: " + figure + " at 3 moments, " + std::to_string(count.attempts) +
       " attempts: all refused");
}

// A newer program carries out what an older one asked for, as long as its rows are the same.
TEST_CASE("which program asked is shown and not compared") {
  CHECK(parts::Program::differs({{"version", "1.0"}}, {{"version", "2.0"}}).empty());
  const json shown = terms_shown({{"engine", {{"version", "1.0"}}}});
  REQUIRE(shown.size() == 1);
  CHECK(shown[0]["text"] == "countersign 1.0");
}
