#include "repl/conversation/completion.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "repl/conversation/help.h"

namespace countersign {
namespace {

using nlohmann::json;

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Where the cursor stands in the text: inside which brackets, behind which names, in which text.
struct Place {
  struct Open {
    char bracket;
    std::string callee;         // "twilio.calls.list" of a { or ( that follows it
    std::set<std::string> set;  // names that have an = in it already
  };
  std::vector<Open> open;
  std::string key;        // behind "key =", nothing between
  bool in_text = false;   // in quotes
  bool in_aside = false;  // in a comment or a long text: nothing is completed there
  char last = '\0';       // the last character that is no space, before the word at the end
  std::size_t quote = 0;  // where the quotes began
};

Place place_of(const std::string& text) {
  Place place;
  std::string path, before;  // the dotted name that ends here, and the one before the last bracket
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (text.compare(i, 2, "--") == 0) {
      const std::size_t end = text.find('\n', i);
      if (end == std::string::npos) {
        place.in_aside = true;
        return place;
      }
      i = end;
      continue;
    }
    if (text.compare(i, 2, "[[") == 0) {
      const std::size_t end = text.find("]]", i + 2);
      if (end == std::string::npos) {
        place.in_aside = true;
        return place;
      }
      i = end + 1;
      place.key.clear();
      place.last = ']';
      continue;
    }
    if (c == '"' || c == '\'') {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != c) end += text[end] == '\\' ? 2 : 1;
      if (end >= text.size()) {
        place.in_text = true;
        place.quote = i + 1;
        return place;
      }
      i = end;
      path.clear();
      place.key.clear();
      place.last = c;
      continue;
    }
    if (is_name(c) || (c == '.' && !path.empty())) {
      if (!path.empty() && path.back() == ' ') path.clear();
      path += c;
      if (i + 1 < text.size()) place.last = c;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\n') {
      if (!path.empty() && path.back() != ' ') path += ' ';
      continue;
    }
    while (!path.empty() && path.back() == ' ') path.pop_back();
    if (c == '{' || c == '(' || c == '[') {
      // f({ … }) is f { … }.
      const bool inner = path.empty() && c == '{' && place.last == '(' && !place.open.empty();
      place.open.push_back({c, inner ? place.open.back().callee : path, {}});
      place.key.clear();
    } else if (c == '}' || c == ')' || c == ']') {
      if (!place.open.empty()) place.open.pop_back();
      place.key.clear();
    } else if (c == '=' && !place.open.empty() && (i + 1 >= text.size() || text[i + 1] != '=')) {
      place.key = path;
      place.open.back().set.insert(path);
    } else {
      place.key.clear();
    }
    path.clear();
    place.last = c;
  }
  return place;
}

bool begins(const std::string& text, const std::string& with) {
  return text.compare(0, with.size(), with) == 0;
}

void add(Completion& to, std::string text, std::string shown) {
  for (const Candidate& one : to.candidates)
    if (one.shown == shown) return;
  to.candidates.push_back({std::move(text), std::move(shown)});
}

// The next word of every operation below `word`: "twilio.ca" has twilio.calls and twilio.calls.list
// only after the next dot.
void operations(Completion& to, const Catalogue& catalogue, const std::string& word, bool called) {
  for (const Row& row : catalogue.rows()) {
    if (!begins(row.name, word)) continue;
    const std::size_t dot = row.name.find('.', word.size());
    const std::size_t start = word.rfind('.') == std::string::npos ? 0 : word.rfind('.') + 1;
    if (dot == std::string::npos)
      add(to, row.name + (called ? " { " : ""), row.name.substr(start));
    else
      add(to, row.name.substr(0, dot + 1), row.name.substr(start, dot + 1 - start));
  }
}

// "_3[1].from" as ["_3", 1] and "from". False where it is something else.
bool path_of(const std::string& word, json& path, std::string& last) {
  path = json::array();
  std::string name;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (is_name(c)) {
      name += c;
    } else if (c == '.') {
      if (!name.empty()) path.push_back(name);
      name.clear();
    } else if (c == '[') {
      const std::size_t end = word.find(']', i);
      const std::string index = end == std::string::npos ? "" : word.substr(i + 1, end - i - 1);
      if (index.empty() || index.size() > 9 ||
          index.find_first_not_of("0123456789") != std::string::npos)
        return false;
      if (!name.empty()) path.push_back(name);
      name.clear();
      path.push_back(std::stoi(index));
      i = end;
    } else {
      return false;
    }
  }
  last = name;
  return true;
}

void commands(Completion& to, const std::string& line) {
  const std::size_t space = line.find(' ');
  to.from = 0;
  if (space == std::string::npos) {
    for (const Topic& one : conversation_commands())
      if (begins(one.name, line) && one.name.find(' ') == std::string::npos)
        add(to, one.name + (one.use == one.name ? "" : " "), one.name);
    return;
  }
  to.from = line.rfind(' ') + 1;
  const std::string command = line.substr(0, space), begun = line.substr(to.from);
  if (to.from != space + 1) return;
  const auto words = [&](const std::vector<std::string>& all) {
    for (const std::string& one : all)
      if (begins(one, begun)) add(to, one, one);
  };
  if (command == ":plan") words({"drop"});
  if (command == ":more") words({"all"});
  if (command == ":save") words({"runbook ", "symptom "});
}

}  // namespace

std::string Completion::common() const {
  std::string shared = candidates.empty() ? std::string() : candidates.front().text;
  for (const Candidate& one : candidates) {
    std::size_t same = 0;
    while (same < shared.size() && same < one.text.size() && shared[same] == one.text[same]) ++same;
    shared.resize(same);
  }
  return shared;
}

Completion complete(const std::string& before, const std::string& line, const Catalogue& catalogue,
                    const FieldNames& names) {
  Completion out;
  std::string query;
  if (before.empty() && asks_for_help(line, query)) {
    out.from = line.size() - std::min(line.size(), query.size());
    while (out.from > 0 && (is_name(line[out.from - 1]) || line[out.from - 1] == '.')) --out.from;
    operations(out, catalogue, line.substr(out.from), false);
    return out;
  }
  if (before.empty() && !line.empty() && line[0] == ':' && line.compare(0, 2, "::") != 0) {
    commands(out, line);
    return out;
  }
  const Place place = place_of(before + line);
  if (place.in_aside) return out;
  const Row* row = place.open.empty() || place.open.back().bracket != '{'
                       ? nullptr
                       : catalogue.find(place.open.back().callee);
  if (place.in_text) {
    if (row == nullptr || place.quote < before.size()) return out;
    out.from = place.quote - before.size();
    for (const Parameter& parameter : row->parameters)
      if (parameter.name == place.key)
        for (const std::string& choice : parameter.choices)
          if (begins(choice, line.substr(out.from))) add(out, choice, choice);
    return out;
  }
  out.from = line.size();
  const auto part_of_word = [](char c) { return is_name(c) || c == '.' || c == '[' || c == ']'; };
  while (out.from > 0 && part_of_word(line[out.from - 1])) --out.from;
  const std::string word = line.substr(out.from);
  const bool names_next =
      word.empty() ? place.last == '{' || place.last == ',' : word.find('.') == std::string::npos;
  if (row != nullptr && word.empty() && !place.key.empty()) {
    for (const Parameter& parameter : row->parameters)
      if (parameter.name == place.key)
        for (const std::string& choice : parameter.choices)
          add(out, "\"" + choice + "\"", "\"" + choice + "\"");
    if (!out.candidates.empty()) return out;
  }
  if (row != nullptr && place.key.empty() && names_next) {
    for (const Parameter& parameter : row->parameters)
      if (begins(parameter.name, word) && place.open.back().set.count(parameter.name) == 0)
        add(out, parameter.name + " = ", parameter.name);
    if (!out.candidates.empty()) return out;
  }
  json path;
  std::string last;
  if (!path_of(word, path, last)) return out;
  const bool in_catalogue = path.empty() || word.find('[') == word.npos;
  if (in_catalogue && (!word.empty() || row == nullptr)) operations(out, catalogue, word, true);
  const std::string stem = word.substr(0, word.size() - last.size());
  for (const std::string& name : names(path)) {
    if (!begins(name, last) || (last.empty() && name[0] == '_')) continue;
    // A namespace of operations stands there with its dot already.
    bool known = false;
    for (const Candidate& one : out.candidates) known = known || one.shown == name + ".";
    if (!known) add(out, stem + name, name);
  }
  std::sort(out.candidates.begin(), out.candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.shown < b.shown; });
  return out;
}

}  // namespace countersign
