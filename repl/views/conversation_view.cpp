#include "repl/views/conversation_view.h"

#include <algorithm>

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

// Names and what they are, in two columns; one below the other where that leaves too little.
void entries(Page& page, std::size_t indent, const std::vector<Topic>& topics) {
  std::size_t widest = 0;
  for (const Topic& one : topics)
    widest = std::max(widest, columns(one.use.empty() ? one.name : one.use));
  const std::size_t second = widest + 2;
  const bool beside = indent + second + 30 <= page.style().width;
  for (const Topic& one : topics) {
    const std::string name = one.use.empty() ? one.name : one.use;
    if (beside) {
      page.line(indent,
                {{name, Tone::strong}, {std::string(second - columns(name), ' ') + one.summary}},
                second);
    } else {
      page.line(indent, {{name, Tone::strong}});
      page.line(indent + 4, {{one.summary}}, 0);
    }
  }
}

const char* endpoint_word(const PromptInfo& where) {
  if (!where.run.empty()) return "RECORDED";
  return !where.known ? "UNREACHABLE" : where.simulated ? "SIMULATED" : "LIVE";
}

}  // namespace

// Whoever measures the prompt takes what is enclosed together with the character behind it, so
// each change of colour is one sequence, and something to see follows it.
std::string prompt_text(const PromptInfo& where, const Style& style, char guard) {
  std::string out;
  const std::string enclosed = guard == '\0' ? std::string() : std::string(1, guard);
  const auto put = [&](const std::string& text, const char* code) {
    if (style.color) out += enclosed + "\x1b[0" + code + "m" + enclosed;
    out += visible(text);
  };
  if (where.profile.empty()) {
    put("no account", ";2");
  } else {
    put(where.profile, ";1");
    // Where there is hardly room to type, the account is in the greeting.
    if (style.width >= 60) put(" " + short_sid(where.account), ";2");
    const bool real = where.run.empty() && !where.simulated;
    put(std::string(" ") + endpoint_word(where), real ? ";1;31" : ";1;33");
  }
  if (where.drafting)
    put(" draft of " + changes(where.changes) + ", none made", ";1;33");
  else
    put(" read-only", ";1;32");
  put("> ", "");
  return out;
}

std::string greeting_text(const PromptInfo& where, const Style& style) {
  Page page(style);
  if (where.profile.empty()) {
    page.line(0, {{"No account is chosen: there is nothing to ask. ", Tone::strong},
                  {"--profile NAME chooses one."}});
  } else if (!where.run.empty()) {
    page.line(0, {{where.profile, Tone::strong},
                  {" " + where.account + ", as the run "},
                  {where.run, Tone::strong},
                  {" found it" + (where.phase.empty() ? "" : ", in its phase " + where.phase) +
                   ": nobody is asked"}});
    page.line(
        0, {{"`run` holds what it knew; what it read is answered from its journal.", Tone::good}});
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
  entries(page, 2,
          {{"", "help \"recordings of a call\"", "looks for words"},
           {"", "help \"twilio.calls.list\"", "what an operation takes and returns"},
           {"", "?twilio.calls", "the operations that begin so; TAB completes them"}});
  page.heading("Here");
  entries(page, 2, language_topics());
  page.heading("Commands");
  entries(page, 2, conversation_commands());
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
  entries(page, 0, topics);
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
