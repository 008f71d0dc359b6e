#include "interpreter/error.h"

#include <nlohmann/json.hpp>

namespace countersign {

nlohmann::json to_json(const Error& error) {
  nlohmann::json value = {{"kind", error.kind}, {"message", error.message}};
  if (!error.hint.empty()) value["hint"] = error.hint;
  if (!error.operation.empty()) value["operation"] = error.operation;
  if (!error.where.empty()) value["where"] = error.where;
  if (error.status != 0) value["status"] = error.status;
  return value;
}

Error error_from_json(const nlohmann::json& value) {
  Error error;
  if (!value.is_object()) return Error{"script", "a malformed error"};
  const auto text = [&](const char* key) {
    const auto at = value.find(key);
    return at != value.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  error.kind = text("kind");
  error.message = text("message");
  error.hint = text("hint");
  error.operation = text("operation");
  error.where = text("where");
  if (const auto at = value.find("status"); at != value.end() && at->is_number_integer())
    error.status = at->get<int>();
  return error;
}

}  // namespace countersign
