// The shortest way from one sequence to another: what both have, what goes, what comes.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace countersign {

enum class Edit { keep, remove, add };

// `from`, `to`: indexes into the two; of a removal only `from` counts, of an addition only `to`.
struct EditStep {
  Edit edit;
  std::size_t from, to;
};

// Where both are too long to be compared piece by piece, what is common at both ends is kept and
// the rest between is a removal and an addition.
std::vector<EditStep> edits(const std::vector<std::string>& from,
                            const std::vector<std::string>& to);

// A text's lines, without their ends; "a\n" is one line, "a\n\n" two, and "" none.
std::vector<std::string> split_lines(const std::string& text);

}  // namespace countersign
