#include "interpreter/settlers.h"

#include <algorithm>

namespace countersign {
namespace {

// Of the request's own roles any one, and not who asked where that is demanded.
Status may_decide(const json& terms, const Answer& answer, Authorizer& authorizer) {
  if (terms.value("separation", false) && terms["requester"].value("person", "") == answer.person)
    return Error{
        "refused",
        "\"" + answer.person + "\" asked for this change and cannot settle what follows from it",
        "another person who may approve it has to settle it"};
  Error lacking{"refused", "the request names no role that could settle it"};
  for (const json& one : terms.value("requires", json::array())) {
    const Status held = authorizer.holds({answer}, {one.value("role", "")});
    if (held) return Done{};
    lacking = held.error();
  }
  lacking.hint =
      "what follows from the settlement was decided by an approver: one has to settle it";
  return lacking;
}

std::string words(const Settlement& one) {
  return "operation " + std::to_string(one.begun.n) + " (" + one.begun.operation + " on " +
         one.begun.target + ")";
}

const char* in_words(const std::string& verdict) {
  return verdict == "applied" ? "carried out" : "not carried out";
}

// The last of each operation.
std::vector<const Settlement*> counting(const RunState& state) {
  std::vector<const Settlement*> out;
  for (const Settlement& one : state.settlements)
    if (state.settled(one.begun.key) == &one) out.push_back(&one);
  return out;
}

Error several(const RunState& state, const std::vector<const Settlement*>& found) {
  std::string list;
  for (const Settlement* one : found) list += (list.empty() ? "" : ", ") + words(*one);
  return Error{"usage",
               "more than one operation of the run " + state.id() + " was settled as " +
                   in_words(found[0]->answer.verdict) + ": " + list,
               "say which one with --operation N"};
}

// Whether the run is where what is left can be planned anew.
Status goes_on(const RunState& state) {
  if (is_final(state.status) && state.status != RunStatus::failed)
    return Error{"refused",
                 "the run " + state.id() + " has ended: it is " + to_string(state.status) +
                     (state.sign_offs.empty() ? "" : " and signed off") +
                     ", so what was settled in it cannot be corrected any more",
                 "start a new run of " + state.started["runbook"]["name"].get<std::string>() +
                     ": it looks at what is there now"};
  if (!state.begun.empty())
    return Error{"in_doubt",
                 "operation " + std::to_string(state.begun.begin()->second.n) + " (" +
                     state.begun.begin()->second.operation +
                     ") is in doubt, and what is left cannot be planned before that is known",
                 "settle that first, without --operation"};
  if (const Undo undo = undo_of(state); undo == Undo::begun || undo == Undo::over)
    return Error{
        "refused",
        "the run " + state.id() +
            (undo == Undo::over ? " has undone what it changed" : " is undoing what it changed"),
        undo == Undo::over ? "start a new run"
                           : "go on with that: countersign resume " + state.id()};
  return Done{};
}

}  // namespace

bool hands_on(const PendingOperation& begun) {
  return !begun.returns.empty();
}

Status may_settle(const RunState& state, const PendingOperation& begun, const Answer& answer,
                  Authorizer& authorizer) {
  if (answer.verdict == "applied" && !hands_on(begun)) return Done{};
  return may_decide(state.terms, answer, authorizer);
}

Status may_correct(const RunState& state, const Settlement& settlement, const Answer& answer,
                   Authorizer& authorizer) {
  if (const Status may = may_decide(settlement.terms, answer, authorizer); !may) return may;
  if (!state.terms.value("separation", false) ||
      state.terms["requester"].value("person", "") != answer.person)
    return Done{};
  return may_decide(state.terms, answer, authorizer);
}

Result<const Settlement*> correctable(const RunState& state, const std::string& verdict, int n) {
  std::vector<const Settlement*> all = counting(state), other;
  if (n > 0) std::erase_if(all, [&](const Settlement* one) { return one->begun.n != n; });
  if (all.empty())
    return Error{"usage",
                 n > 0 ? "operation " + std::to_string(n) + " of the run " + state.id() +
                             " is not in doubt, and no person settled it"
                       : "no operation of the run " + state.id() + " is in doubt",
                 "`countersign show " + state.id() + "` says what it waits for"};
  for (const Settlement* one : all)
    if (one->answer.verdict != verdict) other.push_back(one);
  if (other.empty())
    return Error{"usage",
                 words(*all.back()) + " was settled already as " + in_words(verdict) + ", by " +
                     all.back()->answer.person,
                 all.back()->again > 0
                     ? "it was carried out again since"
                     : "if that is wrong, correct it: " + correcting(state, *all.back())};
  TRY(goes_on(state));
  if (std::any_of(other.begin(), other.end(), [](const auto* one) { return one->again == 0; }))
    std::erase_if(other, [](const Settlement* one) { return one->again > 0; });
  if (other.size() > 1) return several(state, other);
  const Settlement& one = *other[0];
  if (one.again > 0)
    return Error{"refused",
                 words(one) + " was carried out again since it was settled as not carried out" +
                     (one.again == one.begun.n ? std::string()
                                               : ", as operation " + std::to_string(one.again)),
                 "look at the account for what is there twice now, and mend that with a new run"};
  if (verdict == "applied" && state.phases.count(one.begun.phase) != 0)
    return Error{"refused",
                 "the phase \"" + one.begun.phase + "\" has ended since, without " + words(one),
                 "start a new run: it looks at what is there now"};
  return &one;
}

std::string correcting(const RunState& state, const Settlement& settlement) {
  const bool applied = settlement.answer.verdict == "applied";
  std::size_t alike = 0;
  for (const Settlement* one : counting(state))
    alike += one->answer.verdict == settlement.answer.verdict ? 1 : 0;
  return "countersign settle " + state.id() + (applied ? " --not-applied" : " --applied") +
         (alike > 1 ? " --operation " + std::to_string(settlement.begun.n) : "") + " --note TEXT";
}

Reopening reopened_by(const RunState& state, const Settlement& settlement) {
  Reopening out;
  out.drops_undo = !state.undoing.is_null();
  out.voids_plan = state.plan.has_value();
  if (settlement.answer.verdict != "applied") return out;
  bool behind = true;
  const json& procedure = state.head().at("procedure");
  for (auto entry = procedure.rbegin(); entry != procedure.rend(); ++entry) {
    const std::string name = (*entry).at("name").get<std::string>();
    const std::optional<PhaseKind> kind = phase_kind(*entry);
    // What a phase that did something was walked with stays what it was walked with.
    if (std::any_of(state.confirmed.begin(), state.confirmed.end(),
                    [&](const AppliedOperation& one) {
                      return one.phase == name && one.n != settlement.begun.n;
                    }))
      break;
    behind = behind && name != settlement.begun.phase;
    const bool over =
        state.phases.count(name) != 0 || state.current == name || state.waits.count(name) != 0;
    if (kind == PhaseKind::wait && over && !behind) break;
    if (state.skipped.count(name) != 0 || (kind != PhaseKind::mutate && over))
      out.phases.push_back(name);
  }
  std::reverse(out.phases.begin(), out.phases.end());
  for (const json& item : state.items()) {
    const std::string slug = item.value("slug", "");
    const auto at = state.attested_at.find(slug);
    if (!item.contains("why") && at != state.attested_at.end() &&
        state.attestations.count(slug) != 0 && at->second >= settlement.time)
      out.items.push_back(slug);
  }
  return out;
}

}  // namespace countersign
