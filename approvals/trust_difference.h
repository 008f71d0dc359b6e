// What differs between two versions of a trust file, line by line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

// The lines that go ("- …") and those that come ("+ …"), in order. Where too much differs to be
// compared line by line, everything between the common beginning and the common end goes and comes.
// A difference that no line shows (how lines end, blanks at their ends) is said in words; equal
// texts have none.
std::vector<std::string> changed_lines(std::string_view from, std::string_view to);

// The same for a sentence: the first of them, and how many more there are.
std::string changed_summary(std::string_view from, std::string_view to);

}  // namespace countersign
