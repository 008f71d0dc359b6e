#include "repl/definitions.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "approvals/text_file.h"
#include "repl/check/language.h"
#include "stdlib/catalogue.h"
#include "stdlib/lua/schema.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

constexpr const char* kHeader =
    "---@meta countersign\n-- Written by countersign from its catalogue, for editors. Nothing "
    "loads it.\n";

// What the language's functions make, and nobody writes out.
constexpr const char* kClasses = R"(
---What a phase is handed. `run.<phase>` is what an earlier phase returned, read-only.
---@class countersign.run
---@field params table<string, any> as given by whoever started the run; read-only
---@field profile table<string, any> the account's facts, without its secrets
---@field id string
---@field started integer seconds since the epoch
---@field today string the day the run began, "2026-11-20"
---@field [string] any

---@class countersign.phase
---@class countersign.item
---@class countersign.rail
---@class countersign.hole
---@class countersign.fix
---@class countersign.parameter
---@class countersign.handle
)";

using nlohmann::json;

// A type of the schema as editors have types. What a function is called with is in its `doc`, which
// begins with it.
std::string editor_type(const std::string& type, const std::string& doc) {
  if (const std::size_t at = type.find(" or "); at != std::string::npos)
    return editor_type(type.substr(0, at), doc) + "|" + editor_type(type.substr(at + 4), doc);
  if (type.rfind("list of ", 0) == 0) return editor_type(type.substr(8), doc) + "[]";
  if (type == "text" || type == "role" || type == "operation" || type == "slug" ||
      type == "duration")
    return "string";
  if (type == "flag") return "boolean";
  if (type == "integer" || type == "number" || type == "table" || type == "any") return type;
  if (type == "function") {
    if (doc.rfind("of the run", 0) == 0) return "(fun(run: countersign.run): any)";
    if (doc.rfind("of the case", 0) == 0) return "(fun(case: countersign.case): any)";
    return "function";
  }
  const json& schema = language_schema();
  const auto shape = schema.find(type);
  if (shape != schema.end() && shape->contains("map"))
    return "table<string, " + editor_type((*shape)["map"].get<std::string>(), doc) + ">";
  return "countersign." + type;
}

std::string field_lines(const json& field) {
  const json& name = field.at("name");
  const std::string doc = field.at("doc").get<std::string>();
  std::string type = editor_type(field.at("type").get<std::string>(), doc);
  if (const auto words = field.find("one_of"); words != field.end()) {
    type.clear();
    for (const json& one : *words) type += (type.empty() ? "" : "|") + one.dump();
  }
  const std::string called = name.is_string() ? name.get<std::string>() : "[" + name.dump() + "]";
  const std::string example = field.value("example", "");
  return "---@field " + called + (field.value("required", false) ? " " : "? ") + type + " " + doc +
         (example.empty() ? "" : "; such as `" + example + "`") + "\n";
}

// The tables that authors write, of the table that `check` and the language hold them to.
std::string written_classes() {
  std::string out;
  for (const auto& [name, shape] : language_schema().items()) {
    const auto fields = shape.find("fields");
    if (fields == shape.end() || name.rfind("rails.", 0) == 0 || name.rfind("hole.", 0) == 0 ||
        name == "troubleshooting.parameters")
      continue;
    out += "\n---" + shape.at("called").get<std::string>() + "\n---@class (exact) countersign." +
           name + "\n";
    for (const json& field : *fields) out += field_lines(field);
  }
  return out;
}

std::string type_of(const Parameter& parameter) {
  if (!parameter.choices.empty()) {
    std::string all;
    for (const std::string& one : parameter.choices)
      all += (all.empty() ? "\"" : "|\"") + one + "\"";
    return all;
  }
  switch (parameter.type) {
    case Type::integer:
      return "integer";
    case Type::number:
      return "number";
    case Type::flag:
      return "boolean";
    case Type::list:
      return "any[]";
    case Type::object:
      return "table<string, any>";
    case Type::any:
      return "any";
    case Type::time:
    case Type::duration:
      return "string|integer";
    case Type::handle:
    case Type::secret:
      return "countersign.handle";
    default:
      return "string";
  }
}

// A field's name where it is a word that Lua keeps for itself.
std::string field_name(const Parameter& parameter) {
  static const std::set<std::string> kept = {"and", "end", "for",    "function", "if",    "in",
                                             "not", "or",  "repeat", "return",   "until", "while"};
  const std::string mark = parameter.required ? "" : "?";
  return kept.count(parameter.name) ? "[\"" + parameter.name + "\"]" + mark : parameter.name + mark;
}

std::string signature(const std::string& parameters) {
  // "a: string, b?: table" to the names alone; types hold commas only inside brackets.
  std::string names, word;
  int depth = 0;
  bool in_name = true;
  for (const char c : parameters) {
    if (c == '(' || c == '{') ++depth;
    if (c == ')' || c == '}') --depth;
    if (depth == 0 && c == ',') {
      in_name = true;
      continue;
    }
    if (c == ':' && depth == 0) {
      if (in_name) names += (names.empty() ? "" : ", ") + word;
      in_name = false;
      word.clear();
    } else if (in_name && c != ' ' && c != '?') {
      word += c;
    }
  }
  return names;
}

std::string parameter_lines(const std::string& parameters) {
  std::string lines, one;
  int depth = 0;
  for (const char c : parameters + ",") {
    if (c == '(' || c == '{') ++depth;
    if (c == ')' || c == '}') --depth;
    if (c != ',' || depth > 0) {
      one += c;
      continue;
    }
    const std::size_t begin = one.find_first_not_of(' '), colon = one.find(": ");
    if (colon != std::string::npos)
      lines += "---@param " + one.substr(begin, colon - begin) + " " + one.substr(colon + 2) + "\n";
    one.clear();
  }
  return lines;
}

std::string word_text(const lua::Word& word) {
  const std::string name = word.name, summary = word.summary;
  if (word.kind == lua::Word::table) return "\n---" + summary + "\n" + name + " = {}\n";
  if (word.kind == lua::Word::value)
    return "\n---" + summary + "\n---@type " + word.parameters + "\n" + name + " = nil\n";
  const std::string returns = word.returns;
  return "\n---" + summary + "\n" + parameter_lines(word.parameters) +
         (returns.empty() ? "" : "---@return " + returns + "\n") + "function " + name + "(" +
         signature(word.parameters) + ") end\n";
}

// Comparisons take their sides in place.
bool in_place(const Row& row) {
  return row.name == "snapshot.diff" || row.name == "snapshot.only" ||
         row.name == "snapshot.unchanged";
}

std::string row_text(const Row& row) {
  std::string out;
  const std::string of = row.name + ".arguments";
  bool needed = false;
  if (!in_place(row)) {
    out += "\n---@class (exact) " + of + "\n";
    for (const Parameter& one : row.parameters) {
      needed = needed || one.required;
      out += "---@field " + field_name(one) + " " + type_of(one) + " " + one.summary + "\n";
    }
  }
  out += "\n---" + row.summary + ".\n---\n---**" + std::string(row.effect.name()) + "**; returns " +
         row.result + "\n";
  if (!row.irreversible.empty()) out += "---\n---cannot be undone: " + row.irreversible + "\n";
  if (in_place(row)) {
    std::string names;
    for (const Parameter& one : row.parameters) {
      out += "---@param " + one.name + (one.required ? " " : "? ") + type_of(one) + " " +
             one.summary + "\n";
      names += (names.empty() ? "" : ", ") + one.name;
    }
    return out + "---@return any\nfunction " + row.name + "(" + names + ") end\n";
  }
  return out + "---@param arguments" + (needed ? " " : "? ") + of + "\n---@return any\nfunction " +
         row.name + "(arguments) end\n";
}

}  // namespace

std::string editor_definitions(const Catalogue& catalogue) {
  std::string out = kHeader;
  out += kClasses;
  out += written_classes();
  for (const lua::Word& word : lua::language()) out += word_text(word);
  std::set<std::string> tables;
  for (const Row& row : catalogue.rows()) {
    for (std::size_t dot = row.name.find('.'); dot != std::string::npos;
         dot = row.name.find('.', dot + 1))
      if (tables.insert(row.name.substr(0, dot)).second)
        out += "\n" + row.name.substr(0, dot) + " = {}\n";
    out += row_text(row);
  }
  return out;
}

std::string editor_settings(const std::string& library) {
  const nlohmann::ordered_json settings = {
      {"runtime.version", "Lua 5.4"},
      {"runtime.builtin",
       {{"io", "disable"}, {"os", "disable"}, {"debug", "disable"}, {"package", "disable"}}},
      {"workspace.library", {library}},
      {"workspace.checkThirdParty", false}};
  return settings.dump(2) + "\n";
}

Status support_editors(const std::string& folder, const std::string& into) {
  std::error_code bad;
  const std::string definitions = editor_definitions(standard_catalogue());
  const fs::path whole = fs::absolute(folder, bad).lexically_normal();
  for (fs::path at = whole;; at = at.parent_path()) {
    if (fs::exists(at / ".luarc.json", bad)) {
      const fs::path file = at / ".countersign" / "countersign.lua";
      if (!fs::is_regular_file(file, bad)) return Done{};  // somebody's own settings
      const Result<std::string> text = read_text_file(file.string());
      if (!text || text->rfind(kHeader, 0) != 0 || *text == definitions) return Done{};
      return replace_file(file.string(), definitions);
    }
    if (at == at.parent_path()) break;
  }
  fs::create_directories(fs::path(into) / ".countersign", bad);
  if (const fs::path file = fs::path(into) / ".countersign" / "countersign.lua";
      !fs::exists(file, bad))
    if (const Status written = create_file(file.string(), definitions); !written) return written;
  return create_file((fs::path(into) / ".luarc.json").string(), editor_settings(".countersign"));
}

}  // namespace countersign
