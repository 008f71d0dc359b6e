#include "repl/evidence_place.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "interpreter/clock.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

// What `name` stands for; empty: it is not known.
std::string value_of(const RunState& state, const std::string& name) {
  if (name == "date") return iso_time(state.started_at).substr(0, 10);
  if (name == "run") return state.id();
  json value = state.started.value("parameters", json::object()).value(name, json());
  if (const std::size_t dot = name.find('.'); dot != std::string::npos) {
    const auto phase = state.phases.find(name.substr(0, dot));
    value = phase != state.phases.end() && phase->second.is_object()
                ? phase->second.value(name.substr(dot + 1), json())
                : json();
  }
  return value.is_string() ? value.get<std::string>() : "";
}

bool is_folder_name(const std::string& name) {
  return !name.empty() && name.size() <= 200 && name[0] != '.' && name != "_archive" &&
         std::none_of(name.begin(), name.end(), [](const char c) {
           return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
         });
}

const std::string kSayWhere = "say where with --to DIR";

}  // namespace

Result<std::string> evidence_name(const RunState& state) {
  const json form = state.head().value("evidence", json());
  if (!form.is_string())
    return Error{"usage", "the runbook does not say where its evidence belongs", kSayWhere};
  const std::string text = form.get<std::string>();
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string::npos;
    if (end == std::string::npos) {
      out += text[at];
      continue;
    }
    const std::string name = text.substr(at + 1, end - at - 1), value = value_of(state, name);
    if (value.empty())
      return Error{"usage",
                   "the runbook puts its evidence at \"" + text + "\", and in this run {" + name +
                       "} is not known",
                   kSayWhere};
    out += value;
    at = end;
  }
  if (!is_folder_name(out))
    return Error{"usage", "\"" + out + "\" is not the name of a folder", kSayWhere};
  return out;
}

std::string evidence_place(const std::string& dev_logs, const std::string& name,
                           const std::string& run) {
  std::error_code ignored;
  for (const fs::path& there : {fs::path(dev_logs) / name, fs::path(dev_logs) / "_archive" / name})
    if (fs::exists(there / "MANIFEST", ignored)) {
      // It is evidence itself, and nothing may be added to it: of this run, which is refused where
      // it is written, or of another, which this one then stands beside.
      std::ifstream in(there / "evidence.json");
      const json theirs = json::parse(in, nullptr, false);
      return theirs.is_object() && theirs.value("run", "") == run ? there.string()
                                                                  : there.string() + "-" + run;
    } else if (fs::exists(there, ignored)) {
      return (there / ("run-" + run)).string();
    }
  return (fs::path(dev_logs) / name).string();
}

}  // namespace countersign
