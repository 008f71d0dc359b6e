// What a conversation says besides values and errors: its prompt, its help, its draft.
#pragma once
#include <string>
#include <vector>

#include "interpreter/catalogue.h"
#include "interpreter/plan.h"
#include "repl/conversation/help.h"
#include "repl/views/page.h"

namespace countersign {

// Where a conversation stands, as it is told at every line.
struct PromptInfo {
  std::string profile, account;  // empty: no account was chosen
  std::string environment;
  bool known = true;  // whether the endpoint said what it is
  bool simulated = false;
  std::string run, phase;  // what it recorded is what is asked; empty: the account
  bool drafting = false;
  std::size_t changes = 0;  // in the draft
};

// "acme AC68c8..c7ee SIMULATED read-only> ". `guard` encloses what takes no column.
std::string prompt_text(const PromptInfo& where, const Style& style, char guard = '\0');
// The same as a sentence, with the whole account, at the beginning.
std::string greeting_text(const PromptInfo& where, const Style& style);

std::string help_text(const Style& style);
std::string topic_text(const Topic& topic, const Style& style);
std::string row_text(const Row& row, const Style& style);
std::string topics_text(const std::vector<Topic>& topics, const Style& style);

// The draft with its diffs; `from`: only intents from this number on, just typed.
std::string draft_text(const PlannedPhase& draft, const Catalogue& catalogue, const Style& style);
std::string drafted_text(const PlannedPhase& draft, int from, const Catalogue& catalogue,
                         const Style& style);

}  // namespace countersign
