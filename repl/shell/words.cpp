#include "repl/shell/words.h"

#include <cctype>
#include <cstring>

namespace countersign {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// What ends a command, so that another begins behind it.
bool ends_command(char c) {
  return c == ';' || c == '|' || c == '&' || c == '(' || c == ')' || c == '\n' || c == '`';
}

// "NAME=value" before a command.
bool is_assignment(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  for (std::size_t i = 0; i < equals; ++i)
    if (std::isalnum(static_cast<unsigned char>(word[i])) == 0 && word[i] != '_') return false;
  return std::isdigit(static_cast<unsigned char>(word[0])) == 0;
}

}  // namespace

ShellLine shell_line(const std::string& line, const std::string& breaks) {
  ShellLine out;
  std::string word;
  bool begun = false;
  std::size_t kept = 0;  // of the word, in front of what the shell replaces
  const auto end_word = [&] {
    if (begun && !(out.words.empty() && is_assignment(word))) out.words.push_back(word);
    word.clear();
    begun = false;
    kept = 0;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (out.quote != 0) {
      const bool escape = c == '\\' && out.quote == '"' && i + 1 < line.size() &&
                          std::strchr("\"\\$`", line[i + 1]) != nullptr;
      if (c == out.quote)
        out.quote = 0;
      else
        word += escape ? line[++i] : c;
    } else if (c == '\'' || c == '"') {
      out.quote = c;
      begun = true;
      kept = word.size();
    } else if (c == '\\') {
      begun = true;
      if (i + 1 < line.size()) word += line[++i];
    } else if (is_blank(c)) {
      end_word();
    } else if (ends_command(c)) {
      end_word();
      out.words.clear();
    } else {
      begun = true;
      word += c;
      if (breaks.find(c) != std::string::npos) kept = word.size();
    }
  }
  out.words.push_back(word);
  out.before = word.substr(0, kept);
  return out;
}

std::string in_bash(const std::string& text, char quote) {
  std::string out;
  for (const char c : text) {
    if (quote == '\'') {
      out += c == '\'' ? std::string("'\\''") : std::string(1, c);
      continue;
    }
    const char* special = quote == '"' ? "\"\\$`" : " \t\"'\\$`!*?[](){}<>|&;#~^";
    if (std::strchr(special, c) != nullptr) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace countersign
