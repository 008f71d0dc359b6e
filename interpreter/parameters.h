// A run's parameters: what the runbook declares against what was given.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

// `declared`: the head's parameters, name to {"kind", "why", "default", "optional", "choices",
// "required_if", …}. `given`: name to value; text is read as the kind wants it. Returns all
// declared names with their values (absent optional ones left out); secrets still as references.
// Errors (kind "usage"): every missing, unknown and ill-typed one named at once, the missing ones
// with their why and choices; those too that may be missing, depending on these.
Result<json> check_parameters(const json& declared, const json& given);

// What a value has to be, in words: "one of A, B", "a phone number such as +15550100200"; empty:
// any text.
std::string wanted_of(const json& parameter);

// The parameters that are required with what is given and are not among it, by name.
std::vector<std::string> missing_parameters(const json& declared, const json& given);

// Those that are required for some values of missing ones, by name, with the condition in words:
// "kind is email or sms".
std::map<std::string, std::string> perhaps_missing(const json& declared, const json& given);

// Whether somebody has to give it: a parameter without a default that is not optional. With
// "required_if" only where other parameters are such.
bool is_needed(const json& parameter);

// "kind is email or sms and name is ada", of a "required_if".
std::string condition_in_words(const json& condition);

// What a parameter that is declared so wants instead of the value; empty where the value fits. Text
// is made what the kind wants.
std::string unfit_value(const json& declared, json& value);

// The name of the one parameter of kind profile; empty if there is none.
std::string profile_parameter(const json& declared);

}  // namespace countersign
