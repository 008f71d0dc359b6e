// A command line as a shell reads it, as far as completion needs it: quotes and backslashes, no
// expansions.
#pragma once
#include <string>
#include <vector>

namespace countersign {

struct ShellLine {
  std::vector<std::string> words;  // without their quotes; the last is the one that is completed
  char quote = 0;                  // the quote that is open at its end: ' or " or none
  std::string before;              // the beginning of the last word that the shell leaves as it is
};

// The words of the last command on the line. `breaks`: what the shell breaks words at where it
// completes them (COMP_WORDBREAKS).
ShellLine shell_line(const std::string& line, const std::string& breaks);

// `text` as it is typed in bash so that it is one word, or goes on with one that `quote` has
// opened.
std::string in_bash(const std::string& text, char quote);

}  // namespace countersign
