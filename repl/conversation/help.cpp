#include "repl/conversation/help.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace countersign {
namespace {

std::string trimmed(const std::string& text, const std::string& of = " \t\r\n") {
  const std::size_t from = text.find_first_not_of(of);
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(of) - from + 1);
}

// Words without their endings, so that "recordings" is spoken of by "a recording".
std::string stem(std::string word) {
  const auto ends = [&](const std::string& with) {
    return word.size() > with.size() + 2 &&
           word.compare(word.size() - with.size(), with.size(), with) == 0;
  };
  if (ends("ies")) return word.substr(0, word.size() - 3) + "y";
  for (const char* ending : {"ings", "ing", "ed", "es", "s"})
    if (ends(ending)) return word.substr(0, word.size() - std::string(ending).size());
  return word;
}

std::vector<std::string> stems_of(const std::string& text) {
  static const std::set<std::string> idle = {
      "a",  "an", "and", "are", "do",  "for", "from", "how",   "i",    "in",  "is", "it",
      "me", "of", "on",  "or",  "the", "to",  "what", "which", "with", "all", "my"};
  std::vector<std::string> stems;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const unsigned char c = i < text.size() ? static_cast<unsigned char>(text[i]) : ' ';
    if (std::isalnum(c) != 0 || c >= 0x80) {
      word += static_cast<char>(std::tolower(c));
    } else if (!word.empty()) {
      if (idle.count(word) == 0) stems.push_back(stem(word));
      word.clear();
    }
  }
  return stems;
}

bool speaks_of(const std::vector<std::string>& stems, const std::string& wanted) {
  return std::any_of(stems.begin(), stems.end(), [&](const std::string& one) {
    return one == wanted || (wanted.size() >= 3 && one.rfind(wanted, 0) == 0) ||
           (one.size() >= 4 && wanted.rfind(one, 0) == 0);
  });
}

struct Text {
  Topic topic;
  std::vector<std::string> name, summary, rest;
};

Text text_of(const Row& row) {
  Text text{
      {row.name, "", row.summary}, stems_of(row.name), stems_of(row.summary), stems_of(row.result)};
  for (const Parameter& parameter : row.parameters)
    for (const std::string& one : stems_of(parameter.name + " " + parameter.summary))
      text.rest.push_back(one);
  return text;
}

}  // namespace

const std::vector<Topic>& conversation_commands() {
  static const std::vector<Topic> all = {
      {":help", ":help [WORDS]", "what there is; help \"recordings of a call\" looks for words"},
      {":more", ":more [all]", "goes on with the last value, where it was cut"},
      {":plan", ":plan",
       "from now on changes are collected in a draft and none is made; again: shows the draft"},
      {":plan drop", ":plan drop", "forgets the draft"},
      {":request", ":request", "files the draft as a run that waits for a decision"},
      {":save", ":save runbook|symptom NAME",
       "writes what was typed, without what failed, into NAME.lua here, to be made a script of"},
      {":cassette", ":cassette [FILE]",
       "records every answer from now on into FILE, secrets redacted; without FILE it ends"},
      {":quit", ":quit", "leaves, as quit, exit and Ctrl-D do"},
  };
  return all;
}

const std::vector<Topic>& language_topics() {
  static const std::vector<Topic> all = {
      {"_", "_, _1, _2 …", "earlier results; `_` is the last one"},
      {"profile", "profile.account_sid",
       "what is known of the chosen account, without its secrets"},
      {"parallel", "parallel(list, function(item) … end)", "reads of many things at once"},
      {"print", "print(…)", "shows values as text"},
      {"time.now", "time.now()", "the account's clock, in seconds"},
      {"time.iso", "time.iso(seconds)", "a moment as 2026-11-20T12:00:00Z"},
      {"time.date", "time.date(seconds)", "the day of a moment"},
      {"time.parse", "time.parse(text)", "seconds of a moment as providers write it"},
      {"time.duration", "time.duration \"24h\"", "seconds of a duration"},
      {"check", "check(condition, \"title\")", "says that a condition does not hold"},
      {"step", "step \"In words\"", "heads the changes of a draft that follow"},
      {"json.null", "json.null", "a null inside a list"},
      {"json.decode", "json.decode \"[]\"", "an empty list, where {} is an empty object"},
      {"require", "require \"name\"", "loads name.lua of this folder"},
  };
  return all;
}

const Topic* topic(const std::string& name) {
  for (const auto* list : {&conversation_commands(), &language_topics()})
    for (const Topic& one : *list)
      if (one.name == name) return &one;
  return nullptr;
}

std::vector<Topic> topics_about(const Catalogue& catalogue, const std::string& query,
                                std::size_t most) {
  const std::vector<std::string> wanted = stems_of(query);
  if (wanted.empty()) return {};
  std::vector<Text> texts;
  for (const Row& row : catalogue.rows()) texts.push_back(text_of(row));
  for (const auto* list : {&conversation_commands(), &language_topics()})
    for (const Topic& one : *list)
      texts.push_back({one, stems_of(one.name), stems_of(one.summary), stems_of(one.use)});
  struct Hit {
    std::size_t words = 0, score = 0;
    const Topic* topic = nullptr;
  };
  std::vector<Hit> hits;
  for (const Text& text : texts) {
    Hit hit{0, 0, &text.topic};
    for (const std::string& word : wanted) {
      const std::size_t score = (speaks_of(text.name, word) ? 6 : 0) +
                                (speaks_of(text.summary, word) ? 3 : 0) +
                                (speaks_of(text.rest, word) ? 1 : 0);
      hit.words += score > 0 ? 1 : 0;
      hit.score += score;
    }
    if (hit.words > 0) hits.push_back(hit);
  }
  std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.words != b.words ? a.words > b.words : a.score > b.score;
  });
  std::vector<Topic> found;
  // What lacks a word is of interest only where nothing has them all.
  for (const Hit& hit : hits)
    if (found.size() < most && hit.words == hits.front().words) found.push_back(*hit.topic);
  return found;
}

bool asks_for_help(const std::string& line, std::string& query) {
  const std::string text = trimmed(line);
  const auto is_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
  };
  if (text.rfind("?", 0) == 0) {
    query = trimmed(text.substr(1), " \t\"'");
    return true;
  }
  if (text.size() > 1 && text.back() == '?' && std::all_of(text.begin(), text.end() - 1, is_name)) {
    query = text.substr(0, text.size() - 1);
    return true;
  }
  if (text.rfind(":help", 0) == 0 && (text.size() == 5 || text[5] == ' ')) {
    query = trimmed(text.substr(5), " \t\"'");
    return true;
  }
  if (text.rfind("help", 0) != 0) return false;
  std::string rest = text.substr(4);
  if (!rest.empty() && std::string(" \t\"'(").find(rest[0]) == std::string::npos) return false;
  // `help = 3` and `help(x)` are Lua like any other.
  const std::string inner = trimmed(rest, " \t()\"'");
  if (trimmed(rest).rfind("=", 0) == 0) return false;
  query = inner;
  return true;
}

}  // namespace countersign
