#include "repl/views/report_view.h"

#include <algorithm>
#include <set>

#include "interpreter/clock.h"
#include "repl/views/changes_view.h"
#include "repl/views/html.h"
#include "repl/views/plan_view.h"
#include "repl/views/readme_view.h"
#include "repl/views/report_changes.h"
#include "repl/views/value_lines.h"

namespace countersign {
namespace {

void row(Html& page, std::string_view name, std::string_view value, const char* css_class = "") {
  page.open("tr");
  page.element("td", name, "name");
  page.element("td", value, css_class);
  page.close();
}

void header(Html& page, const Dossier& dossier) {
  const RunState& state = dossier.state;
  const json& started = state.started;
  page.element("div", "Evidence of a change", "kicker");
  page.element("h1", started["runbook"].value("title", ""));
  page.open("p");
  const bool bad = state.error.has_value();
  page.element("span", standing_of(state),
               state.status == RunStatus::done ? "badge good"
               : bad                           ? "badge bad"
                                               : "badge warn");
  const bool simulated = started["endpoint"].value("simulated", false);
  page.element("span", simulated ? "simulated: nothing real was changed" : "live",
               simulated ? "badge warn" : "badge good");
  page.close();
  if (!is_finished(state))
    page.element(
        "div",
        "This run is " + standing_of(state) + ". What stands here is what has happened so far.",
        "note");
  if (state.undoing.is_object())
    for (const json& one : state.undoing.value("stays", json::array()))
      page.element("div", "Stays as it is after the undoing: " + one.get<std::string>(),
                   "note bad");
  if (!state.error) return;
  page.open("div", "note bad");
  page.element("strong", state.status == RunStatus::cancelled ? "Why it ended" : "What went wrong");
  page.element("p", state.error->message);
  if (!state.error->hint.empty()) page.element("p", state.error->hint, "soft");
  page.close();
}

void tiles(Html& page, const Dossier& dossier) {
  const RunState& state = dossier.state;
  std::size_t passed = 0, signatures = 0;
  std::set<int> planned, final_changes;  // by number: a phase that was planned twice counts once
  for (const json& check : state.checks) passed += check.value("ok", false) ? 1 : 0;
  for (const SignedDocument& paper : dossier.papers) signatures += paper.is_signed ? 1 : 0;
  for (const PlanPaper* paper : plans_of(dossier))
    for (const PlannedPhase& phase : paper->then.plan->phases)
      for (const Intent* intent : intents_of(phase)) {
        if (!paper->voided.empty() && !is_made(dossier, *intent)) continue;
        planned.insert(intent->n);
        if (is_final_change(*intent)) final_changes.insert(intent->n);
      }
  const auto tile = [&](const std::string& number, const std::string& what) {
    page.open("div", "tile");
    page.element("strong", number);
    page.element("span", what);
    page.close();
  };
  page.open("div", "tiles");
  tile(std::to_string(state.confirmed.size()) + " of " + std::to_string(planned.size()),
       "planned changes made");
  tile(std::to_string(passed) + " of " + std::to_string(state.checks.size()), "checks passed");
  tile(std::to_string(signatures), "signatures");
  tile(std::to_string(final_changes.size()), "of the changes cannot be undone");
  tile(duration_text(state.last_time - state.started_at), "from the first record to the last");
  page.close();
}

void facts(Html& page, const Dossier& dossier) {
  const RunState& state = dossier.state;
  const json& started = state.started;
  page.open("table");
  row(page, "Client",
      started["profile"].value("name", "") + ", " + started["profile"].value("environment", ""));
  row(page, "Account", started.value("account", ""), "code");
  row(page, "At", started["endpoint"].value("origin", ""), "code");
  for (const json& one : started.value("systems", json::array()))
    row(page, "System", system_text(one));
  row(page, "Asked by", started.value("principal", ""));
  for (const SignedDocument& paper : dossier.papers)
    if (paper.kind == RecordKind::decision)
      row(page, paper.answer.verdict == "approve" ? "Approved by" : "Rejected by",
          paper.answer.person + " (" + paper.answer.principal + "), " + moment_of(paper.time) +
              (paper.answer.reference.empty() ? ""
                                              : "; written approval: " + paper.answer.reference) +
              terms_text(paper.answer));
    else if (paper.kind == RecordKind::sign_off)
      row(page, "Signed off by",
          paper.answer.person + " (" + paper.answer.principal + "), " + moment_of(paper.time));
  row(page, "Begun", moment_of(state.started_at));
  row(page, "Last record", moment_of(state.last_time));
  row(page, "Runbook",
      started["runbook"].value("name", "") + ", " + started["runbook"].value("sha256", ""), "code");
  row(page, "Run", state.id(), "code");
  page.close();
  if (started["parameters"].empty()) return;
  page.element("h2", "What was asked for");
  page.open("table");
  const json declared = state.head().value("parameters", json::object());
  for (const auto& [name, value] : started["parameters"].items()) {
    page.open("tr");
    page.element("td", name, "name");
    page.open("td");
    page.element("strong", value.is_string() ? value.get<std::string>() : whole_value(value));
    // Why the runbook asks: the reader was not there when it was typed.
    if (const json why = declared.value(name, json::object()).value("why", json()); why.is_string())
      page.element("div", why.get<std::string>(), "soft small");
    page.close();
    page.close();
  }
  page.close();
}

void checklist(Html& page, const Dossier& dossier) {
  const std::vector<Item> items = checklist_of(dossier);
  if (items.empty()) return;
  page.element("h2", "Checklist");
  page.open("table");
  for (const Item& item : items) {
    const bool good = item.state == "passed";
    page.open("tr");
    page.element("td",
                 good                   ? "✓"
                 : item.state == "open" ? "○"
                                        : "✗",
                 good                   ? "sign good"
                 : item.state == "open" ? "sign warn"
                                        : "sign bad");
    page.element("td", item.text);
    page.element("td", item.state == "open" ? "open" : item.by, "soft");
    page.element("td", item.time > 0 ? moment_of(item.time) : "", "time");
    page.close();
  }
  page.close();
}

void signatures(Html& page, const Dossier& dossier) {
  page.element("h2", "Who signed");
  page.open("table");
  page.open("tr");
  for (const char* name : {"When", "Who", "What", "Key"}) page.element("th", name);
  page.close();
  for (const SignedDocument& paper : dossier.papers) {
    const Answer& answer = paper.answer;
    std::string roles, what = paper.kind == RecordKind::request ? "asks for the decision"
                              : paper.kind == RecordKind::attestation
                                  ? "attests " + paper.item + ": " + answer.verdict
                              : paper.kind == RecordKind::sign_off
                                  ? "signs the run off"
                                  : answer.type + ": " + answer.verdict;
    for (const std::string& role : answer.roles) roles += ", " + role;
    page.open("tr");
    page.element("td", moment_of(paper.time), "time");
    page.element("td", answer.person + " (" + answer.principal + roles + ")");
    page.open("td");
    page.text(what);
    if (!answer.reference.empty()) page.element("div", "referring to " + answer.reference, "soft");
    if (const std::string terms = terms_text(answer); !terms.empty())
      page.element("div", terms.substr(2), "soft");
    if (!answer.reason.empty()) page.element("div", "“" + answer.reason + "”", "soft");
    page.open("div");
    page.file(paper.path);
    page.close();
    page.close();
    page.element(
        "td", paper.is_signed ? paper.fingerprint : "not signed: the policy demands no separation",
        "code");
    page.close();
  }
  for (const ClosingPaper& paper : dossier.closings) {
    page.open("tr");
    page.element("td", moment_of(paper.time), "time");
    page.element("td", "the engine");
    page.open("td");
    page.text("closes the run: no person's signature covers its end");
    page.open("div");
    page.file(paper.path);
    page.close();
    page.close();
    page.element("td", paper.fingerprint, "code");
    page.close();
  }
  page.close();
  if (dossier.papers.empty()) page.element("p", "Nobody signed anything.", "soft");
}

void timeline(Html& page, const Dossier& dossier, const Catalogue& catalogue) {
  page.element("h2", "What happened");
  for (const TimelineSection& chapter : timeline_of(dossier, catalogue)) {
    page.element("h3", chapter.title);
    page.open("table", "timeline");
    Time last = 0;
    for (const Event& event : chapter.events) {
      const bool good = event.mood == EventTone::good, bad = event.mood == EventTone::bad;
      page.open("tr");
      page.element("td", event.time == last ? "" : moment_of(event.time), "time");
      page.element("td",
                   good                                 ? "✓"
                   : bad                                ? "✗"
                   : event.mood == EventTone::signature ? "✍"
                                                        : "",
                   good  ? "sign good"
                   : bad ? "sign bad"
                         : "sign");
      page.open("td",
                event.mood == EventTone::step || event.mood == EventTone::signature ? "step" : "");
      page.text(event.text);
      if (!event.detail.empty()) page.element("div", event.detail, "soft small");
      page.close();
      page.close();
      last = event.time;
    }
    page.close();
  }
}

void verification(Html& page, const Dossier& dossier) {
  page.element("h2", "How to verify this");
  page.element("p",
               "This page is part of a folder with every record, document and signature. "
               "Countersign checks the whole, offline, on any machine; FILE is an "
               "allowed_signers file that you trust:");
  page.element("pre", "countersign verify DIR --signers FILE");
  page.element("p", "Without Countersign, in the folder, each should say Good or nothing:");
  page.open("pre");
  page.text("sha256sum -c --quiet MANIFEST");
  for (const std::string& command : ssh_keygen_commands(dossier)) {
    page.close();
    page.open("pre");
    page.text(command);
  }
  page.close();
}

}  // namespace

std::string report_page(const Dossier& dossier, const Catalogue& catalogue) {
  const RunState& state = dossier.state;
  Html page(state.started["runbook"].value("title", "") + " — " +
                state.started["profile"].value("name", ""),
            kReportStyle);
  page.open("main");
  header(page, dossier);
  tiles(page, dossier);
  facts(page, dossier);
  checklist(page, dossier);
  signatures(page, dossier);
  report_plans(page, dossier, catalogue);
  report_irreversible(page, dossier, catalogue);
  timeline(page, dossier, catalogue);
  report_brackets(page, dossier);
  verification(page, dossier);
  page.open("footer");
  page.text("Run " + state.id() + ", " + count_of(dossier.records.size(), "record", "records") +
            ", last hash " + dossier.records.back().hash);
  page.close();
  page.close();
  return std::move(page).page();
}

}  // namespace countersign
