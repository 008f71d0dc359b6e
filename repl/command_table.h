// The commands as the table of arguments.cpp says them, as plain data: for completion and the
// manual.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace countersign {

// An option, or a word at a place of its own.
struct OptionText {
  std::vector<std::string> names;  // "-p", "--param"; none: a word at its place
  std::string value;               // "RUN", "NAME=VALUE", "bash|zsh|fish"; empty: it takes none
  std::string what;
  bool required = false;
  bool repeats = false;
  bool everywhere = false;  // of every command
};

struct CommandText {
  std::string name;  // "run", "trust list"
  std::string usage, summary;
  std::vector<OptionText> options;  // in the table's order; words at their place among them
};

std::vector<CommandText> command_texts();

// The words that begin several commands ("trust"), and what these have in common.
std::vector<std::pair<std::string, std::string>> command_groups();

}  // namespace countersign
