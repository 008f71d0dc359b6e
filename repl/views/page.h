// A page of text for people: headings, fields and wrapped lines. Everything that is put on it is
// escaped here, so that no view can forget to.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

struct Style {
  bool color = false;
  std::size_t width = 100;
  std::string zone = {};  // of the policy: moments stand in it beside UTC; empty: UTC alone
};

enum class Tone { plain, strong, faint, good, bad, warning, added, removed };

struct Span {
  Span(const char* words) : text(words) {}
  Span(std::string words, Tone how = Tone::plain) : text(std::move(words)), tone(how) {}
  std::string text;
  Tone tone = Tone::plain;
};
using Spans = std::vector<Span>;

class Page {
 public:
  explicit Page(Style style) : style_(style) {}

  // Wrapped to the width; what does not fit goes on below, `hang` columns further in.
  void line(std::size_t indent, const Spans& spans, std::size_t hang = 2);
  // On one line however long: what stands in it has blanks that count.
  void unbroken(std::size_t indent, const Spans& spans);
  // Something to type: on one line however long, so that it can be copied; the note where it fits.
  void command(std::size_t indent, const std::string& words, const std::string& note = "");
  void heading(const std::string& text);  // an empty line, then the heading
  // A label, and its text in a column of its own.
  void field(const std::string& label, const Spans& spans, std::size_t indent = 2);
  void blank();
  // Text of several lines, as it is but for the escapes.
  void block(std::size_t indent, std::string_view text);
  // Columns as wide as what is in them; the last takes what is left. `below`: a line for each row,
  // under it; none where it is empty.
  void table(std::size_t indent, const std::vector<std::vector<Span>>& rows,
             const std::vector<Spans>& below = {});

  const Style& style() const { return style_; }
  const std::string& text() const { return text_; }

 private:
  std::string painted(const std::string& text, Tone tone) const;

  Style style_;
  std::string text_;
};

}  // namespace countersign
