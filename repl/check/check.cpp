#include "repl/check/check.h"

#include <algorithm>
#include <tuple>

#include "interpreter/whole_file.h"
#include "repl/check/parser.h"

namespace countersign {
namespace {

constexpr std::size_t kMostText = 128u << 10;  // the engine takes no more
constexpr int kMostAbove = 4;                  // folders that a module is looked for in

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

std::optional<std::string> read_module(const std::string& file) {
  WholeFile whole = read_whole(file, kMostText);
  if (!whole) return std::nullopt;
  return std::move(whole.bytes);
}

// The module of that name beside the script, where the engine looks for it too. A script that is a
// module itself finds others beside the runbook that loads it, in a folder above.
lua::Walker::Modules modules_beside(const std::string& path) {
  return [folder = folder_of(path)](
             const std::string& name) -> std::optional<std::pair<std::string, std::string>> {
    std::string file = name;
    std::replace(file.begin(), file.end(), '.', '/');
    std::string at = folder;
    for (int above = 0; above < kMostAbove; ++above) {
      if (const auto text = read_module(at + file + ".lua"))
        return std::make_pair(at + file + ".lua", *text);
      if (at.size() < 2 || at.front() == '.') break;
      at = folder_of(at.substr(0, at.size() - 1));
    }
    return std::nullopt;
  };
}

// A script that ends with `return scenarios { … }` is of the language of scenarios.
bool is_scenarios(const lua::Script& script) {
  const auto& all = script.main->body.statements;
  if (all.empty() || all.back()->kind != lua::Statement::leave || all.back()->values.empty())
    return false;
  const lua::Expression& value = *all.back()->values[0];
  return value.kind == lua::Expression::call && value.left->kind == lua::Expression::name &&
         value.left->word == "scenarios";
}

}  // namespace

nlohmann::json to_json(const ScriptFinding& finding) {
  return {{"file", finding.file}, {"line", finding.line},         {"column", finding.column},
          {"code", finding.code}, {"severity", finding.severity}, {"message", finding.message},
          {"hint", finding.hint}};
}

bool says_again(const ScriptFinding& a, const ScriptFinding& b) {
  if (std::tie(a.file, a.line, a.column, a.code) != std::tie(b.file, b.line, b.column, b.code))
    return false;
  const bool several = a.code.rfind("missing-", 0) == 0 || a.code == "rail-broken";
  return !several || a.message == b.message;
}

std::vector<ScriptFinding> check_script(const std::string& path, const std::string& text,
                                        const Catalogue& catalogue,
                                        const lua::CheckOptions& terms) {
  if (text.size() > kMostText)
    return {{path, 1, 1, "too-large", "error", "the script is larger than 128 KiB",
             "split it into modules"}};
  auto parsed = lua::parse(path, text);
  if (const lua::SyntaxError* error = std::get_if<lua::SyntaxError>(&parsed))
    return {{path, error->at.line, error->at.column, "syntax", "error", error->message, ""}};
  const auto script = std::move(std::get<std::unique_ptr<lua::Script>>(parsed));
  // Definitions for editors assign what the language has.
  if (is_scenarios(*script) || text.rfind("---@meta", 0) == 0) return {};
  lua::Walker walker(catalogue, modules_beside(path));
  walker.roles = terms.roles;
  const lua::Value value = walker.load(*script);
  if (value.is(lua::Value::table) && value.of->is == "runbook")
    check_runbook(walker, *value.of, catalogue);
  else if (value.is(lua::Value::table) && value.of->is == "symptom")
    check_symptom(walker, *value.of, catalogue, terms);
  else if (value.is(lua::Value::table) && value.of->is == "troubleshooting")
    check_troubleshooting(walker, *value.of, catalogue, terms);
  else {
    walker.walk_rest();
    if (value.is(lua::Value::nil) && walker.made_whole && walker.made_whole->script == script.get())
      walker.report(script.get(), walker.made_whole->at, "missing-return",
                    "the script makes a " + walker.made_whole->is + " and returns nothing",
                    "write return " + walker.made_whole->is + " { … }");
  }
  std::vector<ScriptFinding> found = std::move(walker.findings);
  std::sort(found.begin(), found.end(), [](const ScriptFinding& a, const ScriptFinding& b) {
    return std::tie(a.file, a.line, a.column, a.code) < std::tie(b.file, b.line, b.column, b.code);
  });
  return found;
}

}  // namespace countersign
