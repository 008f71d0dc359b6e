// Patterns of paths: "*" and "?" within a segment, "**" for any number of segments.
#pragma once
#include <string>

namespace countersign {

// Whether the relative `path` matches; "*" takes leading dots too.
bool glob_matches(const std::string& pattern, const std::string& path);

}  // namespace countersign
