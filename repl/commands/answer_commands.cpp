// request, approve, reject, attest, sign-off: what people decide on, and their signed answers.
#include <filesystem>

#include "approvals/documents.h"
#include "approvals/signing.h"
#include "approvals/sshsig.h"
#include "approvals/text_file.h"
#include "interpreter/digest.h"
#include "interpreter/run.h"
#include "repl/commands/commands.h"
#include "repl/run_file.h"
#include "repl/views/console.h"
#include "repl/views/escape.h"
#include "repl/views/plan_view.h"
#include "repl/views/run_view.h"
#include "repl/workbench.h"
#include "stdlib/rows.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

Result<std::unique_ptr<Run>> open_run(Desk& desk) {
  const Result<Engine*> engine = desk.workbench.engine("");
  if (!engine) return engine.error();
  return Run::open(**engine, desk.arguments.run);
}

Reply said(Desk& desk, const Run& run) {
  return Reply{stop_text(run.state(), desk.console.style()), summary(run.state())};
}

// Nobody signs without having been asked, on a terminal or by --yes.
Status asked(Desk& desk, const std::string& shown, const std::string& question) {
  if (desk.arguments.yes) return Done{};
  if (desk.arguments.json || !desk.console.can_ask())
    return Error{"usage", "nothing was signed: there is no terminal to ask at",
                 "give --yes, or sign elsewhere with the documents of `countersign request " +
                     desk.arguments.run + " --to DIR`"};
  desk.console.say(shown);
  if (desk.console.agrees(question)) return Done{};
  return Error{"usage", "nothing was signed"};
}

// The key must be one that `principal` may sign with, before a signature is made into a record.
Status key_is_of(Desk& desk, const Signed& answer, const std::string& principal, Time now) {
  if (principal.empty()) return Done{};
  const Result<PublicKey> key =
      verify_signature(answer.signature, answer.document, kDecisionNamespace);
  if (!key) return key.error();
  const Result<TrustPaths> paths = desk.workbench.trust();
  if (!paths) return paths.error();
  const Result<Trust> trust = load_trust(*paths);
  if (!trust) return trust.error();
  const auto principals = principals_of(trust->signers, *key, kDecisionNamespace, now);
  if (!principals) return principals.error();
  for (const std::string& one : *principals)
    if (one == principal) return Done{};
  return Error{"refused",
               "the key belongs to \"" + principals->front() + "\", not to \"" + principal + "\"",
               "sign with a key of " + principal + ": --key FILE"};
}

Result<Signed> sign(Desk& desk, const std::string& document, Time now) {
  const Result<const Configuration*> config = desk.workbench.configuration();
  if (!config) return config.error();
  const std::string key = desk.arguments.key.empty() ? (*config)->user.key : desk.arguments.key;
  Result<std::string> signature = sign_with_ssh_keygen(
      key, document, kDecisionNamespace,
      [&](std::string_view line) { desk.console.progress(visible(line) + "\n"); });
  if (!signature) return signature.error();
  Signed out{document, std::move(*signature)};
  if (const Status theirs = key_is_of(desk, out, desk.arguments.principal, now); !theirs)
    return theirs.error();
  return out;
}

// A decision that was signed elsewhere; --signature may be left out where it lies beside it.
Result<Signed> signed_elsewhere(Desk& desk) {
  const Arguments& typed = desk.arguments;
  Result<std::string> document = read_text_file(typed.decision);
  if (!document) return Error{"usage", document.error().message};
  const Result<std::string> signature =
      read_text_file(typed.signature.empty() ? typed.decision + ".sig" : typed.signature);
  if (!signature)
    return Error{"usage", signature.error().message,
                 "sign it: ssh-keygen -Y sign -n countersign-decision -f KEY " + typed.decision};
  Result<std::string> normal = normalize_signature(*signature);
  if (!normal) return normal.error();
  return Signed{std::move(*document), std::move(*normal)};
}

Error no_request(const RunState& state) {
  return Error{"usage", "the run " + state.id() + " asks for no decision: it is " + state.status,
               "`countersign show " + state.id() + "` says what it waits for"};
}

// The reference that the runbook's own parameter holds stands where none is given.
std::string reference_of(const Desk& desk, const std::string& request) {
  if (!desk.arguments.reference.empty()) return desk.arguments.reference;
  const json document = json::parse(request, nullptr, false);
  return document.is_object() ? document.value("reference_hint", "") : "";
}

Result<Reply> decide(Desk& desk, const std::string& verdict) {
  Result<std::unique_ptr<Run>> opened = open_run(desk);
  if (!opened) return opened.error();
  Run& run = **opened;
  if (!run.state().request || run.state().consumed || is_final(run.state().status))
    return no_request(run.state());
  const std::string& request = run.state().request->document;
  Result<Signed> decision = Error{};
  if (!desk.arguments.decision.empty()) {
    decision = signed_elsewhere(desk);
    if (!decision) return decision.error();
    const Result<AnswerDocument> read = parse_answer(decision->document);
    if (read && read->type == "decision" && read->verdict != verdict)
      return Error{"usage",
                   "\"" + desk.arguments.decision + "\" is a decision to " + read->verdict +
                       ", not to " + verdict,
                   "take it in with `countersign " + read->verdict + " " + run.state().id() +
                       " --decision FILE`"};
  } else {
    const Result<std::string> document =
        decision_document(request, verdict, verdict == "approve" ? reference_of(desk, request) : "",
                          desk.arguments.reason);
    if (!document) return document.error();
    const std::string plan =
        plan_text(run.state(), standard_catalogue(), desk.console.style()) + "\n";
    if (const Status agreed = asked(
            desk, plan, verdict == "approve" ? "Approve exactly this plan?" : "Reject this plan?");
        !agreed)
      return agreed.error();
    const Result<Time> now = run.now();
    if (!now) return now.error();
    decision = sign(desk, *document, *now);
    if (!decision) return decision.error();
  }
  if (const Status taken = run.decide(*decision); !taken) return taken.error();
  return said(desk, run);
}

Result<std::string> write_documents(const fs::path& folder,
                                    const std::vector<std::pair<std::string, std::string>>& files) {
  std::error_code bad;
  fs::create_directories(folder, bad);
  if (bad)
    return Error{"usage",
                 "the folder \"" + folder.string() + "\" cannot be made: " + bad.message()};
  for (const auto& [name, text] : files) {
    if (text.empty()) continue;
    const std::string path = (folder / name).string();
    // Written anew, with the modes of a document that is sent to others.
    fs::remove(path, bad);
    if (const Status written = create_file(path, text); !written) return written.error();
  }
  return folder.string();
}

}  // namespace

Result<Reply> request_command(Desk& desk) {
  const Result<Home*> home = desk.workbench.home();
  if (!home) return home.error();
  const Result<RunFile> file = read_run(**home, desk.arguments.run);
  if (!file) return file.error();
  const RunState& state = file->state;
  if (!state.request || state.consumed || is_final(state.status)) return no_request(state);
  const std::string& request = state.request->document;
  const Result<std::string> approve =
      decision_document(request, "approve", reference_of(desk, request), "");
  if (!approve) return approve.error();
  const std::string reason = desk.arguments.reason.empty() ? "rejected" : desk.arguments.reason;
  const Result<std::string> reject = decision_document(request, "reject", "", reason);
  if (!reject) return reject.error();
  const fs::path folder = desk.arguments.folder;
  const std::string plan = plan_text(state, standard_catalogue(), Style{false, 100});
  const Result<std::string> written =
      write_documents(folder, {{"request.json", request},
                               {"request.json.sig", state.request->signature},
                               {"approve.json", *approve},
                               {"reject.json", *reject},
                               {"plan.txt", plan}});
  if (!written) return written.error();

  const std::string id = state.id(), approval = (folder / "approve.json").string();
  Page page(desk.console.style());
  page.line(0,
            {{"Written to " + folder.string() + ": the plan to read, and the documents to sign."}});
  page.line(2, {{"ssh-keygen -Y sign -n countersign-decision -f KEY " + approval, Tone::strong}});
  page.line(2, {{"countersign approve " + id + " --decision " + approval + " --signature " +
                     approval + ".sig",
                 Tone::strong}});
  return Reply{page.text(),
               {{"run", id},
                {"request_sha256", state.request_sha256},
                {"request", (folder / "request.json").string()},
                {"approve", approval},
                {"reject", (folder / "reject.json").string()},
                {"plan", (folder / "plan.txt").string()}}};
}

Result<Reply> approve_command(Desk& desk) {
  return decide(desk, "approve");
}

Result<Reply> reject_command(Desk& desk) {
  if (desk.arguments.reason.empty() && desk.arguments.decision.empty())
    return Error{"usage", "a rejection says why", "give --reason TEXT"};
  return decide(desk, "reject");
}

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
      attestation_document(run.state().id(), typed.item, sha256_hex(*subject), verdict, typed.note);
  if (!document) return document.error();
  Page page(desk.console.style());
  page.line(0, {{json::parse(*subject).value("text", ""), Tone::strong}});
  if (const Status agreed = asked(
          desk, page.text(),
          typed.pass ? "Do you attest that this is so?" : "Do you attest that this is not so?");
      !agreed)
    return agreed.error();
  const Result<Time> now = run.now();
  if (!now) return now.error();
  const Result<Signed> attestation = sign(desk, *document, *now);
  if (!attestation) return attestation.error();
  if (const Status taken = run.attest(typed.item, *attestation); !taken) return taken.error();
  return said(desk, run);
}

Result<Reply> sign_off_command(Desk& desk) {
  Result<std::unique_ptr<Run>> opened = open_run(desk);
  if (!opened) return opened.error();
  Run& run = **opened;
  const Result<std::string> document =
      sign_off_document(run.state().id(), run.evidence_sha256(), "pass", desk.arguments.note);
  if (!document) return document.error();
  if (const Status agreed =
          asked(desk, run_text(run.state(), desk.console.style()), "Sign this run off?");
      !agreed)
    return agreed.error();
  const Result<Time> now = run.now();
  if (!now) return now.error();
  const Result<Signed> closing = sign(desk, *document, *now);
  if (!closing) return closing.error();
  if (const Status taken = run.sign_off(*closing); !taken) return taken.error();
  return said(desk, run);
}

}  // namespace countersign
