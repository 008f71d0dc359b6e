// Two texts of one line beside each other, shortened so that what differs is what is seen.
#pragma once
#include <string>

#include "repl/views/page.h"

namespace countersign {

struct Contrast {
  Spans from, to;  // in quotes; what only one side has is removed or added in tone
};

// Where both fit into `most` columns they are whole. Otherwise parts that both have are cut to
// their ends, marked with "…"; what differs is never cut, so the two never look the same.
Contrast contrast(const std::string& from, const std::string& to, std::size_t most);

}  // namespace countersign
