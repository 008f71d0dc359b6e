// request, approve, reject: what people decide on, and their signed decisions.
#include <filesystem>

#include "approvals/documents.h"
#include "approvals/text_file.h"
#include "interpreter/run.h"
#include "repl/answering.h"
#include "repl/commands/commands.h"
#include "repl/run_file.h"
#include "repl/views/console.h"
#include "repl/views/plan_view.h"
#include "repl/views/run_view.h"
#include "repl/workbench.h"
#include "stdlib/rows.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

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

ApprovalTerms terms_of(const Desk& desk) {
  return {desk.arguments.not_before, desk.arguments.not_after, desk.arguments.break_glass};
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
    const Result<std::string> document = decision_document(
        request, verdict, verdict == "approve" ? reference_of(desk, request) : "",
        desk.arguments.reason, verdict == "approve" ? terms_of(desk) : ApprovalTerms());
    decision = agreed_and_signed(
        desk, run, document,
        plan_text(run.state(), standard_catalogue(), desk.console.style()) + "\n",
        verdict == "approve" ? "Approve exactly this plan?" : "Reject this plan?");
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
      decision_document(request, "approve", reference_of(desk, request), "", terms_of(desk));
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
  page.command(2, "ssh-keygen -Y sign -n countersign-decision -f KEY " + approval);
  page.command(2, "countersign approve " + id + " --decision " + approval + " --signature " +
                      approval + ".sig");
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

}  // namespace countersign
