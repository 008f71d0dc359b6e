#include "repl/definitions.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "approvals/text_file.h"
#include "repl/check/language.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

constexpr const char* kHeader =
    "---@meta countersign\n-- Written by countersign from its catalogue, for editors. Nothing "
    "loads it.\n";

// The tables that the language's functions take and hand over.
constexpr const char* kClasses = R"(
---What a phase is handed. `run.<phase>` is what an earlier phase returned.
---@class countersign.run
---@field params table<string, any> as given by whoever started the run; read-only
---@field profile table<string, any> the account's facts, without its secrets
---@field id string
---@field started integer seconds since the epoch
---@field today string the day the run began, "2026-11-20"
---@field [string] any

---What a symptom's functions are handed.
---@class countersign.case
---@field params table<string, any>
---@field profile table<string, any>
---@field seen any what `look` returned
---@field finding countersign.finding in fixes and verify

---@class countersign.runbook
---@field name string how it is called
---@field title string what it does, in words
---@field summary? string
---@field authority table { operator = role, approver = role }
---@field approval? table what it asks beyond the policy
---@field parameters table<string, countersign.parameter>
---@field read_first string[] what a person reads before
---@field rails countersign.rail[] what holds whatever the steps say
---@field procedure countersign.phase[] the phases, in order
---@field done countersign.item[] what must be true at the end
---@field variants table<string, string> where other cases go
---@field gotchas? table[]
---@field evidence? string the folder that the evidence belongs in
---@field incident? string the parameter that holds the run of an incident

---@class countersign.symptom
---@field name string
---@field title string the symptom as people say it
---@field severity "low"|"medium"|"high"
---@field caller_visible? integer
---@field last_verified string the day on which somebody followed it, "2026-11-20"
---@field matches? string[] words that people report it with
---@field summary? string
---@field authority? table
---@field parameters? table<string, countersign.parameter>
---@field rails? countersign.rail[]
---@field variants? table<string, string>
---@field causes countersign.cause[] the most frequent first
---@field look? fun(case: countersign.case): any reads once; seen as case.seen
---@field diagnose fun(case: countersign.case): countersign.finding|countersign.finding[]|nil
---@field fixes? table<string, countersign.fix> by the cause's slug
---@field verify? fun(case: countersign.case): any after the fix

---@class countersign.cause
---@field [1] string a slug
---@field [2] string in words
---@field tell? string what the reporter is told
---@field look_again? string such as "6h"

---@class countersign.finding
---@field cause string
---@field severity? "low"|"medium"|"high"
---@field symptom? string
---@field evidence? any
---@field facts? table what the fix needs
---@field escalation? string
---@field inform? string a role
---@field affects? string[] profiles

---@class countersign.phase.options
---@field title? string in words
---@field when? fun(run: countersign.run): any the phase is skipped where this is false
---@field returns? table<string, countersign.hole> read: what it promises to return
---@field undo? fun(run: countersign.run) mutate: what undoes it
---@field not_after? fun(run: countersign.run): integer mutate: until when it may change something
---@field undo_if? string mutate: the check or item after whose failure it is undone as signed

---@class countersign.wait
---@field duration? string|(fun(run: countersign.run): string|integer)
---@field till? fun(run: countersign.run): integer a moment instead of a duration
---@field ready? fun(run: countersign.run): any
---@field unless? table { what ends it early in words, function(run) … end }
---@field attested? string[] items of done that people have confirmed before it is over
---@field every? string how often is looked; "15m"
---@field why? string

---@class countersign.parameter
---@field why string why it is needed
---@field default? any
---@field optional? boolean
---@field choices? string[]
---@field prefix? string sid: of what, such as "FW"
---@field required_if? table<string, any>

---@class countersign.attest
---@field [1] string a slug
---@field [2] string what a person confirms
---@field by? string a role
---@field when? fun(run: countersign.run): any
---@field due? string
---@field after? string a phase
---@field within? string
---@field undo? boolean

---@class countersign.phase
---@class countersign.item
---@class countersign.rail
---@class countersign.hole
---@class countersign.fix
---@class countersign.handle
)";

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
