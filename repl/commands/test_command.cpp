// test: scenarios of runbooks and symptoms, each against simulated providers of its own.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/scenarios/coverage.h"
#include "repl/scenarios/parallel_for.h"
#include "repl/scenarios/proof.h"
#include "repl/scenarios/script_reading.h"
#include "repl/views/console.h"
#include "repl/views/scenario_view.h"

namespace countersign {
namespace {

double since(Clock& clock, Clock::Span began) {
  return std::chrono::duration<double>(clock.steady() - began).count();
}

std::string script_name(const ScenarioFile& file) {
  std::error_code bad;
  const std::filesystem::path here = std::filesystem::path(file.script.script.chunk)
                                         .lexically_relative(std::filesystem::current_path(bad));
  return bad || here.empty() || *here.begin() == ".." ? file.script.script.chunk : here.string();
}

Result<std::vector<ScenarioFile>> read_files(const std::vector<std::string>& paths) {
  const std::vector<std::string> names = TRY(find_scenario_files(paths));
  std::vector<ScenarioFile> files;
  for (const std::string& name : names) {
    ScenarioFile file = TRY(read_scenario_file(name));
    files.push_back(std::move(file));
  }
  return files;
}

// The heads of the scripts under test; null where one cannot be read, which its scenarios show.
std::map<std::string, json> read_heads(const std::vector<ScenarioFile>& files) {
  std::map<std::string, json> heads;
  for (const ScenarioFile& file : files) {
    json& head = heads[file.script.script.chunk];
    if (!head.is_null()) continue;
    if (Result<json> read = read_head(file.script.script, file.script.folder))
      head = std::move(*read);
  }
  return heads;
}

std::vector<Unreached> coverage(const std::vector<Played>& all,
                                const std::map<std::string, json>& heads) {
  std::map<std::string, std::pair<const ScenarioFile*, std::vector<json>>> by_script;
  for (const Played& one : all) {
    auto& [file, reached] = by_script[one.file->script.script.chunk];
    file = one.file;
    if (one.performance.reached.is_object()) reached.push_back(one.performance.reached);
  }
  std::vector<Unreached> out;
  for (const auto& [script, entry] : by_script) {
    const json& head = heads.at(script);
    const json parts = head.is_object() ? parts_of(head) : json::object();
    out.push_back({script_name(*entry.first), count_of(parts),
                   head.is_object() ? unreached(parts, entry.second) : json()});
  }
  return out;
}

Status write_junit(const std::string& path, const std::vector<Played>& all) {
  std::ofstream out(path, std::ios::binary);
  out << junit_text(all);
  if (out.flush()) return Done{};
  return Error{"usage", "\"" + path + "\" cannot be written",
               "--junit names a file in a folder that is there"};
}

}  // namespace

Result<Reply> test_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (typed.tap && typed.json)
    return Error{"usage", "--tap and --json both want stdout", "give one of the two"};
  Clock& clock = context.app.clock();
  const Clock::Span began = clock.steady();
  // From here on Ctrl-C ends what was begun, then the command.
  Interruption interruption;
  const std::vector<ScenarioFile> files = TRY(read_files(typed.paths));
  const std::map<std::string, json> heads = read_heads(files);
  std::vector<Played> all;
  for (const ScenarioFile& file : files)
    for (const Scenario& scenario : file.scenarios) all.push_back({&file, &scenario, {}, ""});

  // Found now, and not when everything was played.
  if (!typed.junit.empty()) TRY(write_junit(typed.junit, {}));
  const std::unique_ptr<ScenarioWorkspace> theatre =
      TRY(ScenarioWorkspace::open(interruption, typed.keep));
  const std::size_t threads = typed.jobs > 0 ? static_cast<std::size_t>(typed.jobs)
                                             : std::max(1U, std::thread::hardware_concurrency());
  if (typed.tap) context.console.say(tap_head(all.size()));
  work_off(
      all.size(), threads,
      [&](std::size_t i) {
        Played& one = all[i];
        one.performance = perform(*one.file, *one.scenario, one.scenario->breaks,
                                  heads.at(one.file->script.script.chunk), *theatre);
        if (typed.prove && one.performance.ok())
          one.unproven = unproven(*one.file, *one.scenario, *theatre);
      },
      [&](std::size_t i) {
        if (!all[i].performance.played) return;  // interrupted: said once, at the end
        if (typed.tap)
          context.console.say(tap_text(i + 1, all[i]));
        else if (!typed.json)
          context.console.say(scenario_text(all[i], context.console.style()));
      });

  std::vector<Unreached> unreached;
  if (typed.coverage) unreached = coverage(all, heads);
  if (!typed.junit.empty()) TRY(write_junit(typed.junit, all));
  const bool good = std::all_of(all.begin(), all.end(), [](const Played& one) {
    return one.performance.ok() && one.unproven.empty();
  });
  Reply reply;
  reply.code = good ? kDone : kCheckFailed;
  if (interruption.came()) reply.code = 128 + interruption.signal();
  reply.value = scenarios_json(all);
  if (typed.coverage)
    reply.value = {{"scenarios", std::move(reply.value)}, {"coverage", unreached_json(unreached)}};
  reply.text =
      scenarios_end(all, unreached, typed.coverage, since(clock, began), context.console.style());
  if (typed.tap) {
    reply.text = interruption.came() ? "Bail out! interrupted\n" : "";
    reply.exact = true;
  }
  return reply;
}

}  // namespace countersign
