// twilio.numbers.*: phone numbers, and what they ring.
#pragma once
#include <vector>

#include "interpreter/catalogue.h"

namespace countersign {

std::vector<Row> number_rows();

}  // namespace countersign
