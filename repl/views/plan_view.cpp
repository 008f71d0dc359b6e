#include "repl/views/plan_view.h"

#include <algorithm>
#include <cctype>

#include "interpreter/clock.h"
#include "interpreter/run.h"
#include "repl/views/changes_view.h"
#include "repl/views/run_view.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

std::string count_of(std::size_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string requires_text(const json& roles) {
  std::string text;
  for (const json& one : roles) {
    const int count = one.value("count", 1);
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " × " + one.value("role", "");
  }
  return text.empty() ? "nobody: nothing is going to be changed" : text;
}

void header(Page& page, const RunState& state, const json& plan) {
  const json& profile = state.started["profile"];
  page.line(0, {{state.started["runbook"].value("title", ""), Tone::strong}});
  page.field("plan of",
             {{"run " + state.id() + ", runbook " + state.started["runbook"].value("name", "")}});
  std::string account = profile.value("name", "") + ", " + profile.value("environment", "");
  if (const std::string variant = profile.value("variant", "");
      !variant.empty() && variant != "full")
    account += ", " + variant;
  page.field("account",
             {{account, Tone::strong}, {"  " + state.started.value("account", ""), Tone::faint}});
  page.field("at", endpoint_spans(state.started["endpoint"]));
  const json requester = plan.value("requester", json());
  std::string asks = state.started.value("principal", "");
  if (requester.is_object())
    asks = requester.value("person", "") + " (" + requester.value("principal", "") + ")";
  if (!asks.empty()) page.field("asked by", {{asks}});
  if (state.request) {
    Spans who = {{requires_text(plan["requires"]), Tone::strong}};
    if (plan.value("separation", json()) == true)
      who.push_back({"; not the person who asks"});
    else if (!plan["requires"].empty())
      who.push_back(
          {"; the person who asks may sign, the policy does not separate the two", Tone::warning});
    page.field("to sign", who);
    page.field("until", {{moment(plan.value("decide_by", ""))}});
    page.field("request", {{state.request_sha256.substr(0, 16) + "…", Tone::faint}});
  }
  std::string label = "with";
  for (const auto& [name, value] : plan["parameters"].items()) {
    page.field(label, {{name + " = ", Tone::faint}, {plain(value, 200)}});
    label.clear();
  }
}

void wait_phase(Page& page, const PlannedPhase& phase) {
  Spans spans = {{"then wait " + duration_text(phase.wait_seconds), Tone::strong}};
  if (!phase.why.empty()) spans.push_back({" — " + phase.why});
  page.blank();
  page.line(2, spans);
  if (!phase.unless.empty()) page.line(4, {{"ends early if " + phase.unless}});
}

void mutate_phase(Page& page, const PlannedPhase& phase, const Catalogue& catalogue) {
  page.blank();
  Spans spans = {{phase.title, Tone::strong}};
  if (phase.not_after > 0)
    spans.push_back({"   not after " + moment(iso_time(phase.not_after)), Tone::faint});
  page.line(2, spans);
  for (const PlanStep& step : phase.steps) {
    if (step.intents.empty()) continue;
    if (step.title != phase.title) page.line(4, {{step.title}});
    for (const Intent& intent : step.intents) intent_lines(page, 6, intent, catalogue);
  }
  if (intents_of(phase).empty()) page.line(4, {{"nothing is to be changed here", Tone::faint}});
}

void final_changes(Page& page, const Plan& plan, const Catalogue& catalogue) {
  page.heading("What cannot be undone");
  bool any = false;
  const auto intents = all_intents(plan);
  for (const Intent* intent : intents) {
    if (intent->irreversible.empty() && intent->effect != "destroy") continue;
    any = true;
    const std::string n = std::to_string(intent->n);
    page.line(
        2,
        {{n + std::string(n.size() < 3 ? 4 - n.size() : 1, ' '), Tone::bad},
         {in_words(*intent, catalogue) + ": "},
         {intent->irreversible.empty() ? "it is gone for good" : intent->irreversible, Tone::bad}},
        4);
  }
  const bool programs = std::any_of(intents.begin(), intents.end(), [](const Intent* one) {
    return one->operation == "command.run";
  });
  if (!any && programs)
    page.line(
        2, {{"Nothing that is known here: what a declared program does, only its author knows."}});
  else if (!any)
    page.line(2, {{"Nothing: each of these changes can be undone by another."}});
}

// What is signed although it is not known yet, and within which range.
void holes(Page& page, const Plan& plan) {
  if (plan.holes.empty()) return;
  page.heading("What is not known yet");
  for (const Hole& hole : plan.holes)
    page.line(2,
              {{hole.phase + "." + hole.key, Tone::strong},
               {": " + range_text(hole.promise)},
               {hole.promise.value("hole", "") == "document"
                    ? ""
                    : "; anything else is planned and decided anew",
                Tone::faint}},
              4);
}

// What is signed with the plan for the case that a check fails.
void undo_phases(Page& page, const Plan& plan, const Catalogue& catalogue) {
  for (const PlannedPhase& phase : plan.undo) {
    page.heading("Only if it fails: \"" + phase.check + "\"");
    mutate_phase(page, phase, catalogue);
  }
}

// Whether a rail speaks of this run: rails may hold for some parameters only.
bool holds_here(const json& rail, const json& parameters) {
  const json given = rail.value("given", json::object());
  for (const auto& [name, values] : given.items()) {
    const json value = parameters.value(name, json());
    if (std::find(values.begin(), values.end(), value) == values.end()) return false;
  }
  return true;
}

// What a rail keeps as it is, as the end of "it …"; empty where it is of another kind.
std::string kept(const json& rail, const Catalogue& catalogue) {
  const std::string kind = rail.value("rail", ""), operation = rail.value("operation", "");
  if (kind == "protect")
    return "never touches " + rail.value("pointer", "") + " or what is below it";
  if (kind != "never") return "";
  const Row* row = catalogue.find(operation);
  std::string summary = row ? row->summary : operation;
  if (row && !summary.empty())
    summary[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(summary[0])));
  return "never " + summary;
}

void left_alone(Page& page, const RunState& state, const Catalogue& catalogue) {
  page.heading("What is left alone");
  for (const json& name : state.started["profile"].value("adjacent", json::array()))
    page.line(2, {{"the account " + name.get<std::string>() +
                   ", compared before and after every change"}});
  for (const json& rail : state.head().value("rails", json::array())) {
    if (!holds_here(rail, state.started.value("parameters", json::object()))) continue;
    const std::string what = kept(rail, catalogue);
    if (what.empty()) continue;
    Spans spans = {{"it " + what}};
    if (const json why = rail.value("why", json()); why.is_string())
      spans.push_back({" — " + why.get<std::string>(), Tone::faint});
    page.line(2, spans, 4);
  }
  page.line(2,
            {{"everything else in the account: it is compared before and after each phase, and a "
              "difference "
              "that was not signed stops the run"}},
            4);
}

void next_steps(Page& page, const RunState& state) {
  page.heading("To go on");
  const std::string id = state.id();
  if (state.status != "awaiting_decision") {
    if (is_final(state.status))
      page.line(2, {{"The run has ended: it is " + state.status + "."}});
    else
      page.line(2,
                {{"countersign show " + id, Tone::strong}, {"  says what the run waits for now"}});
    return;
  }
  for (const Answer& answer : state.answers)
    page.line(2, {{answer.verdict == "approve" ? "approved by " : "rejected by "},
                  {answer.person, Tone::strong},
                  {answer.reference.empty() ? std::string() : " (" + answer.reference + ")"},
                  {terms_text(answer), Tone::faint}});
  page.command(2, "countersign approve " + id, "with a key on this machine");
  page.command(2, "countersign request " + id + " --to DIR", "to have it signed elsewhere");
  page.command(2, "countersign reject " + id + " --reason TEXT", "to end it");
}

}  // namespace

std::string terms_text(const Answer& answer) {
  std::string text;
  if (answer.not_before > 0) text += ", not before " + moment(iso_time(answer.not_before));
  if (answer.not_after > 0) text += ", not after " + moment(iso_time(answer.not_after));
  if (!answer.break_glass.empty()) text += ", by break-glass: " + answer.break_glass;
  return text;
}

std::string moment(const std::string& iso) {
  if (!parse_iso_time(iso)) return iso;
  return iso.substr(0, 10) + " " + iso.substr(11, iso.substr(17, 2) == "00" ? 5 : 8) + " UTC";
}

Spans endpoint_spans(const json& endpoint) {
  const std::string origin = endpoint.value("origin", "");
  if (endpoint.value("simulated", false))
    return {{"SIMULATED", Tone::warning}, {"  " + origin + ": nothing real is changed"}};
  return {{"LIVE", Tone::bad}, {"  " + origin + ": real callers, real data"}};
}

std::string plan_page(const RunState& state, const Catalogue& catalogue, const Style& style) {
  const json plan = plan_view(state);
  Page page(style);
  header(page, state, plan);
  if (!state.plan) {
    page.heading("What is going to happen");
    page.line(
        2, {{"Nothing is planned yet: the run has not come to a phase that changes something."}});
    return page.text();
  }
  if (!state.undoing.is_null()) {
    page.heading("Why something is to be undone");
    page.line(2, {{state.undoing["error"].value("message", "")}});
    for (const json& one : state.undoing["stays"])
      page.line(2, {{"stays as it is: ", Tone::bad}, {one.get<std::string>()}}, 4);
  }
  findings_section(page, state);
  const auto operations = static_cast<std::size_t>(state.plan->count());
  page.heading("What is going to happen");
  page.line(2, {{count_of(operations, "change", "changes") + ", in this order:"}});
  for (const PlannedPhase& phase : state.plan->phases)
    if (phase.kind == "wait")
      wait_phase(page, phase);
    else
      mutate_phase(page, phase, catalogue);
  undo_phases(page, *state.plan, catalogue);
  holes(page, *state.plan);
  if (operations > 0) final_changes(page, *state.plan, catalogue);
  left_alone(page, state, catalogue);
  if (!plan["later"].empty()) {
    page.heading("What is planned and decided later");
    for (const json& later : plan["later"])
      page.line(2, {{later.value("phase", ""), Tone::strong}, {": " + later.value("why", "")}}, 4);
  }
  return page.text();
}

std::string plan_text(const RunState& state, const Catalogue& catalogue, const Style& style) {
  Page page(style);
  if (state.plan) next_steps(page, state);
  return plan_page(state, catalogue, style) + (state.plan ? "\n" : "") + page.text();
}

}  // namespace countersign
