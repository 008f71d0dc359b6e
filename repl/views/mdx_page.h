// An MDX page as it is written: lines, headings, tables. Every text from elsewhere goes through
// mdx.h first.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

class MdxPage {
 public:
  // `written_from`: what the page says of its origin, in its front matter.
  MdxPage(std::string_view label, int position, std::string_view title,
          std::string_view written_from);

  void line(const std::string& words = "") { text_ += words + "\n"; }
  void heading(const std::string& words) { text_ += "\n## " + words + "\n\n"; }
  void subheading(const std::string& words) { text_ += "\n### " + words + "\n\n"; }
  void row(const std::vector<std::string>& cells);
  void head(const std::vector<std::string>& cells);  // a table's first row

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Whether a file's text begins as a page of ours does.
bool is_written_page(std::string_view text);

}  // namespace countersign
