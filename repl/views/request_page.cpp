#include "repl/views/request_page.h"

#include "interpreter/clock.h"
#include "interpreter/record_words.h"
#include "repl/views/changes_view.h"
#include "repl/views/html.h"
#include "repl/views/plan_view.h"
#include "repl/views/report_changes.h"
#include "repl/views/report_view.h"
#include "repl/views/timeline.h"
#include "repl/views/value_lines.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

std::string text_at(const json& one, const char* key) {
  const json value = one.is_object() ? one.value(key, json()) : json();
  return value.is_string() ? value.get<std::string>() : "";
}

void row(Html& page, std::string_view name, std::string_view value, const char* css_class = "") {
  page.open("tr");
  page.element("td", name, "name");
  page.element("td", value, css_class);
  page.close();
}

void header(Html& page, const RequestPage& asked) {
  page.element("div", "A signature is asked for", "kicker");
  page.element("h1", asked.title);
  page.element("p", asked.asks, "lead");
  if (!asked.sheet.is_object()) return;
  const bool simulated = asked.sheet["endpoint"].value("simulated", false);
  page.open("p");
  page.element("span", simulated ? "simulated: nothing real is changed" : "live: real callers",
               simulated ? "badge warn" : "badge bad");
  page.close();
}

void facts(Html& page, const RequestPage& asked) {
  page.open("table");
  row(page, "Run", asked.run, "code");
  if (!asked.sha256.empty()) row(page, "Request", "sha256 " + asked.sha256, "code");
  if (!asked.until.empty()) row(page, "Until", moment(asked.until));
  for (const std::string& one : asked.signers) row(page, "May sign", one);
  if (asked.sheet.is_object()) {
    row(page, "Client", text_at(asked.sheet["profile"], "name"));
    row(page, "Account", text_at(asked.sheet, "account"), "code");
    row(page, "At", text_at(asked.sheet["endpoint"], "origin"), "code");
    row(page, "Asked by", text_at(asked.sheet, "principal"));
    row(page, "Runbook", text_at(asked.sheet, "runbook"), "code");
    for (const auto& [name, value] : asked.sheet["parameters"].items())
      row(page, name, value.is_string() ? value.get<std::string>() : whole_value(value));
  }
  page.close();
}

void odd(Html& page, const json& sheet) {
  if (sheet["odd"].empty()) return;
  page.open("div", "note bad");
  page.element("strong", "Look twice");
  for (const json& one : sheet["odd"]) page.element("p", one.get<std::string>());
  page.close();
}

void findings(Html& page, const json& sheet) {
  if (sheet["findings"].empty()) return;
  page.element("h2", "What was found");
  for (const json& one : sheet["findings"]) {
    page.open("div", "card");
    page.open("h4");
    page.text(text_at(one, "symptom") + (text_at(one, "symptom").empty() ? "" : ": ") +
              text_at(one, "cause") + " ");
    page.element("span", text_at(one, "severity"), "made warn");
    page.close();
    page.element("p", text_at(one, "title"));
    if (one.contains("evidence") && !one["evidence"].is_null())
      page.block(value_text(one["evidence"], {false, 100}));
    if (const std::string fix = text_at(one, "fix"); !fix.empty())
      page.element("p", "Fix: " + fix, "soft");
    page.close();
  }
}

void operations(Html& page, const json& phase) {
  for (const json& step : phase["steps"]) {
    if (step["operations"].empty()) continue;
    if (step["title"] != phase["title"]) page.element("p", text_at(step, "title"), "step");
    for (const json& one : step["operations"]) {
      const bool last = is_final_change(one);
      page.open("div", last ? "card final" : "card");
      page.open("h4");
      page.element("span", one["n"].dump(), "number");
      page.text(in_words(one));
      page.close();
      if (last) {
        const std::string lost = text_at(one, "irreversible");
        page.element(
            "div",
            "Cannot be undone: " + (lost.empty() ? std::string("it is gone for good") : lost),
            "bad");
      }
      change_list(page, operation_lines(one, {true, 100}), SIZE_MAX);
      page.close();
    }
  }
}

void plan(Html& page, const json& sheet) {
  page.element("h2", "What is going to happen");
  for (const json& phase : sheet["phases"]) {
    if (phase.value("kind", "") == to_string(PhaseKind::wait)) {
      const std::string why = text_at(phase, "why");
      page.element("div",
                   "Wait " + duration_text(phase.value("wait_seconds", Time{0})) +
                       (why.empty() ? "" : ": " + why),
                   "wait");
      continue;
    }
    page.element("h3", text_at(phase, "title"));
    operations(page, phase);
  }
  for (const json& phase : sheet["undo"]) {
    page.element("h3", "Only if it fails: \"" + text_at(phase, "check") + "\"");
    operations(page, phase);
    for (const json& one : phase.value("stays", json::array()))
      page.element("p", "Stays as it is: " + one.get<std::string>(), "bad");
  }
  for (const json& one : sheet["later"])
    page.element("div", "Decided later: " + text_at(one, "phase") + ", " + text_at(one, "why"),
                 "wait");
}

void final_changes(Html& page, const json& sheet) {
  page.element("h2", "What cannot be undone");
  page.open("ul");
  bool any = false;
  for (const json& phase : sheet["phases"])
    for (const json& step : phase["steps"])
      for (const json& one : step["operations"]) {
        if (!is_final_change(one)) continue;
        any = true;
        page.element("li", one["n"].dump() + ". " + in_words(one), "bad");
      }
  if (!any) page.element("li", "Nothing: each of these changes can be undone by another.");
  page.close();
}

void left_alone(Html& page, const json& sheet) {
  page.element("h2", "What is left alone");
  page.open("ul");
  for (const json& one : sheet["kept"]) {
    const std::string why = text_at(one, "why");
    page.element("li", "it " + text_at(one, "it") + (why.empty() ? "" : ": " + why));
  }
  page.element("li",
               "everything else in the account: it is compared before and after each phase, and a "
               "difference that was not signed stops the run");
  page.close();
}

// The texts that the documents are about, where there is no plan to show.
void about(Html& page, const SigningPapers& papers) {
  for (const auto& [name, text] : papers.read) {
    if (text.empty() || name.ends_with(".sig")) continue;
    page.element("h3", name);
    page.block(text);
  }
}

void signing(Html& page, const SigningPapers& papers) {
  page.element("h2", "How to sign");
  page.element("p", papers.sign.size() > 1
                        ? "Sign one of these documents as it is, with your own SSH key. KEY is the "
                          "file of that key; the agent or a security key will do too."
                        : "Sign this document as it is, with your own SSH key. KEY is the file of "
                          "that key; the agent or a security key will do too.");
  for (const ToSign& one : papers.sign) {
    page.open("div", "card");
    page.open("h4");
    page.download(one.file, one.document);
    page.text(": " + one.means);
    page.close();
    page.element("pre", signing_command(one.file));
    page.element(
        "p", "Hand in both files, " + one.file + " and " + one.file + ".sig. They are taken in by",
        "soft");
    page.element("pre", taking_in_command(one, one.file));
    page.close();
  }
  page.element("p",
               "A folder that such files arrive in is taken in whole by `countersign inbox DIR`.",
               "soft");
}

}  // namespace

std::string request_page(const RequestPage& asked) {
  Html page(asked.title + " — " + asked.run, kReportStyle);
  page.open("main");
  header(page, asked);
  if (asked.sheet.is_object()) odd(page, asked.sheet);
  facts(page, asked);
  if (asked.sheet.is_object()) {
    findings(page, asked.sheet);
    plan(page, asked.sheet);
    final_changes(page, asked.sheet);
    left_alone(page, asked.sheet);
  } else {
    about(page, asked.papers);
  }
  signing(page, asked.papers);
  page.open("footer");
  page.text("Run " + asked.run + ". What is signed are the documents, byte for byte; this page " +
            "shows what they are about.");
  page.close();
  page.close();
  return std::move(page).page();
}

}  // namespace countersign
