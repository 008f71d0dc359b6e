// What leads on from where a run stands, or to an end of it: offered by `show`, `resume` and the
// hints of errors, and carried out by the same rules (run_reopening.cpp).
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/error.h"
#include "interpreter/run_state.h"

namespace countersign {

// Of the undoing that a failed check asked for.
enum class Undo { none, proposed, begun, over };
Undo undo_of(const RunState& state);

// What a run is opened again for.
struct Reopening {
  std::vector<std::string> phases;  // run again, under keys of their own
  std::vector<std::string> items;   // attested as failed, and asked again
  bool drops_undo = false;          // undoing had been proposed, and nothing of it was begun
  bool voids_plan = false;          // what follows needs a decision of its own
  bool undo_anew = false;           // it is the undoing that is planned anew
  std::string why;                  // for people: what it does here
};

// Errors (kind "usage", "in_doubt"): the way does not lead on from there, and which one does.
Result<Reopening> reopening(const RunState& state, Way way);

// [{"way", "command", "why"}] ("resume", "look-again", "replan", "take-over", "correct"), the best
// first; empty: it goes on by itself, or has ended well.
json ways_on(const RunState& state);

// The error with the first way in its hint, where no command stands in it yet.
Error with_way(const RunState& state, Error error);

}  // namespace countersign
