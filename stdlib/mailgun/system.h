// Mailgun, as a system.
#pragma once
#include "stdlib/session/system.h"

namespace countersign {

System mailgun_system();

}  // namespace countersign
