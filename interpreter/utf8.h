// Text that comes from outside as bytes: names of files, words of a command line.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace countersign {

// The length of the well-formed UTF-8 sequence at `at`, 0 where there is none (Unicode, table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t at);
bool is_utf8(std::string_view text);

// As it can be shown and put into JSON: each byte that is not UTF-8 as "\xE9".
std::string escape_bytes(std::string_view text);

// At most `most` bytes of it: what is cut off is told by `mark`, which counts, and no character is
// cut in two.
std::string clipped(std::string text, std::size_t most, std::string_view mark = "...");

}  // namespace countersign
