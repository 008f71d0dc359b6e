#include "repl/views/report_changes.h"

#include <algorithm>

#include "interpreter/clock.h"
#include "repl/views/changes_view.h"
#include "repl/views/plan_sheet.h"

namespace countersign {
namespace {

// Of what was seen from outside, which nobody signs: the rest is in the file that is named.
constexpr std::size_t kMostLines = 400;

const char* class_of(Tone tone) {
  switch (tone) {
    case Tone::added:
    case Tone::good:
      return "to";
    case Tone::removed:
    case Tone::bad:
      return "from";
    case Tone::faint:
      return "soft";
    case Tone::warning:
      return "warn";
    case Tone::strong:
      return "step";
    case Tone::plain:
      break;
  }
  return "";
}

// `below`: what of the paths the reader knows already.
void differences(Html& page, const json& diff, const std::string& below, std::string_view whole) {
  const std::vector<Line> all = comparison_lines(diff, below, {true, 100});
  change_list(page, all, kMostLines);
  if (all.size() <= kMostLines) return;
  page.open("p", "soft");
  page.text("and " + std::to_string(all.size() - kMostLines) + " more lines: ");
  page.file(whole);
  page.close();
}

void operation(Html& page, const Intent& intent, const json& planned, const Dossier& dossier,
               const Catalogue& catalogue) {
  const bool last = is_final_change(intent);
  json whole = operation_json(intent, catalogue);
  if (planned.contains("sources")) whole["sources"] = planned["sources"];
  page.open("div", last ? "card final" : "card");
  page.open("h4");
  page.element("span", std::to_string(intent.n), "number");
  page.text(in_words(whole) + " ");
  const bool made = is_made(dossier, intent);
  page.element("span", made ? "✓ done" : "not done", made ? "made good" : "made warn");
  page.close();
  if (last)
    page.element(
        "div",
        "Cannot be undone: " + (intent.irreversible.empty() ? std::string("it is gone for good")
                                                            : intent.irreversible),
        "bad");
  change_list(page, operation_lines(whole, {true, 100}), SIZE_MAX);
  page.close();
}

// What looks like something else, before anything that does.
void odd_lines(Html& page, const json& odd) {
  if (odd.empty()) return;
  page.open("div", "note bad");
  page.element("strong", "Look twice");
  for (const json& one : odd) page.element("p", one.get<std::string>());
  page.close();
}

void undo_of(Html& page, const json& sheet) {
  for (const json& phase : sheet["undo"]) {
    page.element("h3", "Only if it fails: \"" + phase.value("check", "") + "\"");
    for (const json& step : phase["steps"])
      for (const json& one : step["operations"]) {
        page.open("div", "card");
        page.element("h4", one["n"].dump() + " " + in_words(one));
        change_list(page, operation_lines(one, {true, 100}), SIZE_MAX);
        page.close();
      }
    for (const json& one : phase.value("stays", json::array()))
      page.element("p", "Stays as it is: " + one.get<std::string>(), "bad");
  }
}

}  // namespace

void change_list(Html& page, const std::vector<Line>& all, std::size_t most) {
  page.open("ul", "diff");
  std::size_t shown = 0;
  for (const Line& line : all) {
    if (++shown > most) break;
    page.open("li");
    page.text(std::string(line.indent, ' '));
    for (const Span& span : line.spans)
      if (*class_of(span.tone) == '\0')
        page.text(span.text);
      else
        page.element("span", span.text, class_of(span.tone));
    page.close();
  }
  page.close();
}

bool is_final_change(const Intent& intent) {
  return intent.effect == "destroy" || !intent.irreversible.empty();
}

bool is_made(const Dossier& dossier, const Intent& intent) {
  const auto& done = dossier.state.confirmed;
  return std::any_of(done.begin(), done.end(),
                     [&](const AppliedOperation& one) { return one.n == intent.n; });
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
    const json sheet = plan_sheet(paper->then, paper->then.terms, catalogue);
    odd_lines(page, sheet["odd"]);
    for (const json& one : sheet["earlier"])
      page.element("p", one.value("label", "") + ": " + one.value("text", ""), "soft");
    std::size_t p = 0;
    for (const PlannedPhase& phase : paper->then.plan->phases) {
      const json& planned = sheet["phases"][p++];
      if (phase.kind == PhaseKind::wait) {
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
          operation(page, intent, operations[i++], dossier, catalogue);
      }
    }
    undo_of(page, sheet);
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
