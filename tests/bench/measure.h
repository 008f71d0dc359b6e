// What every measurement needs: time, the middle of several, a program that is or is not there, a
// printed row.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdio>
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

inline void row(const char* what, double ours, const char* peer, double theirs, const char* unit,
                double scale) {
  std::printf("%-52s %9.3f %-3s  %-22s %9.3f %-3s  %6.2f ×\n", what, ours * scale, unit, peer,
              theirs * scale, unit, ours / theirs);
}

}  // namespace countersign
