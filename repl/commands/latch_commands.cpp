// freeze, thaw, due: what blocks changes, and what waits for somebody.
#include <algorithm>
#include <iterator>
#include <set>

#include "approvals/documents.h"
#include "approvals/trust_change.h"
#include "interpreter/account_key.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/run.h"
#include "repl/app_context.h"
#include "repl/approval_prompt.h"
#include "repl/commands/commands.h"
#include "repl/due_people.h"
#include "repl/handed_out.h"
#include "repl/notify/due_notice.h"
#include "repl/notify/notifier.h"
#include "repl/run_clock.h"
#include "repl/run_file.h"
#include "repl/signing_documents.h"
#include "repl/trust_standing.h"
#include "repl/views/console.h"
#include "repl/views/plan_view.h"
#include "repl/views/run_view.h"
#include "repl/zone_here.h"
#include "stdlib/http/url.h"
#include "stdlib/session/configuration.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

// What the accounts of profiles are known by. One endpoint is asked once, however many name it.
class Accounts {
 public:
  explicit Accounts(CommandContext& context) : desk_(context) {}

  // Where the endpoint does not answer, every instance of the account: a freeze must not wait for
  // the network.
  std::string key(const Profile& profile) {
    return account_key(endpoint(profile), identity_of(profile, own_system()));
  }
  // Of all that are configured, or of the one.
  Result<std::vector<std::string>> keys(const std::string& only) {
    std::set<std::string> keys;
    const Configuration* config = TRY(desk_.app.configuration_if_any());
    if (config != nullptr)
      for (const auto& [name, profile] : config->profiles)
        if (only.empty() || name == only) keys.insert(key(profile));
    return std::vector<std::string>(keys.begin(), keys.end());
  }

 private:
  const json& endpoint(const Profile& profile) {
    const auto [at, fresh] = known_.emplace(profile.endpoint, json());
    if (!fresh) return at->second;
    const std::unique_ptr<Journal> scratch = Journal::in_memory();
    const Result<std::unique_ptr<Session>> session = desk_.app.session(profile.name, *scratch);
    if (session)
      if (Result<json> said = (*session)->endpoint()) return at->second = std::move(*said);
    return at->second = {{"origin", origin_of(profile, own_system())}};
  }

  CommandContext& desk_;
  std::map<std::string, json> known_;
};

Status named(const CommandContext& context) {
  if (context.arguments.all || !context.arguments.profile.empty()) return Done{};
  return Error{"usage", "no account was named", "name it with --profile, or use --all"};
}

Status reasoned(const CommandContext& context) {
  if (!context.arguments.reason.empty()) return Done{};
  return Error{"usage", "it is not said why", "give --reason TEXT"};
}

// The signed answer to `subject`, examined.
Result<std::pair<Signed, Answer>> signed_latch(CommandContext& context, Engine& engine,
                                               const std::string& subject,
                                               const std::string& verdict, const std::string& shown,
                                               const std::string& question) {
  const Result<std::string> document =
      latch_document(sha256_hex(subject), verdict, context.arguments.reason);
  Signed answer = TRY(answered(context, context.app.clock().now(),
                               {"latch", "", sha256_hex(subject), "", shown, question}, document));
  Answer found = TRY(engine.authorizer.examine(subject, answer, context.app.clock().now()));
  if (found.verdict != verdict)
    return Error{"refused",
                 "the document says \"" + found.verdict + "\", and asked is \"" + verdict + "\"",
                 "take it in with `countersign " + found.verdict + "`"};
  return std::pair(std::move(answer), std::move(found));
}

// What a document that was signed elsewhere is about.
Result<AnswerDocument> latch_answer(CommandContext& context, const std::string& verdict) {
  const Signed answer = TRY(signed_elsewhere(context));
  Result<AnswerDocument> document = parse_answer(answer.document);
  if (!document) return document;
  if (document->type != "latch" || document->verdict != verdict)
    return Error{"refused",
                 "the document is a signed " + document->type + " (" + document->verdict +
                     "), and wanted is a " + verdict,
                 "take it in on the command that it answers"};
  return document;
}

// Written to be signed elsewhere instead.
Result<Reply> written(CommandContext& context, const SigningPapers& papers,
                      const std::string& kind) {
  const std::string& folder = context.arguments.folder;
  TRY(write_papers(folder, papers));
  return Reply{papers_text(folder, papers, context),
               {{"kind", kind}, {"documents", papers_json(folder, papers)}}};
}

std::string whom(const CommandContext& context) {
  return context.arguments.all ? "every account"
                               : "the account of \"" + context.arguments.profile + "\"";
}

// A run that failed with some of its changes made, or possibly made, and that no other run goes on
// with: what it left is nobody's any more unless somebody is told.
Result<bool> is_half_done(Home& home, const RunState& state) {
  if (state.status != RunStatus::failed || (state.confirmed.empty() && state.begun.empty()) ||
      undo_of(state) == Undo::over)
    return false;
  const std::string successor = TRY(home.successor(state.id()));
  return successor.empty();
}

std::string left_half_done(const RunState& state) {
  const std::size_t made = state.confirmed.size();
  std::string text = "failed after " + std::to_string(made) + (made == 1 ? " change" : " changes");
  if (!state.begun.empty()) text += ", and one more may have been made";
  if (state.error) text += ": " + state.error->message.substr(0, state.error->message.find('\n'));
  return text;
}

// The best command that leads on, behind "countersign ".
std::string way_on(const RunState& state) {
  const json ways = ways_on(state);
  const std::string program = "countersign ";
  return ways.empty() ? "show " + state.id()
                      : ways[0]["command"].get<std::string>().substr(program.size());
}

// A change of who may sign that waits for signatures: of no run and no account.
Status add_trust(json& list, CommandContext& context, const std::string& home) {
  const Configuration* config = TRY(context.app.configuration_if_any());
  if (config == nullptr) return Done{};
  const Result<TrustPaths> paths = context.app.trust();
  // Where no trust files are named, nobody can have proposed to change them.
  if (!paths) return Done{};
  const auto waiting = TRY(TrustChanges(home, *paths).pending(context.app.clock().now()));
  if (!waiting) return Done{};
  const PendingTrust& pending = *waiting;
  // Once its time is over nobody can sign it any more.
  const Time until = parse_iso_time(pending.change.value("decide_by", "")).value_or(0);
  if (context.app.clock().now() > until) return Done{};
  list.push_back(
      {{"run", nullptr},
       {"runbook", nullptr},
       {"profile", nullptr},
       {"kind", "trust"},
       {"item", ""},
       {"text", "a change of who may sign waits for " +
                    (pending.missing.empty() ? std::string("its end") : describe(pending.missing)) +
                    ": " + pending.change.value("reason", "")},
       {"due", nullptr},
       {"overdue", until > 0 ? json(iso_time(until)) : json()},
       {"state", "due"},
       {"do", "countersign trust accept"},
       {"roles", pending.missing}});
  return Done{};
}

// What of one run waits for somebody.
void add_due(json& list, const RunState& state, bool half_done, Time now) {
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
  if (half_done)
    add("failed", "", left_half_done(state), 0, 0, way_on(state));
  else if (state.halted)
    add("resume", "", "halted: " + waits.value("why", ""), 0, 0, "resume " + id);
  else if (state.status == RunStatus::awaiting_decision)
    add("decision", "", "a decision on what it is going to change", 0, state.decide_by,
        "plan " + id);
  else if (state.status == RunStatus::awaiting_time && waits.is_object())
    add("time", "", "goes on with the phase behind its wait", waits.value("until_unix", Time{0}), 0,
        "resume " + id);
  else if (state.status == RunStatus::in_doubt)
    add("settlement", "", "an operation is in doubt", 0, 0, "show " + id);
  else if (state.status == RunStatus::drifted)
    add("resume", "", "drifted from what was signed", 0, 0, "resume " + id);
  else if (state.status == RunStatus::running)
    add("resume", "",
        status_of(state) == "approved" ? "approved: it goes on when it is resumed"
        : !state.begun.empty()         ? "was interrupted in the middle of a change"
                                       : "was interrupted",
        0, 0, "resume " + id);
  bool open = false;
  for (const json& item : state.items()) {
    if (item["item"] != "attest" || state.attested(item["slug"].get<std::string>())) continue;
    const auto due = state.due(item);
    if (is_final(state.status) && !item.contains("why")) continue;
    open = true;
    // What nothing was changed for yet is nobody's to look at.
    if (!due && state.status != RunStatus::awaiting_attestation && !item.contains("why")) continue;
    const std::string slug = item["slug"].get<std::string>();
    add(item.contains("why") ? "obligation" : "attestation", slug, item["text"].get<std::string>(),
        due ? due->from : 0, due ? due->until : 0, "attest " + id + " " + slug + " --pass");
  }
  if (state.status == RunStatus::awaiting_attestation && !open)
    add("sign_off", "", "the closing signature", 0, 0, "sign-off " + id);
}

}  // namespace

namespace {

// What is to be frozen, as it was typed.
Result<Latch> typed_freeze(CommandContext& context) {
  TRY(named(context));
  TRY(reasoned(context));
  if (!context.arguments.all) TRY(context.app.profile(context.arguments.profile));
  const std::vector<std::string> keys = TRY(Accounts(context).keys(context.arguments.profile));
  Latch latch;
  latch.kind = "freeze";
  latch.account = context.arguments.all ? "*" : keys.at(0);
  if (context.arguments.all) latch.accounts = keys;
  latch.profile = context.arguments.profile;
  latch.reason = context.arguments.reason;
  latch.at = context.app.clock().now();
  return latch;
}

// The freeze that a document signed elsewhere means; it must be the one that is typed, where one
// is.
Result<Latch> signed_freeze(CommandContext& context, const std::string& home) {
  const AnswerDocument document = TRY(latch_answer(context, "freeze"));
  Result<Latch> latch = handed_out(home, document.subject_sha256, context.app.clock().now());
  if (!latch) return latch;
  const bool all = latch->account == "*";
  if ((context.arguments.all && !all) ||
      (!context.arguments.profile.empty() && (all || latch->profile != context.arguments.profile)))
    return Error{
        "refused",
        "the document freezes " +
            (all ? std::string("every account") : "the account of \"" + latch->profile + "\"") +
            ", not " + whom(context),
        "take it in without --profile and --all"};
  return latch;
}

std::string frozen(const Latch& latch) {
  return latch.account == "*" ? "every account" : "the account of \"" + latch.profile + "\"";
}

}  // namespace

Result<Reply> freeze_command(CommandContext& context) {
  Engine* engine = TRY(context.app.engine(""));
  const std::string& home = engine->home.path();
  const bool elsewhere = !context.arguments.decision.empty();
  Latch meant = TRY(elsewhere ? signed_freeze(context, home) : typed_freeze(context));
  TRY(trust_stands(context));
  Latch& latch = meant;
  const std::string subject = freeze_subject(latch), account = frozen(latch);
  if (!context.arguments.folder.empty()) {
    const std::string document = TRY(latch_document(sha256_hex(subject), "freeze", latch.reason));
    TRY(hand_out(home, latch));
    return written(
        context,
        {"no run changes anything in " + account + " until it is thawed: " + latch.reason,
         {{"freeze.json", document, "all changes there are frozen", "countersign freeze"}},
         {{"account.json", subject}}},
        "freeze");
  }
  Page page(context.console.style());
  page.line(0, {{"No run changes anything in " + account + " until it is thawed.", Tone::strong}});
  const auto answer = TRY(
      signed_latch(context, *engine, subject, "freeze", page.text(), "Freeze all changes there?"));
  if (elsewhere) TRY(mark_used(home, sha256_hex(subject), context.app.clock().now()));
  latch.person = answer.second.person;
  latch.answer = {{"document", answer.first.document}, {"signature", answer.first.signature}};
  const Latch set = TRY(engine->home.latches().set(latch));
  Page done(context.console.style());
  done.line(0, {{"frozen: " + account}});
  done.command(2, "countersign thaw " +
                      (latch.account == "*" ? std::string("--all") : "--profile " + latch.profile) +
                      " --reason TEXT");
  return Reply{done.text(), to_json(set)};
}

namespace {

// What stands and is meant: by --profile or --all, or by the document that was signed elsewhere.
Result<std::vector<Latch>> wanted_latches(CommandContext& context, const Latches& latches) {
  const bool elsewhere = !context.arguments.decision.empty();
  const bool any = elsewhere && !context.arguments.all && context.arguments.profile.empty();
  const std::vector<std::string> keys = TRY(Accounts(context).keys(context.arguments.profile));
  const std::vector<Latch> all = TRY(latches.standing(keys));
  std::string sha256;
  if (elsewhere) {
    const AnswerDocument document = TRY(latch_answer(context, "thaw"));
    sha256 = document.subject_sha256;
  }
  const auto meant = [&](const Latch& latch) {
    if (elsewhere && sha256_hex(thaw_subject(latch)) != sha256) return false;
    if (any) return true;
    if (context.arguments.all || latch.account == "*")
      return context.arguments.all && latch.account == "*";
    if (latch.account.empty()) return latch.profile == context.arguments.profile;
    return latch.account == keys.at(0) || latch.account == any_instance(keys.at(0));
  };
  std::vector<Latch> wanted;
  std::copy_if(all.begin(), all.end(), std::back_inserter(wanted), meant);
  if (!wanted.empty()) return wanted;
  if (elsewhere)
    return Error{"refused",
                 "the document lifts nothing that blocks changes now: it was lifted already, or is "
                 "of another account",
                 "`countersign due` lists what blocks"};
  return Error{"usage", "nothing blocks changes of " + whom(context),
               "`countersign due` lists what does"};
}

std::string blocks(const Latch& latch) {
  return latch.reason + " (since " + moment(iso_time(latch.at)) +
         (latch.run.empty() ? ", by " + latch.person : ", run " + latch.run) + ")";
}

Result<SigningPapers> thaw_papers(CommandContext& context, const std::vector<Latch>& wanted) {
  SigningPapers papers{
      "what blocks changes may be lifted, each by a signature of its own.", {}, {}};
  for (const Latch& latch : wanted) {
    const std::string number =
        wanted.size() == 1 ? "" : "-" + std::to_string(papers.sign.size() + 1);
    const std::string subject = thaw_subject(latch);
    const std::string document =
        TRY(latch_document(sha256_hex(subject), "thaw", context.arguments.reason));
    papers.sign.push_back({"thaw" + number + ".json", document,
                           "this is over, and changes may go through again: " + blocks(latch),
                           "countersign thaw"});
    papers.read.push_back({"latch" + number + ".json", subject});
  }
  return papers;
}

}  // namespace

Result<Reply> thaw_command(CommandContext& context) {
  const bool elsewhere = !context.arguments.decision.empty();
  if (!elsewhere) {
    TRY(named(context));
    TRY(reasoned(context));
  }
  Engine* engine = TRY(context.app.engine(""));
  if (!context.arguments.profile.empty()) TRY(context.app.profile(context.arguments.profile));
  TRY(trust_stands(context));
  Latches latches = engine->home.latches();
  const std::vector<Latch> wanted = TRY(wanted_latches(context, latches));
  if (!context.arguments.folder.empty()) {
    const SigningPapers papers = TRY(thaw_papers(context, wanted));
    return written(context, papers, "thaw");
  }
  json lifted = json::array();
  for (const Latch& latch : wanted) {
    Page page(context.console.style());
    page.line(0, {{latch.reason, Tone::strong},
                  {" (since " + moment(iso_time(latch.at)) +
                   (latch.run.empty() ? ", by " + latch.person : ", run " + latch.run) + ")"}});
    const auto answer = TRY(signed_latch(context, *engine, thaw_subject(latch), "thaw", page.text(),
                                         "Is this over, and may changes go through again?"));
    TRY(engine->authorizer.may_lift(answer.second));
    TRY(latches.lift(latch, {{"person", answer.second.person},
                             {"reason", answer.second.reason},
                             {"at", context.app.clock().now()},
                             {"document", answer.first.document},
                             {"signature", answer.first.signature}}));
    lifted.push_back(to_json(latch));
  }
  Page done(context.console.style());
  if (elsewhere)
    for (const Latch& latch : wanted) done.line(0, {{"thawed: " + blocks(latch)}});
  else
    done.line(0, {{"thawed: " + whom(context)}});
  return Reply{done.text(), lifted};
}

Result<Reply> due_command(CommandContext& context) {
  show_zone(context);
  TRY(can_notify(context));
  Home* home = TRY(context.app.home());
  RunClock clock(context.app);
  const DuePeople people(context);
  const std::string whose = TRY(people.whose());
  json due = json::array();
  std::vector<std::string> accounts;
  const std::map<std::string, std::string> quiet = TRY(home->quiet());
  std::map<std::string, std::string> newly_quiet;
  for (const std::string& id : home->run_ids()) {
    const std::string stamp = home->stamp_of_run(id);
    if (const auto at = quiet.find(id); at != quiet.end() && !stamp.empty() && at->second == stamp)
      continue;
    const Result<RunFile> file = read_run(*home, id);
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
    const bool open = std::any_of(
        state.obligations.begin(), state.obligations.end(),
        [&](const json& item) { return !state.attested(item["slug"].get<std::string>()); });
    const bool half_done = TRY(is_half_done(*home, state));
    const bool waits = !is_final(state.status) || open || half_done;
    // Reading may have written the log back into the file.
    if (!waits && !stamp.empty() && home->stamp_of_run(id) == stamp) newly_quiet[id] = stamp;
    if (!context.arguments.profile.empty() && profile != context.arguments.profile) continue;
    if (!is_final(state.status)) accounts.push_back(state.account_key());
    const std::size_t first = due.size();
    if (waits) add_due(due, state, half_done, clock.now(state));
    for (std::size_t i = first; i < due.size(); ++i) people.name(due[i], state, clock.now(state));
  }
  (void)home->note_quiet(newly_quiet);  // it is only slower without
  // Whoever asks for one account asks for what is done to that.
  if (context.arguments.profile.empty()) TRY(add_trust(due, context, home->path()));
  people.keep(due, whose);
  // What is overdue first, then by time.
  std::stable_sort(due.begin(), due.end(), [](const json& a, const json& b) {
    const auto rank = [](const json& one) {
      return one["state"] == "overdue" ? 0 : one["state"] == "due" ? 1 : 2;
    };
    return rank(a) < rank(b);
  });
  const std::vector<std::string> configured =
      TRY(Accounts(context).keys(context.arguments.profile));
  accounts.insert(accounts.end(), configured.begin(), configured.end());
  const std::vector<Latch> latches = TRY(home->latches().standing(accounts));
  json standing = json::array();
  for (const Latch& latch : latches) standing.push_back(to_json(latch));
  Reply reply{due_text(due, standing, context.console.style()),
              {{"due", due}, {"latches", standing}}};
  // Where nothing is due nobody is told so.
  const Notice notice = due_notice(due, standing, due_text(due, standing, Style{false, 100}));
  if (!notice.facts.is_null()) add_told(reply, notify(context, notice), context);
  return reply;
}

}  // namespace countersign
