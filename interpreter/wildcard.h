// Patterns of one text: "*" stands for any bytes, none included.
#pragma once
#include <string_view>

namespace countersign {

// Whether "?" stands for any one byte, or for itself.
enum class QuestionMark { any_byte, itself };

// Whether all of `text` matches. Takes at most |pattern| * |text| steps.
bool wildcard_matches(std::string_view pattern, std::string_view text, QuestionMark question_mark);

}  // namespace countersign
