#include "repl/views/page.h"

#include <algorithm>

#include "repl/views/escape.h"

namespace countersign {
namespace {

constexpr std::size_t kLabel = 12;

const char* code(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::strong:
      return "\x1b[1m";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::bad:
      return "\x1b[1;31m";
    case Tone::warning:
      return "\x1b[1;33m";
    case Tone::added:
      return "\x1b[32m";
    case Tone::removed:
      return "\x1b[31m";
  }
  return "";
}

struct Word {
  std::string text;
  Tone tone;
  std::size_t spaces;  // before it
};

// Words keep the tone of their span; two spans without a space between them stay together.
std::vector<Word> words_of(const Spans& spans) {
  std::vector<Word> words;
  std::size_t spaces = 0;
  for (const Span& span : spans) {
    std::string word;
    const auto flush = [&] {
      if (word.empty()) return;
      words.push_back({std::move(word), span.tone, spaces});
      word.clear();
      spaces = 0;
    };
    for (const char c : visible(span.text)) {
      if (c == ' ') {
        flush();
        ++spaces;
      } else {
        word += c;
      }
    }
    flush();
  }
  return words;
}

}  // namespace

std::string Page::painted(const std::string& text, Tone tone) const {
  return style_.color && tone != Tone::plain ? code(tone) + text + "\x1b[0m" : text;
}

void Page::line(std::size_t indent, const Spans& spans, std::size_t hang) {
  text_ += std::string(indent, ' ');
  std::size_t at = indent;
  bool begun = false;
  Tone last = Tone::plain;
  std::string run;  // words of one tone, painted together
  const auto flush = [&] {
    if (!run.empty()) text_ += painted(run, last);
    run.clear();
  };
  for (const Word& word : words_of(spans)) {
    const std::size_t width = columns(word.text);
    if (begun && word.spaces > 0 && at + word.spaces + width > style_.width) {
      flush();
      text_ += "\n" + std::string(indent + hang, ' ');
      at = indent + hang;
    } else if (begun) {
      // Spaces between two tones belong to neither.
      if (word.tone != last) flush();
      (word.tone != last ? text_ : run) += std::string(word.spaces, ' ');
      at += word.spaces;
    }
    if (word.tone != last) flush();
    last = word.tone;
    run += word.text;
    at += width;
    begun = true;
  }
  flush();
  text_ += "\n";
}

void Page::unbroken(std::size_t indent, const Spans& spans) {
  text_ += std::string(indent, ' ');
  for (const Span& span : spans) text_ += painted(visible(span.text), span.tone);
  text_ += "\n";
}

void Page::command(std::size_t indent, const std::string& words, const std::string& note) {
  const std::string shown = visible(words);
  text_ += std::string(indent, ' ') + painted(shown, Tone::strong);
  const std::size_t used = indent + columns(shown) + 3;
  if (!note.empty() && used + columns(note) <= style_.width)
    text_ += "   " + painted(visible(note), Tone::faint);
  text_ += "\n";
}

void Page::heading(const std::string& text) {
  if (!text_.empty()) blank();
  text_ += painted(visible(text), Tone::strong) + "\n";
}

void Page::field(const std::string& label, const Spans& spans, std::size_t indent) {
  const std::size_t begin = text_.size();
  line(indent + kLabel, spans, 0);
  std::string name = visible(label);
  const std::size_t width = columns(name);
  name = painted(name, Tone::faint) + std::string(width < kLabel ? kLabel - width : 1, ' ');
  text_.replace(begin, indent + kLabel, std::string(indent, ' ') + name);
}

void Page::blank() {
  if (text_.size() < 2 || text_.substr(text_.size() - 2) != "\n\n") text_ += "\n";
}

void Page::block(std::size_t indent, std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    text_ += std::string(indent, ' ') + visible(text.substr(at, end - at), true) + "\n";
    at = end + 1;
  }
}

void Page::table(std::size_t indent, const std::vector<std::vector<Span>>& rows,
                 const std::vector<Spans>& below) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      widths.resize(std::max(widths.size(), i + 1));
      widths[i] = std::max(widths[i], columns(visible(row[i].text)));
    }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& row = rows[r];
    std::size_t at = indent;
    text_ += std::string(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      const std::size_t room = style_.width > at + 10 ? style_.width - at : 10;
      const std::string cell =
          shortened(visible(row[i].text), last ? room : std::max(room, widths[i]));
      text_ += painted(cell, row[i].tone);
      if (!last) text_ += std::string(widths[i] - std::min(widths[i], columns(cell)) + 2, ' ');
      at += last ? 0 : widths[i] + 2;
    }
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    text_ += "\n";
    if (r < below.size() && !below[r].empty()) line(indent + 4, below[r]);
  }
}

}  // namespace countersign
