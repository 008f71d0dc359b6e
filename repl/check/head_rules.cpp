// What runbooks and symptoms have in common: parameters and rails.
#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "repl/check/rules.h"

namespace countersign::lua {
namespace {

// A table whose keys are parameters: `given`, `required_if`.
void uses(Walker& walker, const Table* table, const Script* script) {
  if (table == nullptr) return;
  for (const auto& [name, cell] : table->named) {
    walker.used_parameters.insert(name);
    if (walker.all_parameters_known && walker.parameters.count(name) == 0)
      walker.report(script, cell.at, "unknown-parameter",
                    "no parameter \"" + name + "\" is declared",
                    did_you_mean(name, {walker.parameters.begin(), walker.parameters.end()},
                                 "declare it among the parameters"));
  }
}

// The {names} of a text such as evidence = "setup-{client}-{date}".
void uses_named_in(Walker& walker, const std::string& text) {
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1))
    walker.used_parameters.insert(text.substr(at + 1, text.find('}', at) - at - 1));
}

}  // namespace

void take_parameters(Walker& walker, const Table& head) {
  const Table* declared = head.table("parameters");
  walker.all_parameters_known =
      !head.open && (declared ? !declared->open : !head.has("parameters"));
  if (walker.is_symptom) walker.all_parameters_known = false;  // the language adds its own
  if (declared == nullptr) return;
  int profiles = 0;
  for (const auto& [name, cell] : declared->named) {
    walker.parameters.insert(name);
    if (!cell.value.is(Value::table)) continue;
    const Table& parameter = *cell.value.of;
    if (parameter.is != "parameter") {
      walker.report(head.script, cell.value_at, "wrong-value",
                    "the parameter \"" + name + "\" is not made by param",
                    "write " + name + " = param.text { why = \"…\" }");
      continue;
    }
    const std::string* why = parameter.text("why");
    if (!parameter.open && (!parameter.has("why") || (why && why->empty())))
      walker.report(parameter.script, parameter.at, "parameter-without-why",
                    "the parameter \"" + name + "\" does not say why it is needed",
                    "add why = \"…\": it is what people are asked");
    const std::string* kind = parameter.text("kind");
    if (kind && *kind == "profile" && ++profiles == 2)
      walker.report(parameter.script, parameter.at, "second-profile",
                    "\"" + name + "\" is a second profile, and one names the account",
                    "a run changes one account; others are adjacent, or have a run of their own");
    if (kind && *kind == "choice" && !parameter.open && !parameter.has("choices"))
      walker.report(parameter.script, parameter.at, "wrong-value",
                    "the choice \"" + name + "\" has no choices", "add choices = { \"…\", … }");
  }
  for (const auto& [name, cell] : declared->named)
    if (cell.value.is(Value::table))
      uses(walker, cell.value.of->table("required_if"), cell.value.of->script);
}

void check_unused_parameters(Walker& walker, const Table& head) {
  if (const std::string* text = head.text("evidence")) uses_named_in(walker, *text);
  if (const std::string* name = head.text("incident")) walker.used_parameters.insert(*name);
  if (const Table* approval = head.table("approval")) {
    if (const std::string* name = approval->text("reference_parameter"))
      walker.used_parameters.insert(*name);
    if (const Table* asked = approval->table("requires"))
      for (const auto& [i, one] : asked->listed)
        if (one.value.is(Value::table)) uses(walker, one.value.of->table("given"), head.script);
  }
  const Table* declared = head.table("parameters");
  // A phase that is not seen may read any of them.
  const bool seen = walker.is_symptom ? !head.open : walker.all_phases_known;
  if (declared == nullptr || walker.uses_every_parameter || !seen) return;
  for (const auto& [name, cell] : declared->named) {
    if (!cell.value.is(Value::table) || walker.used_parameters.count(name) != 0) continue;
    const std::string* kind = cell.value.of->text("kind");
    // The profile names the account, whoever reads it; a choice of one is a confirmation.
    if (kind == nullptr || *kind == "profile") continue;
    if (const Table* choices = cell.value.of->table("choices");
        choices && !choices->open && choices->listed.size() == 1)
      continue;
    walker.report(head.script, cell.at, "unused-parameter",
                  "nothing reads the parameter \"" + name + "\"",
                  "people are asked for it: use it, or take it away", "warning");
  }
}

void check_rail_names(Walker& walker, const Table& head, const Catalogue& catalogue) {
  const Table* rails = head.table("rails");
  if (rails == nullptr) return;
  const auto operation = [&](const Script* script, const Cell& cell) {
    if (!cell.value.is(Value::text) || catalogue.find(cell.value.word)) return;
    const auto near = catalogue.near(cell.value.word);
    walker.report(script, cell.value_at, "unknown-operation",
                  "there is no operation \"" + cell.value.word + "\"",
                  did_you_mean(near, "`countersign operations` lists what there is"));
  };
  for (const auto& [i, cell] : rails->listed) {
    if (cell.value.is(Value::text) || cell.value.is(Value::closure) ||
        (cell.value.is(Value::table) && cell.value.of->is != "rail" && !cell.value.of->open)) {
      walker.report(head.script, cell.value_at, "wrong-value", "this is not a rail",
                    "a rail is one of those that `rails` offers");
      continue;
    }
    if (!cell.value.is(Value::table)) continue;
    const Table& rail = *cell.value.of;
    if (const Cell* about = rail.find("operation")) operation(rail.script, *about);
    if (const Cell* needs = rail.find("needs")) {
      operation(rail.script, *needs);
      if (needs->value.is(Value::table))
        for (const auto& [n, one] : needs->value.of->listed) operation(rail.script, one);
    }
    uses(walker, rail.table("given"), rail.script);
    const Cell* phase = rail.find("phase");
    if (phase == nullptr || !phase->value.is(Value::text) || !walker.all_phases_known) continue;
    std::set<std::string> names;
    for (const PhaseName& one : walker.phases) names.insert(one.name);
    if (names.count(phase->value.word) == 0)
      walker.report(rail.script, phase->value_at, "unknown-phase",
                    "no phase is named \"" + phase->value.word + "\"",
                    did_you_mean(phase->value.word, {names.begin(), names.end()},
                                 "name a phase of the procedure"));
  }
}

}  // namespace countersign::lua
