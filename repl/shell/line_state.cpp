#include "repl/shell/line_state.h"

#include <algorithm>
#include <cstdlib>

namespace countersign {
namespace {

const CommandText* command_of(const std::vector<CommandText>& all, const std::string& name) {
  for (const CommandText& command : all)
    if (command.name == name) return &command;
  return nullptr;
}

const OptionText* option_of(const std::vector<OptionText>& options, const std::string& name) {
  for (const OptionText& option : options)
    if (std::find(option.names.begin(), option.names.end(), name) != option.names.end())
      return &option;
  return nullptr;
}

bool begins_commands(const std::vector<CommandText>& all, const std::string& word) {
  return std::any_of(all.begin(), all.end(), [&](const CommandText& command) {
    return command.name.rfind(word + " ", 0) == 0;
  });
}

// As the shell would give it to the program.
std::string at_home(const std::string& path) {
  const char* home = std::getenv("HOME");
  const bool tilde = path == "~" || path.rfind("~/", 0) == 0;
  return tilde && home != nullptr ? home + path.substr(1) : path;
}

void take_value(LineState& line, const OptionText& option, const std::string& value) {
  const std::string& name = option.names.empty() ? option.value : option.names.back();
  if (name == "--config") line.config = at_home(value);
  if (name == "--home") line.home = at_home(value);
  if (name == "--param") line.given.insert(value.substr(0, value.find('=')));
  if (option.names.empty() && option.value == "RUNBOOK") line.runbook = at_home(value);
  if (option.names.empty() && option.value == "RUN") line.run = value;
}

}  // namespace

const OptionText* LineState::next_word() const {
  if (command == nullptr) return nullptr;
  std::size_t place = 0;
  const OptionText* last = nullptr;
  for (const OptionText& option : command->options) {
    if (!option.names.empty()) continue;
    if (place++ == words) return &option;
    last = &option;
  }
  return last != nullptr && last->repeats ? last : nullptr;
}

std::vector<OptionText> everywhere(const std::vector<CommandText>& all) {
  std::vector<OptionText> out;
  if (all.empty()) return out;
  for (const OptionText& option : all.front().options)
    if (option.everywhere) out.push_back(option);
  return out;
}

LineState line_state(const std::vector<CommandText>& all, const std::vector<std::string>& typed) {
  LineState line;
  const auto options = [&](const std::string& name) -> const OptionText* {
    // Those of every command are the same in each.
    return option_of(line.command != nullptr ? line.command->options : all.front().options, name);
  };
  for (std::size_t i = 0; i + 1 < typed.size(); ++i) {
    const std::string& word = typed[i];
    if (line.pending != nullptr) {
      take_value(line, *line.pending, word);
      line.pending = nullptr;
    } else if (!word.empty() && word[0] == '-') {
      const std::size_t equals = word.rfind("--", 0) == 0 ? word.find('=') : std::string::npos;
      const OptionText* option = options(word.substr(0, equals));
      line.used.push_back(word.substr(0, equals));
      if (option == nullptr || option->value.empty()) continue;
      if (equals == std::string::npos)
        line.pending = option;
      else
        take_value(line, *option, word.substr(equals + 1));
    } else if (line.command == nullptr) {
      if (word == "help") continue;
      const std::string name = line.group.empty() ? word : line.group + " " + word;
      line.command = command_of(all, name);
      if (line.command != nullptr) continue;
      line.lost = line.lost || !line.group.empty() || !begins_commands(all, word);
      line.group = word;
    } else if (line.words == 0 && command_of(all, line.command->name + " " + word) != nullptr) {
      line.command = command_of(all, line.command->name + " " + word);
    } else {
      if (const OptionText* place = line.next_word()) take_value(line, *place, word);
      ++line.words;
    }
  }
  return line;
}

}  // namespace countersign
