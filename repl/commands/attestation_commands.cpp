// attest, sign-off, settle: what only people can know, signed.
#include "approvals/documents.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/settlers.h"
#include "interpreter/subject.h"
#include "repl/app_context.h"
#include "repl/approval_prompt.h"
#include "repl/commands/commands.h"
#include "repl/input.h"
#include "repl/views/console.h"
#include "repl/views/run_view.h"
#include "repl/views/value_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace {

RunHead at(const Run& run) {
  return {run.state().id(), run.state().chain_head};
}

// `answered` for something of the run's; one that was signed elsewhere counts once.
Result<Signed> answer_of(CommandContext& context, Run& run, const Question& question,
                         const Result<std::string>& document) {
  const Time now = TRY(run.now());
  Result<Signed> answer = answered(context, now, question, document);
  if (answer && !context.arguments.decision.empty()) TRY(not_taken_in(run, *answer));
  return answer;
}

bool elsewhere(const CommandContext& context) {
  return !context.arguments.decision.empty();
}

}  // namespace

Result<Reply> attest_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (!typed.pass && !typed.fail && !elsewhere(context))
    return Error{"usage", "an attestation says whether it is so", "give --pass or --fail"};
  std::unique_ptr<Run> opened = TRY(open_run(context));
  Run& run = *opened;
  const std::string subject = TRY(run.item_subject(typed.item));
  Question question{"attestation", run.state().id(), sha256_hex(subject), typed.item, "", ""};
  const Result<std::string> document = attestation_document(
      at(run), typed.item, question.subject_sha256, typed.pass ? "pass" : "fail", typed.note);
  Page page(context.console.style());
  page.line(0, {{json::parse(subject).value("text", ""), Tone::strong}});
  question.shown = page.text();
  question.asks =
      typed.pass ? "Do you attest that this is so?" : "Do you attest that this is not so?";
  question.adds = [&](const Signer& signer) -> Status {
    const auto said = run.state().attestations.find(typed.item);
    if (said == run.state().attestations.end() || said->second.person != signer.person ||
        said->second.verdict != (typed.pass ? "pass" : "fail") || said->second.reason != typed.note)
      return Done{};
    return given_already(
        signer,
        std::string("attested \"") + typed.item + (typed.pass ? "\" as passed" : "\" as failed"),
        run.state().id());
  };
  const Signed attestation = TRY(answer_of(context, run, question, document));
  TRY(run.attest(typed.item, attestation));
  return said(context, run);
}

Result<Reply> sign_off_command(CommandContext& context) {
  std::unique_ptr<Run> opened = TRY(open_run(context));
  Run& run = *opened;
  // What the last answer let go on is done before the run is closed: it is part of what is signed.
  if (run.state().status == RunStatus::running) TRY(run.advance());
  // Why it cannot be signed off yet is said by the run, before what the document is about.
  Question question{"sign-off", run.state().id(), "", "", "", "Sign this run off?"};
  const Result<std::string> document =
      sign_off_document(at(run), run.evidence_sha256(), "pass", context.arguments.note);
  question.shown = run_text(run.state(), standard_catalogue(), context.console.style());
  question.adds = [&](const Signer& signer) -> Status {
    for (const Answer& answer : run.state().sign_offs)
      if (answer.person == signer.person)
        return given_already(signer, "signed this run off", run.state().id());
    return Done{};
  };
  const Signed closing = TRY(answer_of(context, run, question, document));
  TRY(run.sign_off(closing));
  return said(context, run);
}

namespace {

// A person answers that the run goes on here and nowhere else.
Result<Reply> adopted(CommandContext& context, Run& run) {
  Question question{"settlement",
                    run.state().id(),
                    sha256_hex(run.adoption_subject()),
                    "",
                    run_text(run.state(), standard_catalogue(), context.console.style()),
                    "Does the run go on here, and nowhere else?"};
  const Result<std::string> document = settlement_document(at(run), "", question.subject_sha256,
                                                           "adopt", "", context.arguments.note);
  const Signed settlement = TRY(answer_of(context, run, question, document));
  TRY(run.adopt(settlement));
  return said(context, run);
}

// What it returned, from the file that --result names; null: none was.
Result<json> result_of(const Arguments& typed) {
  if (typed.result.empty()) return json();
  const std::string text = TRY(read_input(typed.result));
  Result<json> value = parse_json(text);
  if (!value)
    return Error{"usage", "\"" + typed.result + "\" is not JSON: " + value.error().message};
  return value;
}

// What a settlement says, and which one it corrects.
struct Claim {
  std::string says, corrects;
};

// The answer that was signed elsewhere says itself what it is.
Result<Claim> verdict_of(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (!elsewhere(context))
    return Claim{typed.adopt ? "adopt" : typed.applied ? "applied" : "not-applied", ""};
  const Signed answer = TRY(signed_elsewhere(context));
  const AnswerDocument document = TRY(parse_answer(answer.document));
  if (document.type == "settlement" &&
      document.note.find_first_not_of(" \t\n") == std::string::npos)
    return Error{"refused", "the settlement does not say how it is known",
                 "write it anew: countersign request RUN --to DIR --note TEXT"};
  return Claim{document.verdict, document.corrects};
}

// What is settled: an operation in doubt, or one that a person settled otherwise before.
Result<Reply> settled(CommandContext& context, Run& run, const PendingOperation& one,
                      const Settlement* wrong, const std::string& verdict, const json& result) {
  const std::string subject = wrong ? correction_subject(run.state(), *wrong) : run.doubt_subject();
  Question question{"settlement", run.state().id(), sha256_hex(subject), "", "", ""};
  const Result<std::string> document =
      settlement_document(at(run), one.key, question.subject_sha256, verdict,
                          result.is_null() ? "" : sha256_hex(canonical(result)),
                          context.arguments.note, wrong ? wrong->answer.document_sha256 : "");
  Page page(context.console.style());
  page.line(0, {{std::to_string(one.n) + "  ", Tone::faint},
                {one.operation, Tone::strong},
                {" on " + one.target}});
  page.block(2, value_text(one.arguments, {false, page.style().width}));
  if (wrong)
    page.line(0, {{settled_words(*wrong)},
                  {"; what was planned on that is planned and decided anew", Tone::warning}});
  question.shown = page.text();
  question.asks = std::string(wrong ? "Do you correct that, and attest that it was "
                                    : "Do you attest that it was ") +
                  (verdict == "applied" ? "carried out?" : "not carried out?");
  const Signed settlement = TRY(answer_of(context, run, question, document));
  TRY(run.settle(settlement, result));
  return said(context, run);
}

}  // namespace

// An operation without an outcome: somebody looked, and says whether it was carried out. What a
// person settled wrongly is corrected in the same way.
Result<Reply> settle_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (!typed.applied && !typed.not_applied && !typed.adopt && !elsewhere(context))
    return Error{"usage", "a settlement says whether it was carried out",
                 "give --applied or --not-applied, or --adopt for a run that was copied here"};
  if (typed.note.empty() && !elsewhere(context))
    return Error{"usage", "a settlement says how it is known", "give --note TEXT"};
  const json result = TRY(result_of(typed));
  const Claim verdict = TRY(verdict_of(context));
  std::unique_ptr<Run> opened = TRY(open_run(context));
  Run& run = *opened;
  if (verdict.says == "adopt") return adopted(context, run);
  if (run.came_here())
    return Error{"in_doubt", "the run was copied or restored from a backup",
                 "first: countersign settle " + run.state().id() + " --adopt --note TEXT"};
  const PendingOperation* doubt = run.in_doubt();
  const bool meant =
      verdict.corrects.empty() && (typed.operation == 0 || (doubt && doubt->n == typed.operation));
  if (doubt != nullptr && meant) {
    const PendingOperation one = *doubt;
    return settled(context, run, one, nullptr, verdict.says, result);
  }
  if (elsewhere(context) && verdict.corrects.empty())
    return Error{"usage", "no operation of the run " + run.state().id() + " is in doubt",
                 "`countersign show " + run.state().id() + "` says what it waits for"};
  int n = typed.operation;
  // What was signed elsewhere names the settlement itself.
  for (const Settlement& one : run.state().settlements)
    if (!verdict.corrects.empty() && one.answer.document_sha256 == verdict.corrects)
      n = one.begun.n;
  const Settlement* wrong = TRY(correctable(run.state(), verdict.says, n));
  const Settlement corrected = *wrong;
  return settled(context, run, corrected.begun, &corrected, verdict.says, result);
}

}  // namespace countersign
