#include "repl/shell/complete.h"

#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "interpreter/utf8.h"
#include "repl/shell/candidates.h"
#include "repl/shell/words.h"

namespace countersign {
namespace {

const char* kind_of(const Candidates& candidates) {
  switch (candidates.kind) {
    case Candidates::files:
      return "files";
    case Candidates::folders:
      return "folders";
    case Candidates::words:
      return candidates.goes_on ? "nospace" : "words";
    case Candidates::nothing:
      break;
  }
  return "nothing";
}

// bash replaces what stands behind the last of its word breaks only.
std::string for_bash(const std::string& line, const std::string& breaks) {
  const ShellLine typed = shell_line(line, breaks);
  if (typed.words.size() < 2) return "nothing\n";
  const Candidates found = candidates_for({typed.words.begin() + 1, typed.words.end()});
  std::string out = kind_of(found) + std::string("\n");
  for (const Suggestion& one : found.list) {
    // In double quotes bash would look it up in the history, and nothing keeps it from that.
    if (typed.quote == '"' && one.text.find('!') != std::string::npos) continue;
    if (one.text.compare(0, typed.before.size(), typed.before) != 0) continue;
    out += in_bash(one.text.substr(typed.before.size()), typed.quote) + "\n";
  }
  return out;
}

std::string with_descriptions(const std::vector<std::string>& words) {
  const Candidates found = candidates_for(words);
  std::string out = kind_of(found) + std::string("\n");
  for (const Suggestion& one : found.list)
    out += one.text + (one.what.empty() ? "" : "\t" + one.what) + "\n";
  return out;
}

}  // namespace

bool is_completion(int argc, const char* const* argv) {
  return argc > 1 && std::strcmp(argv[1], "__complete") == 0;
}

int complete(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = 2; i < argc; ++i) words.emplace_back(argv[i]);
  for (const std::string& word : words)
    if (!is_utf8(word)) return 0;
  if (words.size() < 2) return 2;
  const std::string shell = words[0];
  words.erase(words.begin());
  try {
    const std::string out = shell == "bash" ? for_bash(words[0], words.size() > 1 ? words[1] : "")
                                            : with_descriptions(words);
    std::fputs(out.c_str(), stdout);
  } catch (const std::exception&) {
    // Nothing is better than a message in the middle of what is typed.
  }
  return 0;
}

}  // namespace countersign
