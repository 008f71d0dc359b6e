#include "repl/check/shapes.h"

#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "interpreter/times.h"
#include "stdlib/lua/schema.h"

namespace countersign::lua {
namespace {

using json = nlohmann::json;

const std::map<std::string, std::string>& makers() {
  static const std::map<std::string, std::string> all = {
      {"phase", "a read, mutate or wait"},
      {"item", "an attest, proven or sign_off"},
      {"rail", "one of those that `rails` offers"},
      {"parameter", "a param.<kind> { … }"},
      {"cause", "a cause { … }"},
      {"fix", "a fix \"…\" (function(case) … end)"},
      {"symptom", "a symptom { … }"},
      {"hole", "one of those that `hole` offers"}};
  return all;
}

const std::map<std::string, std::string>& plain_types() {
  static const std::map<std::string, std::string> all = {
      {"text", "a text"},
      {"role", "a role, as policy.toml names it"},
      {"operation", "the name of an operation"},
      {"slug", "a slug of lower-case letters, digits and -"},
      {"integer", "a whole number"},
      {"number", "a number"},
      {"flag", "true or false"},
      {"function", "a function"},
      {"duration", "a duration such as \"24h\""},
      {"table", "a table"},
      {"any", "a value"}};
  return all;
}

// "list of T" and "T or U", taken apart.
std::vector<std::string> alternatives(const std::string& type) {
  std::vector<std::string> all;
  std::size_t from = 0;
  for (std::size_t at = type.find(" or "); at != std::string::npos; at = type.find(" or ", from)) {
    all.push_back(type.substr(from, at - from));
    from = at + 4;
  }
  all.push_back(type.substr(from));
  return all;
}

std::string element_of(const std::string& type) {
  const std::string start = "list of ";
  return type.rfind(start, 0) == 0 ? type.substr(start.size()) : "";
}

bool is_slug(const std::string& text) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// What is known of the value says enough to judge its type.
bool is_known(const Value& value) {
  switch (value.kind) {
    case Value::boolean:
    case Value::number:
    case Value::text:
    case Value::table:
    case Value::closure:
    case Value::builtin:
    case Value::operation:
      return true;
    default:
      return false;
  }
}

bool is_plain(const Value& value, const std::string& type) {
  const bool callable =
      value.is(Value::closure) || value.is(Value::builtin) || value.is(Value::operation);
  if (type == "any") return true;
  if (type == "text" || type == "operation") return value.is(Value::text);
  if (type == "role") return value.is(Value::text) && !value.word.empty();
  if (type == "slug") return value.is(Value::text) && is_slug(value.word);
  if (type == "integer") return value.is(Value::number) && value.integer;
  if (type == "number") return value.is(Value::number);
  if (type == "flag") return value.is(Value::boolean);
  if (type == "function") return callable;
  if (type == "duration") return value.is(Value::text) && parse_duration(value.word).has_value();
  return value.is(Value::table);
}

// A table that a function of the language made; what it makes a hole or a parameter of is not known
// by name everywhere, so only tables that are written out are none.
bool is_made(const Value& value, const std::string& kind) {
  if (!value.is(Value::table)) return false;
  const std::string& is = value.of->is;
  if (kind == "item") return is == "attest" || is == "proven" || is == "sign_off";
  return is == kind || (is.empty() && value.of->open);
}

std::string shown(const Value& value) {
  switch (value.kind) {
    case Value::text:
      return value.word.size() <= 60 ? "\"" + value.word + "\"" : "a text";
    case Value::boolean:
      return value.truth ? "true" : "false";
    case Value::number:
      return value.integer ? std::to_string(static_cast<long long>(value.number_value))
                           : json(value.number_value).dump();
    case Value::table:
      return "a table";
    default:
      return "a function";
  }
}

std::string wanted(const std::string& type) {
  std::string words;
  for (const std::string& one : alternatives(type)) {
    const auto plain = plain_types().find(one);
    const auto maker = makers().find(one);
    words += words.empty() ? "" : " or ";
    words += plain != plain_types().end() ? plain->second
             : maker != makers().end()    ? maker->second
             : !element_of(one).empty()   ? "a list"
                                          : "a table";
  }
  return words;
}

std::string example_of(const json& field) {
  const auto at = field.find("example");
  return at == field.end() ? "" : "such as " + at->get<std::string>();
}

class ShapeCheck {
 public:
  ShapeCheck(Walker& walker, const Script* script) : walker_(walker), script_(script) {}

  void table(const Table& table, const std::string& name, const std::string& what) {
    const json& shape = language_schema().at(name);
    if (const auto map = shape.find("map"); map != shape.end()) {
      for (const auto& [key, cell] : table.named)
        value(cell.value, cell.value_at, {{"type", *map}}, what + "[\"" + key + "\"]");
      return;
    }
    const json& fields = shape.at("fields");
    for (const auto& [key, cell] : table.named)
      if (const json* field = find(fields, key))
        value(cell.value, cell.value_at, *field, what + ": " + key);
      else if (name != "runbook")  // the rules about sections say it
        unknown(shape, cell, "\"" + key + "\"", key, what);
    for (const auto& [place, cell] : table.listed)
      if (const json* field = find(fields, place))
        value(cell.value, cell.value_at, *field, what + "[" + std::to_string(place) + "]");
      else
        unknown(shape, cell, std::to_string(place), "", what);
    if (!table.open && name != "runbook" && name != "symptom" && name != "troubleshooting" &&
        name != "finding" && name.rfind("param.", 0) != 0)
      missing(table, fields, what);
  }

  void value(const Value& given, Position at, const json& field, const std::string& what) {
    if (!is_known(given)) return;
    const std::string type = field.at("type").get<std::string>();
    bool fits = false;
    for (const std::string& one : alternatives(type)) fits = fits || is_of(given, one, what);
    if (!fits) {
      walker_.report(script_, at, "wrong-value",
                     makers().count(type) != 0
                         ? what + " is not " + wanted(type)
                         : what + ": got " + shown(given) + ", want " + wanted(type),
                     example_of(field));
      return;
    }
    if (type == "role" && given.is(Value::text)) role(given.word, at, what);
    const auto words = field.find("one_of");
    if (words == field.end() || std::find(words->begin(), words->end(), given.word) != words->end())
      return;
    std::string all;
    for (std::size_t i = 0; i < words->size(); ++i)
      all += (i == 0 ? "" : i + 1 == words->size() ? " or " : ", ") + (*words)[i].dump();
    walker_.report(script_, at, "wrong-value", what + ": got " + shown(given) + ", want " + all);
  }

 private:
  // One that nobody can fill would be missed only when it is asked for, after the change.
  void role(const std::string& name, Position at, const std::string& what) {
    if (!walker_.roles) return;
    const auto known = walker_.roles->find(name);
    if (known != walker_.roles->end() && known->second) return;
    std::vector<std::string> names;
    std::string all;
    for (const auto& [one, held] : *walker_.roles) {
      if (!held) continue;
      names.push_back(one);
      all += (all.empty() ? "people have the roles " : ", ") + one;
    }
    walker_.report(
        script_, at, "unknown-role",
        what + (known == walker_.roles->end() ? ": policy.toml knows no role \"" + name + "\""
                                              : ": nobody has the role \"" + name + "\""),
        did_you_mean(name, names, all));
  }

  static const json* find(const json& fields, const json& name) {
    for (const json& field : fields)
      if (field.at("name") == name) return &field;
    return nullptr;
  }

  void unknown(const json& shape, const Cell& cell, const std::string& shown_key,
               const std::string& key, const std::string& what) {
    std::vector<std::string> names;
    std::string all;
    for (const json& field : shape.at("fields"))
      if (field.at("name").is_string()) {
        names.push_back(field["name"].get<std::string>());
        all += (all.empty() ? "it takes " : ", ") + names.back();
      }
    const auto near = key.empty() ? std::vector<std::string>() : nearest(key, names, 1);
    const std::string stranger = shape.value("stranger", "");
    walker_.report(script_, cell.at, "unknown-field",
                   stranger.empty() ? what + ": unknown field " + shown_key
                                    : what + ": " + shown_key + " " + stranger,
                   did_you_mean(near, all));
  }

  void missing(const Table& table, const json& fields, const std::string& what) {
    for (const json& field : fields) {
      if (!field.value("required", false)) continue;
      const json& name = field.at("name");
      const bool there = name.is_string() ? table.has(name.get<std::string>())
                                          : table.listed.count(name.get<long>()) != 0;
      if (there) continue;
      walker_.report(script_, table.at, "missing-field",
                     what + ": got no " +
                         (name.is_string() ? name.get<std::string>() : "[" + name.dump() + "]") +
                         ", want " + field.at("doc").get<std::string>(),
                     example_of(field));
    }
  }

  bool is_of(const Value& given, const std::string& type, const std::string& what) {
    if (plain_types().count(type) != 0) return is_plain(given, type);
    if (makers().count(type) != 0) return is_made(given, type);
    if (!given.is(Value::table)) return false;
    const std::string element = element_of(type);
    if (element.empty()) {
      if (given.of->is.empty()) table(*given.of, type, what);
      return true;
    }
    for (const auto& [key, cell] : given.of->named)
      walker_.report(script_, cell.at, "unknown-field",
                     what + ": unknown field \"" + key + "\": it is a list",
                     "write its entries one after the other, without names");
    for (const auto& [place, cell] : given.of->listed)
      value(cell.value, cell.value_at, {{"type", element}},
            what + "[" + std::to_string(place) + "]");
    return true;
  }

  Walker& walker_;
  const Script* script_;
};

}  // namespace

void check_shape(Walker& walker, const Table& table, const std::string& shape,
                 const std::string& what) {
  ShapeCheck(walker, table.script).table(table, shape, what);
}

void check_arguments_by_place(Walker& walker, const Script* script, const std::string& shape,
                              const std::vector<Value>& arguments, const std::vector<Position>& at,
                              Position call) {
  const json& fields = language_schema().at(shape).at("fields");
  const auto place = [&](std::size_t i) { return i < at.size() ? at[i] : call; };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string what = shape + "[" + std::to_string(i + 1) + "]";
    if (i < fields.size())
      ShapeCheck(walker, script).value(arguments[i], place(i), fields[i], what);
    else if (is_known(arguments[i]))
      walker.report(script, place(i), "wrong-value",
                    shape + ": got " + std::to_string(arguments.size()) + " arguments, want " +
                        std::to_string(fields.size()));
  }
}

std::vector<std::string> fields_of(const std::string& shape) {
  std::vector<std::string> names;
  for (const json& field : language_schema().at(shape).at("fields"))
    if (field.at("name").is_string()) names.push_back(field["name"].get<std::string>());
  return names;
}

}  // namespace countersign::lua
