#include "repl/check/value.h"

namespace countersign::lua {
namespace {

constexpr int kDeepest = 30;  // a table may hold itself

std::optional<nlohmann::json> json_of(const Value& value, int depth) {
  switch (value.kind) {
    case Value::nil:
      return nlohmann::json();
    case Value::boolean:
      return nlohmann::json(value.truth);
    case Value::number:
      if (value.integer) return nlohmann::json(static_cast<std::int64_t>(value.number_value));
      return nlohmann::json(value.number_value);
    case Value::text:
      return nlohmann::json(value.word);
    case Value::table:
      break;
    default:
      return std::nullopt;
  }
  const Table& table = *value.of;
  if (table.open || table.strange_keys || depth > kDeepest) return std::nullopt;
  if (!table.named.empty() && !table.listed.empty()) return std::nullopt;
  nlohmann::json out = table.listed.empty() ? nlohmann::json::object() : nlohmann::json::array();
  for (const auto& [name, cell] : table.named) {
    if (cell.value.is(Value::nil)) continue;
    auto one = json_of(cell.value, depth + 1);
    if (!one) return std::nullopt;
    out[name] = std::move(*one);
  }
  long next = 1;
  for (const auto& [index, cell] : table.listed) {
    auto one = json_of(cell.value, depth + 1);
    if (!one || index != next++) return std::nullopt;
    out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace

Value Value::make_text(std::string text) {
  return named(Value::text, std::move(text));
}

Value Value::make_boolean(bool truth) {
  Value made;
  made.kind = boolean;
  made.truth = truth;
  return made;
}

Value Value::named(Kind kind, std::string name, Position at) {
  Value made;
  made.kind = kind;
  made.word = std::move(name);
  made.at = at;
  return made;
}

Value Value::make_nil() {
  return named(nil, "");
}

// What an operation or an earlier phase returned.
Value Value::make_read() {
  Value made;
  made.frozen = true;
  return made;
}

Value Value::make_placeholder() {
  return named(placeholder, "");
}

Value Value::make_table(Table* table) {
  Value made;
  made.kind = Value::table;
  made.of = table;
  return made;
}

std::optional<bool> Value::holds() const {
  switch (kind) {
    case unknown:
    case placeholder:
    case misnamed:
      return std::nullopt;
    case nil:
      return false;
    case boolean:
      return truth;
    default:
      return true;
  }
}

bool same(const Value& a, const Value& b) {
  return a.kind == b.kind && a.frozen == b.frozen && a.truth == b.truth &&
         a.number_value == b.number_value && a.word == b.word && a.of == b.of &&
         a.function == b.function && a.scope == b.scope;
}

Value join(const Value& a, const Value& b) {
  return same(a, b) ? a : Value();
}

const Cell* Table::find(const std::string& name) const {
  const auto found = named.find(name);
  return found == named.end() || found->second.value.is(Value::nil) ? nullptr : &found->second;
}

const std::string* Table::text(const std::string& name) const {
  const Cell* cell = find(name);
  return cell && cell->value.is(Value::text) ? &cell->value.word : nullptr;
}

const Table* Table::table(const std::string& name) const {
  const Cell* cell = find(name);
  return cell && cell->value.is(Value::table) ? cell->value.of : nullptr;
}

bool Table::has(const std::string& name) const {
  return find(name) != nullptr;
}

std::optional<nlohmann::json> to_json(const Value& value) {
  return json_of(value, 0);
}

}  // namespace countersign::lua
