// Twilio, with Flex, Studio, TaskRouter, Serverless and Monitor, as a system.
#pragma once
#include "stdlib/session/system.h"

namespace countersign {

System twilio_system();

}  // namespace countersign
