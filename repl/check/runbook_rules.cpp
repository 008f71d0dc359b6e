#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "repl/check/rules.h"
#include "repl/check/shapes.h"

namespace countersign::lua {
namespace {

struct Phase {
  std::string kind;
  const Table* of;
};

Value run() {
  return Value::named(Value::run, "");
}

void check_sections(Walker& walker, const Table& runbook) {
  const std::vector<std::string> all = fields_of("runbook");
  for (const auto& [name, cell] : runbook.named) {
    if (std::find(all.begin(), all.end(), name) != all.end()) continue;
    walker.report(runbook.script, cell.at, "unknown-section",
                  "\"" + name + "\" is not a section of a runbook",
                  did_you_mean(name, all, "docs/reference/dsl.md lists them"));
  }
  if (runbook.open) return;
  static const std::map<std::string, std::string> hints = {
      {"authority",
       "who operates it and who approves: authority = { operator = \"…\", approver = "
       "\"…\" }"},
      {"parameters", "what people are asked for, and why: parameters = { … }"},
      {"read_first", "what a person reads before: read_first = { \"…\" }"},
      {"rails", "what holds whatever the steps say: rails = { rails.snapshot_first, … }"},
      {"procedure", "the phases, in order: procedure = { … }"},
      {"done", "what must be true at the end: done = { proven \"…\", … }"},
      {"variants", "where other cases go: variants = { [\"…\"] = \"…\" }"},
      {"name", "how it is called: name = \"…\""},
      {"title", "what it does, in words: title = \"…\""},
  };
  for (const auto& [name, hint] : hints)
    if (!runbook.has(name))
      walker.report(runbook.script, runbook.at, "missing-section",
                    "the runbook has no section \"" + name + "\"", hint);
}

// A run is for one account, which a parameter names; else whoever runs it has to.
void check_profile(Walker& walker, const Table& runbook) {
  const Table* declared = runbook.table("parameters");
  if (declared == nullptr || declared->open) return;
  for (const auto& [name, cell] : declared->named) {
    const std::string* kind = cell.value.is(Value::table) ? cell.value.of->text("kind") : nullptr;
    if (kind == nullptr || *kind == "profile") return;
  }
  walker.report(runbook.script, runbook.find("parameters")->at, "no-profile",
                "no parameter names the account, so that whoever runs it has to give --profile",
                "add client = param.profile { why = \"Which account\" }", "warning");
}

// The phases in order, as far as they are written out.
std::vector<Phase> take_phases(Walker& walker, const Table& runbook) {
  std::vector<Phase> phases;
  const Table* procedure = runbook.table("procedure");
  walker.all_phases_known = !runbook.open && (procedure ? !procedure->open : false);
  if (procedure == nullptr) return phases;
  std::set<std::string> names;
  for (const auto& [i, cell] : procedure->listed) {
    if (!cell.value.is(Value::table) || cell.value.of->is != "phase") {
      const bool maker = cell.value.is(Value::table) && cell.value.of->is == "maker";
      if (maker || cell.value.is(Value::text) || cell.value.is(Value::closure))
        walker.report(runbook.script, cell.value_at, "wrong-value",
                      maker ? "this phase has no body" : "this is not a phase",
                      "write read \"name\" (function(run) … end), or mutate, or wait");
      walker.all_phases_known = false;
      continue;
    }
    const Table& phase = *cell.value.of;
    const std::string* name = phase.text("name");
    if (name == nullptr) {
      walker.all_phases_known = false;
      continue;
    }
    if (!names.insert(*name).second)
      walker.report(phase.script, phase.at, "duplicate-phase",
                    "two phases are named \"" + *name + "\"", "run." + *name + " is one of them");
    const Table* options = phase.table("options");
    walker.phases.push_back({*name, options && (options->has("when") || options->open)});
    phases.push_back({*phase.text("kind"), &phase});
  }
  return phases;
}

// One phase: its condition, its body, what undoes it.
void walk_phase(Walker& walker, const Phase& phase, int place) {
  const std::string where = "the phase \"" + *phase.of->text("name") + "\"";
  const Table* options = phase.of->table("options");
  const AllowedEffects stage =
      phase.kind == "mutate" ? AllowedEffects::change : AllowedEffects::read;
  WalkedFunction passage{stage, where, place};
  const auto part = [&](const Table* of, const char* name, WalkedFunction with) {
    const Cell* cell = of ? of->find(name) : nullptr;
    if (cell) walker.walk(cell->value, {run()}, with);
  };
  // The condition of a wait is asked for its duration too, which nothing may be read for.
  WalkedFunction condition = passage;
  if (phase.kind == "wait") condition.stage = AllowedEffects::decide;
  condition.where = "the `when` of " + where;
  part(options, "when", condition);
  passage.conditional = options && options->has("when");
  if (phase.kind != "wait") {
    part(phase.of, "body", passage);
    passage.undoing = true;
    passage.where = "what undoes " + where;
    part(options, "undo", passage);
    return;
  }
  const Table* body = phase.of->table("body");
  if (body == nullptr) return;
  passage.where = "the wait \"" + *phase.of->text("name") + "\"";
  WalkedFunction decide = passage;
  decide.stage = AllowedEffects::decide;
  part(body, "duration", decide);
  part(body, "till", decide);
  part(body, "ready", passage);
  if (const Table* early = body->table("unless"))
    if (const auto ends = early->listed.find(2); ends != early->listed.end())
      walker.walk(ends->second.value, {run()}, passage);
}

void check_undo_if(Walker& walker, const std::vector<Phase>& phases, const Table& runbook) {
  std::set<std::string> slugs;
  const Table* done = runbook.table("done");
  if (done == nullptr || done->open || !walker.knows_every_check) return;
  for (const auto& [i, cell] : done->listed)
    if (cell.value.is(Value::table))
      if (const auto slug = cell.value.of->listed.find(1);
          slug != cell.value.of->listed.end() && slug->second.value.is(Value::text))
        slugs.insert(slug->second.value.word);
  for (const Phase& phase : phases) {
    const Table* options = phase.of->table("options");
    const std::string* title = options ? options->text("undo_if") : nullptr;
    if (title == nullptr || walker.checks.count(*title) != 0 || slugs.count(*title) != 0) continue;
    walker.report(options->script, options->find("undo_if")->value_at, "never-checked",
                  "no check has the title \"" + *title + "\", and no item that slug",
                  "undo_if names what failed: the title of a check, or the slug of an item");
  }
}

}  // namespace

void check_done(Walker& walker, const Table& runbook) {
  const Table* done = runbook.table("done");
  if (done == nullptr || done->open) return;
  std::set<std::string> slugs;
  bool can_fail = false;
  for (const auto& [i, cell] : done->listed) {
    if (!cell.value.is(Value::table)) {
      can_fail = can_fail || cell.value.is(Value::unknown);
      continue;
    }
    const Table& item = *cell.value.of;
    can_fail = can_fail || item.open || item.is == "attest" || item.is == "sign_off" ||
               item.is == "proven";
    if (const Cell* when = item.find("when"))
      walker.walk(when->value, {run()},
                  {AllowedEffects::decide, "the `when` of an item of done",
                   static_cast<int>(walker.phases.size()), false, true});
    const auto first = item.listed.find(1);
    const std::string* words = first != item.listed.end() && first->second.value.is(Value::text)
                                   ? &first->second.value.word
                                   : nullptr;
    if (item.is == "attest") {
      if (words && !slugs.insert(*words).second)
        walker.report(item.script, first->second.value_at, "duplicate-slug",
                      "two items of done are named \"" + *words + "\"",
                      "`attest` names one of them");
      const std::string* after = item.text("after");
      const bool known = after && std::any_of(walker.phases.begin(), walker.phases.end(),
                                              [&](const PhaseName& p) { return p.name == *after; });
      if (after && !known && walker.all_phases_known) {
        std::vector<std::string> names;
        for (const PhaseName& one : walker.phases) names.push_back(one.name);
        walker.report(
            item.script, item.find("after")->value_at, "unknown-phase",
            "no phase is named \"" + *after + "\"",
            did_you_mean(*after, names, "after names the phase that it is due so long after"));
      }
    }
    if (item.is != "proven" || words == nullptr || !walker.knows_every_check ||
        walker.checks.count(*words) != 0)
      continue;
    walker.report(item.script, first->second.value_at, "never-checked",
                  "no check has the title \"" + *words + "\", so this can never be true",
                  did_you_mean(*words, {walker.checks.begin(), walker.checks.end()},
                               "check(condition, \"" + *words + "\") in a read phase"));
  }
  if (!can_fail)
    walker.report(runbook.script, runbook.find("done")->at, "empty-done",
                  "nothing in done can fail: the run is done whatever it did",
                  "add what has to be true: proven \"…\", attest { … } or sign_off \"…\"");
}

void check_runbook(Walker& walker, const Table& runbook, const Catalogue& catalogue) {
  check_sections(walker, runbook);
  take_parameters(walker, runbook);
  check_profile(walker, runbook);
  const std::vector<Phase> phases = take_phases(walker, runbook);
  walker.rails = runbook.table("rails");
  check_rail_names(walker, runbook, catalogue);
  for (const Phase& phase : phases) {
    const std::string& name = *phase.of->text("name");
    const auto at = std::find_if(walker.phases.begin(), walker.phases.end(),
                                 [&](const PhaseName& one) { return one.name == name; });
    walk_phase(walker, phase, static_cast<int>(at - walker.phases.begin()));
  }
  walker.walk_rest();
  check_done(walker, runbook);
  check_undo_if(walker, phases, runbook);
  check_unused_parameters(walker, runbook);
  check_shape(walker, runbook, "runbook", "runbook");
}

}  // namespace countersign::lua
