// The texts that people's answers are bound to by digest: made where the answer is asked for, taken
// in, and looked at again in the evidence.
#pragma once
#include <string>
#include <vector>

#include "interpreter/journal.h"
#include "interpreter/run_state.h"

namespace countersign {

// Of an attestation.
std::string item_subject(const RunState& state, const std::string& slug, const std::string& text);
// The items that the wait `entry` of the procedure is for and that are part of this run: whether
// one is still to be confirmed; and what people answered, by slug: {"verdict", "by", "at", "note"}.
bool wait_unanswered(const RunState& state, const json& entry);
json wait_answers(const RunState& state, const json& entry);
// Of a settlement of an operation in doubt.
std::string doubt_subject(const RunState& state, const PendingOperation& begun);
// Of a correction of what a person settled: names that settlement by its document.
std::string correction_subject(const RunState& state, const Settlement& settlement);
// Of taking over a run that was copied or put back: bound to where it goes on, to the key that
// closes it there, and to its `records` records, the last of which has the hash `head`.
std::string adoption_subject(const RunState& state, const std::string& home,
                             const std::string& closing, std::size_t records,
                             const std::string& head);
// The digest that a sign-off signs: everything in the journal but sign-offs and where the run
// stands, up to `count` records.
std::string evidence_digest(const std::vector<Record>& records, std::size_t count);

}  // namespace countersign
