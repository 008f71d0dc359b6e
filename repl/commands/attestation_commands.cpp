// attest, sign-off, settle: what only people can know, signed.
#include "approvals/documents.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "repl/answering.h"
#include "repl/commands/commands.h"
#include "repl/input.h"
#include "repl/views/console.h"
#include "repl/views/run_view.h"
#include "repl/views/value_view.h"
#include "repl/workbench.h"
#include "stdlib/rows.h"

namespace countersign {
namespace {

RunHead at(const Run& run) {
  return {run.state().id(), run.state().chain_head};
}

}  // namespace

Result<Reply> attest_command(Desk& desk) {
  const Arguments& typed = desk.arguments;
  if (!typed.pass && !typed.fail)
    return Error{"usage", "an attestation says whether it is so", "give --pass or --fail"};
  Result<std::unique_ptr<Run>> opened = open_run(desk);
  if (!opened) return opened.error();
  Run& run = **opened;
  const Result<std::string> subject = run.item_subject(typed.item);
  if (!subject) return subject.error();
  const std::string verdict = typed.pass ? "pass" : "fail";
  const Result<std::string> document =
      attestation_document(at(run), typed.item, sha256_hex(*subject), verdict, typed.note);
  Page page(desk.console.style());
  page.line(0, {{json::parse(*subject).value("text", ""), Tone::strong}});
  const Result<Signed> attestation = agreed_and_signed(
      desk, run, document, page.text(),
      typed.pass ? "Do you attest that this is so?" : "Do you attest that this is not so?");
  if (!attestation) return attestation.error();
  if (const Status taken = run.attest(typed.item, *attestation); !taken) return taken.error();
  return said(desk, run);
}

Result<Reply> sign_off_command(Desk& desk) {
  Result<std::unique_ptr<Run>> opened = open_run(desk);
  if (!opened) return opened.error();
  Run& run = **opened;
  const Result<std::string> document =
      sign_off_document(at(run), run.evidence_sha256(), "pass", desk.arguments.note);
  const Result<Signed> closing = agreed_and_signed(
      desk, run, document, run_text(run.state(), standard_catalogue(), desk.console.style()),
      "Sign this run off?");
  if (!closing) return closing.error();
  if (const Status taken = run.sign_off(*closing); !taken) return taken.error();
  return said(desk, run);
}

namespace {

// A person answers that the run goes on here and nowhere else.
Result<Reply> adopted(Desk& desk, Run& run) {
  const Result<std::string> document = settlement_document(
      at(run), "", sha256_hex(run.adoption_subject()), "adopt", "", desk.arguments.note);
  const Result<Signed> settlement = agreed_and_signed(
      desk, run, document, run_text(run.state(), standard_catalogue(), desk.console.style()),
      "Does the run go on here, and nowhere else?");
  if (!settlement) return settlement.error();
  if (const Status taken = run.adopt(*settlement); !taken) return taken.error();
  return said(desk, run);
}

}  // namespace

// An operation without an outcome: somebody looked, and says whether it was carried out.
Result<Reply> settle_command(Desk& desk) {
  const Arguments& typed = desk.arguments;
  if (!typed.applied && !typed.not_applied && !typed.adopt)
    return Error{"usage", "a settlement says whether it was carried out",
                 "give --applied or --not-applied, or --adopt for a run that was copied here"};
  if (typed.note.empty())
    return Error{"usage", "a settlement says how it is known", "give --note TEXT"};
  json result;
  if (!typed.result.empty()) {
    const Result<std::string> text = read_input(typed.result);
    if (!text) return text.error();
    Result<json> value = parse_json(*text);
    if (!value)
      return Error{"usage", "\"" + typed.result + "\" is not JSON: " + value.error().message};
    result = std::move(*value);
  }
  Result<std::unique_ptr<Run>> opened = open_run(desk);
  if (!opened) return opened.error();
  Run& run = **opened;
  if (typed.adopt) return adopted(desk, run);
  if (run.came_here())
    return Error{"in_doubt", "the run came here as a copy, or was put back from a backup",
                 "first: countersign settle " + run.state().id() + " --adopt --note TEXT"};
  const Begun* one = run.in_doubt();
  if (one == nullptr)
    return Error{"usage", "no operation of the run " + run.state().id() + " is in doubt",
                 "`countersign show " + run.state().id() + "` says what it waits for"};
  const Result<std::string> document = settlement_document(
      at(run), one->key, sha256_hex(run.doubt_subject()), typed.applied ? "applied" : "not-applied",
      result.is_null() ? "" : sha256_hex(canonical(result)), typed.note);
  Page page(desk.console.style());
  page.line(0, {{one->operation, Tone::strong}, {" on " + one->target}});
  page.block(2, value_text(one->arguments, {false, page.style().width}));
  const Result<Signed> settlement =
      agreed_and_signed(desk, run, document, page.text(),
                        typed.applied ? "Do you attest that it was carried out?"
                                      : "Do you attest that it was not carried out?");
  if (!settlement) return settlement.error();
  if (const Status taken = run.settle(*settlement, result); !taken) return taken.error();
  return said(desk, run);
}

}  // namespace countersign
