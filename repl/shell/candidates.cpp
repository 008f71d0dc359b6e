#include "repl/shell/candidates.h"

#include <algorithm>
#include <cctype>

#include "repl/app_context.h"
#include "repl/command_table.h"
#include "repl/shell/known_names.h"
#include "repl/shell/line_state.h"
#include "repl/views/escape.h"
#include "repl/views/run_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace {

using List = std::vector<Suggestion>;

bool begins(const std::string& text, const std::string& with) {
  return text.compare(0, with.size(), with) == 0;
}

// Where the words on the line say that it works.
struct Place {
  explicit Place(const LineState& line) : app(typed_before(line), wall_clock()) {}

  // A configuration that cannot be read names no profile; what is said of an old form of it would
  // stand in the middle of what is typed.
  const Arguments& typed_before(const LineState& line) {
    arguments.quiet = true;
    arguments.config = line.config;
    arguments.home = line.home;
    return arguments;
  }

  Arguments arguments;
  AppContext app;
};

List commands(const std::vector<CommandText>& all, const std::string& group) {
  List out;
  for (const CommandText& command : all) {
    if (!group.empty() && !begins(command.name, group + " ")) continue;
    const std::string rest = group.empty() ? command.name : command.name.substr(group.size() + 1);
    const std::string word = rest.substr(0, rest.find(' '));
    const bool known = std::any_of(out.begin(), out.end(),
                                   [&](const Suggestion& one) { return one.text == word; });
    if (!known) out.push_back({word, rest == word ? command.summary : ""});
  }
  for (const auto& [name, summary] : command_groups())
    for (Suggestion& one : out)
      if (one.text == name && one.what.empty()) one.what = summary;
  if (group.empty()) out.push_back({"help", "what a command does"});
  return out;
}

List options(const CommandText& command, const std::vector<std::string>& used) {
  List out;
  for (const OptionText& option : command.options) {
    const bool again =
        option.repeats || std::none_of(used.begin(), used.end(), [&](const auto& one) {
          return std::count(option.names.begin(), option.names.end(), one) > 0;
        });
    if (again)
      for (const std::string& name : option.names) out.push_back({name, option.what});
  }
  out.push_back({"--help", "what it does, with examples"});
  return out;
}

// "NAME=" while the name is typed, then "NAME=value".
Candidates parameter(Place& place, const LineState& line, const std::string& current) {
  const json declared = parameters_of(line.runbook);
  Candidates out{Candidates::words, {}, true};
  const std::size_t equals = current.find('=');
  if (equals == std::string::npos) {
    for (const auto& [name, one] : declared.items())
      if (line.given.count(name) == 0) out.list.push_back({name + "=", one.value("why", "")});
    return out;
  }
  const std::string name = current.substr(0, equals);
  if (!declared.contains(name)) return out;
  const json& one = declared[name];
  const std::string kind = one.value("kind", "");
  List values;
  if (kind == "choice")
    for (const json& choice : one.value("choices", json::array()))
      values.push_back({choice.is_string() ? choice.get<std::string>() : choice.dump(), ""});
  if (kind == "flag") values = {{"true", ""}, {"false", ""}};
  if (kind == "profile") values = known_profiles(place.app);
  if (kind == "secret")
    values = {{"env:", "an environment variable"}, {"file:", "a file"}, {"command:", "a program"}};
  out.goes_on = kind == "secret";
  for (const Suggestion& value : values) out.list.push_back({name + "=" + value.text, value.what});
  return out;
}

// "bash|zsh|fish": nothing but words to choose from.
bool are_choices(const std::string& value) {
  return value.find('|') != std::string::npos &&
         std::all_of(value.begin(), value.end(),
                     [](unsigned char c) { return std::islower(c) != 0 || c == '|' || c == '-'; });
}

List choices(const std::string& value) {
  List out;
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find('|', at), value.size());
    out.push_back({value.substr(at, end - at), ""});
    at = end + 1;
  }
  return out;
}

Candidates value_of(Place& place, const LineState& line, const OptionText& option,
                    const std::string& current) {
  const auto words = [](List list) {
    return Candidates{Candidates::words, std::move(list), false};
  };
  const std::string& value = option.value;
  const bool profile = std::count(option.names.begin(), option.names.end(), "--profile") > 0;
  if (value == "RUN" || value == "RUN|DIR") {
    Candidates out = words(known_runs(place.app));
    const bool folder = value == "RUN|DIR" && current.find('/') != std::string::npos;
    return folder ? Candidates{Candidates::folders, {}, false} : out;
  }
  if (begins(value, "RUNBOOK")) {
    Candidates out = words(known_runbooks());
    const bool file = std::none_of(out.list.begin(), out.list.end(), [&](const Suggestion& one) {
      return begins(one.text, current);
    });
    return file ? Candidates{Candidates::files, {}, false} : out;
  }
  if (profile) return words(known_profiles(place.app));
  if (value == "NAME=VALUE") return parameter(place, line, current);
  if (value == "ITEM") return words(known_items(place.app, line.run));
  if (value == "LEVEL") return words(choices("trace|debug|info|warn|error|off"));
  if (are_choices(value)) return words(choices(value));
  if (value == "STATUS") {
    List list;
    for (const std::string& one : shown_statuses()) list.push_back({one, ""});
    return words(std::move(list));
  }
  if (value == "NAME" && line.command->name == "operations") {
    List list;
    for (const Row& row : standard_catalogue().rows()) list.push_back({row.name, row.summary});
    return words(std::move(list));
  }
  if (value == "DIR") return {Candidates::folders, {}, false};
  static const std::vector<std::string> files = {"FILE", "PATH", "KEY", "A", "B", "F", "S"};
  for (const std::string& one : files)
    if (value == one || (one.size() > 1 && begins(value, one)))
      return {Candidates::files, {}, false};
  return {};
}

// What begins as the word does, and can be shown.
void choose(Candidates& candidates, const std::string& current) {
  List& list = candidates.list;
  list.erase(std::remove_if(list.begin(), list.end(),
                            [&](const Suggestion& one) {
                              return !begins(one.text, current) || visible(one.text) != one.text;
                            }),
             list.end());
  for (Suggestion& one : list) one.what = visible(one.what);
}

Candidates unchosen(Place& place, const LineState& line, const std::vector<CommandText>& all,
                    const std::string& current) {
  if (line.lost) return {};
  if (line.pending != nullptr) return value_of(place, line, *line.pending, current);
  if (line.command == nullptr) {
    Candidates out{Candidates::words, commands(all, line.group), false};
    if (begins(current, "-")) out.list = options({"", "", "", everywhere(all)}, line.used);
    return out;
  }
  if (begins(current, "--") && current.find('=') != std::string::npos) {
    const std::size_t equals = current.find('=');
    const std::string name = current.substr(0, equals);
    for (const OptionText& option : line.command->options)
      if (!option.value.empty() && std::count(option.names.begin(), option.names.end(), name) > 0) {
        Candidates out = value_of(place, line, option, current.substr(equals + 1));
        for (Suggestion& one : out.list) one.text = name + "=" + one.text;
        return out;
      }
    return {};
  }
  if (begins(current, "-")) return {Candidates::words, options(*line.command, line.used), false};
  Candidates out;
  if (const OptionText* word = line.next_word()) out = value_of(place, line, *word, current);
  // `sim` alone is a command too.
  for (const Suggestion& one : commands(all, line.command->name))
    if (line.words == 0 && one.text != "help") {
      out.kind = Candidates::words;
      out.list.push_back(one);
    }
  if (out.kind == Candidates::nothing && current.empty())
    return {Candidates::words, options(*line.command, line.used), false};
  return out;
}

}  // namespace

Candidates candidates_for(const std::vector<std::string>& typed) {
  const std::string current = typed.empty() ? "" : typed.back();
  const std::vector<CommandText> all = command_texts();
  const LineState line = line_state(all, typed);
  Place place(line);
  Candidates out = unchosen(place, line, all, current);
  choose(out, current);
  return out;
}

}  // namespace countersign
