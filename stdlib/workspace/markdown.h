// A markdown text by its headings.
#pragma once
#include <string>
#include <vector>

namespace countersign {

struct MarkdownSection {
  int level = 0;                 // 1 to 6; 0 for what stands before the first heading
  std::string title;             // without the marks
  std::size_t begin = 0;         // the line of the heading, counted from 0
  std::size_t end = 0;           // the line after its last, that of the sections below it included
  std::vector<std::string> own;  // its lines up to the next heading of any level, its heading apart
};

// Lines without their ends; the empty one after a final line end is not one.
std::vector<std::string> lines_of(const std::string& text);

// The headings ("#" to "######") outside fenced code, in order, after what stands before the first.
std::vector<MarkdownSection> outline(const std::string& text);

}  // namespace countersign
