// A run's parameters: what the runbook declares against what was given.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

// `declared`: the head's parameters, name to {"kind", "why", "default", "optional", "choices",
// "required_if", …}. `given`: name to value; text is read as the kind wants it. Returns all
// declared names with their values (absent optional ones left out); secrets still as references.
// Errors (kind "usage"): every missing, unknown and ill-typed one named at once, the missing ones
// with their why.
Result<json> check_parameters(const json& declared, const json& given);

// What a parameter that is declared so wants instead of the value; empty where the value fits. Text
// is made what the kind wants.
std::string unfit_value(const json& declared, json& value);

// The name of the one parameter of kind profile; empty if there is none.
std::string profile_parameter(const json& declared);

}  // namespace countersign
