#include "interpreter/error.h"

#include <nlohmann/json.hpp>

namespace countersign {

nlohmann::json to_json(const Error& error) {
  nlohmann::json value = {{"kind", error.kind}, {"message", error.message}};
  if (!error.hint.empty()) value["hint"] = error.hint;
  if (!error.operation.empty()) value["operation"] = error.operation;
  if (!error.where.empty()) value["where"] = error.where;
  if (error.status != 0) value["status"] = error.status;
  if (!error.check.empty()) value["refused_by"] = {{"check", error.check}};
  if (!error.rule.empty()) value["refused_by"]["rule"] = error.rule;
  return value;
}

Error error_from_json(const nlohmann::json& value) {
  Error error;
  if (!value.is_object()) return Error{"script", "a malformed error"};
  const auto text_in = [](const nlohmann::json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto text = [&](const char* key) { return text_in(value, key); };
  error.kind = text("kind");
  error.message = text("message");
  error.hint = text("hint");
  error.operation = text("operation");
  error.where = text("where");
  if (const auto at = value.find("status"); at != value.end() && at->is_number_integer())
    error.status = at->get<int>();
  if (const auto at = value.find("refused_by"); at != value.end() && at->is_object()) {
    error.check = text_in(*at, "check");
    error.rule = text_in(*at, "rule");
  }
  return error;
}

}  // namespace countersign
