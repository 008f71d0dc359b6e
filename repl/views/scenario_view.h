// What scenarios came to: for people, for programs, as TAP and as JUnit's XML.
#pragma once
#include <string>
#include <vector>

#include "repl/scenarios/scenario_result.h"
#include "repl/views/page.h"

namespace countersign {

// A scenario as it was played.
struct Played {
  const ScenarioFile* file = nullptr;
  const Scenario* scenario = nullptr;
  ScenarioResult performance;
  std::string unproven;  // why it could not be shown to fail, where that was tried
};

// What no scenario reached of a script (coverage.h); `missing` is null where it cannot be read.
struct Unreached {
  std::string script;
  std::size_t parts = 0;
  json missing;
};

// A difference line by line: "- plan 3: env.delete" is expected and not there, "+ …" there and not
// expected. Lists without what they have in common at both ends. At most `most` columns each.
std::vector<std::string> difference_lines(const Difference& one, std::size_t most);

// One scenario: a line with its place, and what is not as expected below it.
std::string scenario_text(const Played& played, const Style& style);

// What stands below all of them.
std::string scenarios_end(const std::vector<Played>& all, const std::vector<Unreached>& unreached,
                          bool covers, double seconds, const Style& style);

// [{"file", "line", "scenario", "ok", "differences": [{"what", "expected", "found"}], "error",
//   "seconds", "run"}], and where it was asked for "unproven" and "folder".
json scenarios_json(const std::vector<Played>& all);
json unreached_json(const std::vector<Unreached>& all);

// The Test Anything Protocol, version 14: its head, and one line with comments for each.
std::string tap_head(std::size_t count);
std::string tap_text(std::size_t nth, const Played& played);

std::string junit_text(const std::vector<Played>& all);

}  // namespace countersign
