// What every measurement needs: time, the middle of several, a program that is or is not there, and
// the table of what was measured.
#pragma once
#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace countersign {

inline double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

inline bool installed(const std::string& program) {
  try {
    return run_process({{"sh", "-c", "command -v " + program}}).code == 0;
  } catch (const std::exception&) {
    return false;
  }
}

// A number, beside what it is measured against in the same run; printed at once, or kept for the
// JSON that `say_table` prints. `scale` makes `unit` of seconds. `goal`: the ratio that is to be
// reached, 0 where none is.
void row(const std::string& what, double ours, const std::string& peer, double theirs,
         const std::string& unit, double scale, double goal = 0);
// One that has nothing beside it.
void row(const std::string& what, double ours, const std::string& unit, double scale);
void row(const std::string& what, const std::string& said, const std::string& peer = "",
         const std::string& beside = "");
void skipped(const std::string& what, const std::string& program);
// How the cost of `what` grows: (n, seconds), with the exponent that fits them.
void growth(const std::string& what, const std::vector<std::pair<double, double>>& points);

// With `json` nothing is printed before `say_table`: {"machine", "rows", "growth"}.
void begin_table(bool json, const std::string& binary);
void say_table();

}  // namespace countersign
