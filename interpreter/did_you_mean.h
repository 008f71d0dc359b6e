// The hint behind a name that nothing has.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

// `did you mean "X"?` with the first of `near`, as nearest() and Catalogue::near() find them;
// `otherwise` where there is none.
std::string did_you_mean(const std::vector<std::string>& near, std::string otherwise = "");
// The same, of those among `candidates` that are near to `word`.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string otherwise = "");

}  // namespace countersign
