// snapshot.*: of every system, and of none.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

Status add_snapshot_rows(Catalogue& catalogue);

}  // namespace countersign
