#include "repl/replay/walk_difference.h"

#include <algorithm>
#include <functional>

namespace countersign {
namespace {

// What says where and when it was recorded is no difference.
json without_place(json one) {
  for (const char* key : {"key", "where", "phase"}) one.erase(key);
  return one;
}

std::vector<json> entries_of(const json& list) {
  std::vector<json> out;
  for (const json& one : list) out.push_back(without_place(one));
  return out;
}

std::vector<json> operations_of(const Plan& plan) {
  std::vector<json> out;
  for (const PlannedPhase& phase : plan.phases)
    for (const PlanStep& step : phase.steps)
      for (const Intent& intent : step.intents)
        out.push_back({{"phase", phase.name},
                       {"step", step.title},
                       {"operation", intent.operation},
                       {"arguments", intent.arguments}});
  return out;
}

// The longest common part of both, as pairs of places.
std::vector<std::pair<std::size_t, std::size_t>> common(const std::vector<json>& a,
                                                        const std::vector<json>& b) {
  std::vector<std::vector<std::size_t>> length(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      length[i][j] =
          a[i] == b[j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j])
      out.emplace_back(i++, j++);
    else if (length[i + 1][j] >= length[i][j + 1])
      ++i;
    else
      ++j;
  }
  return out;
}

using Name = std::function<std::string(const json&)>;

// Between two that are the same: those of one name are one that changed.
void compare_gap(std::vector<json> then, std::vector<json> now, const Name& name,
                 std::vector<ComparedEntry>& out) {
  std::vector<bool> taken(now.size(), false);
  for (json& one : then) {
    ComparedEntry entry{std::move(one), std::nullopt};
    for (std::size_t j = 0; j < now.size() && !entry.now; ++j)
      if (!taken[j] && name(now[j]) == name(*entry.then)) {
        taken[j] = true;
        entry.now = now[j];
      }
    out.push_back(std::move(entry));
  }
  for (std::size_t j = 0; j < now.size(); ++j)
    if (!taken[j]) out.push_back({std::nullopt, std::move(now[j])});
}

std::vector<ComparedEntry> compared(const std::vector<json>& then, const std::vector<json>& now,
                                    const Name& name) {
  std::vector<ComparedEntry> out;
  std::size_t i = 0, j = 0;
  const auto part = [](const std::vector<json>& list, std::size_t from, std::size_t to) {
    return std::vector<json>(list.begin() + static_cast<std::ptrdiff_t>(from),
                             list.begin() + static_cast<std::ptrdiff_t>(to));
  };
  for (const auto& [a, b] : common(then, now)) {
    compare_gap(part(then, i, a), part(now, j, b), name, out);
    out.push_back({then[a], now[b]});
    i = a + 1;
    j = b + 1;
  }
  compare_gap(part(then, i, then.size()), part(now, j, now.size()), name, out);
  return out;
}

std::string text_at(const json& one, const char* key) {
  const json value = one.value(key, json());
  return value.is_string() ? value.get<std::string>() : "";
}

}  // namespace

bool WalkDifference::same() const {
  for (const auto* list : {&findings, &checks, &operations})
    if (!std::all_of(list->begin(), list->end(), [](const auto& one) { return one.same(); }))
      return false;
  return true;
}

WalkDifference compare_walks(const WalkedRun& then, const WalkedRun& now) {
  return {compared(entries_of(then.state.findings), entries_of(now.state.findings),
                   [](const json& one) {
                     return text_at(one, "symptom") + "/" + text_at(one, "cause");
                   }),
          compared(entries_of(then.state.checks), entries_of(now.state.checks),
                   [](const json& one) { return text_at(one, "title"); }),
          compared(operations_of(then.plan), operations_of(now.plan), [](const json& one) {
            return text_at(one, "phase") + "/" + text_at(one, "operation");
          })};
}

}  // namespace countersign
