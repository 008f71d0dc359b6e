#include "repl/views/mdx_page.h"

#include "repl/views/mdx.h"

namespace countersign {
namespace {

// Read back by whoever is about to write over the file.
constexpr std::string_view kMark = "---\n# Written by countersign doc from ";

}  // namespace

MdxPage::MdxPage(std::string_view label, int position, std::string_view title,
                 std::string_view written_from) {
  text_ = std::string(kMark) + std::string(written_from) + ": change that, not this page.\n";
  line("sidebar_label: " + in_front_matter(label));
  line("sidebar_position: " + std::to_string(position));
  line("title: " + in_front_matter(title));
  line("---");
}

void MdxPage::row(const std::vector<std::string>& cells) {
  text_ += "|";
  for (const std::string& cell : cells) text_ += (cell.empty() ? "" : " " + cell) + " |";
  text_ += "\n";
}

void MdxPage::head(const std::vector<std::string>& cells) {
  row(cells);
  text_ += "|";
  for (std::size_t i = 0; i < cells.size(); ++i) text_ += "---|";
  text_ += "\n";
}

bool is_written_page(std::string_view text) {
  return text.substr(0, kMark.size()) == kMark;
}

}  // namespace countersign
