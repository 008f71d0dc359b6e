#include "repl/views/plan_view.h"

#include <algorithm>

#include "approvals/time_zone.h"
#include "interpreter/clock.h"
#include "interpreter/run.h"
#include "repl/views/changes_view.h"
#include "repl/views/escape.h"
#include "repl/views/plan_sheet.h"
#include "repl/views/run_view.h"
#include "repl/views/value_lines.h"
#include "repl/views/value_view.h"
#include "stdlib/catalogue.h"
#include "stdlib/consequence.h"

namespace countersign {
namespace {

constexpr std::size_t kMostOdd = 12;

std::string count_of(std::size_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string text_at(const json& object, const char* key) {
  const json value = object.is_object() ? object.value(key, json()) : json();
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string requires_text(const json& roles, const Blockers& now) {
  const std::string text = signers_in_words(roles, now.may_sign);
  return text.empty() ? "nobody: nothing is going to be changed" : text;
}

void parameters(Page& page, const json& sheet, bool full) {
  std::string label = "with";
  for (const auto& [name, value] : sheet["parameters"].items()) {
    const std::string whole =
        value.is_string() ? visible(value.get<std::string>()) : whole_value(value);
    const bool block =
        value.is_string() && value.get_ref<const std::string&>().find('\n') != std::string::npos;
    if (block || value.is_structured() || columns(whole) > 200) {
      page.field(label, {{name + " = ", Tone::faint}});
      ValueLines lines({full, room_beside(page, 16)});
      lines.value(0, "·", "", value);
      put(page, 16, lines.lines());
    } else {
      page.field(label, {{name + " = ", Tone::faint}, {whole}});
    }
    label.clear();
  }
}

void header(Page& page, const json& sheet, const PlanLook& look) {
  const json& profile = sheet["profile"];
  page.line(0, {{text_at(sheet, "title"), Tone::strong}});
  page.field("plan of",
             {{"run " + text_at(sheet, "run") + ", runbook " + text_at(sheet, "runbook")}});
  std::string account = text_at(profile, "name") + ", " + text_at(profile, "environment");
  if (const std::string variant = text_at(profile, "variant");
      !variant.empty() && variant != "full")
    account += ", " + variant;
  page.field("account", {{account, Tone::strong}, {"  " + text_at(sheet, "account"), Tone::faint}});
  for (const json& one : sheet["systems"]) page.field("system", {{system_text(one)}});
  page.field("at", endpoint_spans(sheet["endpoint"]));
  std::string asks = text_at(sheet, "principal");
  if (const json& requester = sheet["requester"]; requester.is_object())
    asks = text_at(requester, "person") + " (" + text_at(requester, "principal") + ")";
  if (!asks.empty()) page.field("asked by", {{asks}});
  if (sheet["asked"] == true) {
    const json requires_ = sheet["requires"].is_array() ? sheet["requires"] : json::array();
    Spans who = {{requires_text(requires_, look.standing), Tone::strong}};
    if (sheet["separation"] == true)
      who.push_back({"; not the person who asks"});
    else if (!requires_.empty())
      who.push_back(
          {"; the person who asks may sign, the policy does not separate the two", Tone::warning});
    page.field("to sign", who);
    page.field("until", {{moment(text_at(sheet, "decide_by"), page.style())}});
    // A page that the request names cannot name the request.
    if (!look.request_sha256.empty())
      page.field("request",
                 {{look.full ? look.request_sha256 : look.request_sha256.substr(0, 16) + "…",
                   Tone::faint}});
  }
  parameters(page, sheet, look.full);
}

// What looks like something else.
void odd(Page& page, const json& sheet, bool full) {
  const json& all = sheet["odd"];
  if (all.empty()) return;
  page.heading("Look twice");
  std::size_t shown = 0;
  for (const json& one : all)
    if (++shown <= kMostOdd || full)
      page.line(2, {{"! ", Tone::warning}, {one.get<std::string>(), Tone::warning}}, 4);
  if (shown > kMostOdd && !full)
    page.line(
        2, {{"… and " + std::to_string(shown - kMostOdd) + " more: `countersign plan RUN --full`",
             Tone::warning}});
}

// What a wait is for; empty where it is over at once.
std::string wait_in_words(const json& phase) {
  if (const Time seconds = phase.value("wait_seconds", Time{0}); seconds > 0)
    return "wait " + duration_text(seconds);
  if (!phase.value("attested", json::array()).empty()) return "wait for people";
  return phase.value("ready", false) ? "wait until it is so" : "";
}

void wait_phase(Page& page, const json& phase) {
  const std::string words = wait_in_words(phase);
  if (words.empty()) return;
  Spans spans = {{"then " + words, Tone::strong}};
  if (const std::string why = text_at(phase, "why"); !why.empty()) spans.push_back({" — " + why});
  page.blank();
  page.line(2, spans);
  if (const std::string unless = text_at(phase, "unless"); !unless.empty())
    page.line(4, {{"ends early if " + unless}});
  std::string items;
  for (const json& slug : phase.value("attested", json::array()))
    items += (items.empty() ? "" : ", ") + slug.get<std::string>();
  if (!items.empty()) page.line(4, {{"until people have confirmed: " + items}});
}

void mutate_phase(Page& page, const json& phase, bool full) {
  page.blank();
  Spans spans = {{text_at(phase, "title"), Tone::strong}};
  if (const std::string end = text_at(phase, "not_after"); !end.empty())
    spans.push_back({"   not after " + moment(end, page.style()), Tone::faint});
  page.line(2, spans);
  bool any = false;
  for (const json& step : phase["steps"]) {
    if (step["operations"].empty()) continue;
    any = true;
    if (step["title"] != phase["title"]) page.line(4, {{text_at(step, "title")}});
    for (const json& operation : step["operations"]) operation_on(page, 6, operation, full);
  }
  if (!any) page.line(4, {{"nothing is to be changed here", Tone::faint}});
}

std::vector<const json*> operations_of(const json& sheet) {
  std::vector<const json*> all;
  for (const char* key : {"phases", "undo"})
    for (const json& phase : sheet[key])
      for (const json& step : phase["steps"])
        for (const json& operation : step["operations"]) all.push_back(&operation);
  return all;
}

void final_changes(Page& page, const json& sheet) {
  page.heading("What cannot be undone");
  bool any = false, programs = false;
  for (const json* operation : operations_of(sheet)) {
    programs = programs || text_at(*operation, "operation") == "command.run";
    if (!is_final_change(*operation)) continue;
    any = true;
    const std::string n = (*operation)["n"].dump(), why = text_at(*operation, "irreversible");
    page.line(2,
              {{n + std::string(n.size() < 3 ? 4 - n.size() : 1, ' '), Tone::bad},
               {in_words(*operation) + ": "},
               {why.empty() ? "it is gone for good" : why, Tone::bad}},
              4);
  }
  if (!any && programs)
    page.line(
        2, {{"Nothing that is known here: what a declared program does, only its author knows."}});
  else if (!any)
    page.line(2, {{"Nothing: each of these changes can be undone by another."}});
}

std::size_t count_operations(const json& sheet) {
  std::size_t n = 0;
  for (const json& phase : sheet["phases"])
    for (const json& step : phase["steps"]) n += step["operations"].size();
  return n;
}

// "callers hear the changed flow (3, 7)": each sentence once, with the operations it is of.
void sentences(Page& page, const std::string& label,
               const std::vector<std::pair<std::string, std::string>>& all,
               const std::string& none) {
  if (all.empty()) {
    page.field(label, {{none, Tone::faint}});
    return;
  }
  std::string shown = label;
  for (const auto& [sentence, numbers] : all) {
    page.field(shown, {{sentence}, {" (" + numbers + ")", Tone::faint}});
    shown.clear();
  }
}

// The plan in a few lines: what it brings about outside, what is lost, how long, who signs.
void in_short(Page& page, const json& sheet, const PlanLook& look) {
  const std::size_t count = count_operations(sheet);
  if (count == 0) return;
  std::vector<std::pair<std::string, std::string>> notice, cost;
  std::string lost;
  std::size_t n_lost = 0;
  Time waits = 0;
  std::size_t n_waits = 0;
  const auto note = [](auto& all, const std::string& sentence, const std::string& n) {
    if (sentence.empty()) return;
    for (auto& [known, numbers] : all)
      if (known == sentence) {
        numbers += ", " + n;
        return;
      }
    all.emplace_back(sentence, n);
  };
  for (const json& phase : sheet["phases"]) {
    if (text_at(phase, "kind") == "wait" && !wait_in_words(phase).empty()) {
      waits += phase.value("wait_seconds", Time{0});
      ++n_waits;
    }
    for (const json& step : phase["steps"])
      for (const json& operation : step["operations"]) {
        const std::string n = operation["n"].dump();
        const Consequence means = consequence_of(operation);
        note(notice, means.noticed, n);
        note(cost, means.cost, n);
        if (!is_final_change(operation)) continue;
        ++n_lost;
        lost += (lost.empty() ? "" : ", ") + n;
      }
  }
  page.heading("In short");
  sentences(page, "noticed", notice, "nothing by callers and customers");
  page.field("for good", {{n_lost == 0 ? std::string("nothing: each of these changes can be undone")
                                       : std::to_string(n_lost) + " of " +
                                             count_of(count, "change", "changes") +
                                             " cannot be undone: " + lost,
                           n_lost == 0 ? Tone::plain : Tone::bad}});
  sentences(page, "costs", cost, "nothing that a provider bills");
  std::string takes = count_of(count, "change", "changes");
  if (n_waits == 0)
    takes += ", one after the other, without waiting";
  else
    takes += waits > 0 ? ", with waits of " + duration_text(waits) + " in all"
                       : ", with waits for people or conditions";
  if (!sheet["later"].empty())
    takes += "; then " + count_of(sheet["later"].size(), "phase is", "phases are") +
             " planned and decided on its own";
  page.field("takes", {{takes}});
  if (sheet["asked"] == true && sheet["requires"].is_array())
    page.field("signs", {{requires_text(sheet["requires"], look.standing)}});
}

// What is signed although it is not known yet, and within which range.
void holes(Page& page, const json& sheet) {
  if (sheet["holes"].empty()) return;
  page.heading("What is not known yet");
  for (const json& hole : sheet["holes"])
    page.line(2,
              {{text_at(hole, "phase") + "." + text_at(hole, "key"), Tone::strong},
               {": " + text_at(hole, "range")},
               {text_at(hole["promise"], "hole") == "document"
                    ? ""
                    : "; anything else is planned and decided anew",
                Tone::faint}},
              4);
}

// What is signed with the plan for the case that a check fails, and what that leaves as it is.
void undo_phases(Page& page, const json& sheet, bool full) {
  for (const json& phase : sheet["undo"]) {
    page.heading("Only if it fails: \"" + text_at(phase, "check") + "\"");
    mutate_phase(page, phase, full);
    for (const json& one : phase.value("stays", json::array()))
      page.line(4, {{"stays as it is: ", Tone::bad}, {one.get<std::string>()}}, 4);
  }
}

void left_alone(Page& page, const json& sheet, bool full) {
  page.heading("What is left alone");
  std::string beside;
  const json adjacent = sheet["profile"].value("adjacent", json::array());
  for (const json& name : adjacent)
    beside += (beside.empty() ? "" : ", ") + name.get<std::string>();
  if (!beside.empty())
    page.line(2,
              {{(adjacent.size() == 1 ? "the account " : "the accounts ") + beside},
               {", compared before and after every change", Tone::faint}},
              4);
  for (const json& one : sheet["kept"]) {
    const std::string what = "the run " + text_at(one, "it"), why = text_at(one, "why");
    Spans spans = {{what}};
    // A long reason is for those who want everything.
    if (!why.empty() && (full || columns(what) + columns(why) + 5 <= page.style().width))
      spans.push_back({" — " + why, Tone::faint});
    page.line(2, spans, 4);
  }
  page.line(2, {{"everything else in the account: a difference that nobody signed stops the run"}},
            4);
}

void undoing(Page& page, const json& undoing) {
  if (undoing.is_null()) return;
  page.heading("Why something is to be undone");
  page.line(2, {{text_at(undoing["error"], "message")}});
  stays_lines(page, undoing);
}

// What the plan builds on and does not repeat.
void earlier(Page& page, const json& lines) {
  if (lines.empty()) return;
  page.heading("What was done before");
  for (const json& one : lines)
    page.line(2, {{text_at(one, "label") + ": ", Tone::faint}, {text_at(one, "text")}}, 4);
}

void body(Page& page, const json& sheet, const RunState& state, const PlanLook& look) {
  if (sheet["planned"] != true) {
    page.heading("What is going to happen");
    page.line(
        2, {{"Nothing is planned yet: the run has not come to a phase that changes something."}});
    return;
  }
  odd(page, sheet, look.full);
  in_short(page, sheet, look);
  lineage_lines(page, look.since, look.full);
  undoing(page, sheet["undoing"]);
  earlier(page, sheet["earlier"]);
  findings_section(page, state);
  const std::size_t operations = count_operations(sheet);
  page.heading("What is going to happen");
  page.line(2, {{count_of(operations, "change", "changes") + ", in this order:"}});
  for (const json& phase : sheet["phases"])
    if (text_at(phase, "kind") == "wait")
      wait_phase(page, phase);
    else
      mutate_phase(page, phase, look.full);
  undo_phases(page, sheet, look.full);
  holes(page, sheet);
  if (operations > 0) final_changes(page, sheet);
  left_alone(page, sheet, look.full);
  if (sheet["later"].empty()) return;
  page.heading("What is planned and decided later");
  for (const json& later : sheet["later"])
    page.line(2, {{text_at(later, "phase"), Tone::strong}, {": " + text_at(later, "why")}}, 4);
}

void next_steps(Page& page, const RunState& state, const PlanLook& look) {
  page.heading("To go on");
  const std::string id = state.id();
  if (state.status != RunStatus::awaiting_decision) {
    if (is_final(state.status))
      page.line(2, {{std::string("The run has ended: it is ") + to_string(state.status) + "."}});
    else
      page.line(2,
                {{"countersign show " + id, Tone::strong}, {"  says what the run waits for now"}});
    return;
  }
  answer_lines(page, state, look.standing);
  if (!look.standing.over.empty()) {
    page.line(2, {{look.standing.over, Tone::warning}});
    page.command(2, "countersign resume " + id, "plans and asks anew");
    return;
  }
  page.command(2, "countersign approve " + id, "with a key on this machine");
  page.command(2, "countersign request " + id + " --to DIR", "to have it signed elsewhere");
  page.command(2, "countersign reject " + id + " --reason TEXT", "to end it");
  if (!look.full) page.command(2, "countersign plan " + id + " --full", "everything whole");
}

// How to sign what is above with nothing but ssh-keygen; the last line is the one to type.
void to_sign(Page& page, const PlanLook& look) {
  page.heading("To sign");
  page.line(2, {{"request.json holds all of the above; approve.json and reject.json name its "
                 "sha256, and are what is signed. `sha256sum request.json` gives it."}});
  if (look.bound)
    page.line(2, {{"The sha256 of this page stands in request.json as \"plan_text\"."}});
  page.line(2, {{"Sign one of the two with the file of your key for KEY, and hand back the .sig "
                 "that ssh-keygen writes beside it:"}});
  page.blank();
  page.line(0, {{"to reject"}});
  page.command(0, "ssh-keygen -Y sign -n countersign-decision -f KEY reject.json");
  page.line(0, {{"to approve"}});
  page.command(0, "ssh-keygen -Y sign -n countersign-decision -f KEY approve.json");
}

}  // namespace

std::string terms_text(const Answer& answer) {
  std::string text;
  if (answer.not_before > 0) text += ", not before " + moment(iso_time(answer.not_before));
  if (answer.not_after > 0) text += ", not after " + moment(iso_time(answer.not_after));
  if (!answer.break_glass.empty()) text += ", by break-glass: " + answer.break_glass;
  return text;
}

std::string moment(const std::string& iso) {
  if (!parse_iso_time(iso)) return iso;
  return iso.substr(0, 10) + " " + iso.substr(11, iso.substr(17, 2) == "00" ? 5 : 8) + " UTC";
}

std::string moment(const std::string& iso, const Style& style) {
  const auto time = parse_iso_time(iso);
  const std::string utc = moment(iso);
  if (!time || style.zone.empty()) return utc;
  const std::string there = zone_moment(*time, style.zone);
  if (there.empty()) return utc;
  // The same day need not be said twice.
  return utc + " (" + (there.compare(0, 10, utc, 0, 10) == 0 ? there.substr(11) : there) + ")";
}

std::string system_text(const json& system) {
  std::string text = text_at(system, "name") + " " + text_at(system, "identity") + " at " +
                     text_at(system, "origin");
  text += text_at(system, "learnt") == "origin" ? ", known by its address only"
                                                : ", asked with each credential";
  return text + (system.value("simulated", false) ? ", simulated" : "");
}

Spans endpoint_spans(const json& endpoint) {
  const std::string origin = endpoint.value("origin", "");
  if (endpoint.value("simulated", false))
    return {{"SIMULATED", Tone::warning}, {"  " + origin + ": nothing real is changed"}};
  return {{"LIVE", Tone::bad}, {"  " + origin + ": real callers, real data"}};
}

std::string plan_page(const RunState& state, const Catalogue& catalogue, const Style& style) {
  PlanLook look;
  look.full = true;
  look.request_sha256 = state.request_sha256;
  const json sheet = plan_sheet(state, state.terms, catalogue);
  Page page(style);
  header(page, sheet, look);
  body(page, sheet, state, look);
  return page.text();
}

std::string plan_text(const RunState& state, const Catalogue& catalogue, const Style& style,
                      PlanLook look) {
  look.request_sha256 = state.request_sha256;
  const json sheet = plan_sheet(state, state.terms, catalogue);
  Page page(style);
  blocking_lines(page, look.standing);
  header(page, sheet, look);
  body(page, sheet, state, look);
  if (state.plan) next_steps(page, state, look);
  return page.text();
}

std::string plan_document(const RunState& state, const json& request, const Catalogue& catalogue,
                          bool bound) {
  PlanLook look;
  look.full = true;
  look.bound = bound;
  const json sheet = plan_sheet(state, request, catalogue);
  Page page(Style{false, 100});
  header(page, sheet, look);
  body(page, sheet, state, look);
  to_sign(page, look);
  return page.text();
}

std::string bound_plan_document(const RunState& state, const json& request) {
  return plan_document(state, request, standard_catalogue(), true);
}

json plan_value(const RunState& state, const Catalogue& catalogue, const PlanLook& look) {
  const Blockers& now = look.standing;
  const bool full = look.full;
  json value = plan_view(state);
  const json sheet = plan_sheet(state, state.terms, catalogue);
  for (const char* key : {"holes", "undo"})
    if (!value.contains(key)) value[key] = json::array();
  value["odd"] = sheet["odd"];
  value["may_sign"] = principals_json(now.may_sign);
  value["approved_before"] = approved_before_json(look.since);
  value["planned_before"] = planned_before_json(look.since);
  value["earlier"] = sheet["earlier"];
  value["blocked"] = json::array();
  for (const Error& one : now.blocking) value["blocked"].push_back(to_json(one));
  for (const char* key : {"phases", "undo"}) {
    if (!value.contains(key)) continue;
    for (std::size_t p = 0; p < value[key].size(); ++p) {
      if (sheet[key][p].contains("stays")) value[key][p]["stays"] = sheet[key][p]["stays"];
      json& steps = value[key][p]["steps"];
      for (std::size_t s = 0; s < steps.size(); ++s)
        for (std::size_t i = 0; i < steps[s]["operations"].size(); ++i) {
          json& operation = steps[s]["operations"][i];
          const json& known = sheet[key][p]["steps"][s]["operations"][i];
          for (const char* side : {"before", "after"})
            if (known.contains(side) && (full || operation["diff"].empty()))
              operation[side] = known[side][0];
          if (known.contains("sources")) operation["sources"] = known["sources"];
        }
    }
  }
  return value;
}

}  // namespace countersign
