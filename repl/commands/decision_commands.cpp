// request, approve, reject: what people decide on, and their signed decisions.
#include <filesystem>

#include "approvals/documents.h"
#include "approvals/text_file.h"
#include "interpreter/clock.h"
#include "interpreter/run.h"
#include "repl/answering.h"
#include "repl/circumstances_now.h"
#include "repl/commands/commands.h"
#include "repl/run_clock.h"
#include "repl/run_file.h"
#include "repl/run_papers.h"
#include "repl/signing_papers.h"
#include "repl/trust_standing.h"
#include "repl/views/console.h"
#include "repl/views/plan_view.h"
#include "repl/views/run_view.h"
#include "repl/workbench.h"
#include "stdlib/rows.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

Error no_request(const RunState& state) {
  const bool goes_on = state.status == "running" || state.status == "approved";
  return Error{"usage", "the run " + state.id() + " asks for no decision: it is " + state.status,
               goes_on ? "it can go on: countersign resume " + state.id()
                       : "`countersign show " + state.id() + "` says what it waits for"};
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

// Given in words, as the document is going to have them; what is no time is refused there.
Status terms_fit(const Desk& desk, const RunState& state, Time now) {
  const ApprovalTerms terms = terms_of(desk);
  return window_fits(state, parse_iso_time(terms.not_before).value_or(0),
                     parse_iso_time(terms.not_after).value_or(0), now);
}

// What blocks is said where a person would sign for nothing.
void warn_of(Desk& desk, const Circumstances& now) {
  Page page(desk.console.style_of_progress());
  blocking_lines(page, now);
  desk.console.warn(page.text());
}

Result<Reply> decide(Desk& desk, const std::string& verdict) {
  Result<std::unique_ptr<Run>> opened = open_run(desk);
  if (!opened) return opened.error();
  Run& run = **opened;
  if (!run.state().request || run.state().consumed || is_final(run.state().status))
    return no_request(run.state());
  const std::string& request = run.state().request->document;
  const Result<Time> time = run.now();
  if (!time) return time.error();
  const Circumstances now = circumstances_now(desk, run.state());
  const bool approves = verdict == "approve";
  if (approves)
    if (const Status fits = terms_fit(desk, run.state(), *time); !fits) return fits.error();
  Question question{"decision", run.state().id(), "", "", "", ""};
  Result<std::string> document = std::string();
  if (!desk.arguments.decision.empty()) {
    const Result<Signed> given = signed_elsewhere(desk);
    if (!given) return given.error();
    const Result<AnswerDocument> read = parse_answer(given->document);
    if (read && read->type == "decision" && read->verdict != verdict)
      return Error{"usage",
                   "\"" + desk.arguments.decision + "\" is a decision to " + read->verdict +
                       ", not to " + verdict,
                   "take it in with `countersign " + read->verdict + " " + run.state().id() +
                       " --decision FILE`"};
    if (read && approves)
      if (const Status fits = window_fits(run.state(), read->not_before, read->not_after, *time);
          !fits)
        return fits.error();
    warn_of(desk, now);
  } else {
    document = decision_document(request, run.state().chain_head, verdict,
                                 approves ? reference_of(desk, request) : "", desk.arguments.reason,
                                 approves ? terms_of(desk) : ApprovalTerms());
    // Whoever is not asked is told too.
    if (desk.arguments.yes) warn_of(desk, now);
    PlanLook look;
    look.standing = now;
    question.shown =
        plan_text(run.state(), standard_catalogue(), desk.console.style(), look) + "\n";
    question.asks = approves ? "Approve exactly this plan?" : "Reject this plan?";
  }
  const Result<Signed> decision = answered(desk, *time, question, document);
  if (!decision) return decision.error();
  if (const Status taken = run.decide(*decision); !taken) return taken.error();
  return said(desk, run);
}

// The page that the request names, byte for byte; made now where it names none.
Result<std::string> plan_to_hand_on(const RunFile& file) {
  const json request = json::parse(file.state.request->document, nullptr, false);
  const json named = request.is_object() ? request.value("plan_text", json()) : json();
  if (named.is_string()) return file.journal->get(named.get<std::string>());
  return plan_document(file.state, request, standard_catalogue(), false);
}

// What a run that waits for no decision waits for, signed by a person.
Result<Reply> other_papers(Desk& desk, const RunState& state) {
  Result<std::unique_ptr<Run>> run = open_run(desk);
  if (!run) return run.error();
  const Result<Time> now = (*run)->now();
  if (!now) return now.error();
  const Result<std::vector<RunPapers>> all = papers_of(desk, **run, *now);
  if (!all) return all.error();
  std::string text;
  json documents = json::array();
  for (const RunPapers& one : *all) {
    // One thing: into the folder itself; several: each into one of its own.
    const std::string folder = all->size() == 1
                                   ? desk.arguments.folder
                                   : (fs::path(desk.arguments.folder) / one.folder).string();
    if (const Status written = write_papers(folder, one.papers); !written) return written.error();
    text += papers_text(folder, one.papers, desk);
    for (json& document : papers_json(folder, one.papers)) {
      document["item"] = one.item.empty() ? json() : json(one.item);
      documents.push_back(std::move(document));
    }
  }
  return Reply{text, {{"run", state.id()}, {"kind", all->front().kind}, {"documents", documents}}};
}

}  // namespace

Result<Reply> request_command(Desk& desk) {
  const Result<Home*> home = desk.workbench.home();
  if (!home) return home.error();
  const Result<RunFile> file = read_run(**home, desk.arguments.run);
  if (!file) return file.error();
  const RunState& state = file->state;
  if (const Status stands = trust_stands(desk); !stands) return stands.error();
  if (!state.request || state.consumed || is_final(state.status) || !desk.arguments.item.empty())
    return other_papers(desk, state);
  if (const Status fits = terms_fit(desk, state, RunClock(desk.workbench).now(state)); !fits)
    return fits.error();
  const std::string& request = state.request->document;
  const Result<std::string> approve = decision_document(
      request, state.chain_head, "approve", reference_of(desk, request), "", terms_of(desk));
  if (!approve) return approve.error();
  const std::string reason = desk.arguments.reason.empty() ? "rejected" : desk.arguments.reason;
  const Result<std::string> reject =
      decision_document(request, state.chain_head, "reject", "", reason);
  if (!reject) return reject.error();
  const Result<std::string> plan = plan_to_hand_on(*file);
  if (!plan) return plan.error();
  const std::string id = state.id();
  const SigningPapers papers{
      "the plan to read, and the documents to sign.",
      {{"approve.json", *approve, "exactly this plan is approved", "countersign approve " + id},
       {"reject.json", *reject, "the plan is rejected, and the run ends",
        "countersign reject " + id}},
      {{"plan.txt", *plan},
       {"request.json", request},
       {"request.json.sig", state.request->signature}}};
  const std::string& folder = desk.arguments.folder;
  if (const Status written = write_papers(folder, papers); !written) return written.error();
  Page page(desk.console.style());
  blocking_lines(page, circumstances_now(desk, state));
  const auto at = [&](const char* name) { return (fs::path(folder) / name).string(); };
  return Reply{page.text() + papers_text(folder, papers, desk),
               {{"run", id},
                {"kind", "decision"},
                {"request_sha256", state.request_sha256},
                {"request", at("request.json")},
                {"approve", at("approve.json")},
                {"reject", at("reject.json")},
                {"plan", at("plan.txt")},
                {"documents", papers_json(folder, papers)}}};
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
