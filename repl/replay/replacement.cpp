#include "repl/replay/replacement.h"

#include <filesystem>

#include "interpreter/did_you_mean.h"
#include "repl/input.h"
#include "stdlib/session/snapshot_rows.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLargestScript = 128u << 10;

std::string stem(const std::string& path) {
  return fs::path(path).stem().string();
}

// "dead_air" of "symptoms.dead_air".
std::string last_part(const std::string& module) {
  const std::size_t dot = module.rfind('.');
  return dot == std::string::npos ? module : module.substr(dot + 1);
}

std::vector<std::string> names_of(const RecordedRun& run) {
  std::vector<std::string> names;
  for (const auto& [name, module] : run.modules) names.push_back(name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all.empty() ? "the run has no modules" : "its modules are: " + all;
}

// "a.b=FILE": a name of a module holds neither / nor =.
std::size_t equals_in(const std::string& named) {
  const std::size_t equals = named.find('=');
  return equals == 0 || named.find('/') < equals ? std::string::npos : equals;
}

}  // namespace

Result<Replacement> replacement(const RecordedRun& run, const std::string& named) {
  std::error_code bad;
  const bool whole = fs::is_regular_file(named, bad);
  const std::size_t equals = whole ? std::string::npos : equals_in(named);
  const std::string file = equals == std::string::npos ? named : named.substr(equals + 1);
  const std::string text = TRY(read_input(file));
  if (text.size() > kLargestScript)
    return Error{"limit", "\"" + file + "\" is larger than 128 KiB", "split it"};
  const std::string runbook = run.started.at("runbook").value("name", "");
  const std::string chunk = run.started.at("runbook").value("chunk", "");
  Replacement out{file, "", {runbook, file, text}};
  const auto in_place_of = [&](const std::string& module) {
    out.module = module;
    out.script.name = module;
    return out;
  };
  if (equals != std::string::npos) {
    const std::string name = named.substr(0, equals);
    if (run.modules.count(name) != 0) return in_place_of(name);
    if (name == runbook) return out;
    const auto names = names_of(run);
    return Error{"usage", "the run required no module \"" + name + "\"",
                 did_you_mean(name, names, listed(names))};
  }
  std::vector<std::string> called;
  for (const std::string& name : names_of(run))
    if (last_part(name) == stem(file)) called.push_back(name);
  const bool is_runbook = stem(chunk) == stem(file);
  if (called.size() + (is_runbook ? 1 : 0) > 1)
    return Error{"usage", "\"" + file + "\" could stand in for more than one script of the run",
                 "say which: --with " + called.front() + "=" + file};
  if (called.size() == 1) return in_place_of(called.front());
  return out;
}

Result<WalkOptions> with_replacements(const RecordedRun& run,
                                      const std::vector<Replacement>& replacements) {
  WalkOptions options;
  options.script = TRY(recorded_script(run));
  options.folder = run.started.at("runbook").value("folder", ".");
  options.computed = works_on_documents;
  bool runbook = false;
  for (const Replacement& one : replacements) {
    if (one.module.empty()) {
      if (std::exchange(runbook, true))
        return Error{"usage",
                     "two files stand in for the runbook: \"" + options.script.chunk + "\" and \"" +
                         one.file + "\"",
                     "name the module that one of them is: --with MODULE=FILE"};
      options.script = one.script;
      const fs::path folder = fs::path(one.file).parent_path();
      options.folder = folder.empty() ? "." : folder.string();
    } else if (!options.modules.emplace(one.module, one.script).second) {
      return Error{"usage", "two files stand in for the module \"" + one.module + "\""};
    }
  }
  return options;
}

}  // namespace countersign
