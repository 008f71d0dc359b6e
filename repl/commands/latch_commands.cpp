// freeze, thaw, due: what blocks changes, and what waits for somebody.
#include <algorithm>

#include "approvals/documents.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/run.h"
#include "repl/answering.h"
#include "repl/commands/commands.h"
#include "repl/run_clock.h"
#include "repl/run_file.h"
#include "repl/views/console.h"
#include "repl/views/plan_view.h"
#include "repl/views/run_view.h"
#include "repl/workbench.h"

namespace countersign {
namespace {

// What runs keep an account by; empty where the endpoint cannot be asked what it is: a freeze must
// not wait for the network.
std::string account_key(Desk& desk, const std::string& name) {
  const std::unique_ptr<Journal> scratch = Journal::in_memory();
  const Result<std::unique_ptr<Session>> session = desk.workbench.session(name, *scratch);
  if (!session) return "";
  const Result<json> endpoint = (*session)->endpoint();
  if (!endpoint) return "";
  return endpoint->value("origin", "") + " " + (*session)->facts().value("account_sid", "");
}

Status named(const Desk& desk) {
  if (desk.arguments.all || !desk.arguments.profile.empty()) return Done{};
  return Error{"usage", "it is not said what account is meant", "give --profile NAME, or --all"};
}

// The signed answer to `subject`, examined.
Result<std::pair<Signed, Answer>> signed_latch(Desk& desk, Engine& engine,
                                               const std::string& subject,
                                               const std::string& verdict, const std::string& shown,
                                               const std::string& question) {
  const Result<std::string> document =
      latch_document(sha256_hex(subject), verdict, desk.arguments.reason);
  if (!document) return document.error();
  if (const Status agreed = asked(desk, shown, question); !agreed) return agreed.error();
  Result<Signed> answer = sign_answer(desk, *document, system_now());
  if (!answer) return answer.error();
  Result<Answer> found = engine.authorizer.examine(subject, *answer, system_now());
  if (!found) return found.error();
  return std::pair(std::move(*answer), std::move(*found));
}

std::string whom(const Desk& desk) {
  return desk.arguments.all ? "every account" : "the account of \"" + desk.arguments.profile + "\"";
}

// What of one run waits for somebody.
void add_due(json& list, const RunState& state, Time now) {
  const auto add = [&](const std::string& kind, const std::string& item, const std::string& text,
                       Time from, Time until, const std::string& what) {
    json one = {{"run", state.id()},
                {"runbook", state.started["runbook"]["name"]},
                {"profile", state.started["profile"].value("name", "")},
                {"kind", kind},
                {"item", item},
                {"text", text},
                {"due", from > 0 ? json(iso_time(from)) : json()},
                {"overdue", until > 0 ? json(iso_time(until)) : json()},
                {"state", until > 0 && now > until ? "overdue"
                          : now >= from            ? "due"
                                                   : "pending"},
                {"do", "countersign " + what}};
    list.push_back(std::move(one));
  };
  const std::string& id = state.id();
  const json waits = summary(state)["waiting_for"];
  if (state.halted)
    add("resume", "", "halted: " + waits.value("why", ""), 0, 0, "resume " + id);
  else if (state.status == "awaiting_decision")
    add("decision", "", "a decision on what it is going to change", 0, state.decide_by,
        "plan " + id);
  else if (state.status == "awaiting_time" && waits.is_object())
    add("time", "", "goes on with the phase behind its wait", waits.value("until_unix", Time{0}), 0,
        "resume " + id);
  else if (state.status == "in_doubt")
    add("settlement", "", "an operation is in doubt", 0, 0, "show " + id);
  else if (state.status == "drifted" || state.status == "running")
    add("resume", "",
        state.status == "drifted" ? "drifted from what was signed" : "was interrupted", 0, 0,
        "resume " + id);
  bool open = false;
  for (const json& item : state.items()) {
    if (item["item"] != "attest" || state.attested(item["slug"].get<std::string>())) continue;
    const auto due = state.due(item);
    if (is_final(state.status) && !item.contains("why")) continue;
    open = true;
    // What nothing was changed for yet is nobody's to look at.
    if (!due && state.status != "awaiting_attestation" && !item.contains("why")) continue;
    const std::string slug = item["slug"].get<std::string>();
    add(item.contains("why") ? "obligation" : "attestation", slug, item["text"].get<std::string>(),
        due ? due->from : 0, due ? due->until : 0, "attest " + id + " " + slug + " --pass");
  }
  if (state.status == "awaiting_attestation" && !open)
    add("sign_off", "", "the closing signature", 0, 0, "sign-off " + id);
}

}  // namespace

Result<Reply> freeze_command(Desk& desk) {
  if (const Status said = named(desk); !said) return said.error();
  if (!desk.arguments.all)
    if (const Result<const Profile*> known = desk.workbench.profile(desk.arguments.profile); !known)
      return known.error();
  const Result<Engine*> engine = desk.workbench.engine("");
  if (!engine) return engine.error();
  Latch latch;
  latch.kind = "freeze";
  latch.account = desk.arguments.all ? "*" : account_key(desk, desk.arguments.profile);
  latch.profile = desk.arguments.profile;
  latch.reason = desk.arguments.reason;
  latch.at = system_now();
  Page page(desk.console.style());
  page.line(0,
            {{"No run changes anything in " + whom(desk) + " until it is thawed.", Tone::strong}});
  const auto answer = signed_latch(desk, **engine, freeze_subject(latch), "freeze", page.text(),
                                   "Freeze all changes there?");
  if (!answer) return answer.error();
  latch.person = answer->second.person;
  latch.answer = {{"document", answer->first.document}, {"signature", answer->first.signature}};
  const Result<Latch> set = (*engine)->home.latches().set(latch);
  if (!set) return set.error();
  Page done(desk.console.style());
  done.line(0, {{"frozen: " + whom(desk)}});
  done.command(2, "countersign thaw " +
                      (desk.arguments.all ? std::string("--all") : "--profile " + latch.profile) +
                      " --reason TEXT");
  return Reply{done.text(), to_json(*set)};
}

Result<Reply> thaw_command(Desk& desk) {
  if (const Status said = named(desk); !said) return said.error();
  const Result<Engine*> engine = desk.workbench.engine("");
  if (!engine) return engine.error();
  Latches latches = (*engine)->home.latches();
  const Result<std::vector<Latch>> all = latches.standing();
  if (!all) return all.error();
  const std::string account =
      desk.arguments.all ? std::string("*") : account_key(desk, desk.arguments.profile);
  std::vector<Latch> wanted;
  for (const Latch& latch : *all)
    if (desk.arguments.all ? latch.account == "*"
                           : latch.account != "*" && (latch.profile == desk.arguments.profile ||
                                                      latch.account == account))
      wanted.push_back(latch);
  if (wanted.empty())
    return Error{"usage", "nothing blocks changes of " + whom(desk),
                 "`countersign due` lists what does"};
  json lifted = json::array();
  for (const Latch& latch : wanted) {
    Page page(desk.console.style());
    page.line(0, {{latch.reason, Tone::strong},
                  {" (since " + moment(iso_time(latch.at)) +
                   (latch.run.empty() ? ", by " + latch.person : ", run " + latch.run) + ")"}});
    const auto answer = signed_latch(desk, **engine, thaw_subject(latch), "thaw", page.text(),
                                     "Is this over, and may changes go through again?");
    if (!answer) return answer.error();
    if (const Status may = (*engine)->authorizer.may_lift(answer->second); !may) return may.error();
    if (const Status done = latches.lift(latch.id, {{"person", answer->second.person},
                                                    {"reason", desk.arguments.reason},
                                                    {"at", system_now()},
                                                    {"document", answer->first.document},
                                                    {"signature", answer->first.signature}});
        !done)
      return done.error();
    lifted.push_back(to_json(latch));
  }
  Page done(desk.console.style());
  done.line(0, {{"thawed: " + whom(desk)}});
  return Reply{done.text(), lifted};
}

Result<Reply> due_command(Desk& desk) {
  const Result<Home*> home = desk.workbench.home();
  if (!home) return home.error();
  RunClock clock(desk.workbench);
  json due = json::array();
  for (const std::string& id : (*home)->run_ids()) {
    const Result<RunFile> file = read_run(**home, id);
    if (!file) {
      // One damaged file must not hide what is due elsewhere.
      due.push_back({{"run", id},
                     {"runbook", nullptr},
                     {"profile", nullptr},
                     {"kind", "damaged"},
                     {"item", ""},
                     {"text", file.error().message},
                     {"due", nullptr},
                     {"overdue", nullptr},
                     {"state", "overdue"},
                     {"do", "countersign show " + id}});
      continue;
    }
    const RunState& state = file->state;
    const json& profile = state.started["profile"]["name"];
    if (!desk.arguments.profile.empty() && profile != desk.arguments.profile) continue;
    const bool open = std::any_of(
        state.obligations.begin(), state.obligations.end(),
        [&](const json& item) { return !state.attested(item["slug"].get<std::string>()); });
    if (!is_final(state.status) || open) add_due(due, state, clock.now(state));
  }
  // What is overdue first, then by time.
  std::stable_sort(due.begin(), due.end(), [](const json& a, const json& b) {
    const auto rank = [](const json& one) {
      return one["state"] == "overdue" ? 0 : one["state"] == "due" ? 1 : 2;
    };
    return rank(a) < rank(b);
  });
  const Result<std::vector<Latch>> latches = (*home)->latches().standing();
  if (!latches) return latches.error();
  json standing = json::array();
  for (const Latch& latch : *latches) standing.push_back(to_json(latch));
  return Reply{due_text(due, standing, desk.console.style()),
               {{"due", due}, {"latches", standing}}};
}

}  // namespace countersign
