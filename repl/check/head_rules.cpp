// What runbooks and symptoms have in common: parameters and rails.
#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "interpreter/parameters.h"
#include "repl/check/rules.h"
#include "repl/check/shapes.h"
#include "stdlib/session/system.h"

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

// What a rail protects is a pointer into the account's snapshot, or to what lies beside it.
void check_pointer(Walker& walker, const Table& rail, const Cell& pointer) {
  if (!pointer.value.is(Value::text)) return;
  const std::string& text = pointer.value.word;
  std::vector<std::string> roots = {"commands", "devlogs", "records"};
  for (const System& system : systems())
    for (const SnapshotScope& scope : system.scopes) roots.push_back(scope.name);
  const std::string root = text.substr(0, 1) == "/" ? text.substr(1, text.find('/', 1) - 1) : "";
  if (std::find(roots.begin(), roots.end(), root) != roots.end()) return;
  std::string all;
  for (const std::string& one : roots) all += (all.empty() ? "there are /" : ", /") + one;
  walker.report(rail.script, pointer.value_at, "unknown-pointer",
                "no operation changes anything at \"" + text + "\", so this protects nothing",
                did_you_mean(root, roots, all));
}

// A default is a value like any that people give.
void check_default(Walker& walker, const Table& parameter) {
  const Cell* given = parameter.find("default");
  const std::string* kind = parameter.text("kind");
  if (given == nullptr || kind == nullptr || given->value.is(Value::unknown)) return;
  std::optional<nlohmann::json> value = to_json(given->value);
  if (!value) return;
  nlohmann::json declared = {{"kind", *kind}};
  for (const char* name : {"choices", "prefix"})
    if (const Cell* cell = parameter.find(name)) {
      auto known = to_json(cell->value);
      if (!known) return;
      declared[name] = std::move(*known);
    }
  const bool flag = *kind == "flag" && !value->is_boolean();
  const std::string wanted = flag ? "true or false" : unfit_value(declared, *value);
  if (!wanted.empty())
    walker.report(
        parameter.script, given->value_at, "wrong-value",
        "param." + *kind + ": default: got " + to_json(given->value)->dump() + ", want " + wanted,
        "a default is held to what people may give");
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
    check_default(walker, parameter);
  }
  for (const auto& [name, cell] : declared->named)
    if (cell.value.is(Value::table))
      uses(walker, cell.value.of->table("required_if"), cell.value.of->script);
}

void take_playbook_parameters(Walker& walker, const Table& head) {
  // What the language asks for, whoever reads it.
  for (const std::string& name : fields_of("troubleshooting.parameters")) {
    walker.parameters.insert(name);
    walker.used_parameters.insert(name);
  }
  take_parameters(walker, head);
  const Table* symptoms = head.table("symptoms");
  if (symptoms == nullptr) {
    walker.all_parameters_known = walker.all_parameters_known && !head.has("symptoms");
    return;
  }
  walker.all_parameters_known = walker.all_parameters_known && !symptoms->open;
  struct Declared {
    const Cell* cell;
    const Script* script;
    std::string of;
  };
  std::map<std::string, Declared> all;
  const auto add = [&](const Table& of, const std::string& whose) {
    const Table* parameters = of.table("parameters");
    if (of.open || (parameters ? parameters->open : of.has("parameters")))
      walker.all_parameters_known = false;
    if (parameters == nullptr) return;
    for (const auto& [name, cell] : parameters->named) {
      walker.parameters.insert(name);
      const auto [other, fresh] = all.emplace(name, Declared{&cell, of.script, whose});
      if (fresh || same(other->second.cell->value, cell.value) || cell.value.is(Value::unknown) ||
          other->second.cell->value.is(Value::unknown))
        continue;
      const std::string& path = other->second.script->path;
      walker.report(of.script, cell.at, "duplicate-parameter",
                    whose + " and " + other->second.of + " both ask for \"" + name + "\"",
                    "the other is declared at " + path.substr(path.rfind('/') + 1) + ":" +
                        std::to_string(other->second.cell->at.line) +
                        ": give one of them another name, or have both take the same one from a "
                        "module");
    }
  };
  for (const auto& [i, cell] : symptoms->listed) {
    if (!cell.value.is(Value::table)) {
      walker.all_parameters_known = false;
      continue;
    }
    const std::string* name = cell.value.of->text("name");
    add(*cell.value.of, name ? "the symptom \"" + *name + "\"" : "a symptom");
  }
  add(head, "the troubleshooting");
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
    if (const Cell* pointer = rail.find("pointer")) check_pointer(walker, rail, *pointer);
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
