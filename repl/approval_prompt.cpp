#include "repl/approval_prompt.h"

#include "approvals/documents.h"
#include "approvals/signature_scheme.h"
#include "approvals/signing.h"
#include "approvals/text_file.h"
#include "interpreter/digest.h"
#include "repl/app_context.h"
#include "repl/blockers_now.h"
#include "repl/signer_here.h"
#include "repl/trust_standing.h"
#include "repl/views/console.h"
#include "repl/views/escape.h"
#include "repl/views/run_view.h"
#include "repl/zone_here.h"

namespace countersign {
namespace {

// The key must be one that `principal` may sign with, before a signature is made into a record.
Status key_is_of(CommandContext& context, const Signed& answer, const std::string& principal,
                 Time now) {
  if (principal.empty()) return Done{};
  const TrustPaths paths = TRY(context.app.trust());
  const Trust trust = TRY(load_trust(paths));
  const PublicKey key =
      TRY(trust.signatures->verify(answer.signature, answer.document, kDecisionNamespace));
  const auto principals = TRY(principals_of(trust.signers, key, kDecisionNamespace, now));
  for (const std::string& one : principals)
    if (one == principal) return Done{};
  return Error{"refused",
               "the key belongs to \"" + principals.front() + "\", not to \"" + principal + "\"",
               "sign with a key of " + principal + ": --key FILE"};
}

// Whose signature it is going to be, before anybody agrees to it.
std::string signs_line(CommandContext& context, const std::optional<Signer>& signer) {
  const Result<std::string> key = key_at_hand(context);
  if (!key || key->empty()) return "";
  Page page(context.console.style());
  if (signer)
    page.line(0, {{"signs: "}, {in_words(*signer), Tone::strong}, {", with " + *key, Tone::faint}});
  else
    page.line(0, {{"signs: whoever "}, {*key, Tone::strong}, {" belongs to"}});
  return page.text();
}

}  // namespace

Result<std::unique_ptr<Run>> open_run(CommandContext& context) {
  Engine* engine = TRY(context.app.engine(""));
  show_zone(context);
  Result<std::unique_ptr<Run>> run = Run::open(*engine, context.arguments.run);
  if (!run) return run;
  TRY(trust_stands(context));
  return run;
}

Reply said(CommandContext& context, const Run& run) {
  const Blockers now = blockers_now(context, run.state());
  return Reply{stop_text(run.state(), context.console.style(), now), run_json(run.state(), now)};
}

Status asked(CommandContext& context, const std::string& shown, const std::string& question) {
  if (context.arguments.yes) return Done{};
  if (context.arguments.json || !context.console.can_ask())
    return Error{"usage", "nothing was signed: there is no terminal to ask at",
                 context.arguments.run.empty()
                     ? std::string("give --yes; it is signed with the key of [operator], or with "
                                   "the one that --key names")
                     : "give --yes, or sign elsewhere with the documents of `countersign request " +
                           context.arguments.run + " --to DIR`"};
  context.console.say(shown);
  if (context.console.agrees(question)) return Done{};
  return Error{"usage", "nothing was signed"};
}

Result<Signed> sign_answer(CommandContext& context, const std::string& document, Time now) {
  const Configuration* config = TRY(context.app.configuration());
  const std::string key = context.arguments.key.empty() ? config->user.key : context.arguments.key;
  std::string signature =
      TRY(sign_with_ssh_keygen(key, document, kDecisionNamespace, [&](std::string_view line) {
        context.console.progress(visible(line) + "\n");
      }));
  Signed out{document, std::move(signature)};
  TRY(key_is_of(context, out, context.arguments.principal, now));
  return out;
}

Result<Signed> answered(CommandContext& context, Time now, const Question& question,
                        const Result<std::string>& document) {
  if (!context.arguments.decision.empty()) {
    Result<Signed> answer = signed_elsewhere(context);
    if (!answer) return answer;
    TRY(answers(*answer, question));
    return answer;
  }
  if (!document) return document.error();
  const std::optional<Signer> signer = signer_here(context, now);
  if (signer && question.adds) TRY(question.adds(*signer));
  TRY(asked(context, question.shown + signs_line(context, signer), question.asks));
  Signed answer = TRY(sign_answer(context, *document, now));
  // Where it was not known before: a key in an agent, say.
  if (!signer && question.adds)
    if (const Result<Signer> found = signer_of(context, answer, now)) TRY(question.adds(*found));
  return answer;
}

Error given_already(const Signer& signer, const std::string& what, const std::string& run) {
  return {
      "refused", in_words(signer) + " " + what + " already: a second signature adds nothing",
      "`countersign show " + run + "` says what is missing; sign as somebody else with --key FILE"};
}

Result<Signed> signed_elsewhere(CommandContext& context) {
  const Arguments& typed = context.arguments;
  Result<std::string> document = read_text_file(typed.decision);
  if (!document) return Error{"usage", document.error().message};
  Result<std::string> signature =
      read_text_file(typed.signature.empty() ? typed.decision + ".sig" : typed.signature);
  if (!signature)
    return Error{"usage", signature.error().message,
                 "sign it: ssh-keygen -Y sign -n countersign-decision -f KEY " + typed.decision};
  TRY(ssh_signatures().claimed_key(*signature));
  return Signed{std::move(*document), std::move(*signature)};
}

Status answers(const Signed& answer, const Question& question) {
  const AnswerDocument document = TRY(parse_answer(answer.document));
  const auto refused = [](std::string message) {
    return Error{"refused", std::move(message),
                 "write the document anew with --to DIR and have that one signed"};
  };
  if (document.type != question.type)
    return refused("the document is a signed " + document.type + ", and wanted is a " +
                   question.type);
  if (document.run != question.run)
    return refused("the " + question.type + " is about the run \"" + document.run +
                   "\", and this is \"" + question.run + "\"");
  const json whole = json::parse(answer.document, nullptr, false);
  if (!question.item.empty() && whole.value("item", "") != question.item)
    return refused("the attestation answers the item \"" + whole.value("item", "") + "\", not \"" +
                   question.item + "\"");
  if (!question.subject_sha256.empty() && document.subject_sha256 != question.subject_sha256)
    return refused("the " + question.type +
                   " is about something else than what there is now: it "
                   "names " +
                   document.subject_sha256 + ", and asked is about " + question.subject_sha256);
  return Done{};
}

Status not_taken_in(const Run& run, const Signed& answer) {
  const std::string sha256 = sha256_hex(answer.document);
  for (const Record& record : run.journal().records())
    if (record.body.is_object() && !is<RequestRecord>(record) &&
        record.body.value("document", json()) == sha256)
      return Error{"refused",
                   "this document was taken in already, in record " + std::to_string(record.seq) +
                       " of the run",
                   "a signature counts once; have a new one signed"};
  return Done{};
}

}  // namespace countersign
