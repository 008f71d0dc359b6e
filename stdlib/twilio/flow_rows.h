// studio.flows.*: what a caller is led through.
#pragma once
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

std::vector<Row> flow_rows();

}  // namespace countersign
