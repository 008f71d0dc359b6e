#include "repl/views/plan_sheet.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "interpreter/rail_kinds.h"
#include "interpreter/rails.h"
#include "interpreter/terms.h"
#include "repl/views/changes_view.h"
#include "repl/views/scripts.h"

namespace countersign {
namespace {

// What the operation does, as the end of "never …".
std::string summary_of(const std::string& operation, const Catalogue& catalogue) {
  const Row* row = catalogue.find(operation);
  std::string summary = row ? row->summary : operation;
  // What follows is for who calls it.
  summary.resize(std::min(summary.find(';'), summary.size()));
  if (row && !summary.empty())
    summary[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(summary[0])));
  return summary;
}

// What a rail keeps as it is, as the end of "it …"; empty where it is of another kind.
std::string kept(const json& rail, const Catalogue& catalogue) {
  const RailKind* kind = rail_kind(rail.value("rail", ""));
  if (kind == nullptr) return "";
  return fill_in(kind->kept, *kind, rail, [&](const RailField& field, const json& value) {
    return field.type == "operation" ? summary_of(value.get<std::string>(), catalogue)
                                     : in_message(field, value);
  });
}

json kept_of(const RunState& state, const Catalogue& catalogue) {
  json all = json::array();
  for (const json& rail : state.head().value("rails", json::array())) {
    if (!given_holds(rail, state.started.value("parameters", json::object()))) continue;
    if (const std::string what = kept(rail, catalogue); !what.empty())
      all.push_back({{"it", what}, {"why", rail.value("why", json())}});
  }
  return all;
}

bool has_inverse(const Intent& intent, const Catalogue& catalogue) {
  const Row* row = catalogue.find(intent.operation);
  return row != nullptr && row->inverse && intent.before &&
         !row->inverse(intent.arguments, *intent.before).is_null();
}

// What of a phase is left as it is when it is undone: nothing in its undoing touches it.
json left_by(const PlannedPhase& undo, const Plan& plan, const Catalogue& catalogue) {
  std::set<std::string> touched;
  for (const Intent* intent : intents_of(undo)) touched.insert(intent->target);
  json stays = json::array();
  const PlannedPhase* undone = plan.phase(undo.undoes);
  if (undone == nullptr) return stays;
  for (const Intent* intent : intents_of(*undone))
    if (touched.count(intent->target) == 0 && !has_inverse(*intent, catalogue))
      stays.push_back(std::to_string(intent->n) + ", " + in_words(*intent, catalogue) +
                      (intent->irreversible.empty() ? "" : ": " + intent->irreversible));
  return stays;
}

template <class Each>
void each_operation(json& phases, const Each& each) {
  for (json& phase : phases)
    for (json& step : phase["steps"])
      for (json& operation : step["operations"]) each(operation);
}

// What the request says of an operation beyond what the journal's plan does.
std::map<int, json> requested(const json& request) {
  std::map<int, json> all;
  json plan = request.value("plan", json::object());
  for (const char* key : {"phases", "undo"})
    if (plan.contains(key))
      each_operation(plan[key], [&](const json& one) { all[one.value("n", 0)] = one; });
  return all;
}

// Every text in a value, names of fields too, looked at once.
void look(const json& value, std::set<std::string>& odd) {
  if (value.is_string())
    for (const std::string& one : odd_words(value.get_ref<const std::string&>())) odd.insert(one);
  if (!value.is_structured()) return;
  for (const auto& [key, one] : value.items()) {
    if (value.is_object())
      for (const std::string& word : odd_words(key)) odd.insert(word);
    look(one, odd);
  }
}

}  // namespace

json plan_sheet(const RunState& state, const json& request, const Catalogue& catalogue) {
  json sheet = {{"run", state.id()},
                {"title", state.started["runbook"].value("title", "")},
                {"runbook", state.started["runbook"].value("name", "")},
                {"profile", state.started["profile"]},
                {"account", state.started.value("account", "")},
                {"endpoint", state.started["endpoint"]},
                {"systems", state.started.value("systems", json::array())},
                {"principal", state.started.value("principal", "")},
                {"parameters", state.started.value("parameters", json::object())},
                {"asked", !request.empty()},
                {"planned", state.plan.has_value()},
                {"findings", state.findings},
                {"undoing", state.undoing},
                {"kept", kept_of(state, catalogue)}};
  sheet["earlier"] = terms_shown(
      {{"earlier", request.empty() ? state.earlier() : request.value("earlier", json::object())}});
  for (const char* key : {"requester", "requires", "separation", "decide_by"})
    sheet[key] = request.value(key, json());
  json plan = to_json(state.plan ? *state.plan : Plan());
  for (const char* key : {"phases", "undo", "later", "holes"})
    sheet[key] = plan.value(key, json::array());
  const std::map<int, json> said = requested(request);
  for (const char* key : {"phases", "undo"})
    each_operation(sheet[key], [&](json& operation) {
      describe_operation(operation, catalogue);
      if (const auto more = said.find(operation.value("n", 0)); more != said.end())
        for (const auto& [name, value] : more->second.items())
          if (!operation.contains(name)) operation[name] = value;
    });
  if (state.plan)
    for (std::size_t i = 0; i < state.plan->undo.size(); ++i)
      sheet["undo"][i]["stays"] = left_by(state.plan->undo[i], *state.plan, catalogue);
  std::set<std::string> odd;
  look(sheet, odd);
  sheet["odd"] = odd;
  return sheet;
}

}  // namespace countersign
