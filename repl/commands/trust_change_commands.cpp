// trust add, trust revoke, trust accept: who may sign is changed by who may sign.
#include <filesystem>

#include "approvals/documents.h"
#include "approvals/text_file.h"
#include "approvals/trust_change.h"
#include "approvals/trust_difference.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "repl/app_context.h"
#include "repl/approval_prompt.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/signing_documents.h"
#include "repl/trust_edit.h"
#include "repl/views/console.h"
#include "repl/views/escape.h"
#include "repl/views/trust_view.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

// What these commands work with: the files, who asks, and what was accepted.
struct TrustFiles {
  TrustPaths paths;
  std::string home, principal, key;
  AcceptedTrust accepted;

  TrustChanges changes() const { return TrustChanges(home, paths); }
};

Result<TrustFiles> office(CommandContext& context) {
  const Configuration* config = TRY(context.app.configuration());
  const TrustPaths paths = TRY(context.app.trust());
  Home* home = TRY(context.app.home());
  TrustFiles out{paths, home->path(), config->user.principal, config->user.key, {}};
  TrustPins pins(out.home);
  // The first use accepts what is there; what was altered since is left to the command.
  const auto altered = TRY(pins.altered(paths));
  if (altered.empty()) {
    const Trust trust = TRY(load_trust(paths));
    TRY(pins.check(trust, paths));
  }
  AcceptedTrust accepted = TRY(pins.accepted(paths));
  out.accepted = std::move(accepted);
  return out;
}

Result<PendingTrust> propose(CommandContext& context, const TrustFiles& office,
                             TrustProposal proposal) {
  proposal.requester = office.principal;
  const SignFunction sign = [&](const std::string& document, std::string_view name_space) {
    return sign_with_ssh_keygen(office.key, document, name_space, [&](std::string_view line) {
      context.console.progress(visible(line) + "\n");
    });
  };
  return office.changes().propose(proposal, sign, context.app.clock().now());
}

Reply standing(CommandContext& context, const PendingTrust& pending) {
  const bool accepted = pending.missing.empty();
  return Reply{pending_text(pending, context.console.style()), pending_json(pending),
               accepted ? kDone : kAwaitsDecision};
}

// A change that was proposed in another state folder lies beside its acceptance, as it was written
// there.
Status taken_over(CommandContext& context, const TrustFiles& office, const Signed& answer) {
  const Result<AnswerDocument> document = parse_answer(answer.document);
  if (!document || document->type != "trust") return Done{};
  const bool known = TRY(office.changes().known(document->subject_sha256));
  if (known) return Done{};
  const fs::path folder = fs::path(context.arguments.decision).parent_path();
  const auto beside = [&](const char* name) { return read_text_file((folder / name).string()); };
  const Result<std::string> change = beside("change.json"), request = beside("change.json.sig"),
                            signers = beside("allowed_signers.new"),
                            policy = beside("policy.new.toml");
  if (!change || sha256_hex(*change) != document->subject_sha256 || !signers || !policy)
    return Done{};
  const Result<PendingTrust> pending = office.changes().take_over(
      *change, request ? *request : std::string(), *signers, *policy, context.app.clock().now());
  return pending ? Status(Done{}) : pending.error();
}

Result<Reply> taken_in(CommandContext& context, const TrustFiles& office, const Signed& answer) {
  if (!context.arguments.decision.empty()) TRY(taken_over(context, office, answer));
  const PendingTrust pending = TRY(office.changes().vote(answer, context.app.clock().now()));
  return standing(context, pending);
}

// Signs the change that waits, here, where whose key it is could count; else it waits for others.
Result<Reply> signed_here(CommandContext& context, const TrustFiles& office,
                          const PendingTrust& pending) {
  if (context.arguments.key.empty()) {
    const bool may = TRY(office.changes().may_vote(office.principal, context.app.clock().now()));
    if (!may) return standing(context, pending);
  }
  const Result<std::string> document =
      trust_document(pending.sha256, pending.change["reason"].get<std::string>());
  const Signed answer =
      TRY(answered(context, context.app.clock().now(),
                   {"trust", "", pending.sha256, "", change_text(pending, context.console.style()),
                    "Accept exactly this change of who may sign?"},
                   document));
  return taken_in(context, office, answer);
}

Result<Reply> written(CommandContext& context, const PendingTrust& pending) {
  const std::string document =
      TRY(trust_document(pending.sha256, pending.change["reason"].get<std::string>()));
  const SigningPapers papers{
      "a change of who may sign, decided by those who may sign now: " +
          pending.change["reason"].get<std::string>(),
      {{"accept.json", document, "exactly this change is accepted", "countersign trust accept"}},
      {{"change.txt", change_text(pending, Style{false, 100})},
       {"change.json", pending.document},
       {"change.json.sig", pending.request},
       {"policy.new.toml", pending.policy},
       {"allowed_signers.new", pending.signers}}};
  const std::string& folder = context.arguments.folder;
  TRY(write_papers(folder, papers));
  json value = pending_json(pending);
  value["documents"] = papers_json(folder, papers);
  return Reply{papers_text(folder, papers, context), value};
}

// What was typed as a change; `make` is asked where no document that was signed elsewhere stands
// for it.
template <class Make>
Result<Reply> typed_change(CommandContext& context, Make make) {
  TrustFiles there = TRY(office(context));
  if (!context.arguments.decision.empty()) {
    const Signed answer = TRY(signed_elsewhere(context));
    return taken_in(context, there, answer);
  }
  // Only what is shown and signed is added to: an edit by hand is not carried along.
  TRY(TrustPins(there.home).unaltered(there.paths));
  const TrustProposal proposal = TRY(make(there));
  const PendingTrust pending = TRY(propose(context, there, proposal));
  if (!context.arguments.folder.empty()) return written(context, pending);
  return signed_here(context, there, pending);
}

// What the files hold that were edited by hand.
Result<TrustProposal> edited(const TrustFiles& office, const std::string& reason) {
  const std::string signers = TRY(read_text_file(office.paths.allowed_signers));
  const std::string policy = TRY(read_text_file(office.paths.policy));
  return TrustProposal{signers, policy, {}, reason, ""};
}

Error nobody_typed(const std::string& what, const std::string& hint) {
  return Error{"usage", what, hint};
}

}  // namespace

Result<Reply> trust_add_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (typed.principal_added.empty() && typed.decision.empty())
    return nobody_typed("it is not said who is added",
                        "countersign trust add PRINCIPAL KEY.pub --role ROLE --reason TEXT");
  return typed_change(context, [&](const TrustFiles& there) {
    return added_trust(there.accepted, there.paths, typed, context.app.clock().now());
  });
}

Result<Reply> trust_revoke_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (typed.name.empty() && typed.decision.empty())
    return nobody_typed("it is not said whose key is revoked",
                        "countersign trust revoke KEY|PRINCIPAL --reason TEXT");
  return typed_change(context, [&](const TrustFiles& there) {
    return revoked_trust(there.accepted, there.paths, typed);
  });
}

// The change that waits, or what was edited by hand.
Result<Reply> trust_accept_command(CommandContext& context) {
  TrustFiles there = TRY(office(context));
  if (!context.arguments.decision.empty()) {
    const Signed answer = TRY(signed_elsewhere(context));
    return taken_in(context, there, answer);
  }
  const auto altered = TRY(TrustPins(there.home).altered(there.paths));
  std::optional<PendingTrust> waiting = TRY(there.changes().pending(context.app.clock().now()));
  if (!altered.empty()) {
    const TrustProposal proposal = TRY(edited(there, context.arguments.reason));
    const bool same =
        waiting && waiting->policy == proposal.policy && waiting->signers == proposal.signers;
    if (!same) {
      PendingTrust pending = TRY(propose(context, there, proposal));
      waiting = std::move(pending);
    }
  }
  if (!waiting)
    return nobody_typed("nothing waits: the trust files are those that were accepted",
                        "`countersign trust list` shows them");
  if (!context.arguments.folder.empty()) return written(context, *waiting);
  return signed_here(context, there, *waiting);
}

}  // namespace countersign
