// serverless.variables.*: the environment of the deployed functions.
#pragma once
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

std::vector<Row> variable_rows();

}  // namespace countersign
