// Text from elsewhere, made safe to look at.
#pragma once
#include <set>
#include <string>
#include <string_view>

namespace countersign {

// `text` with everything that could change what the rest of a terminal line looks like made
// visible: control characters, escape sequences, marks that change the direction of writing,
// characters without width, and bytes that are not UTF-8, each as \u{202E} or \x1B. Newlines too,
// unless `lines`. Letters of another alphabet inside of a word, and whatever is not ASCII in a host
// (scripts.h), appear as ⟨U+0456⟩.
std::string visible(std::string_view text, bool lines = false);

// The same in double quotes, so that no two different texts look alike: quotes, backslashes and
// what marks are made of are escaped too.
std::string in_quotes(std::string_view text);

// What stands between the quotes, a part at a time: what is odd about a part is seen in the whole.
class Quoting {
 public:
  explicit Quoting(std::string_view text);  // which has to stay
  // From byte `begin` to before `end`. `cut`: other parts are left out with "…", so that one of the
  // text's own is escaped.
  std::string part(std::size_t begin, std::size_t end, bool cut) const;

 private:
  std::string_view text_;
  std::set<std::size_t> odd_;
};

// A line of a text that is shown as text, so that no two different lines look alike: tabs as ⇥,
// blanks at the end as ␠, what has no look of its own as ⟨U+200B⟩.
std::string text_line(std::string_view line);

// A text of JSON with what `visible` would show escaped as JSON escapes it: the same value.
std::string visible_json(std::string_view text);

// How many columns of a terminal `text` takes, escaped already.
std::size_t columns(std::string_view text);

// At most `most` columns of it, with "…" where something was cut.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace countersign
