// request, approve, reject: what people decide on, and their signed decisions.
#include <filesystem>

#include "approvals/documents.h"
#include "approvals/text_file.h"
#include "interpreter/clock.h"
#include "interpreter/run.h"
#include "repl/app_context.h"
#include "repl/approval_prompt.h"
#include "repl/blockers_now.h"
#include "repl/commands/commands.h"
#include "repl/lineage.h"
#include "repl/notify/notifier.h"
#include "repl/notify/request_notice.h"
#include "repl/run_clock.h"
#include "repl/run_documents.h"
#include "repl/run_file.h"
#include "repl/signing_documents.h"
#include "repl/trust_standing.h"
#include "repl/views/console.h"
#include "repl/views/plan_sheet.h"
#include "repl/views/plan_view.h"
#include "repl/views/run_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

Error no_request(const RunState& state) {
  const bool goes_on = state.status == RunStatus::running;
  return Error{"usage",
               "the run " + state.id() + " asks for no decision: it is " + to_string(state.status),
               goes_on ? "it can go on: countersign resume " + state.id()
                       : "`countersign show " + state.id() + "` says what it waits for"};
}

// The reference that the runbook's own parameter holds stands where none is given.
std::string reference_of(const CommandContext& context, const std::string& request) {
  if (!context.arguments.reference.empty()) return context.arguments.reference;
  const json document = json::parse(request, nullptr, false);
  return document.is_object() ? document.value("reference_hint", "") : "";
}

ApprovalTerms terms_of(const CommandContext& context) {
  return {context.arguments.not_before, context.arguments.not_after, context.arguments.break_glass};
}

// Given in words, as the document is going to have them; what is no time is refused there.
Status terms_fit(const CommandContext& context, const RunState& state, Time now) {
  const ApprovalTerms terms = terms_of(context);
  return window_fits(state, parse_iso_time(terms.not_before).value_or(0),
                     parse_iso_time(terms.not_after).value_or(0), now);
}

// What blocks is said where a person would sign for nothing.
void warn_of(CommandContext& context, const Blockers& now) {
  Page page(context.console.style_of_progress());
  blocking_lines(page, now);
  context.console.warn(page.text());
}

Result<Reply> decide(CommandContext& context, const std::string& verdict) {
  std::unique_ptr<Run> opened = TRY(open_run(context));
  Run& run = *opened;
  if (!run.state().request || run.state().consumed || is_final(run.state().status))
    return no_request(run.state());
  const std::string& request = run.state().request->document;
  const Time time = TRY(run.now());
  const Blockers now = blockers_now(context, run.state());
  const bool approves = verdict == "approve";
  if (approves) TRY(terms_fit(context, run.state(), time));
  Question question{"decision", run.state().id(), "", "", "", ""};
  Result<std::string> document = std::string();
  if (!context.arguments.decision.empty()) {
    const Signed given = TRY(signed_elsewhere(context));
    const Result<AnswerDocument> read = parse_answer(given.document);
    if (read && read->type == "decision" && read->verdict != verdict)
      return Error{"usage",
                   "\"" + context.arguments.decision + "\" is a decision to " + read->verdict +
                       ", not to " + verdict,
                   "take it in with `countersign " + read->verdict + " " + run.state().id() +
                       " --decision FILE`"};
    if (read && approves) TRY(window_fits(run.state(), read->not_before, read->not_after, time));
    warn_of(context, now);
  } else {
    document = decision_document(
        request, run.state().chain_head, verdict, approves ? reference_of(context, request) : "",
        context.arguments.reason, approves ? terms_of(context) : ApprovalTerms());
    // Whoever is not asked is told too.
    if (context.arguments.yes) warn_of(context, now);
    PlanLook look;
    look.standing = now;
    if (const Result<Home*> home = context.app.home())
      if (const Result<RunFile> file = read_run(**home, run.state().id()))
        look.since = lineage_of(**home, *file);
    question.shown =
        plan_text(run.state(), standard_catalogue(), context.console.style(), look) + "\n";
    question.asks = approves ? "Approve exactly this plan?" : "Reject this plan?";
    if (approves)
      question.adds = [&](const Signer& signer) -> Status {
        for (std::size_t i = 0; i < run.state().answers.size(); ++i)
          if (const Answer& answer = run.state().answers[i]; answer.person == signer.person &&
                                                             answer.verdict == "approve" &&
                                                             now.lost.count(i) == 0)
            return given_already(signer, "approved this plan", run.state().id());
        return Done{};
      };
  }
  const Signed decision = TRY(answered(context, time, question, document));
  TRY(run.decide(decision));
  return said(context, run);
}

// The page that the request names, byte for byte; made now where it names none.
Result<std::string> plan_to_hand_on(const RunFile& file) {
  const json request = json::parse(file.state.request->document, nullptr, false);
  const json named = request.is_object() ? request.value("plan_text", json()) : json();
  if (named.is_string()) return file.journal->get(named.get<std::string>());
  return plan_document(file.state, request, standard_catalogue(), false);
}

// The page beside the documents, and who is told of them, where that was asked for.
class Handing {
 public:
  Handing(CommandContext& context, RequestPage page, std::string kind)
      : context_(context), page_(std::move(page)), kind_(std::move(kind)) {}

  static bool wanted(const CommandContext& context) {
    const Arguments& typed = context.arguments;
    return typed.html || !typed.mail.empty() || !typed.webhook.empty();
  }
  // As they are written: with the page, if it is wanted.
  SigningPapers papers() const {
    SigningPapers all = page_.papers;
    if (context_.arguments.html) all.read.emplace_back("request.html", request_page(page_));
    return all;
  }
  void tell(Reply& reply, const std::string& folder) const {
    if (!wanted(context_)) return;
    if (context_.arguments.html) reply.value["page"] = (fs::path(folder) / "request.html").string();
    add_told(reply, notify(context_, request_notice(page_, kind_)), context_);
  }

 private:
  CommandContext& context_;
  RequestPage page_;
  std::string kind_;
};

json roles_of_item(const RunState& state, const std::string& slug) {
  for (const json& item : state.items())
    if (item.value("slug", json()) == slug && item.value("role", json()).is_string())
      return json::array({{{"role", item["role"]}, {"count", 1}}});
  return json::array();
}

// Who signs what a run waits for besides a decision.
json roles_wanted(const RunState& state, const RunPapers& papers) {
  if (papers.kind == "attestation") return roles_of_item(state, papers.item);
  if (papers.kind == "settlement") return state.terms.value("requires", json::array());
  json roles = json::array();
  for (const json& item : state.items())
    if (item.value("item", "") == "sign_off" && item.value("role", json()).is_string())
      roles.push_back({{"role", item["role"]}, {"count", 1}});
  return roles;
}

// What a run that waits for no decision waits for, signed by a person.
Result<Reply> other_papers(CommandContext& context, const RunState& state) {
  std::unique_ptr<Run> run = TRY(open_run(context));
  const Time now = TRY(run->now());
  const std::vector<RunPapers> all = TRY(papers_of(context, *run, now));
  std::string text;
  json documents = json::array();
  Reply told{"", json::object()};
  json notified = json::array();
  for (const RunPapers& one : all) {
    // One thing: into the folder itself; several: each into one of its own.
    const std::string folder = all.size() == 1
                                   ? context.arguments.folder
                                   : (fs::path(context.arguments.folder) / one.folder).string();
    const Handing handing(
        context,
        {state.id(), state.started["runbook"].value("title", ""), one.papers.title, "",
         who_may_sign(context, roles_wanted(state, one)), json(), one.papers},
        one.kind);
    TRY(write_papers(folder, handing.papers()));
    text += papers_text(folder, one.papers, context);
    for (json& document : papers_json(folder, one.papers)) {
      document["item"] = one.item.empty() ? json() : json(one.item);
      documents.push_back(std::move(document));
    }
    handing.tell(told, folder);
    for (json& entry : told.value.value("notified", json::array())) notified.push_back(entry);
    told.value.erase("notified");
  }
  Reply reply{text + told.text,
              {{"run", state.id()}, {"kind", all.front().kind}, {"documents", documents}},
              told.code};
  if (all.size() == 1) reply.value.update(told.value.is_object() ? told.value : json::object());
  if (!notified.empty()) reply.value["notified"] = notified;
  return reply;
}

}  // namespace

Result<Reply> request_command(CommandContext& context) {
  Home* home = TRY(context.app.home());
  const RunFile file = TRY(read_run(*home, context.arguments.run));
  const RunState& state = file.state;
  TRY(trust_stands(context));
  TRY(can_notify(context));
  const bool corrects = context.arguments.applied || context.arguments.not_applied;
  if (!state.request || state.consumed || is_final(state.status) || corrects ||
      !context.arguments.item.empty())
    return other_papers(context, state);
  TRY(terms_fit(context, state, RunClock(context.app).now(state)));
  const std::string& request = state.request->document;
  const std::string approve = TRY(decision_document(
      request, state.chain_head, "approve", reference_of(context, request), "", terms_of(context)));
  const std::string reason =
      context.arguments.reason.empty() ? "rejected" : context.arguments.reason;
  const std::string reject =
      TRY(decision_document(request, state.chain_head, "reject", "", reason));
  const std::string plan = TRY(plan_to_hand_on(file));
  const std::string id = state.id();
  const SigningPapers papers{
      "the plan to read, and the documents to sign.",
      {{"approve.json", approve, "exactly this plan is approved", "countersign approve " + id},
       {"reject.json", reject, "the plan is rejected, and the run ends",
        "countersign reject " + id}},
      {{"plan.txt", plan},
       {"request.json", request},
       {"request.json.sig", state.request->signature}}};
  const std::string& folder = context.arguments.folder;
  const json document = json::parse(request, nullptr, false);
  const Handing handing(
      context,
      {id, state.started["runbook"].value("title", ""), "a decision on what is going to change",
       iso_time(state.decide_by), who_may_sign(context, state.terms.value("requires", json())),
       Handing::wanted(context) ? plan_sheet(state, document, standard_catalogue()) : json(),
       papers, state.request_sha256},
      "decision");
  TRY(write_papers(folder, handing.papers()));
  Page page(context.console.style());
  blocking_lines(page, blockers_now(context, state));
  const auto at = [&](const char* name) { return (fs::path(folder) / name).string(); };
  Reply reply{page.text() + papers_text(folder, papers, context),
              {{"run", id},
               {"kind", "decision"},
               {"request_sha256", state.request_sha256},
               {"request", at("request.json")},
               {"approve", at("approve.json")},
               {"reject", at("reject.json")},
               {"plan", at("plan.txt")},
               {"documents", papers_json(folder, papers)}}};
  handing.tell(reply, folder);
  return reply;
}

Result<Reply> approve_command(CommandContext& context) {
  return decide(context, "approve");
}

Result<Reply> reject_command(CommandContext& context) {
  if (context.arguments.reason.empty() && context.arguments.decision.empty())
    return Error{"usage", "a rejection says why", "give --reason TEXT"};
  return decide(context, "reject");
}

}  // namespace countersign
