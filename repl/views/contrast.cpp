#include "repl/views/contrast.h"

#include <algorithm>

#include "repl/views/code_points.h"
#include "repl/views/edits.h"
#include "repl/views/escape.h"

namespace countersign {
namespace {

// What stays of a part that both have beside what differs: enough to find the place by.
constexpr std::size_t kBeside = 24;

struct Piece {
  Edit edit;
  std::string text;
};

bool wordly(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Words and what stands between them, so that a whole name is seen to differ and not two letters of
// it. Bytes beyond ASCII belong to words: a character is never split.
std::vector<std::string> tokens_of(const std::string& text) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (wordly(text[at]))
      while (end < text.size() && wordly(text[end])) ++end;
    tokens.push_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

// Neighbours of one kind as one piece.
std::vector<Piece> pieces_of(const std::string& from, const std::string& to) {
  const std::vector<std::string> a = tokens_of(from), b = tokens_of(to);
  std::vector<Piece> pieces;
  for (const EditStep& step : edits(a, b)) {
    const std::string& token = step.edit == Edit::add ? b[step.to] : a[step.from];
    if (!pieces.empty() && pieces.back().edit == step.edit)
      pieces.back().text += token;
    else
      pieces.push_back({step.edit, token});
  }
  return pieces;
}

bool starts_character(const std::string& text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

// Long words that differ in a letter: what they have in common is a part that both have.
void split_words(std::vector<Piece>& pieces) {
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    Piece &gone = pieces[i], &come = pieces[i + 1];
    if (gone.edit != Edit::remove || come.edit != Edit::add) continue;
    const std::size_t shorter = std::min(gone.text.size(), come.text.size());
    if (shorter <= 3 * kBeside) continue;
    std::size_t head = 0, tail = 0;
    while (head < shorter && gone.text[head] == come.text[head]) ++head;
    while (!starts_character(gone.text, head) || !starts_character(come.text, head)) --head;
    while (tail < shorter - head &&
           gone.text[gone.text.size() - 1 - tail] == come.text[come.text.size() - 1 - tail])
      ++tail;
    while (!starts_character(gone.text, gone.text.size() - tail) ||
           !starts_character(come.text, come.text.size() - tail))
      --tail;
    const std::string before = gone.text.substr(0, head),
                      behind = gone.text.substr(gone.text.size() - tail);
    gone.text = gone.text.substr(head, gone.text.size() - head - tail);
    come.text = come.text.substr(head, come.text.size() - head - tail);
    if (tail > 0) pieces.insert(pieces.begin() + static_cast<long>(i) + 2, {Edit::keep, behind});
    if (head > 0) pieces.insert(pieces.begin() + static_cast<long>(i), {Edit::keep, before});
    i += 1;
  }
}

// Where the character begins that is `count` characters behind `at`, or before it.
std::size_t away(const std::string& text, std::size_t at, std::size_t count, bool behind) {
  for (; count > 0 && (behind ? at < text.size() : at > 0); --count) do
      at = behind ? at + 1 : at - 1;
    while (!starts_character(text, at));
  return at;
}

// One side being put together, piece by piece.
class Side {
 public:
  Side(const std::string& text, Edit edit)
      : text_(text),
        quoting_(text),
        edit_(edit),
        tone_(edit == Edit::remove ? Tone::removed : Tone::added) {
    spans_.push_back({"\"", tone_});
  }

  // `first`, `last`: whether anything of either side is before it, or behind.
  void add(const Piece& piece, bool first, bool last) {
    if (piece.edit != Edit::keep && piece.edit != edit_) return;
    const std::size_t end = at_ + piece.text.size();
    if (piece.edit == Edit::keep)
      spans_.push_back(kept(end, first, last));
    else
      spans_.push_back({quoting_.part(at_, end, true), tone_});
    at_ = end;
  }

  Spans spans() && {
    spans_.push_back({"\"", tone_});
    return std::move(spans_);
  }

 private:
  // A part that both have, without what is far from any difference.
  std::string kept(std::size_t end, bool first, bool last) const {
    const std::size_t head = first ? at_ : std::min(end, away(text_, at_, kBeside, true)),
                      tail = last ? end : std::max(at_, away(text_, end, kBeside, false));
    if (tail <= head + 4) return quoting_.part(at_, end, true);
    return quoting_.part(at_, head, true) + "…" + quoting_.part(tail, end, true);
  }

  const std::string& text_;
  Quoting quoting_;
  Edit edit_;
  Tone tone_;
  std::size_t at_ = 0;
  Spans spans_;
};

}  // namespace

Contrast contrast(const std::string& from, const std::string& to, std::size_t most) {
  if (std::max(columns(in_quotes(from)), columns(in_quotes(to))) <= most)
    return {{{in_quotes(from), Tone::removed}}, {{in_quotes(to), Tone::added}}};
  std::vector<Piece> pieces = pieces_of(from, to);
  split_words(pieces);
  Side left(from, Edit::remove), right(to, Edit::add);
  for (std::size_t i = 0; i < pieces.size(); ++i)
    for (Side* side : {&left, &right}) side->add(pieces[i], i == 0, i + 1 == pieces.size());
  return {std::move(left).spans(), std::move(right).spans()};
}

}  // namespace countersign
