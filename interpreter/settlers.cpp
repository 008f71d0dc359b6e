#include "interpreter/settlers.h"

namespace countersign {

bool hands_on(const RunState& state, const PendingOperation& begun) {
  const Intent* intent = state.plan ? state.plan->intent(begun.n) : nullptr;
  return intent != nullptr && !intent->returns.empty();
}

Status may_settle(const RunState& state, const PendingOperation& begun, const Answer& answer,
                  Authorizer& authorizer) {
  if (answer.verdict == "applied" && !hands_on(state, begun)) return Done{};
  // Of the request's own roles any one, and not who asked where that is demanded.
  if (state.terms.value("separation", false) &&
      state.terms["requester"].value("person", "") == answer.person)
    return Error{
        "refused",
        "\"" + answer.person + "\" asked for this change and cannot settle what follows from it",
        "another person who may approve it has to settle it"};
  Error lacking{"refused", "the request names no role that could settle it"};
  for (const json& one : state.terms.value("requires", json::array())) {
    const Status held = authorizer.holds({answer}, {one.value("role", "")});
    if (held) return Done{};
    lacking = held.error();
  }
  lacking.hint =
      "what follows from the settlement was decided by an approver: one has to settle it";
  return lacking;
}

}  // namespace countersign
