#include "repl/views/run_view.h"

#include <set>

#include "interpreter/clock.h"
#include "interpreter/run.h"
#include "repl/views/changes_view.h"
#include "repl/views/plan_view.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

Tone tone_of(const std::string& status) {
  if (status == "done") return Tone::good;
  if (status == "failed" || status == "in_doubt" || status == "drifted") return Tone::bad;
  if (status == "rejected" || status == "cancelled") return Tone::faint;
  return Tone::warning;
}

std::string status_in_words(const std::string& status) {
  if (status == "awaiting_decision") return "waits for a decision";
  if (status == "awaiting_time") return "waits";
  if (status == "awaiting_attestation") return "waits for a person's check";
  if (status == "in_doubt") return "in doubt: it is not known whether an operation was carried out";
  if (status == "drifted") return "drifted: what is there is not what was signed";
  return status;
}

std::string text_or(const json& value, const char* key, const std::string& fallback = "") {
  const json found = value.is_object() ? value.value(key, json()) : json();
  return found.is_string() ? found.get<std::string>() : fallback;
}

// What a run waits for, and the words to type.
void waiting(Page& page, const RunState& state, const json& shape) {
  const json& waits = shape["waiting_for"];
  const std::string id = state.id(), kind = text_or(waits, "kind");
  const auto type = [&](const std::string& command, const std::string& why = "") {
    page.command(2, command, why);
  };
  if (kind == "decision") {
    std::string who;
    for (const json& one : waits["requires"])
      who += (who.empty() ? "" : ", ") + std::to_string(one.value("count", 1)) + " × " +
             one.value("role", "");
    page.line(2, {{"a decision by " + who + ", until " + moment(text_or(waits, "decide_by"))}});
    for (const json& one : waits["taken"])
      page.line(
          2, {{one["verdict"] == "approve" ? "✓ " : "✗ ", Tone::good},
              {text_or(one, "person") + (one["verdict"] == "approve" ? " approved" : " rejected")},
              {text_or(one, "reference").empty() ? "" : " (" + text_or(one, "reference") + ")"}});
    type("countersign plan " + id, "what is going to change");
    type("countersign approve " + id);
    type("countersign request " + id + " --to DIR", "to have it signed elsewhere");
  } else if (kind == "time") {
    Spans spans = {{"until " + moment(text_or(waits, "until"))}};
    if (const std::string why = text_or(waits, "why"); !why.empty()) spans.push_back({" — " + why});
    page.line(2, spans);
    if (const std::string unless = text_or(waits, "unless"); !unless.empty())
      page.line(2, {{"or earlier, if " + unless + "; looked at again " +
                     moment(text_or(waits, "next_look"))}});
    type("countersign resume " + id, "then, or at once with --wait");
  } else if (kind == "attestation") {
    for (const json& one : waits["items"]) {
      page.line(2, {{text_or(one, "text")},
                    {text_or(one, "role").empty() ? "" : "  (" + text_or(one, "role") + ")",
                     Tone::faint}});
      if (const std::string why = text_or(one, "why"); !why.empty())
        page.line(4, {{why, Tone::faint}});
      if (const std::string due = text_or(one, "due"); !due.empty())
        page.line(4, {{"due " + moment(due) + ", overdue " + moment(text_or(one, "overdue")),
                       Tone::warning}});
      page.command(4, "countersign attest " + id + " " + text_or(one, "item") + " --pass");
    }
  } else if (kind == "sign_off") {
    std::string roles;
    for (const json& one : waits["sign_off"])
      roles += (roles.empty() ? "" : ", ") + one.get<std::string>();
    page.line(2, {{"the closing signature of: " + roles}});
    type("countersign sign-off " + id);
  } else if (kind == "settlement") {
    page.line(2, {{text_or(waits, "operation") + " on " + text_or(waits, "target") +
                   " was begun and has no outcome"}});
    type("countersign resume " + id, "looks at what is there now");
    type("countersign settle " + id + " --applied|--not-applied --note TEXT",
         "where only a person can know");
  } else if (state.status == "running" || state.status == "drifted" || kind == "halt") {
    type("countersign resume " + id);
  } else if (is_final(state.status)) {
    page.line(2, {{"nothing: the run has ended", Tone::faint}});
  }
}

void checks(Page& page, const json& shape) {
  if (shape["checks"].empty()) return;
  page.heading("Checked");
  for (const json& check : shape["checks"]) {
    const bool ok = check.value("ok", false);
    Spans spans = {{ok ? "✓ " : "✗ ", ok ? Tone::good : Tone::bad}, {text_or(check, "title")}};
    // The detail says what was wrong; where nothing was, it is in the way.
    if (!ok && !check["detail"].is_null()) spans.push_back({": " + plain(check["detail"], 300)});
    page.line(2, spans);
  }
}

// What was carried out, as the plan said it.
std::string done_in_words(const RunState& state, const Confirmed& one, const Catalogue& catalogue) {
  const Intent* intent = state.plan ? state.plan->intent(one.n) : nullptr;
  if (intent != nullptr && intent->operation == one.operation) return in_words(*intent, catalogue);
  const Row* row = catalogue.find(one.operation);
  return row ? row->summary : one.operation;
}

void steps(Page& page, const RunState& state, const Catalogue& catalogue) {
  if (state.steps.empty() && state.confirmed.empty() && state.notes.empty()) return;
  page.heading("Done");
  std::set<int> shown;
  const auto show = [&](const Confirmed& one) {
    if (!shown.insert(one.n).second) return;
    const std::string n = std::to_string(one.n);
    page.line(4,
              {{n + std::string(n.size() < 3 ? 4 - n.size() : 1, ' '), Tone::faint},
               {done_in_words(state, one, catalogue)}},
              4);
  };
  for (const json& step : state.steps) {
    const std::string title = text_or(step, "title"), phase = text_or(step, "phase");
    page.line(2, {{"✓ ", Tone::good}, {title}});
    const PlannedPhase* planned = state.plan ? state.plan->phase(phase) : nullptr;
    if (planned == nullptr) continue;
    for (const PlanStep& one : planned->steps)
      for (const Intent& intent : one.intents)
        if (one.title == title)
          for (const Confirmed& done : state.confirmed)
            if (done.n == intent.n) show(done);
  }
  // Those of an earlier plan, whose steps are not kept.
  for (const Confirmed& one : state.confirmed) show(one);
  for (const json& note : state.notes) page.line(2, {{"· ", Tone::faint}, {text_or(note, "text")}});
}

void decisions(Page& page, const RunState& state) {
  if (state.answers.empty() && state.attestations.empty() && state.sign_offs.empty()) return;
  page.heading("Decided");
  const auto say = [&](const std::string& what, const Answer& answer) {
    Spans spans = {
        {what + " "}, {answer.person, Tone::strong}, {" (" + answer.principal + ")", Tone::faint}};
    if (!answer.reference.empty()) spans.push_back({", see " + answer.reference});
    spans.push_back({terms_text(answer), Tone::warning});
    if (!answer.reason.empty()) spans.push_back({": " + answer.reason});
    page.line(2, spans);
  };
  for (const Answer& answer : state.answers)
    say(answer.verdict == "approve" ? "approved by" : "rejected by", answer);
  for (const auto& [slug, answer] : state.attestations)
    say(slug + (answer.verdict == "pass" ? " attested by" : " found wanting by"), answer);
  for (const Answer& answer : state.sign_offs) say("signed off by", answer);
}

void failure(Page& page, const RunState& state) {
  if (!state.undoing.is_null() && !is_final(state.status)) {
    page.heading("Why something is to be undone");
    page.line(2, {{text_or(state.undoing["error"], "message")}});
    page.line(2, {{state.undoing.value("signed", false)
                       ? "It is undone as it was signed with the plan."
                       : "`countersign plan " + state.id() +
                             "` says how. Rejecting that leaves it as it is."}});
  }
  if (!state.error) return;
  page.heading(state.status == "cancelled" ? "Why it ended" : "What went wrong");
  const std::size_t end = state.error->message.find('\n');
  page.line(2, {{state.error->message.substr(0, end)},
                {state.error->where.empty() ? "" : " (" + state.error->where + ")", Tone::faint}});
  if (end != std::string::npos) page.block(2, state.error->message.substr(end + 1));
  if (!state.error->hint.empty()) page.line(2, {{"→ ", Tone::strong}, {state.error->hint}});
}

Spans status_spans(const RunState& state) {
  return {{state.halted ? "halted: changes are blocked" : status_in_words(state.status),
           tone_of(state.status)}};
}

}  // namespace

void findings_section(Page& page, const RunState& state) {
  if (state.findings.empty()) return;
  page.heading("Found");
  for (const json& finding : state.findings) {
    const std::string title = text_or(finding, "title");
    page.line(2, {{text_or(finding, "severity") + "  ", Tone::warning},
                  {text_or(finding, "symptom").empty() ? "" : text_or(finding, "symptom") + ": "},
                  {text_or(finding, "cause"), Tone::strong}});
    if (!title.empty()) page.line(4, {{title}});
    if (finding.contains("evidence") && !finding["evidence"].is_null())
      page.block(6, value_text(finding["evidence"], {false, page.style().width - 6}));
    if (const std::string rule = text_or(finding, "escalation"); !rule.empty())
      page.line(4, {{"escalated: " + rule, Tone::bad}});
    const std::string fix = text_or(finding, "fix"), tell = text_or(finding, "tell"),
                      again = text_or(finding, "look_again");
    if (!fix.empty() && fix != "none") page.line(4, {{"fix: " + fix}});
    if (!tell.empty()) page.line(4, {{"no fix of ours: " + tell}});
    if (!again.empty()) page.line(4, {{"look again in " + again, Tone::faint}});
  }
}

std::string run_text(const RunState& state, const Catalogue& catalogue, const Style& style) {
  const json shape = summary(state);
  Page page(style);
  page.line(0, {{text_or(shape, "title"), Tone::strong}});
  page.field("run", {{state.id() + ", runbook " + text_or(shape, "runbook")}});
  page.field("account", {{text_or(shape, "profile"), Tone::strong},
                         {"  " + text_or(shape, "account"), Tone::faint}});
  page.field("at", endpoint_spans(shape["endpoint"]));
  page.field("begun", {{moment(text_or(shape, "started"))}});
  Spans stands = status_spans(state);
  if (const std::string phase = text_or(shape, "phase"); !phase.empty() && !is_final(state.status))
    stands.push_back({"  in phase " + phase, Tone::faint});
  page.field("stands", stands);
  failure(page, state);
  checks(page, shape);
  findings_section(page, state);
  steps(page, state, catalogue);
  decisions(page, state);
  page.heading("Waits for");
  waiting(page, state, shape);
  return page.text();
}

std::string stop_text(const RunState& state, const Style& style) {
  const json shape = summary(state);
  Page page(style);
  Spans spans = {{"run " + state.id() + " ", Tone::strong}};
  for (Span& span : status_spans(state)) spans.push_back(std::move(span));
  page.line(0, spans);
  if (state.status == "done") {
    page.line(2, {{std::to_string(shape["checks"].size()) + " checks passed, " +
                   std::to_string(state.confirmed.size()) + " changes made"}});
    page.command(2, "countersign show " + state.id());
  }
  findings_section(page, state);
  failure(page, state);
  if (!is_final(state.status)) {
    if (!state.findings.empty()) page.heading("Waits for");
    waiting(page, state, shape);
  }
  return page.text();
}

std::string due_text(const json& due, const json& latches, const Style& style) {
  Page page(style);
  for (const json& latch : latches)
    page.line(0, {{text_or(latch, "kind") == "freeze" ? "frozen  " : "incident  ", Tone::bad},
                  {text_or(latch, "profile").empty() ? "every account" : text_or(latch, "profile"),
                   Tone::strong},
                  {" since " + moment(iso_time(latch.value("at", Time{0}))) + ": " +
                   text_or(latch, "reason")},
                  {text_or(latch, "person").empty() ? " (run " + text_or(latch, "run") + ")"
                                                    : " (" + text_or(latch, "person") + ")",
                   Tone::faint}});
  if (!latches.empty()) page.blank();
  if (due.empty()) {
    page.line(0, {{"Nothing is due."}});
    return page.text();
  }
  for (const json& one : due) {
    const std::string state = text_or(one, "state");
    page.line(
        0,
        {{state + std::string(state.size() < 9 ? 9 - state.size() : 1, ' '),
          state == "overdue" ? Tone::bad
          : state == "due"   ? Tone::warning
                             : Tone::faint},
         {text_or(one, "run") + "  ", Tone::strong},
         {text_or(one, "profile") + "  "},
         {text_or(one, "text")},
         {text_or(one, "due").empty() ? "" : "  " + moment(text_or(one, "due")), Tone::faint}},
        10);
    page.command(10, text_or(one, "do"));
  }
  return page.text();
}

std::string runs_text(const std::vector<json>& runs, const Style& style) {
  Page page(style);
  if (runs.empty()) {
    page.line(0, {{"No runs yet. `countersign run RUNBOOK` starts one."}});
    return page.text();
  }
  std::vector<std::vector<Span>> rows;
  rows.push_back({{"RUN", Tone::faint},
                  {"STATUS", Tone::faint},
                  {"PROFILE", Tone::faint},
                  {"RUNBOOK", Tone::faint},
                  {"UPDATED", Tone::faint}});
  for (const json& run : runs)
    rows.push_back({{text_or(run, "run"), Tone::strong},
                    {text_or(run, "status"), tone_of(text_or(run, "status"))},
                    {text_or(run, "profile")},
                    {text_or(run, "runbook")},
                    {moment(text_or(run, "updated"))}});
  page.table(0, rows);
  return page.text();
}

}  // namespace countersign
