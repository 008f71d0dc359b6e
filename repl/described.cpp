#include "repl/described.h"

#include <optional>
#include <set>

#include "interpreter/rails.h"
#include "interpreter/script_reading.h"
#include "repl/check/parser.h"

namespace countersign {
namespace {

struct Description {
  Result<Described> described;
  std::vector<std::string> modules;  // also of what could not be described
};

Description look(Engine& engine, const RunbookFile& file) {
  ScriptReading read = read_script(engine, file.script, file.folder, "describe");
  std::vector<std::string> modules;
  for (const ReadModule& module : read.modules) modules.push_back(module.path());
  if (!read.value) return {read.value.error(), modules};
  if (const Status good = check_rails(read.value->value("rails", json::array()), engine.catalogue);
      !good)
    return {good.error(), modules};
  return {Described{file.script.chunk, std::move(*read.value), modules}, modules};
}

bool is_test(const std::string& name) {
  return name.size() > 5 && name.compare(name.size() - 5, 5, "_test") == 0;
}

// What cannot be parsed may be anything.
bool may_be_runbook(const std::string& text) {
  return looks_like_runbook(text) || std::holds_alternative<lua::SyntaxError>(lua::parse("", text));
}

}  // namespace

Result<Described> describe_script(Engine& engine, const RunbookFile& file) {
  return look(engine, file).described;
}

Result<std::vector<Described>> shipped_runbooks(Engine& engine) {
  std::vector<std::pair<std::string, Result<Described>>> looked;
  std::set<std::string> parts;
  for (const std::string& name : runbook_names()) {
    if (is_test(name)) continue;
    const RunbookFile file = TRY(find_runbook(name));
    Description one = look(engine, file);
    parts.insert(one.modules.begin(), one.modules.end());
    looked.emplace_back(file.script.chunk, std::move(one.described));
  }
  std::vector<Described> out;
  for (auto& [path, described] : looked) {
    if (parts.count(path) != 0) continue;
    if (!described) {
      Error error = described.error();
      error.message = "\"" + path + "\" cannot be read: " + error.message;
      return error;
    }
    if (described->head.value("is", "") == "runbook") out.push_back(std::move(*described));
  }
  return out;
}

bool looks_like_runbook(const std::string& text) {
  const auto parsed = lua::parse("", text);
  const auto* script = std::get_if<std::unique_ptr<lua::Script>>(&parsed);
  if (script == nullptr) return false;
  const auto& all = (*script)->main->body.statements;
  if (all.empty() || all.back()->kind != lua::Statement::leave || all.back()->values.size() != 1)
    return false;
  const lua::Expression& value = *all.back()->values[0];
  if (value.kind == lua::Expression::name) {
    const std::string name(value.word);
    return text.find(name + " = runbook") != std::string::npos ||
           text.find(name + " = troubleshooting") != std::string::npos;
  }
  return value.kind == lua::Expression::call && value.left->kind == lua::Expression::name &&
         (value.left->word == "runbook" || value.left->word == "troubleshooting");
}

std::vector<FoundRunbook> found_runbooks(Engine& engine) {
  std::vector<FoundRunbook> looked;
  std::set<std::string> parts;
  for (const std::string& name : runbook_names()) {
    const Result<RunbookFile> file = find_runbook(name);
    if (!file) {
      looked.push_back({name, name, file.error()});
      continue;
    }
    Description one = look(engine, *file);
    parts.insert(one.modules.begin(), one.modules.end());
    // A module that only runbooks elsewhere require is not one that is broken.
    if (!one.described && !may_be_runbook(file->script.text)) continue;
    looked.push_back({name, file->script.chunk, std::move(one.described)});
  }
  std::vector<FoundRunbook> out;
  for (FoundRunbook& one : looked)
    if (parts.count(one.path) == 0 &&
        (!one.described || one.described->head.value("is", "") == "runbook"))
      out.push_back(std::move(one));
  return out;
}

}  // namespace countersign
