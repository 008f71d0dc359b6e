// What the words of a command line that is being typed have said so far.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "repl/command_table.h"

namespace countersign {

struct LineState {
  std::string group;                     // a word that begins commands and is none, such as "trust"
  const CommandText* command = nullptr;  // null: it is not known yet
  const OptionText* pending = nullptr;   // an option that waits for its value
  std::vector<std::string> used;         // options
  bool lost = false;                     // a word was none that is known
  std::size_t words = 0;                 // that stand at their place so far
  std::string runbook, run, config, home;
  std::set<std::string> given;  // parameters

  // What the next word at its place is; null: there is none.
  const OptionText* next_word() const;
};

// `typed`: the words behind the program's name; the last is not looked at. `all` outlives it.
LineState line_state(const std::vector<CommandText>& all, const std::vector<std::string>& typed);

// The options of every command.
std::vector<OptionText> everywhere(const std::vector<CommandText>& all);

}  // namespace countersign
