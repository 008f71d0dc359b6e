#include "repl/lineage.h"

#include <algorithm>
#include <map>

#include "interpreter/canonical.h"
#include "interpreter/journal_format.h"
#include "interpreter/times.h"
#include "repl/views/changes_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace {

// When the last approval of the run was taken in; 0: none was.
Time approved_at(const RunFile& run) {
  Time at = 0;
  for (const Record& record : run.journal->records())
    if (const auto decision = as<DecisionRecord>(record);
        decision && decision->answer.verdict == AnswerVerdict::approve)
      at = record.time;
  return at;
}

// The runbook's and its modules' texts by the name of their file.
std::map<std::string, std::string> texts_of(const RunFile& run) {
  std::map<std::string, std::string> texts;
  const auto put = [&](const std::string& name, const std::string& sha256) {
    if (const Result<std::string> text = run.journal->get(sha256)) texts[name] = *text;
  };
  const json& runbook = run.state.started["runbook"];
  put("the runbook", runbook.value("sha256", ""));
  for (const auto& [name, module] : run.state.modules)
    put("module " + name, module.value("sha256", ""));
  return texts;
}

std::vector<FileChange> changes_between(const RunFile& before, const RunFile& now) {
  const std::map<std::string, std::string> old = texts_of(before), fresh = texts_of(now);
  std::vector<FileChange> out;
  for (const auto& [name, text] : fresh) {
    const auto at = old.find(name);
    if (at == old.end())
      out.push_back({name, "", text, true, false});
    else if (at->second != text)
      out.push_back({name, at->second, text, false, false});
  }
  for (const auto& [name, text] : old)
    if (fresh.count(name) == 0) out.push_back({name, text, "", false, true});
  return out;
}

// The newest run of the runbook before this one whose approval was taken in.
std::optional<RunFile> approved_before(const Home& home, const RunState& state) {
  const Result<std::vector<json>> runs = home.runs();
  if (!runs) return std::nullopt;
  const auto started = [](const json& run) { return run.value("started_unix", Time{0}); };
  for (const json& run : *runs) {
    const std::string id = run.value("run", "");
    if (id == state.id() || started(run) > state.started_at ||
        run.value("runbook", json()) != state.started["runbook"]["name"])
      continue;
    Result<RunFile> file = read_run(home, id);
    if (file && approved_at(*file) > 0) return std::move(*file);
  }
  return std::nullopt;
}

// An operation apart from its number: what it is known by, and what may differ.
std::string key_of(const Intent& one) {
  return one.operation + " " + one.target;
}

std::string line_of(char sign, const Intent& one) {
  return std::string(1, sign) + " " + std::to_string(one.n) + "  " +
         in_words(one, standard_catalogue());
}

// What was carried out of the one before is no part of this one, and not taken out of it.
std::vector<std::string> plan_changes(const Plan& before, const RunState& state) {
  const Plan& now = *state.plan;
  const auto done = [&](int n) {
    return std::any_of(state.confirmed.begin(), state.confirmed.end(),
                       [&](const AppliedOperation& one) { return one.n == n; });
  };
  std::multimap<std::string, const Intent*> old;
  for (const Intent* one : all_intents(before))
    if (!done(one->n) || now.intent(one->n) != nullptr) old.emplace(key_of(*one), one);
  std::vector<std::string> out;
  for (const Intent* one : all_intents(now)) {
    const auto at = old.find(key_of(*one));
    if (at == old.end()) {
      out.push_back(line_of('+', *one));
      continue;
    }
    if (essence(*at->second) != essence(*one)) out.push_back(line_of('~', *one));
    old.erase(at);
  }
  for (const Intent* one : all_intents(before)) {
    const auto [from, to] = old.equal_range(key_of(*one));
    if (std::any_of(from, to, [&](const auto& left) { return left.second == one; }))
      out.push_back(line_of('-', *one));
  }
  return out;
}

// The plan that was made before the one that stands now.
std::optional<Plan> planned_before(const RunFile& run) {
  std::vector<std::string> documents;
  for (const Record& record : run.journal->records())
    if (const auto plan = as<PlanRecord>(record)) documents.push_back(plan->document);
  if (documents.size() < 2) return std::nullopt;
  const Result<std::string> text = run.journal->get(documents[documents.size() - 2]);
  const Result<json> value = text ? parse_json(*text) : Result<json>(text.error());
  if (!value) return std::nullopt;
  return plan_from_json(*value);
}

}  // namespace

Lineage lineage_of(const Home& home, const RunFile& run) {
  Lineage out;
  if (!run.state.plan) return out;
  if (const auto before = approved_before(home, run.state)) {
    out.run = before->state.id();
    out.at = iso_time(approved_at(*before));
    out.files = changes_between(*before, run);
  }
  if (const auto before = planned_before(run)) {
    out.replanned = true;
    out.plan = plan_changes(*before, run.state);
  }
  return out;
}

}  // namespace countersign
