// Alphabets: words that mix them, and hosts that are not ASCII, so that what looks like another
// name is seen to be none.
//
// Known gaps: look-alikes inside one alphabet (rn and m, l and I), and Latin words among Chinese,
// Japanese or Korean ones, which are usual there, are not marked.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

// The byte offsets in `text` of characters to be marked: in a word of letters of several alphabets
// those that are not of its first, or not Latin where it has Latin ones; in the host of a URL and
// the domain of an e-mail address whatever is not ASCII.
std::set<std::size_t> odd_characters(std::string_view text);

// What is odd about `text`, one sentence each, marked as `visible` does; empty: nothing.
std::vector<std::string> odd_words(std::string_view text);

// The name as the DNS has it: "xn--…" for each label that is not ASCII (RFC 3492).
std::string ascii_host(std::string_view host);

}  // namespace countersign
