#include "repl/views/conversation_view.h"

#include "repl/views/changes_view.h"
#include "repl/views/escape.h"
#include "repl/views/row_view.h"

namespace countersign {
namespace {

std::string changes(std::size_t n) {
  return n == 0 ? "no changes" : n == 1 ? "1 change" : std::to_string(n) + " changes";
}

// A SID as it is told apart from others at a glance.
std::string short_sid(const std::string& sid) {
  return sid.size() > 12 ? sid.substr(0, 6) + ".." + sid.substr(sid.size() - 4) : sid;
}

const char* endpoint_word(const Whereabouts& where) {
  return !where.known ? "UNREACHABLE" : where.simulated ? "SIMULATED" : "LIVE";
}

}  // namespace

std::string prompt_text(const Whereabouts& where, const Style& style, char guard) {
  std::string out;
  const auto put = [&](const std::string& text, const char* code) {
    const std::string enclosed = guard == '\0' ? std::string() : std::string(1, guard);
    if (style.color) out += enclosed + code + enclosed;
    out += visible(text);
    if (style.color) out += enclosed + "\x1b[0m" + enclosed;
  };
  if (where.profile.empty()) {
    put("no account", "\x1b[2m");
  } else {
    put(where.profile, "\x1b[1m");
    // Where there is hardly room to type, the account is in the greeting.
    if (style.width >= 60) put(" " + short_sid(where.account), "\x1b[2m");
    out += " ";
    put(endpoint_word(where), where.simulated ? "\x1b[1;33m" : "\x1b[1;31m");
  }
  out += " ";
  if (where.drafting)
    put("draft of " + changes(where.changes) + ", none made", "\x1b[1;33m");
  else
    put("read-only", "\x1b[1;32m");
  return out + "> ";
}

std::string greeting_text(const Whereabouts& where, const Style& style) {
  Page page(style);
  if (where.profile.empty()) {
    page.line(0, {{"No account is chosen: there is nothing to ask. ", Tone::strong},
                  {"--profile NAME chooses one."}});
  } else {
    const char* meaning = !where.known      ? ": its address does not answer"
                          : where.simulated ? ": nothing real is asked"
                                            : ": real callers, real data";
    page.line(0, {{where.profile, Tone::strong},
                  {" " + where.account +
                   (where.environment.empty() ? "" : ", " + where.environment) + ", "},
                  {endpoint_word(where), where.simulated ? Tone::warning : Tone::bad},
                  {meaning}});
    page.line(0, {{"This session only reads", Tone::good},
                  {": no line that is typed here can change anything."}});
  }
  page.line(0, {{"help says what there is, TAB completes, Ctrl-C breaks off, Ctrl-D leaves.",
                 Tone::faint}});
  return page.text();
}

std::string help_text(const Style& style) {
  Page page(style);
  page.line(0,
            {{"Any line of Lua; a value is shown. Reading operations ask the live account, "
              "changing ones are refused."}},
            0);
  page.line(0, {{"Names keep their values from line to line; a `local` lasts for its own line."}},
            0);
  page.heading("To look something up");
  std::vector<std::vector<Span>> table = {
      {{"help \"recordings of a call\"", Tone::strong}, {"looks for words"}},
      {{"help \"twilio.calls.list\"", Tone::strong}, {"what an operation takes and returns"}},
      {{"?twilio.calls", Tone::strong}, {"the operations that begin so; TAB completes them"}}};
  page.table(2, table);
  page.heading("Here");
  table.clear();
  for (const Topic& one : language_topics())
    table.push_back({{one.use, Tone::strong}, {one.summary}});
  page.table(2, table);
  page.heading("Commands");
  table.clear();
  for (const Topic& one : conversation_commands())
    table.push_back({{one.use, Tone::strong}, {one.summary}});
  page.table(2, table);
  return page.text();
}

std::string topic_text(const Topic& topic, const Style& style) {
  Page page(style);
  page.line(0, {{topic.use.empty() ? topic.name : topic.use, Tone::strong}});
  page.line(2, {{topic.summary}});
  return page.text();
}

std::string row_text(const Row& row, const Style& style) {
  Page page(style);
  row_lines(page, row);
  return page.text();
}

std::string topics_text(const std::vector<Topic>& topics, const Style& style) {
  Page page(style);
  std::vector<std::vector<Span>> table;
  for (const Topic& one : topics)
    table.push_back({{one.use.empty() ? one.name : one.use, Tone::strong}, {one.summary}});
  page.table(0, table);
  return page.text();
}

std::string drafted_text(const PlannedPhase& draft, int from, const Catalogue& catalogue,
                         const Style& style) {
  Page page(style);
  for (const PlanStep& step : draft.steps)
    for (const Intent& intent : step.intents)
      if (intent.n >= from) intent_lines(page, 0, intent, catalogue);
  return page.text();
}

std::string draft_text(const PlannedPhase& draft, const Catalogue& catalogue, const Style& style) {
  Page page(style);
  const std::size_t count = intents_of(draft).size();
  page.line(0, {{"Draft: " + changes(count), Tone::strong},
                {count == 0 ? "" : "; none of them is made"}});
  for (const PlanStep& step : draft.steps) {
    if (step.intents.empty()) continue;
    if (step.title != draft.title) page.line(2, {{step.title}});
    for (const Intent& intent : step.intents) intent_lines(page, 2, intent, catalogue);
  }
  if (count == 0)
    page.line(2, {{"Type what is to be changed; it is shown and collected here.", Tone::faint}});
  else
    page.line(0, {{":request", Tone::strong},
                  {" files it for a decision, "},
                  {":plan drop", Tone::strong},
                  {" forgets it"}});
  return page.text();
}

}  // namespace countersign
