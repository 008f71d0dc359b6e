#include "repl/views/run_view.h"

#include <set>

#include "interpreter/clock.h"
#include "interpreter/run.h"
#include "interpreter/ways_on.h"
#include "repl/views/changes_view.h"
#include "repl/views/error_view.h"
#include "repl/views/plan_view.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

// Shown of a run under way whose decision was taken in and not used yet.
constexpr const char* kApproved = "approved";

Tone tone_of(const std::string& shown) {
  const auto status = parse_word<RunStatus>(shown);
  if (status == RunStatus::done) return Tone::good;
  if (status == RunStatus::failed || status == RunStatus::in_doubt || status == RunStatus::drifted)
    return Tone::bad;
  if (status == RunStatus::rejected || status == RunStatus::cancelled) return Tone::faint;
  return Tone::warning;
}

std::string status_in_words(const std::string& shown) {
  if (shown == kApproved) return "approved: it goes on when it is resumed";
  const auto status = parse_word<RunStatus>(shown);
  if (status == RunStatus::running)
    return "running, unless it was interrupted: it goes on when it is resumed";
  if (status == RunStatus::awaiting_decision) return "waits for a decision";
  if (status == RunStatus::awaiting_time) return "waits";
  if (status == RunStatus::awaiting_attestation) return "waits for a person's check";
  if (status == RunStatus::in_doubt)
    return "in doubt: it is not known whether an operation was carried out";
  if (status == RunStatus::drifted) return "drifted: what is there is not what was signed";
  return shown;
}

std::string text_or(const json& value, const char* key, const std::string& fallback = "") {
  const json found = value.is_object() ? value.value(key, json()) : json();
  return found.is_string() ? found.get<std::string>() : fallback;
}

// An item that people look at. What somebody found wanting is not proposed to be passed.
void item(Page& page, const RunState& state, const json& one, const Blockers& now) {
  const std::string slug = text_or(one, "item"), role = text_or(one, "role");
  const std::string who = role.empty()                   ? ""
                          : now.may_sign.count(role) > 0 ? signers_in_words(role, 1, now.may_sign)
                                                         : role;
  page.line(2, {{text_or(one, "text")}, {who.empty() ? "" : "  by " + who, Tone::faint}});
  if (const std::string why = text_or(one, "why"); !why.empty()) page.line(4, {{why, Tone::faint}});
  if (const std::string due = text_or(one, "due"); !due.empty())
    page.line(4, {{"due " + moment(due, page.style()) + ", overdue " +
                       moment(text_or(one, "overdue"), page.style()),
                   Tone::warning}});
  const auto answered = state.attestations.find(slug);
  if (answered != state.attestations.end() && answered->second.verdict == "fail")
    page.line(4, {{"✗ ", Tone::bad},
                  {answered->second.person + " found it wanting" +
                   (answered->second.reason.empty() ? "" : ": " + answered->second.reason)}});
  else
    page.command(4, "countersign attest " + state.id() + " " + slug + " --pass");
}

// What opened on the way stays open when the run has ended.
void open_obligations(Page& page, const RunState& state, const Blockers& now) {
  for (const json& one : state.obligations)
    if (!state.attested(one.value("slug", ""))) item(page, state, open_item(state, one), now);
}

// The ways on that have to be named: by which options a run goes on that stopped.
void ways(Page& page, const RunState& state, bool all) {
  for (const json& one : ways_on(state))
    if (all || one["way"] != "resume")
      page.command(2, one["command"].get<std::string>(), one["why"].get<std::string>());
}

// What a run waits for, and the words to type.
void waiting(Page& page, const RunState& state, const json& shape, const Blockers& now) {
  const json& waits = shape["waiting_for"];
  const std::string id = state.id(), kind = text_or(waits, "kind");
  const auto type = [&](const std::string& command, const std::string& why = "") {
    page.command(2, command, why);
  };
  if (!now.over.empty() && !is_final(state.status)) {
    page.line(2, {{now.over, Tone::warning}});
    answer_lines(page, state, now);
    type("countersign resume " + id, "plans and asks anew");
  } else if (kind == "decision") {
    page.line(2, {{"a decision by " + signers_in_words(waits["requires"], now.may_sign) +
                   ", until " + moment(text_or(waits, "decide_by"), page.style())}});
    answer_lines(page, state, now);
    type("countersign plan " + id, "what is going to change");
    type("countersign approve " + id);
    type("countersign request " + id + " --to DIR", "to have it signed elsewhere");
    ways(page, state, false);
  } else if (kind == "time") {
    Spans spans = {{"until " + moment(text_or(waits, "until"), page.style())}};
    if (const std::string why = text_or(waits, "why"); !why.empty()) spans.push_back({" — " + why});
    page.line(2, spans);
    if (const std::string unless = text_or(waits, "unless"); !unless.empty())
      page.line(2, {{"or earlier, if " + unless + "; looked at again " +
                     moment(text_or(waits, "next_look"), page.style())}});
    type("countersign resume " + id, "then, or at once with --wait");
  } else if (kind == "attestation") {
    for (const json& one : waits["items"]) item(page, state, one, now);
    ways(page, state, false);
  } else if (kind == "sign_off") {
    std::string roles;
    for (const json& one : waits["sign_off"])
      roles += (roles.empty() ? "" : "; ") +
               (now.may_sign.count(one.get<std::string>()) > 0
                    ? signers_in_words(one.get<std::string>(), 1, now.may_sign)
                    : one.get<std::string>());
    if (roles.empty()) {
      page.line(2, {{"nobody: every check has passed"}});
      type("countersign resume " + id, "ends it");
    } else {
      page.line(2, {{"the closing signature of: " + roles}});
      type("countersign sign-off " + id);
    }
  } else if (kind == "settlement") {
    page.line(2, {{text_or(waits, "operation") + " on " + text_or(waits, "target") +
                   " was begun and has no outcome"}});
    type("countersign resume " + id, "looks at what is there now");
    type("countersign settle " + id + " --applied|--not-applied --note TEXT",
         "where only a person can know");
  } else if (state.status == RunStatus::drifted || kind == "halt") {
    ways(page, state, true);
  } else if (state.status == RunStatus::running) {
    for (const auto& [key, one] : state.begun)
      page.line(
          2, {{"operation " + std::to_string(one.n) + " (" + one.operation + " on " + one.target +
                   ") was begun and has no outcome: it is not known whether it "
                   "was carried out",
               Tone::bad}});
    type("countersign resume " + id,
         state.begun.empty() ? "" : "looks at what is there before it goes on");
  } else if (is_final(state.status)) {
    const bool left = !ways_on(state).empty();
    page.line(2,
              {{left ? "nothing: the run has ended; what leads on" : "nothing: the run has ended",
                Tone::faint}});
    ways(page, state, true);
    open_obligations(page, state, now);
  }
}

void checks(Page& page, const json& shape) {
  if (shape["checks"].empty()) return;
  page.heading("Checked");
  for (const json& check : shape["checks"]) {
    const bool ok = check.value("ok", false);
    Spans spans = {{ok ? "✓ " : "✗ ", ok ? Tone::good : Tone::bad}, {text_or(check, "title")}};
    // The detail says what was wrong; where nothing was, it is in the way.
    if (!ok && !check["detail"].is_null()) spans.push_back({": " + plain(check["detail"], 300)});
    page.line(2, spans);
  }
}

// What was carried out, as the plan said it.
std::string done_in_words(const RunState& state, const AppliedOperation& one,
                          const Catalogue& catalogue) {
  const Intent* intent = state.plan ? state.plan->intent(one.n) : nullptr;
  if (intent != nullptr && intent->operation == one.operation) return in_words(*intent, catalogue);
  const Row* row = catalogue.find(one.operation);
  return row ? row->summary : one.operation;
}

// How an operation stands: what was confirmed, and nothing else, is done.
enum class Made { no, yes, failed, unknown };

Made made(const RunState& state, int n) {
  for (const AppliedOperation& one : state.confirmed)
    if (one.n == n) return Made::yes;
  for (const auto& [key, one] : state.begun)
    if (one.n == n) return Made::unknown;
  for (const auto& [key, one] : state.outcomes)
    if (one.n == n && one.error) return Made::failed;
  return Made::no;
}

Span sign_of(Made how) {
  switch (how) {
    case Made::yes:
      return {"✓ ", Tone::good};
    case Made::failed:
      return {"✗ ", Tone::bad};
    case Made::unknown:
      return {"? ", Tone::bad};
    case Made::no:
      break;
  }
  return {"· ", Tone::faint};
}

const char* words_of(Made how) {
  return how == Made::failed    ? "; it failed"
         : how == Made::unknown ? "; it is not known whether it was carried out"
                                : "";
}

// The operations of a step: those of the plan with its title.
std::vector<const Intent*> intents_of_step(const RunState& state, const std::string& phase,
                                           const std::string& title) {
  std::vector<const Intent*> intents;
  const PlannedPhase* planned = state.plan ? state.plan->phase(phase) : nullptr;
  if (planned == nullptr) return intents;
  for (const PlanStep& step : planned->steps)
    if (step.title == title)
      for (const Intent& intent : step.intents) intents.push_back(&intent);
  return intents;
}

// A step is as its operations are; one without any is over when its phase is.
Made made(const RunState& state, const std::string& phase,
          const std::vector<const Intent*>& intents) {
  if (intents.empty()) return state.phases.count(phase) > 0 ? Made::yes : Made::no;
  bool all = true;
  for (const Intent* intent : intents) {
    const Made how = made(state, intent->n);
    if (how == Made::failed || how == Made::unknown) return how;
    all = all && how == Made::yes;
  }
  return all ? Made::yes : Made::no;
}

void steps(Page& page, const RunState& state, const Catalogue& catalogue) {
  if (state.steps.empty() && state.confirmed.empty() && state.notes.empty()) return;
  page.heading("Steps");
  std::set<int> shown;
  const auto show = [&](int n, Made how, const std::string& words) {
    if (!shown.insert(n).second) return;
    const std::string number = std::to_string(n);
    page.line(4,
              {sign_of(how),
               {number + std::string(number.size() < 3 ? 4 - number.size() : 1, ' '), Tone::faint},
               {words},
               {words_of(how), Tone::bad}},
              6);
  };
  for (const json& step : state.steps) {
    const std::string title = text_or(step, "title"), phase = text_or(step, "phase");
    const std::vector<const Intent*> intents = intents_of_step(state, phase, title);
    const Made how = made(state, phase, intents);
    page.line(2, {sign_of(how), {title}, {how == Made::no ? "; not done" : "", Tone::faint}});
    for (const Intent* intent : intents)
      if (const Made one = made(state, intent->n); one != Made::no)
        show(intent->n, one, in_words(*intent, catalogue));
  }
  // Those of an earlier plan, whose steps are not kept.
  for (const AppliedOperation& one : state.confirmed)
    show(one.n, Made::yes, done_in_words(state, one, catalogue));
  for (const json& note : state.notes) page.line(2, {{"· ", Tone::faint}, {text_or(note, "text")}});
}

void decisions(Page& page, const RunState& state, const Blockers& now) {
  if (state.answers.empty() && state.settlements.empty() && state.attestations.empty() &&
      state.sign_offs.empty())
    return;
  page.heading("Decided");
  const auto say = [&](const std::string& what, const Answer& answer,
                       const std::string& lost = "") {
    Spans spans = {
        {what + " "}, {answer.person, Tone::strong}, {" (" + answer.principal + ")", Tone::faint}};
    if (!answer.reference.empty()) spans.push_back({", see " + answer.reference});
    spans.push_back({terms_text(answer), Tone::warning});
    if (!answer.reason.empty()) spans.push_back({": " + answer.reason});
    if (!lost.empty()) spans.push_back({"; it no longer counts: " + lost, Tone::bad});
    page.line(2, spans);
  };
  for (std::size_t i = 0; i < state.answers.size(); ++i) {
    const auto lost = now.lost.find(i);
    say(state.answers[i].verdict == "approve" ? "approved by" : "rejected by", state.answers[i],
        lost == now.lost.end() ? "" : lost->second.message);
  }
  for (const Settlement& one : state.settlements)
    say("operation " + std::to_string(one.begun.n) + " (" + one.begun.operation + ") settled as " +
            (one.answer.verdict == "applied" ? "carried out" : "not carried out") +
            (one.corrects.empty() ? "" : ", correcting that,") + " by",
        one.answer, one.stands ? "" : "it was corrected");
  for (const auto& [slug, answer] : state.attestations)
    say(slug + (answer.verdict == "pass" ? " attested by" : " found wanting by"), answer);
  for (const Answer& answer : state.sign_offs) say("signed off by", answer);
}

void failure(Page& page, const RunState& state) {
  if (!state.undoing.is_null()) {
    page.heading(is_final(state.status) ? "Why something was undone"
                                        : "Why something is to be undone");
    page.line(2, {{text_or(state.undoing["error"], "message")}});
    stays_lines(page, state.undoing);
  }
  if (!state.undoing.is_null() && !is_final(state.status)) {
    page.line(2, {{state.undoing.value("signed", false)
                       ? "It is undone as it was signed with the plan."
                       : "`countersign plan " + state.id() +
                             "` says how. Rejecting that leaves it as it is."}});
  }
  if (!state.error) return;
  page.heading(state.status == RunStatus::cancelled ? "Why it ended" : "What went wrong");
  const std::size_t end = state.error->message.find('\n');
  page.line(2, {{state.error->message.substr(0, end)},
                {state.error->where.empty() ? "" : " (" + state.error->where + ")", Tone::faint}});
  if (end != std::string::npos) page.block(2, state.error->message.substr(end + 1));
  if (!state.error->hint.empty()) page.line(2, {{"→ ", Tone::strong}, {state.error->hint}});
}

// What was done before by another run, and what failed and was planned anew.
void earlier(Page& page, const RunState& state) {
  if (!state.taken_over.is_null())
    page.field("goes on", {{"with what run " + text_or(state.taken_over, "run") + " did"}});
}

Spans status_spans(const RunState& state) {
  return {{state.halted ? "halted: changes are blocked" : status_in_words(status_of(state)),
           tone_of(status_of(state))}};
}

}  // namespace

std::vector<std::string> shown_statuses() {
  std::vector<std::string> all(kTexts<RunStatus>.begin(), kTexts<RunStatus>.end());
  all.insert(all.begin() + 2, kApproved);
  return all;
}

std::string status_of(const RunState& state) {
  const bool approved = state.status == RunStatus::running && !state.halted && state.request &&
                        !state.consumed && !state.answers.empty() && state.begun.empty();
  return approved ? kApproved : to_string(state.status);
}

json run_json(const RunState& state) {
  json shape = summary(state);
  shape["status"] = status_of(state);
  if (state.error) shape["error"] = error_json(with_way(state, *state.error));
  return shape;
}

json run_json(const RunState& state, const Blockers& now) {
  json shape = run_json(state);
  if (shape["waiting_for"].is_object())
    shape["waiting_for"]["may_sign"] = principals_json(now.may_sign);
  return shape;
}

std::string settled_words(const Settlement& one) {
  return "operation " + std::to_string(one.begun.n) + " (" + one.begun.operation +
         ") was settled as " +
         (one.answer.verdict == "applied" ? "carried out" : "not carried out") + " by " +
         one.answer.person + (one.answer.reason.empty() ? "" : ": " + one.answer.reason);
}

void findings_section(Page& page, const RunState& state) {
  if (state.findings.empty()) return;
  page.heading("Found");
  for (const json& finding : state.findings) {
    const std::string title = text_or(finding, "title");
    page.line(2, {{text_or(finding, "severity") + "  ", Tone::warning},
                  {text_or(finding, "symptom").empty() ? "" : text_or(finding, "symptom") + ": "},
                  {text_or(finding, "cause"), Tone::strong}});
    if (!title.empty()) page.line(4, {{title}});
    if (finding.contains("evidence") && !finding["evidence"].is_null())
      page.block(6, value_text(finding["evidence"], {false, page.style().width - 6}));
    if (const std::string rule = text_or(finding, "escalation"); !rule.empty())
      page.line(4, {{"escalated: " + rule, Tone::bad}});
    const std::string fix = text_or(finding, "fix"), tell = text_or(finding, "tell"),
                      again = text_or(finding, "look_again");
    if (!fix.empty() && fix != "none") page.line(4, {{"fix: " + fix}});
    if (!tell.empty()) page.line(4, {{"no fix of ours: " + tell}});
    if (!again.empty()) page.line(4, {{"look again in " + again, Tone::faint}});
  }
}

std::string run_text(const RunState& state, const Catalogue& catalogue, const Style& style,
                     const Blockers& now) {
  const json shape = summary(state);
  Page page(style);
  blocking_lines(page, now);
  page.line(0, {{text_or(shape, "title"), Tone::strong}});
  page.field("run", {{state.id() + ", runbook " + text_or(shape, "runbook")}});
  page.field("account", {{text_or(shape, "profile"), Tone::strong},
                         {"  " + text_or(shape, "account"), Tone::faint}});
  page.field("at", endpoint_spans(shape["endpoint"]));
  page.field("begun", {{moment(text_or(shape, "started"), page.style())}});
  Spans stands = status_spans(state);
  if (const std::string phase = text_or(shape, "phase"); !phase.empty() && !is_final(state.status))
    stands.push_back({"  in phase " + phase, Tone::faint});
  page.field("stands", stands);
  earlier(page, state);
  failure(page, state);
  checks(page, shape);
  findings_section(page, state);
  steps(page, state, catalogue);
  decisions(page, state, now);
  page.heading("Waits for");
  waiting(page, state, shape, now);
  return page.text();
}

std::string stop_text(const RunState& state, const Style& style, const Blockers& now) {
  const json shape = summary(state);
  Page page(style);
  Spans spans = {{"run " + state.id() + " ", Tone::strong}};
  for (Span& span : status_spans(state)) spans.push_back(std::move(span));
  page.line(0, spans);
  if (state.status == RunStatus::done) {
    page.line(2, {{std::to_string(shape["checks"].size()) + " checks passed, " +
                   std::to_string(state.confirmed.size()) + " changes made"}});
    page.command(2, "countersign show " + state.id());
  }
  findings_section(page, state);
  failure(page, state);
  if (is_final(state.status) && !ways_on(state).empty()) {
    page.heading("What leads on");
    ways(page, state, true);
  }
  if (!is_final(state.status)) {
    if (!state.findings.empty()) page.heading("Waits for");
    waiting(page, state, shape, now);
  }
  return page.text();
}

namespace {

// In front of what follows on the line; nothing where it is not known.
std::string apart(const std::string& text) {
  return text.empty() ? "" : text + "  ";
}

}  // namespace

std::string due_text(const json& due, const json& latches, const Style& style) {
  Page page(style);
  for (const json& latch : latches)
    page.line(0, {{text_or(latch, "kind") == "freeze" ? "frozen  " : "incident  ", Tone::bad},
                  {text_or(latch, "profile").empty() ? "every account" : text_or(latch, "profile"),
                   Tone::strong},
                  {" since " + moment(iso_time(latch.value("at", Time{0})), style) + ": " +
                   text_or(latch, "reason")},
                  {text_or(latch, "person").empty() ? " (run " + text_or(latch, "run") + ")"
                                                    : " (" + text_or(latch, "person") + ")",
                   Tone::faint}});
  if (!latches.empty()) page.blank();
  if (due.empty()) {
    page.line(0, {{"Nothing is due."}});
    return page.text();
  }
  for (const json& one : due) {
    const std::string state = text_or(one, "state");
    page.line(0,
              {{state + std::string(state.size() < 9 ? 9 - state.size() : 1, ' '),
                state == "overdue" ? Tone::bad
                : state == "due"   ? Tone::warning
                                   : Tone::faint},
               {apart(text_or(one, "run")), Tone::strong},
               {apart(text_or(one, "profile"))},
               {text_or(one, "text")},
               {text_or(one, "due").empty() ? "" : "  " + moment(text_or(one, "due"), style),
                Tone::faint}},
              10);
    if (const std::string who = text_or(one, "who"); !who.empty())
      page.line(10, {{"by " + who, Tone::faint}});
    page.command(10, text_or(one, "do"));
  }
  return page.text();
}

namespace {

// "2 of 5 changes made", "5 changes", "no changes".
std::string changes_of(const json& run) {
  const int planned = run.value("changes_planned", 0), made = run.value("changes_made", 0);
  if (planned == 0 && made == 0) return "no changes";
  const std::string all = std::to_string(planned) + (planned == 1 ? " change" : " changes");
  if (made == 0) return all + (planned > 0 ? " planned" : "");
  return made >= planned ? std::to_string(made) + (made == 1 ? " change made" : " changes made")
                         : std::to_string(made) + " of " + all + " made";
}

// "type = admin-email, address = desk@acme.example"
std::string with_what(const json& run) {
  std::string text;
  const json given = run.value("about", json::object());
  for (const auto& [name, value] : given.items())
    text += (text.empty() ? "" : ", ") + name + " = " +
            (value.is_string() ? value.get<std::string>() : value.dump());
  return text;
}

}  // namespace

std::string runs_text(const std::vector<json>& runs, const Style& style, const RunsLook& look) {
  Page page(style);
  if (runs.empty()) {
    page.line(0, {{look.filtered ? "No run is of that kind. `countersign runs` lists all."
                                 : "No runs yet. `countersign run RUNBOOK` starts one."}});
    return page.text();
  }
  std::vector<std::vector<Span>> rows;
  rows.push_back({{"RUN", Tone::faint},
                  {"STATUS", Tone::faint},
                  {"PROFILE", Tone::faint},
                  {"RUNBOOK", Tone::faint},
                  {"UPDATED", Tone::faint}});
  for (const json& run : runs)
    rows.push_back({{text_or(run, "run"), Tone::strong},
                    {text_or(run, "status"), tone_of(text_or(run, "status"))},
                    {text_or(run, "profile")},
                    {text_or(run, "runbook")},
                    {moment(text_or(run, "updated"), style)}});
  std::vector<Spans> below(1);
  for (const json& run : runs) {
    const std::string with = with_what(run);
    below.push_back({{text_or(run, "title")},
                     {", " + changes_of(run) + (with.empty() ? "" : ": " + with), Tone::faint}});
  }
  page.table(0, rows, below);
  if (look.left_out > 0)
    page.line(0, {{"… and " + std::to_string(look.left_out) +
                       " earlier ones: a larger --limit shows more",
                   Tone::faint}});
  return page.text();
}

}  // namespace countersign
