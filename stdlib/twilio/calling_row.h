// twilio.calls.create: a call that the account places itself, to try a line as a caller does.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

Row calling_row();

}  // namespace countersign
