// What can be altered of each part of what is signed, by its name. A part without altered copies
// does not compile.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "interpreter/terms.h"
#include "tests/attacks/signed_run.h"

namespace countersign::attacks {

enum class Moment { before_resuming, between_changes, in_the_file };

struct Alteration {
  std::string name;
  std::function<void(SignedRun&)> make;
  int code = 9;
  // What the refusal has to say; empty: the part's name and a colon.
  std::string said = {};
  // Of an alteration outside of the run's file: not while the run is under way.
  bool only_before = false;
};

// There is no other one: each part says itself how it is altered. `outside` of the run's file, and
// `in_the_file`.
template <class P>
struct Altered;

#define COUNTERSIGN_ALTERED(part)                 \
  template <>                                     \
  struct Altered<parts::part> {                   \
    static std::vector<Alteration> outside();     \
    static std::vector<Alteration> in_the_file(); \
  }
COUNTERSIGN_ALTERED(Place);
COUNTERSIGN_ALTERED(Systems);
COUNTERSIGN_ALTERED(Profile);
COUNTERSIGN_ALTERED(Adjacent);
COUNTERSIGN_ALTERED(Program);
COUNTERSIGN_ALTERED(Runbook);
COUNTERSIGN_ALTERED(Modules);
COUNTERSIGN_ALTERED(Language);
COUNTERSIGN_ALTERED(Rows);
COUNTERSIGN_ALTERED(Parameters);
COUNTERSIGN_ALTERED(ReadPhases);
COUNTERSIGN_ALTERED(Earlier);
COUNTERSIGN_ALTERED(Stores);
COUNTERSIGN_ALTERED(Trust);
COUNTERSIGN_ALTERED(Work);
COUNTERSIGN_ALTERED(Chain);
COUNTERSIGN_ALTERED(Closing);
#undef COUNTERSIGN_ALTERED

}  // namespace countersign::attacks
