// Every kind of record that this version writes or understands. A journal that holds another was
// written by a newer version; who looks at it must not guess what it means.
#pragma once
#include <set>
#include <string_view>

namespace countersign {

inline bool is_record_kind(std::string_view kind) {
  static const std::set<std::string_view> all = {
      "run.started",   "module",         "items",
      "phase.started", "phase.finished", "phase.skipped",
      "plan",          "plan.voided",    "request",
      "decision",      "consumed",       "intent",
      "outcome",       "settled",        "step",
      "check",         "note",           "finding",
      "bracket",       "wait.started",   "wait.condition",
      "attestation",   "sign_off",       "status",
      "obligation",    "latch",          "evidence.voided",
      "adopted",       "wait.look",      "undo",
      "probe",         "run.reopened",   "taken_over",
      "closed"};
  return all.count(kind) != 0;
}

}  // namespace countersign
