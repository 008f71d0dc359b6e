// How what it costs grows with how much there is to do.
#pragma once
#include <string>

namespace countersign {

// drift over many accounts, beside fetching their configurations alone; up to `most` accounts.
void fleet(const std::string& binary, int most);
// n changes in one phase, n runs that `due` looks over, n symptoms of one troubleshooting; n = 10,
// 100, … up to `most`.
void growths(const std::string& binary, int most);

}  // namespace countersign
