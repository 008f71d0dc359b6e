#include "repl/run_documents.h"

#include "approvals/documents.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/settlers.h"
#include "interpreter/subject.h"
#include "interpreter/times.h"
#include "repl/input.h"
#include "repl/views/run_view.h"
#include "repl/views/value_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace {

RunHead at(const Run& run) {
  return {run.state().id(), run.state().chain_head};
}

std::string report(const Run& run) {
  return run_text(run.state(), standard_catalogue(), Style{false, 100});
}

std::string noted(const CommandContext& context, const std::string& otherwise) {
  return context.arguments.note.empty() ? otherwise : context.arguments.note;
}

Result<RunPapers> attestation(CommandContext& context, const Run& run, const std::string& slug) {
  const std::string subject = TRY(run.item_subject(slug));
  const std::string id = run.state().id(), takes_in = "countersign attest " + id + " " + slug;
  const std::string text = json::parse(subject).value("text", "");
  RunPapers out{"attestation", slug, slug, {text, {}, {{"item.json", subject}}}};
  for (const auto& [verdict, means] :
       {std::pair("pass", "this is so: "), {"fail", "this is not so: "}}) {
    const std::string document = TRY(
        attestation_document(at(run), slug, sha256_hex(subject), verdict, context.arguments.note));
    out.papers.sign.push_back({std::string(verdict) + ".json", document, means + text, takes_in});
  }
  return out;
}

Result<RunPapers> sign_off(CommandContext& context, const Run& run) {
  const std::string id = run.state().id();
  const std::string document =
      TRY(sign_off_document(at(run), run.evidence_sha256(), "pass", context.arguments.note));
  return RunPapers{
      "sign_off",
      "",
      "sign-off",
      {"the closing signature over the run's evidence.",
       {{"sign-off.json", document, "the run is complete and right", "countersign sign-off " + id}},
       {{"run.txt", report(run)}}}};
}

Result<RunPapers> adoption(CommandContext& context, const Run& run) {
  const std::string id = run.state().id(), subject = run.adoption_subject();
  const std::string document =
      TRY(settlement_document(at(run), "", sha256_hex(subject), "adopt", "",
                              noted(context, "the run goes on here and nowhere else")));
  return RunPapers{"settlement",
                   "",
                   "adoption",
                   {"the run was copied here or put back; somebody answers that it goes on here.",
                    {{"adopt.json", document, "the run goes on here, and nowhere else",
                      "countersign settle " + id}},
                    {{"adoption.json", subject}, {"run.txt", report(run)}}}};
}

// The digest of what --result names; empty: nothing was given.
Result<std::string> result_digest(const CommandContext& context) {
  if (context.arguments.result.empty()) return std::string();
  const std::string text = TRY(read_input(context.arguments.result));
  const Result<json> value = parse_json(text);
  if (!value)
    return Error{"usage",
                 "\"" + context.arguments.result + "\" is not JSON: " + value.error().message};
  return sha256_hex(canonical(*value));
}

// What takes a settlement in.
std::string settles(const CommandContext& context, const std::string& id, bool applied) {
  const bool with = applied && !context.arguments.result.empty();
  return "countersign settle " + id + (with ? " --result " + context.arguments.result : "");
}

// One document: which way a settlement is corrected is what is asked for.
Result<RunPapers> correction(CommandContext& context, const Run& run, const Settlement& wrong) {
  const std::string id = run.state().id(), subject = correction_subject(run.state(), wrong);
  const bool applied = context.arguments.applied;
  const std::string digest =
      TRY(applied ? result_digest(context) : Result<std::string>(std::string()));
  const std::string means =
      applied ? "it was carried out after all" : "it was not carried out after all";
  const std::string document = TRY(settlement_document(
      at(run), wrong.begun.key, sha256_hex(subject), applied ? "applied" : "not-applied", digest,
      noted(context, "looked at: " + means), wrong.answer.document_sha256));
  const std::string what = wrong.begun.operation + " on " + wrong.begun.target;
  return RunPapers{
      "settlement",
      "",
      "correction",
      {settled_words(wrong) + ". What was planned on that is planned and decided anew.",
       {{applied ? "applied.json" : "not-applied.json", document, means,
         settles(context, id, applied)}},
       {{"operation.json", subject},
        {"operation.txt", what + "\n" + value_text(wrong.begun.arguments, {false, 100})}}}};
}

Result<RunPapers> settlement(CommandContext& context, const Run& run, const PendingOperation& one) {
  const std::string digest = TRY(result_digest(context));
  const std::string id = run.state().id(), subject = run.doubt_subject();
  const auto document = [&](const char* verdict, const std::string& result, const char* note) {
    return settlement_document(at(run), one.key, sha256_hex(subject), verdict, result,
                               noted(context, note));
  };
  const std::string applied = TRY(document("applied", digest, "looked at: it was carried out"));
  const std::string not_applied =
      TRY(document("not-applied", "", "looked at: it was not carried out"));
  const std::string what = one.operation + " on " + one.target;
  return RunPapers{
      "settlement",
      "",
      "settlement",
      {"it is not known whether this was carried out: " + what,
       {{"applied.json", applied, "it was carried out", settles(context, id, true)},
        {"not-applied.json", not_applied, "it was not carried out", settles(context, id, false)}},
       {{"operation.json", subject},
        {"operation.txt", what + "\n" + value_text(one.arguments, {false, 100})}}}};
}

// Those that wait for somebody, and why the others do not yet.
std::vector<std::string> open_items(const RunState& state, Time now, std::string& later) {
  std::vector<std::string> out;
  for (const json& item : state.items()) {
    if (item["item"] != "attest") continue;
    const std::string slug = item["slug"].get<std::string>();
    if (state.attested(slug)) continue;
    if (is_final(state.status) && !item.contains("why")) continue;
    if (state.status != RunStatus::awaiting_attestation && !item.contains("why")) continue;
    const auto due = state.due(item);
    if (due && now < due->from) {
      later = "\"" + slug + "\" is due at " + iso_time(due->from) + ", and it is " + iso_time(now);
      continue;
    }
    out.push_back(slug);
  }
  return out;
}

}  // namespace

Result<std::vector<RunPapers>> papers_of(CommandContext& context, Run& run, Time now) {
  const RunState& state = run.state();
  const auto only = [](Result<RunPapers> one) -> Result<std::vector<RunPapers>> {
    if (!one) return one.error();
    return std::vector<RunPapers>{std::move(*one)};
  };
  if (!context.arguments.item.empty())
    return only(attestation(context, run, context.arguments.item));
  if (run.came_here()) return only(adoption(context, run));
  if (const PendingOperation* one = run.in_doubt();
      one != nullptr && state.status == RunStatus::in_doubt)
    return only(settlement(context, run, *one));
  if (context.arguments.applied || context.arguments.not_applied) {
    const Settlement* wrong = TRY(correctable(
        state, context.arguments.applied ? "applied" : "not-applied", context.arguments.operation));
    return only(correction(context, run, *wrong));
  }
  std::string later;
  std::vector<RunPapers> out;
  for (const std::string& slug : open_items(state, now, later)) {
    RunPapers one = TRY(attestation(context, run, slug));
    out.push_back(std::move(one));
  }
  if (!out.empty()) return out;
  if (!later.empty())
    return Error{"usage", later, "look at it then; `countersign due` lists what is due"};
  if (state.status == RunStatus::awaiting_attestation) return only(sign_off(context, run));
  return Error{"usage",
               "the run " + state.id() + " asks for no decision: it is " + to_string(state.status),
               "`countersign show " + state.id() + "` says what it waits for"};
}

}  // namespace countersign
