// OpenSSH's pattern lists, for the namespaces of a key.
#pragma once
#include <string_view>

namespace countersign {

// `*` stands for any text, `?` for one byte. Patterns are separated by commas; one that starts with
// `!` and matches excludes the text whatever the others say. A list of exclusions alone matches
// nothing.
bool matches_pattern_list(std::string_view text, std::string_view patterns);

bool has_wildcard(std::string_view text);

}  // namespace countersign
