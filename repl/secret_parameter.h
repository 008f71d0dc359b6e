// A runbook's secret parameter: given by where the secret is, never itself.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/session.h"
#include "stdlib/session/configuration.h"

namespace countersign {

// "env:NAME", "file:PATH", "command:PROGRAM ARGUMENT …" as a reference. Errors: usage.
Result<SecretReference> parse_secret_reference(const std::string& text);

// Opens the reference into the session's vault; its handle. Errors: usage, config.
Result<nlohmann::json> hold_secret_parameter(Session& session, const std::string& text);

}  // namespace countersign
