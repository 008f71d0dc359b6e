// The diagnostic toolkit: whose account it is, the last calls, the flow's executions, the
// functions' logs, the live configuration.
#pragma once
#include <string>

namespace countersign {

// Measured beside a shell script that asks the same with curl and jq, one after another, at no
// latency and at 50 ms of each request; and a whole troubleshooting run.
void toolkit(const std::string& binary);

}  // namespace countersign
