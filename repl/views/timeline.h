// A run told from its records: chapters with what happened in them, in order and with times. The
// pages of an evidence folder are written from it.
#pragma once
#include <string>
#include <vector>

#include "approvals/evidence/dossier.h"
#include "interpreter/catalogue.h"

namespace countersign {

enum class EventTone { plain, good, bad, signature, step };

struct Event {
  Time time = 0;
  EventTone mood = EventTone::plain;
  std::string text, detail;
};

struct TimelineSection {
  std::string title, kind;  // kind: "read" "mutate" "wait"; empty: between phases
  std::vector<Event> events;
};

std::vector<TimelineSection> timeline_of(const Dossier& dossier, const Catalogue& catalogue);

// An item of the run's `done`.
struct Item {
  std::string text, state, by;  // state: "passed" "open" "failed"
  Time time = 0;
};
std::vector<Item> checklist_of(const Dossier& dossier);

// "2026-11-20 12:00 UTC"; with seconds where they are not zero.
std::string moment_of(Time time);
// "done"; "not finished: it waits for a decision".
std::string standing_of(const RunState& state);
bool is_finished(const RunState& state);

}  // namespace countersign
