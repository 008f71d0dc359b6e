// The order of names and paths as people count: 9 before 10, numbers before other names. The order
// of what is signed is another one, that of the bytes.
#pragma once
#include <string>

namespace countersign {

bool counts_before(const std::string& a, const std::string& b);
// Of JSON pointers, part by part.
bool path_counts_before(const std::string& a, const std::string& b);

struct CountingOrder {
  bool operator()(const std::string& a, const std::string& b) const { return counts_before(a, b); }
};

}  // namespace countersign
