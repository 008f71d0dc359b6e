#include "repl/replay/scenario_text.h"

#include <algorithm>

#include "repl/conversation/script_text.h"

namespace countersign {
namespace {

constexpr std::size_t kWidth = 100;

std::string quoted(const std::string& text) {
  return lua_text(json(text)).value_or("\"\"");
}

json texts_of(const json& list, const char* key, bool failed_only) {
  json out = json::array();
  for (const json& one : list)
    if (!failed_only || !one.value("ok", true)) out.push_back(one.value(key, json()));
  return out;
}

// "plan = { "a", "b" }", over lines where it is long.
std::string list_text(const char* key, const json& list) {
  std::string flat, tall;
  for (const json& one : list) {
    const std::string text = one.is_string() ? quoted(one.get<std::string>()) : "\"\"";
    flat += (flat.empty() ? "" : ", ") + text;
    tall += "        " + text + ",\n";
  }
  const std::string head = std::string("      ") + key + " = {";
  if (list.empty()) return head + "},\n";
  if (head.size() + flat.size() + 4 <= kWidth) return head + " " + flat + " },\n";
  return head + "\n" + tall + "      },\n";
}

}  // namespace

std::string recorded_scenario_text(const std::string& script, const std::string& cassette,
                                   const std::string& title, const WalkedRun& walked) {
  json plan = json::array(), unanswered = json::array();
  for (const PlannedPhase& phase : walked.plan.phases)
    for (const Intent* intent : intents_of(phase)) plan.push_back(intent->operation);
  for (const UnansweredCall& one : walked.unanswered)
    if (std::find(unanswered.begin(), unanswered.end(), json(one.operation)) == unanswered.end())
      unanswered.push_back(one.operation);
  const char* status = walked.error ? "failed" : walked.awaits ? "awaiting_decision" : "done";
  const json failed = texts_of(walked.state.checks, "title", true);
  std::string out =
      "-- Played over what a run was answered: nobody is asked. What is expected is what the "
      "script "
      "came to\n-- when this file was made; where that is wrong, mend the script, and what is "
      "expected here.\n"
      "return scenarios {\n  script = " +
      quoted(script) + ", recorded = " + quoted(cassette) + ",\n\n  scenario " + quoted(title) +
      " {\n    expect = {\n      status = \"" + status + "\",\n";
  out += list_text("findings", texts_of(walked.state.findings, "cause", false));
  if (!failed.empty()) out += list_text("checks_failed", failed);
  out += list_text("plan", plan);
  if (!unanswered.empty()) out += list_text("unanswered", unanswered);
  return out + "    },\n  },\n}\n";
}

}  // namespace countersign
