#include "repl/views/progress_view.h"

#include "interpreter/clock.h"
#include "repl/views/plan_view.h"

namespace countersign {
namespace {

std::string text_or(const json& value, const char* key) {
  const json found = value.is_object() ? value.value(key, json()) : json();
  return found.is_string() ? found.get<std::string>() : std::string();
}

}  // namespace

std::string Progress::text(const Record& record) {
  const json& body = record.body;
  Page page(style_);
  if (record.kind == "phase.started") {
    // Said when something happens in it: a phase may turn out to be skipped.
    phase_ =
        (text_or(body, "kind") == "read" ? "reading: " : "changing: ") + text_or(body, "phase");
    return "";
  }
  if (record.kind == "phase.skipped") phase_.clear();
  const bool inside = record.kind == "check" || record.kind == "step" || record.kind == "note" ||
                      record.kind == "intent";
  if (inside && !phase_.empty()) {
    page.line(0, {{phase_, Tone::faint}});
    phase_.clear();
  }
  if (record.kind == "run.started") {
    page.line(0, {{"run " + text_or(body, "run"), Tone::strong},
                  {"  " + text_or(body["runbook"], "title")}});
  } else if (record.kind == "check") {
    const bool ok = body.value("ok", false);
    page.line(2, {{ok ? "✓ " : "✗ ", ok ? Tone::good : Tone::bad}, {text_or(body, "title")}});
  } else if (record.kind == "step") {
    page.line(2, {{text_or(body, "title")}});
  } else if (record.kind == "note") {
    page.line(2, {{"· " + text_or(body, "text"), Tone::faint}});
  } else if (record.kind == "finding") {
    page.line(2, {{text_or(body, "severity") + "  ", Tone::warning}, {text_or(body, "cause")}});
  } else if (record.kind == "outcome" && body.contains("settled")) {
    page.line(4, {{"settled: " + text_or(body, "operation") + " had been carried out"}});
  } else if (record.kind == "intent") {
    page.line(4, {{std::to_string(body.value("n", 0)) + "  " + text_or(body, "operation") + " " +
                   text_or(body, "target")}});
  } else if (record.kind == "wait.started") {
    page.line(0, {{"waiting: " + text_or(body, "phase") + ", until " +
                   moment(iso_time(body.value("until", Time{0})))}});
  }
  return page.text();
}

}  // namespace countersign
