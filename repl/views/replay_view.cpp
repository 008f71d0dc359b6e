#include "repl/views/replay_view.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "repl/views/changes_view.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

constexpr std::size_t kArguments = 240;

std::string text_at(const json& one, const char* key) {
  const json value = one.is_object() ? one.value(key, json()) : json();
  return value.is_string() ? value.get<std::string>() : "";
}

Spans finding_words(const json& one) {
  const std::string symptom = text_at(one, "symptom"), title = text_at(one, "title");
  Spans spans = {{text_at(one, "cause"), Tone::strong}};
  if (!symptom.empty()) spans.push_back({" (" + symptom + ")"});
  if (!title.empty()) spans.push_back({": " + title});
  return spans;
}

Spans check_words(const json& one) {
  const bool ok = one.value("ok", false);
  Spans spans = {{ok ? "✓ " : "✗ ", ok ? Tone::good : Tone::bad}, {text_at(one, "title")}};
  if (!ok && one.contains("detail") && !one["detail"].is_null())
    spans.push_back({": " + plain(one["detail"], 300)});
  return spans;
}

Spans operation_words(const json& one) {
  return {{text_at(one, "operation"), Tone::strong},
          {" " + brief(one.value("arguments", json::object()), kArguments)},
          {"  " + text_at(one, "step"), Tone::faint}};
}

void side(Page& page, const char* mark, Tone tone, const Spans& words) {
  Spans spans = {{std::string(mark) + " ", tone}};
  spans.insert(spans.end(), words.begin(), words.end());
  page.line(2, spans, 4);
}

// Both sides in words; what the words leave out, field by field.
void changed_lines(Page& page, const ComparedEntry& entry, Spans (*words)(const json&),
                   bool whole_words) {
  const auto text_of = [](const Spans& spans) {
    std::string text;
    for (const Span& one : spans) text += one.text;
    return text;
  };
  const Spans then = words(*entry.then), now = words(*entry.now);
  if (text_of(then) != text_of(now)) {
    side(page, "-", Tone::removed, then);
    side(page, "+", Tone::added, now);
  } else {
    side(page, "~", Tone::warning, now);
  }
  if (!whole_words) difference_lines(page, 6, difference(*entry.then, *entry.now), "");
}

void section(Page& page, const char* title, const std::vector<ComparedEntry>& entries,
             Spans (*words)(const json&), bool whole_words = false) {
  if (entries.empty()) return;
  page.heading(title);
  for (const ComparedEntry& one : entries) {
    if (one.same())
      side(page, " ", Tone::plain, words(*one.now));
    else if (!one.now)
      side(page, "-", Tone::removed, words(*one.then));
    else if (!one.then)
      side(page, "+", Tone::added, words(*one.now));
    else
      changed_lines(page, one, words, whole_words);
  }
}

void evidence_of(Page& page, const std::vector<ComparedEntry>& findings) {
  for (const ComparedEntry& one : findings)
    if (!one.then && one.now->contains("evidence") && !(*one.now)["evidence"].is_null()) {
      page.line(4, {{"what speaks for " + text_at(*one.now, "cause") + ":", Tone::faint}});
      page.block(6, value_text((*one.now)["evidence"], {false, page.style().width - 6}));
    }
}

void unanswered_section(Page& page, const std::vector<UnansweredCall>& calls) {
  if (calls.empty()) return;
  page.heading("The recording has no answer to");
  for (const UnansweredCall& one : calls) {
    page.line(2, {{(one.where.empty() ? "phase " + one.phase : one.where) + "  ", Tone::faint},
                  {one.operation, Tone::strong},
                  {" " + brief(one.arguments, kArguments)}});
    page.line(4, {{one.hint, Tone::faint}});
  }
}

const WalkedPhase* phase_named(const WalkedRun& run, const std::string& name) {
  for (const WalkedPhase& one : run.phases)
    if (one.name == name) return &one;
  return nullptr;
}

std::string in_words(WalkEnding ending) {
  return ending == WalkEnding::not_walked ? "not walked"
         : ending == WalkEnding::unknown  ? "not known"
                                          : to_string(ending);
}

// Where a walk did not come to an end of a phase, and it is not so on the other side.
void endings(Page& page, const ReplayShown& shown) {
  bool any = false;
  for (const WalkedPhase& one : shown.now.phases) {
    const WalkedPhase* then = phase_named(shown.then, one.name);
    const bool told = one.ending == WalkEnding::failed || one.ending == WalkEnding::unknown;
    if (!told && (then == nullptr || then->ending == one.ending)) continue;
    if (!any) page.heading("Phases");
    any = true;
    Spans spans = {{one.name + ": ", Tone::strong},
                   {then == nullptr ? "" : in_words(then->ending) + " then, "},
                   {in_words(one.ending) + " now"}};
    if (!one.why.empty()) spans.push_back({" — " + one.why, Tone::faint});
    page.line(2, spans);
  }
}

json calls_json(const std::vector<UnansweredCall>& calls) {
  json out = json::array();
  for (const UnansweredCall& one : calls)
    out.push_back({{"phase", one.phase},
                   {"where", one.where},
                   {"operation", one.operation},
                   {"arguments", one.arguments},
                   {"hint", one.hint}});
  return out;
}

json entries_json(const std::vector<ComparedEntry>& entries) {
  json out = json::array();
  for (const ComparedEntry& one : entries) {
    json entry = {{"change", one.same()  ? "same"
                             : !one.now  ? "removed"
                             : !one.then ? "added"
                                         : "changed"},
                  {"then", one.then ? *one.then : json()},
                  {"now", one.now ? *one.now : json()}};
    if (one.then && one.now && !one.same()) entry["diff"] = difference(*one.then, *one.now);
    out.push_back(std::move(entry));
  }
  return out;
}

json error_json(const std::optional<Error>& error) {
  return error ? to_json(*error) : json();
}

}  // namespace

std::string replay_text(const ReplayShown& shown, const Style& style) {
  Page page(style);
  const json& runbook = shown.run.started["runbook"];
  page.line(0, {{"Replay of "},
                {shown.run.started.value("run", ""), Tone::strong},
                {" (" + text_at(runbook, "name") + "), nobody is asked"}});
  for (const auto& [file, what] : shown.replaced)
    page.line(2, {{file, Tone::strong}, {" in place of " + what}});
  section(page, "Found", shown.difference.findings, finding_words);
  evidence_of(page, shown.difference.findings);
  section(page, "Checked", shown.difference.checks, check_words, true);
  section(page, "Planned", shown.difference.operations, operation_words);
  endings(page, shown);
  unanswered_section(page, shown.now.unanswered);
  page.blank();
  if (shown.difference.same())
    page.line(0, {{"Nothing was found, checked or planned otherwise."}});
  else
    page.line(0, {{"- as it was recorded, + with the changed script.", Tone::faint}});
  return page.text();
}

json replay_json(const ReplayShown& shown) {
  json replaced = json::array(), phases = json::array();
  for (const auto& [file, what] : shown.replaced)
    replaced.push_back({{"file", file}, {"replaces", what}});
  for (const WalkedPhase& one : shown.now.phases) {
    const WalkedPhase* then = phase_named(shown.then, one.name);
    phases.push_back({{"name", one.name},
                      {"kind", to_string(one.kind)},
                      {"then", then == nullptr ? json() : json(to_string(then->ending))},
                      {"now", to_string(one.ending)},
                      {"why", one.why}});
  }
  return {
      {"run", shown.run.started.value("run", "")},
      {"runbook", text_at(shown.run.started["runbook"], "name")},
      {"with", replaced},
      {"same", shown.difference.same() && shown.now.unanswered.empty()},
      {"findings", entries_json(shown.difference.findings)},
      {"checks", entries_json(shown.difference.checks)},
      {"plan", entries_json(shown.difference.operations)},
      {"phases", phases},
      {"unanswered", calls_json(shown.now.unanswered)},
      {"error", {{"then", error_json(shown.then.error)}, {"now", error_json(shown.now.error)}}}};
}

}  // namespace countersign
