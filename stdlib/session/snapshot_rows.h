// snapshot.*: of every system, and of none.
#pragma once
#include <string>

#include "interpreter/catalogue.h"

namespace countersign {

Status add_snapshot_rows(Catalogue& catalogue);

// Whether an operation of these asks nobody: all that it works on are documents and its arguments.
bool works_on_documents(const std::string& operation);

}  // namespace countersign
