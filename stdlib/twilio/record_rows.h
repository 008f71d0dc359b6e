// twilio.* operations that change what snapshots do not hold: recordings and API keys. Their
// targets lie under "/records".
#pragma once
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

std::vector<Row> record_rows();

}  // namespace countersign
