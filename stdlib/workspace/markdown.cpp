#include "stdlib/workspace/markdown.h"

namespace countersign {
namespace {

// The level of a heading line, and its title; 0 for any other line.
int heading(const std::string& line, std::string& title) {
  const std::size_t indent = line.find_first_not_of(' ');
  if (indent == std::string::npos || indent > 3) return 0;
  const std::size_t end = line.find_first_not_of('#', indent);
  const std::size_t level = (end == std::string::npos ? line.size() : end) - indent;
  if (level < 1 || level > 6) return 0;
  if (end != std::string::npos && line[end] != ' ' && line[end] != '\t') return 0;
  title = end == std::string::npos ? "" : line.substr(end);
  const std::size_t first = title.find_first_not_of(" \t");
  if (first == std::string::npos) {
    title.clear();
    return static_cast<int>(level);
  }
  title = title.substr(first, title.find_last_not_of(" \t") - first + 1);
  // A closing run of marks belongs to the heading, not to its title.
  const std::size_t last = title.find_last_not_of('#');
  if (last == std::string::npos)
    title.clear();
  else if (last + 1 < title.size() && title[last] == ' ')
    title.resize(title.find_last_not_of(' ', last) + 1);
  return static_cast<int>(level);
}

bool is_fence(const std::string& line) {
  const std::size_t at = line.find_first_not_of(' ');
  if (at == std::string::npos || at > 3) return false;
  return line.compare(at, 3, "```") == 0 || line.compare(at, 3, "~~~") == 0;
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

std::vector<MarkdownSection> outline(const std::string& text) {
  const std::vector<std::string> lines = lines_of(text);
  std::vector<MarkdownSection> sections(1);
  bool fenced = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_fence(lines[i])) fenced = !fenced;
    std::string title;
    const int level = fenced ? 0 : heading(lines[i], title);
    if (level == 0) {
      sections.back().own.push_back(lines[i]);
      continue;
    }
    MarkdownSection section;
    section.level = level;
    section.title = title;
    section.begin = i;
    sections.push_back(std::move(section));
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    std::size_t next = i + 1;
    while (next < sections.size() && i > 0 && sections[next].level > sections[i].level) ++next;
    sections[i].end = next < sections.size() ? sections[next].begin : lines.size();
  }
  return sections;
}

}  // namespace countersign
