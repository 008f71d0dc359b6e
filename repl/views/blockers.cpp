#include "repl/views/blockers.h"

#include <algorithm>

#include "interpreter/clock.h"
#include "repl/views/plan_view.h"

namespace countersign {
namespace {

// Which incident the signed request is about: what reverts it may go on.
std::string incident_of(const RunState& state) {
  return state.terms.value("incident", "");
}

// An error of the trust files that more signatures do not mend.
bool is_wrong_trust(const Error& error) {
  return error.kind != "waiting" && error.kind != "early";
}

// Why a request that was not used yet cannot be any more.
std::string over(const RunState& state, Time now) {
  if (state.consumed || !state.request) return "";
  const bool booked = std::any_of(state.answers.begin(), state.answers.end(),
                                  [](const Answer& one) { return one.not_before > 0; });
  if (state.decide_by > 0 && now > state.decide_by && !booked)
    return "The time to decide ended at " + moment(iso_time(state.decide_by)) + ".";
  if (!state.plan) return "";
  for (const PlannedPhase& phase : state.plan->phases)
    if (phase.not_after > 0 && now > phase.not_after && state.phases.count(phase.name) == 0)
      return "The window of \"" + phase.name + "\" ended at " + moment(iso_time(phase.not_after)) +
             ".";
  return "";
}

}  // namespace

Blockers blockers_of(const RunState& state, const Home& home, Authorizer* authorizer, Time now) {
  Blockers out;
  if (is_final(state.status)) return out;
  if (const Status open =
          home.latches().open_for(state.account_key(), state.started["profile"].value("name", ""),
                                  state.id(), incident_of(state));
      !open)
    out.blocking.push_back(open.error());
  if (!state.request) return out;
  out.over = over(state, now);
  if (authorizer == nullptr) return out;
  // Whether an approval still counts is asked of the moment until which it could be given: that
  // this is past is said by itself.
  const Time in_time = state.decide_by > 0 ? std::min(now, state.decide_by) : now;
  for (std::size_t i = 0; i < state.decisions.size(); ++i)
    if (const Result<Answer> held =
            authorizer->examine(state.request->document, state.decisions[i], in_time);
        !held)
      out.lost[i] = held.error();
  // What keeps every approval from counting: the request asked for one under other files.
  const Status may = authorizer->authorize(*state.request, {}, in_time, state.consumed);
  if (!may && is_wrong_trust(may.error())) out.blocking.push_back(may.error());
  return out;
}

void blocking_lines(Page& page, const Blockers& now) {
  for (const Error& one : now.blocking) {
    page.line(0, {{"! ", Tone::bad}, {"Nothing can be changed now: ", Tone::bad}, {one.message}},
              2);
    if (!one.hint.empty()) page.line(2, {{"→ ", Tone::strong}, {one.hint}});
  }
  if (!now.blocking.empty()) page.blank();
}

void answer_lines(Page& page, const RunState& state, const Blockers& now) {
  for (std::size_t i = 0; i < state.answers.size(); ++i) {
    const Answer& answer = state.answers[i];
    const bool approves = answer.verdict == "approve";
    const auto lost = now.lost.find(i);
    const bool counts = approves && lost == now.lost.end() && now.over.empty();
    Spans spans = {{counts ? "✓ " : "✗ ", counts ? Tone::good : Tone::bad},
                   {answer.person, Tone::strong},
                   {approves ? " approved" : " rejected"}};
    if (!answer.reference.empty()) spans.push_back({" (" + answer.reference + ")"});
    spans.push_back({terms_text(answer), Tone::warning});
    if (approves && lost != now.lost.end())
      spans.push_back({"; it no longer counts: " + lost->second.message, Tone::bad});
    else if (approves && !now.over.empty())
      spans.push_back({"; it was not used in time", Tone::bad});
    page.line(2, spans, 4);
  }
}

void stays_lines(Page& page, const json& undoing) {
  if (!undoing.is_object()) return;
  for (const json& one : undoing.value("stays", json::array()))
    page.line(2, {{"stays as it is: ", Tone::bad}, {one.get<std::string>()}}, 4);
}

}  // namespace countersign
