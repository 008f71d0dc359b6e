// The rows of all systems of this binary.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

// Built once per process.
const Catalogue& standard_catalogue();

}  // namespace countersign
