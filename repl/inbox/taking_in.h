// Taking in an answer that was signed elsewhere, whatever it is about: a decision, an attestation,
// a sign-off, a settlement, a freeze, a thaw, a change of who may sign. It says itself what it
// answers; each kind is looked at by the same code as on the command that takes in one of it.
#pragma once
#include <map>
#include <string>

#include "interpreter/authorizer.h"
#include "repl/command_context.h"

namespace countersign {

struct TakenIn {
  std::string kind;     // "decision" "attestation" "sign-off" "settlement" "freeze" "thaw" "trust"
  std::string verdict;  // "approve", "pass", …
  std::string run;      // empty: of none
  std::string item;     // of an attestation
  bool before = false;  // it was taken in before; nothing was done
  std::string status;   // where the run stands now
  std::string text;     // what the command says, for people
};

// Which comes first where several arrive: what stops comes before what lets go on.
int rank_of(const Signed& answer);

// `beside`: files by name that came with it. Errors: those of the command; nothing is recorded
// then.
Result<TakenIn> take_in(CommandContext& context, const Signed& answer,
                        const std::map<std::string, std::string>& beside);

}  // namespace countersign
