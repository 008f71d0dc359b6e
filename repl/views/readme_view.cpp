#include "repl/views/readme_view.h"

#include "interpreter/clock.h"
#include "repl/views/changes_view.h"
#include "repl/views/markdown.h"
#include "repl/views/plan_view.h"
#include "repl/views/value_lines.h"

namespace countersign {
namespace {

// Appends lines; every text from elsewhere goes through in_markdown or as_code first.
struct Markdown {
  std::string text;
  void line(const std::string& words = "") { text += words + "\n"; }
  void heading(const std::string& words) { text += "\n## " + words + "\n\n"; }
  void row(const std::string& name, const std::string& value) {
    text += "| " + name + " | " + value + " |\n";
  }
};

void unfinished(Markdown& page, const RunState& state) {
  if (is_finished(state)) return;
  page.line();
  page.line("> **This run is " + in_markdown(standing_of(state)) +
            ".** What stands here is what has happened so far.");
}

void facts(Markdown& page, const Dossier& dossier) {
  const RunState& state = dossier.state;
  const json& started = state.started;
  const json& profile = started["profile"];
  const json summary = state.head().value("summary", json());
  if (summary.is_string()) page.line("\n" + in_markdown(summary.get<std::string>()));
  page.line("\n| | |\n|---|---|");
  page.row("client", "**" + in_markdown(profile.value("name", "")) + "**, " +
                         in_markdown(profile.value("environment", "")) + ", account " +
                         as_code(started.value("account", "")));
  const bool simulated = started["endpoint"].value("simulated", false);
  page.row("at",
           std::string(simulated ? "**simulated**: nothing real was changed, " : "**live**, ") +
               as_code(started["endpoint"].value("origin", "")));
  page.row("runbook", as_code(started["runbook"].value("name", "")));
  page.row("run", as_code(state.id()));
  page.row("asked by", in_markdown(started.value("principal", "")));
  page.row("from", moment_of(state.started_at));
  page.row("to", moment_of(state.last_time));
  page.row("stands", "**" + in_markdown(standing_of(state)) + "**");
  for (const auto& [name, value] : started["parameters"].items())
    page.row(in_markdown(name),
             in_markdown(value.is_string() ? value.get<std::string>() : whole_value(value)));
}

void plans(Markdown& page, const Dossier& dossier, const Catalogue& catalogue) {
  page.heading("What was planned");
  if (dossier.plans.empty()) page.line("The run did not come to a plan.");
  for (const PlanPaper& paper : dossier.plans) {
    const int count = paper.then.plan ? paper.then.plan->count() : 0;
    page.line("- " + moment_of(paper.time) + ": " + std::to_string(count) +
              (count == 1 ? " change" : " changes") + ", in [" + paper.path + "](" + paper.path +
              ")" +
              (paper.voided.empty() ? ""
               : paper.consumed > 0
                   ? "; what was left of it was planned anew: " + in_markdown(paper.voided)
                   : "; it no longer counts: " + in_markdown(paper.voided)));
    if (!paper.then.plan || (!paper.voided.empty() && paper.consumed == 0)) continue;
    for (const PlannedPhase& phase : paper.then.plan->phases) {
      if (phase.kind == PhaseKind::wait) {
        page.line("  - wait " + duration_text(phase.wait_seconds) +
                  (phase.why.empty() ? "" : ": " + in_markdown(phase.why)));
        continue;
      }
      for (const Intent* intent : intents_of(phase))
        page.line("  - " + std::to_string(intent->n) + ". " +
                  in_markdown(in_words(*intent, catalogue)) + ", " + as_code(intent->target) +
                  (intent->irreversible.empty()
                       ? ""
                       : " — **cannot be undone**: " + in_markdown(intent->irreversible)));
    }
    for (const auto& [name, why] : paper.then.plan->later)
      page.line("  - later: " + in_markdown(name) + ", " + in_markdown(why));
  }
}

void signatures(Markdown& page, const Dossier& dossier) {
  page.heading("Who decided");
  bool any = false;
  for (const SignedDocument& paper : dossier.papers) {
    const Answer& answer = paper.answer;
    std::string words = moment_of(paper.time) + ": **" + in_markdown(answer.person) + "** (" +
                        in_markdown(answer.principal);
    for (const std::string& role : answer.roles) words += ", " + in_markdown(role);
    words += ") ";
    words +=
        paper.kind == RecordKind::request
            ? "asked for it" +
                  std::string(paper.is_signed ? "" : ", unsigned: the policy demands no separation")
        : paper.kind == RecordKind::attestation
            ? (answer.verdict == "pass" ? "attested " : "did not find ") + as_code(paper.item)
        : paper.kind == RecordKind::sign_off ? "signed the run off"
        : answer.verdict == "approve"        ? "approved it"
        : answer.verdict == "reject"         ? "rejected it"
                                             : "answered: " + in_markdown(answer.verdict);
    if (!answer.reference.empty()) words += ", referring to " + in_markdown(answer.reference);
    words += in_markdown(terms_text(answer));
    if (!answer.reason.empty()) words += " — \"" + in_markdown(answer.reason) + "\"";
    page.line("- " + words + ". [" + paper.path + "](" + paper.path + ")" +
              (paper.fingerprint.empty() ? "" : ", key " + as_code(paper.fingerprint)));
    any = true;
  }
  if (!any) page.line("Nobody was asked for anything.");
  for (const ClosingPaper& paper : dossier.closings)
    page.line("- " + moment_of(paper.time) +
              ": the engine closed the run with its own key, because no person's signature covers "
              "its end. [" +
              paper.path + "](" + paper.path + "), key " + as_code(paper.fingerprint));
}

void story(Markdown& page, const Dossier& dossier, const Catalogue& catalogue) {
  page.heading("What happened, step by step");
  for (const TimelineSection& chapter : timeline_of(dossier, catalogue)) {
    page.line("### " + in_markdown(chapter.title) + "\n");
    Time last = 0;
    for (const Event& event : chapter.events) {
      const char* sign = event.mood == EventTone::good  ? "✓ "
                         : event.mood == EventTone::bad ? "✗ "
                                                        : "";
      const std::string words = in_markdown(event.text);
      page.line("- " + (event.time == last ? "" : moment_of(event.time) + ": ") + sign +
                (event.mood == EventTone::step || event.mood == EventTone::signature
                     ? "**" + words + "**"
                     : words) +
                (event.detail.empty() ? "" : " — " + in_markdown(event.detail)));
      last = event.time;
    }
    page.line();
  }
}

void failure(Markdown& page, const RunState& state) {
  if (!state.error) return;
  page.heading(state.status == RunStatus::cancelled ? "Why it ended" : "What went wrong");
  page.line(in_markdown(state.error->message) +
            (state.error->where.empty() ? "" : " (" + as_code(state.error->where) + ")"));
  if (!state.error->hint.empty()) page.line("\n" + in_markdown(state.error->hint));
}

void papers(Markdown& page, const Dossier& dossier) {
  page.heading("What is in this folder");
  page.line("- [report.html](report.html): the same to print, with every difference");
  page.line("- [checklist.md](checklist.md): what had to be true at the end");
  for (const BracketPaper& one : dossier.brackets)
    if (!one.diff.empty())
      page.line("- [" + one.before + "](" + one.before + "), [" + one.after + "](" + one.after +
                "), [" + one.diff + "](" + one.diff + "): the account before and after \"" +
                in_markdown(one.phase) + "\"");
  for (const Captured& one : dossier.captured)
    page.line("- [" + one.path + "](" + one.path + "): " + in_markdown(one.label) + ", " +
              std::to_string(one.size) + " bytes");
  page.line("- `runbook/`: the runbook, its modules and the language, as they ran");
  page.line("- `trust/`: who could sign what, as it was at each signature");
  page.line(
      "- `journal.jsonl`: every record, one a line; `journal.sha256`: their hashes; "
      "`documents/`: what they name, by digest");
}

void by_hand(Markdown& page, const Dossier& dossier) {
  page.heading("How to check it");
  page.line(
      "With Countersign, on any machine, offline: `countersign verify DIR`, and `--signers "
      "FILE` with an allowed\\_signers file of your own, so that the keys are believed "
      "because you know them. Without Countersign:\n");
  page.line("```\nsha256sum -c --quiet MANIFEST");
  for (const std::string& command : ssh_keygen_commands(dossier)) page.line(command);
  page.line("```");
}

}  // namespace

namespace {

std::string ssh_keygen_command(const SignedDocument& paper) {
  std::string time;
  for (const char c : iso_time(paper.time))
    if (c != '-' && c != ':' && c != 'T') time += c;
  // A principal is written by whoever writes allowed_signers, so it is quoted for the shell.
  std::string name;
  for (const char c : paper.answer.principal)
    name += c == '\'' ? std::string("'\\''") : std::string(1, c);
  const bool plain = name.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789@._+-") == std::string::npos;
  return "ssh-keygen -Y verify -f " + paper.signers + " -I " + (plain ? name : "'" + name + "'") +
         " -n " + paper.name_space + " -O verify-time=" + time + " -s " + paper.path + ".sig < " +
         paper.path;
}

}  // namespace

std::vector<std::string> ssh_keygen_commands(const Dossier& dossier) {
  std::vector<std::string> commands;
  for (const SignedDocument& paper : dossier.papers)
    if (paper.is_signed) commands.push_back(ssh_keygen_command(paper));
  for (const ClosingPaper& paper : dossier.closings)
    commands.push_back("ssh-keygen -Y verify -f " + paper.signers +
                       " -I engine -n countersign-closing -s " + paper.path + ".sig < " +
                       paper.path);
  return commands;
}

std::string readme_page(const Dossier& dossier, const Catalogue& catalogue) {
  Markdown page;
  page.line("# " + in_markdown(dossier.state.started["runbook"].value("title", "")));
  unfinished(page, dossier.state);
  facts(page, dossier);
  failure(page, dossier.state);
  plans(page, dossier, catalogue);
  signatures(page, dossier);
  story(page, dossier, catalogue);
  papers(page, dossier);
  by_hand(page, dossier);
  return page.text;
}

std::string checklist_page(const Dossier& dossier) {
  Markdown page;
  page.line("# Checklist: " + in_markdown(dossier.state.started["runbook"].value("title", "")));
  unfinished(page, dossier.state);
  page.line("\nRun " + as_code(dossier.state.id()) + ", " +
            in_markdown(dossier.state.started["profile"].value("name", "")) + ".\n");
  const std::vector<Item> items = checklist_of(dossier);
  if (items.empty()) page.line("The runbook names nothing that has to be true at the end.");
  for (const Item& item : items)
    page.line(std::string(item.state == "passed" ? "- [x] " : "- [ ] ") + in_markdown(item.text) +
              (item.state == "open" ? " — open"
                                    : (item.state == "failed" ? " — found wanting by " : " — ") +
                                          in_markdown(item.by) + ", " + moment_of(item.time)));
  return page.text;
}

}  // namespace countersign
