#include <algorithm>

#include "interpreter/clock.h"
#include "interpreter/did_you_mean.h"
#include "repl/check/rules.h"
#include "repl/check/shapes.h"

namespace countersign::lua {
namespace {

Value incident() {
  return Value::named(Value::incident, "");
}

void part(Walker& walker, const Table& of, const char* name, AllowedEffects stage) {
  if (const Cell* cell = of.find(name)) walker.walk(cell->value, {incident()}, {stage, name});
}

// A function whose value counts, and that never returns any.
void answers(Walker& walker, const Table& of, const char* name, const std::string& hint) {
  const Cell* cell = of.find(name);
  if (cell == nullptr || !cell->value.is(Value::closure)) return;
  const Value value = walker.walk(cell->value, {incident()}, {AllowedEffects::read, name});
  if (value.is(Value::nil))
    walker.report(cell->value.function->script, cell->value.function->at, "missing-return",
                  std::string(name) + " returns nothing", hint);
}

void check_verify(Walker& walker, const Table& symptom) {
  const Table* fixes = symptom.table("fixes");
  if (symptom.open || symptom.has("verify") || fixes == nullptr || fixes->named.empty()) return;
  walker.report(symptom.script, symptom.find("fixes")->at, "missing-verify",
                "the symptom has fixes and no verify, so nothing would show that a fix mended it",
                "add verify = function(case) … return true, or false and why … end");
}

void missing(Walker& walker, const Table& symptom, const std::string& name,
             const std::string& hint) {
  if (symptom.open || symptom.has(name)) return;
  walker.report(symptom.script, symptom.at, "missing-" + name, "the symptom has no " + name, hint);
}

struct Cause {
  const Table* of;
  bool remedied;  // there is something to tell, or that is not known
};

std::map<std::string, Cause> take_causes(Walker& walker, const Table& symptom) {
  std::map<std::string, Cause> causes;
  const Table* listed = symptom.table("causes");
  if (listed == nullptr) return causes;
  for (const auto& [i, cell] : listed->listed) {
    if (!cell.value.is(Value::table) || cell.value.of->is != "cause") {
      if (cell.value.is(Value::table) || cell.value.is(Value::text))
        walker.report(symptom.script, cell.value_at, "wrong-value", "this is not a cause",
                      "write cause { \"a-slug\", \"in words\" }");
      continue;
    }
    const Table& cause = *cell.value.of;
    const auto slug = cause.listed.find(1);
    if (slug == cause.listed.end() || !slug->second.value.is(Value::text)) continue;
    const std::string& name = slug->second.value.word;
    if (!causes.emplace(name, Cause{&cause, cause.open || cause.has("tell")}).second)
      walker.report(cause.script, slug->second.value_at, "duplicate-slug",
                    "two causes are named \"" + name + "\"", "a finding names one of them");
    walker.causes.insert(name);
  }
  return causes;
}

void check_fixes(Walker& walker, const Table& symptom, std::map<std::string, Cause>& causes) {
  const Table* fixes = symptom.table("fixes");
  const bool all_known = (fixes ? !fixes->open : !symptom.has("fixes")) && !symptom.open;
  if (fixes) {
    for (const auto& [name, cell] : fixes->named) {
      const auto cause = causes.find(name);
      if (cause != causes.end()) {
        cause->second.remedied = true;
        continue;
      }
      walker.report(fixes->script, cell.at, "unknown-cause",
                    "there is a fix for \"" + name + "\", which is not among the causes",
                    did_you_mean(name, {walker.causes.begin(), walker.causes.end()},
                                 "add cause { \"" + name + "\", \"in words\" }"));
    }
  }
  if (!all_known) return;
  for (const auto& [name, cause] : causes)
    if (!cause.remedied)
      walker.report(cause.of->script, cause.of->at, "no-remedy",
                    "the cause \"" + name + "\" has neither a fix nor anything to tell",
                    "add a fix for it, or tell = \"what the reporter is told\"");
}

// "2026-11-20"
void check_age(Walker& walker, const Table& symptom, const CheckOptions& terms) {
  const Cell* verified = symptom.find("last_verified");
  if (verified == nullptr) {
    if (!symptom.open)
      walker.report(
          symptom.script, symptom.at, "stale", "the symptom does not say when it was last verified",
          "add last_verified = \"YYYY-MM-DD\", the day on which somebody followed it", "warning");
    return;
  }
  if (!verified->value.is(Value::text)) return;
  const std::string& day = verified->value.word;
  const auto time = parse_iso_time(day + "T00:00:00Z");
  if (!time) {
    walker.report(symptom.script, verified->value_at, "wrong-value",
                  "last_verified is not a day: \"" + day + "\"", "write it as 2026-11-20");
    return;
  }
  if (terms.today - *time <= terms.verified_within) return;
  walker.report(symptom.script, verified->value_at, "stale",
                "it was last verified on " + day + ", more than " +
                    std::to_string(terms.verified_within / 86400) + " days ago",
                "follow it once on a simulated world, then write the day", "warning");
}

// Its own words, and its functions in the order in which the language calls them.
void look_over(Walker& walker, const Table& symptom, const Catalogue& catalogue,
               const CheckOptions& terms) {
  missing(walker, symptom, "name", "how it is called: name = \"…\"");
  missing(walker, symptom, "title", "the symptom as people say it: title = \"…\"");
  missing(walker, symptom, "severity", "severity = \"low\", \"medium\" or \"high\"");
  missing(walker, symptom, "causes", "causes = { cause { \"a-slug\", \"in words\" }, … }");
  missing(walker, symptom, "diagnose",
          "diagnose = function(case) … return finding { cause = \"…\", evidence = … } end");
  if (const std::string* severity = symptom.text("severity");
      severity && *severity != "low" && *severity != "medium" && *severity != "high")
    walker.report(
        symptom.script, symptom.find("severity")->value_at, "wrong-value",
        "a symptom's severity is \"low\", \"medium\" or \"high\", not \"" + *severity + "\"");
  check_age(walker, symptom, terms);
  walker.causes.clear();
  std::map<std::string, Cause> causes = take_causes(walker, symptom);
  check_fixes(walker, symptom, causes);
  check_rail_names(walker, symptom, catalogue);
  check_verify(walker, symptom);
  part(walker, symptom, "look", AllowedEffects::read);
  answers(walker, symptom, "diagnose",
          "return finding { cause = \"…\", evidence = … } where there is one");
  if (const Table* fixes = symptom.table("fixes"))
    for (const auto& [name, cell] : fixes->named)
      if (cell.value.is(Value::table) && cell.value.of->is == "fix")
        if (const Cell* body = cell.value.of->find("body"))
          walker.walk(body->value, {incident()},
                      {AllowedEffects::change, "the fix of \"" + name + "\""});
  answers(walker, symptom, "verify", "return true, or false and why");
  answers(walker, symptom, "call", "return { to = … }, or nil where the line cannot be tried");
  answers(walker, symptom, "heard", "return true, or false and why");
  check_shape(walker, symptom, "symptom", "symptom");
}

// What the language itself brings along.
void begin(Walker& walker, const Table& head) {
  walker.is_symptom = true;
  walker.captured_pre = true;       // its own phase before the fix
  walker.all_phases_known = false;  // they are its own
  walker.checks = {"the root cause is known", "the cause is gone", "the fault is gone",
                   "no adjacent account changed", "the cause to be fixed is among what was found"};
  walker.rails = head.table("rails");
  take_playbook_parameters(walker, head);
}

}  // namespace

void check_symptom(Walker& walker, const Table& symptom, const Catalogue& catalogue,
                   const CheckOptions& terms) {
  begin(walker, symptom);
  look_over(walker, symptom, catalogue, terms);
  walker.walk_rest();
  check_unused_parameters(walker, symptom);
}

void check_troubleshooting(Walker& walker, const Table& runbook, const Catalogue& catalogue,
                           const CheckOptions& terms) {
  begin(walker, runbook);
  check_rail_names(walker, runbook, catalogue);
  part(walker, runbook, "opening", AllowedEffects::read);
  // Before any fix is planned, so that what they check counts for the rails.
  part(walker, runbook, "found", AllowedEffects::read);
  part(walker, runbook, "prepare", AllowedEffects::read);
  if (const Table* symptoms = runbook.table("symptoms"))
    for (const auto& [i, cell] : symptoms->listed)
      if (cell.value.is(Value::table) && cell.value.of->is == "symptom")
        look_over(walker, *cell.value.of, catalogue, terms);
  part(walker, runbook, "record", AllowedEffects::change);
  part(walker, runbook, "verified", AllowedEffects::read);
  walker.walk_rest();
  check_done(walker, runbook);
  check_unused_parameters(walker, runbook);
  check_shape(walker, runbook, "troubleshooting", "troubleshooting");
}

}  // namespace countersign::lua
