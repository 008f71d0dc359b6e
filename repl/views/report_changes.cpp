#include "repl/views/report_changes.h"

#include <algorithm>

#include "interpreter/clock.h"
#include "repl/views/changes_view.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

constexpr std::size_t kMostDifferences = 200, kValue = 260;

// `below`: what of the paths the reader knows already.
void differences(Html& page, const json& diff, const std::string& below, std::string_view whole) {
  page.open("ul", "diff");
  std::size_t shown = 0;
  for (const json& one : diff) {
    if (++shown > kMostDifferences) continue;
    std::string path = one.value("path", "");
    if (path.rfind(below, 0) == 0) path = path.substr(below.size());
    const std::string op = one.value("op", "");
    page.open("li");
    page.element("span",
                 op == "add"      ? "+ "
                 : op == "remove" ? "− "
                                  : "~ ",
                 op == "add"      ? "to"
                 : op == "remove" ? "from"
                                  : "path");
    if (!path.empty()) page.element("span", path + ": ", "path");
    if (one.contains("from")) page.element("span", brief(one["from"], kValue), "from");
    if (one.contains("from") && one.contains("to")) page.text(" → ");
    if (one.contains("to")) page.element("span", brief(one["to"], kValue), "to");
    page.close();
  }
  page.close();
  if (diff.size() <= kMostDifferences) return;
  page.open("p", "soft");
  page.text("and " + std::to_string(diff.size() - kMostDifferences) + " more: ");
  page.file(whole);
  page.close();
}

void operation(Html& page, const Intent& intent, const json& planned, const Dossier& dossier,
               const Catalogue& catalogue, const std::string& whole) {
  const bool last = is_final_change(intent);
  page.open("div", last ? "card final" : "card");
  page.open("h4");
  page.element("span", std::to_string(intent.n), "number");
  page.text(in_words(intent, catalogue) + " ");
  const bool made = is_made(dossier, intent);
  page.element("span", made ? "✓ done" : "not done", made ? "made good" : "made warn");
  page.close();
  page.element("div", intent.operation + "  " + intent.target, "code soft");
  if (last)
    page.element(
        "div",
        "Cannot be undone: " + (intent.irreversible.empty() ? std::string("it is gone for good")
                                                            : intent.irreversible),
        "bad");
  if (!planned["diff"].empty()) {
    differences(page, planned["diff"], intent.target, whole);
  } else {
    page.open("ul", "diff");
    for (const auto& [name, value] : intent.arguments.items()) {
      page.open("li");
      page.element("span", "· " + name + ": ", "path");
      page.text(brief(value, kValue));
      page.close();
    }
    page.close();
  }
  page.close();
}

}  // namespace

bool is_final_change(const Intent& intent) {
  return intent.effect == "destroy" || !intent.irreversible.empty();
}

bool is_made(const Dossier& dossier, const Intent& intent) {
  const auto& done = dossier.state.confirmed;
  return std::any_of(done.begin(), done.end(),
                     [&](const Confirmed& one) { return one.n == intent.n; });
}

std::vector<const PlanPaper*> plans_of(const Dossier& dossier) {
  std::vector<const PlanPaper*> plans;
  for (const PlanPaper& paper : dossier.plans)
    if (paper.then.plan && (paper.voided.empty() || paper.consumed > 0)) plans.push_back(&paper);
  return plans;
}

void report_plans(Html& page, const Dossier& dossier, const Catalogue& catalogue) {
  page.element("h2", "What was planned and signed");
  const auto papers = plans_of(dossier);
  if (papers.empty()) page.element("p", "The run did not come to a plan that counts.", "soft");
  for (const PlanPaper* paper : papers) {
    page.open("p", "soft");
    page.text("Planned " + moment_of(paper->time) +
              (paper->consumed > 0 ? ", its decision used " + moment_of(paper->consumed) : "") +
              (paper->voided.empty() ? "" : "; what was left of it was planned anew") +
              ". In full: ");
    page.file(paper->path);
    page.close();
    const json whole = plan_json(*paper->then.plan);
    std::size_t p = 0;
    for (const PlannedPhase& phase : paper->then.plan->phases) {
      const json& planned = whole["phases"][p++];
      if (phase.kind == "wait") {
        page.element("div",
                     "Wait " + duration_text(phase.wait_seconds) +
                         (phase.why.empty() ? "" : ": " + phase.why),
                     "wait");
        continue;
      }
      page.element("h3", phase.title);
      std::size_t s = 0;
      for (const PlanStep& step : phase.steps) {
        const json& operations = planned["steps"][s++]["operations"];
        if (step.intents.empty()) continue;
        if (step.title != phase.title) page.element("p", step.title, "step");
        std::size_t i = 0;
        for (const Intent& intent : step.intents)
          operation(page, intent, operations[i++], dossier, catalogue, paper->path);
      }
    }
    for (const auto& [name, why] : paper->then.plan->later)
      page.element("div", "Later: " + name + ", " + why, "wait");
  }
  std::size_t voided = 0;
  for (const PlanPaper& paper : dossier.plans)
    voided += paper.voided.empty() || paper.consumed > 0 ? 0 : 1;
  if (voided > 0)
    page.element("p", count_of(voided, "plan", "plans") + " no longer counted; see README.md.",
                 "soft");
}

void report_irreversible(Html& page, const Dossier& dossier, const Catalogue& catalogue) {
  page.element("h2", "What cannot be undone");
  page.open("ul");
  bool any = false;
  for (const PlanPaper* paper : plans_of(dossier))
    for (const PlannedPhase& phase : paper->then.plan->phases)
      for (const Intent* intent : intents_of(phase)) {
        if (!is_final_change(*intent) || (!paper->voided.empty() && !is_made(dossier, *intent)))
          continue;
        any = true;
        page.open("li");
        page.text(std::to_string(intent->n) + ". " + in_words(*intent, catalogue) + ": ");
        page.element("span",
                     intent->irreversible.empty() ? "it is gone for good" : intent->irreversible,
                     "bad");
        page.close();
      }
  if (!any) page.element("li", "Nothing: each of these changes can be undone by another.");
  page.close();
}

void report_brackets(Html& page, const Dossier& dossier) {
  if (dossier.brackets.empty()) return;
  page.element("h2", "Before and after");
  page.element("p",
               "Around each phase that changes something the whole account is captured. What "
               "is there afterwards must be what was there before plus what was signed, or the "
               "run stops. Secrets stand as fingerprints.",
               "lead");
  for (const BracketPaper& paper : dossier.brackets) {
    page.open("h3");
    page.text(paper.phase + ", " + moment_of(paper.before_time) +
              (paper.after_record == 0
                   ? std::string(": not ended")
                   : ": " + count_of(paper.differences.size(), "difference", "differences")));
    page.close();
    if (paper.diff.empty()) continue;
    page.open("p", "soft");
    for (const std::string& path : {paper.before, paper.after, paper.diff}) {
      page.file(path);
      page.text("  ");
    }
    page.close();
    page.open("div", "card");
    if (paper.differences.empty())
      page.element("span", "nothing in the account differs", "soft");
    else
      differences(page, paper.differences, "", paper.diff);
    page.close();
  }
}

std::string count_of(std::size_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

}  // namespace countersign
