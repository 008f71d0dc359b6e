#include "repl/views/progress_view.h"

#include "interpreter/clock.h"
#include "interpreter/journal_format.h"
#include "repl/views/changes_view.h"
#include "repl/views/plan_view.h"

namespace countersign {

// "Updates a number (Front desk)", as the plan names it.
std::string Progress::operation_words(const IntentRecord& intent) const {
  json operation = {
      {"operation", intent.operation}, {"target", intent.target}, {"arguments", intent.arguments}};
  if (intent.before) operation["before"] = json::array({*intent.before});
  describe_operation(operation, catalogue_);
  return in_words(operation);
}

std::string Progress::text(const Record& record) {
  Page page(style_);
  if (const auto started = as<PhaseStartedRecord>(record)) {
    // Said when something happens in it: a phase may turn out to be skipped.
    phase_ = (started->kind == PhaseKind::read ? "reading: " : "changing: ") + started->phase;
    return "";
  }
  if (is<PhaseSkippedRecord>(record)) phase_.clear();
  const bool inside = is<CheckRecord>(record) || is<StepRecord>(record) || is<NoteRecord>(record) ||
                      is<IntentRecord>(record);
  if (inside && !phase_.empty()) {
    page.line(0, {{phase_, Tone::faint}});
    phase_.clear();
  }
  if (const auto run = as<RunStartedRecord>(record)) {
    page.line(0, {{"run " + run->run, Tone::strong}, {"  " + run->runbook.title}});
  } else if (const auto check = as<CheckRecord>(record)) {
    page.line(2, {{check->ok ? "✓ " : "✗ ", check->ok ? Tone::good : Tone::bad}, {check->title}});
  } else if (const auto step = as<StepRecord>(record)) {
    page.line(2, {{step->title}});
  } else if (const auto note = as<NoteRecord>(record)) {
    page.line(2, {{"· " + note->text, Tone::faint}});
  } else if (const auto finding = as<FindingRecord>(record)) {
    page.line(
        2, {{std::string(to_string(finding->severity)) + "  ", Tone::warning}, {finding->cause}});
  } else if (const auto outcome = as<OutcomeRecord>(record); outcome && outcome->settled) {
    page.line(4, {{"settled: " + outcome->operation + " had been carried out"}});
  } else if (const auto intent = as<IntentRecord>(record)) {
    page.line(4,
              {{std::to_string(intent->n) + "  " + operation_words(*intent)},
               {"  " + intent->operation + " " + intent->target, Tone::faint}},
              6);
  } else if (const auto wait = as<WaitStartedRecord>(record)) {
    page.line(0,
              {{"waiting: " + wait->phase + ", until " + moment(iso_time(wait->until), style_)}});
  }
  return page.text();
}

}  // namespace countersign
