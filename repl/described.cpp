#include "repl/described.h"

#include <optional>
#include <set>

#include "interpreter/rails.h"
#include "interpreter/script_reading.h"

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

}  // namespace countersign
