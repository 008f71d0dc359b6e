// Who can sign or do what is due.
#pragma once
#include <optional>
#include <string>

#include "approvals/trust.h"
#include "interpreter/run_state.h"
#include "repl/command_context.h"
#include "repl/people_now.h"

namespace countersign {

class DuePeople {
 public:
  // Nobody is named where the trust files cannot be read.
  explicit DuePeople(CommandContext& context);

  // The principal that --for means; empty where it was not given. Errors: usage, nobody of that
  // name; config.
  Result<std::string> whose() const;

  // Adds "principals" and "who", in words, to something that is due of a run. Where no signature is
  // asked for it is who began the run.
  void name(json& due, const RunState& state, Time now) const;

  // Names who may accept a change of the trust files, and leaves out what is not the person's. What
  // nobody is named for stays: it is for everybody who looks.
  void keep(json& due, const std::string& principal) const;

 private:
  std::vector<Signer> signers(const json& due, const RunState& state, const PeopleNow& people,
                              std::string& words) const;

  CommandContext& context_;
  std::optional<Trust> trust_;
};

}  // namespace countersign
