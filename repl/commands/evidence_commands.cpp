// export, verify: the evidence of a run as a folder, and whether such a folder is what it says.
#include <filesystem>
#include <sstream>

#include "approvals/evidence/manifest.h"
#include "approvals/evidence/verification.h"
#include "approvals/policy.h"
#include "approvals/text_file.h"
#include "interpreter/digest.h"
#include "interpreter/replay.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/evidence_place.h"
#include "repl/exit_code.h"
#include "repl/redaction.h"
#include "repl/run_file.h"
#include "repl/version.h"
#include "repl/views/console.h"
#include "repl/views/evidence_pages.h"
#include "repl/views/timeline.h"
#include "repl/views/verdict_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

// The whole folder of a run, page for page.
Result<EvidenceFiles> files_of(const RunFile& run) {
  Dossier dossier = TRY(dossier_of(run.journal->records(), *run.journal, kVersion));
  add_pages(dossier, standard_catalogue());
  dossier.files[kManifest] = manifest_of(dossier.files);
  return std::move(dossier.files);
}

// Where the runbook wants it. The folder may be one that the run itself still looks at and changes,
// so it has to be over first.
Result<std::string> place_of(CommandContext& context, const RunState& state) {
  if (!context.arguments.folder.empty()) return context.arguments.folder;
  const std::string name = TRY(evidence_name(state));
  if (!is_finished(state))
    return Error{"usage",
                 "the run is " + standing_of(state) +
                     ", and its evidence is put in its place when it has ended",
                 "for what there is so far, say where with --to DIR"};
  const Configuration* config = TRY(context.app.configuration());
  const std::string& dev_logs = config->workspace.dev_logs;
  if (dev_logs.empty())
    return Error{
        "usage",
        "the evidence of this run belongs with the dev-logs, and no folder of them is declared",
        "name it as dev_logs under [workspace], or say where with --to DIR"};
  return evidence_place(
      fs::path(dev_logs).is_absolute() ? dev_logs : config->folder + "/" + dev_logs, name,
      state.id());
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_file(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// The files to look at: of the folder, or of the run as it would be exported now.
Status gather(CommandContext& context, EvidenceFiles& files, Verdict& verdict) {
  const std::string& named = context.arguments.run;
  if (is_folder(named)) {
    verdict.wrong = read_evidence(named, files);
    if (!verdict.wrong) verdict.wrong = redacted_copy(files);
    return Done{};
  }
  Home* home = TRY(context.app.home());
  const Result<RunFile> run = read_run(*home, named);
  if (!run && run.error().kind == "state") {
    verdict.wrong = VerificationError{"", 0, run.error().message};
    return Done{};
  }
  if (!run && is_file(named))
    return Error{"usage", "\"" + named + "\" is a file, and evidence is a folder",
                 "unpack it first, then: countersign verify FOLDER"};
  if (!run)
    return Error{run.error().kind, run.error().message,
                 "give a run's id, or the folder that `countersign export` wrote"};
  Result<EvidenceFiles> made = files_of(*run);
  if (made)
    files = std::move(*made);
  else
    verdict.wrong = VerificationError{"", 0, made.error().message};
  return Done{};
}

// Every phase walked again with nothing but what the evidence holds: in a script host as jailed as
// any, so a folder of a stranger's can do no more than a runbook of a stranger's.
void replay_evidence(CommandContext& context, const EvidenceFiles& files, Verdict& verdict) {
  const Result<Engine*> engine = context.app.reading_engine(false);
  if (!engine) {
    verdict.unchecked.push_back("replay: " + engine.error().message);
    return;
  }
  const std::unique_ptr<Journal> journal = Journal::in_memory();
  for (const auto& [path, bytes] : files)
    if (path.rfind("documents/", 0) == 0) journal->put(bytes);
  std::istringstream lines(files.at("journal.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const json record = json::parse(line, nullptr, false);
    if (const Result<Record> kept =
            journal->append(record.at("kind"), record.at("body"), record.at("time").get<Time>());
        !kept)
      return;
  }
  const Result<Replayed> replayed = replay(**engine, *journal);
  if (!replayed)
    verdict.wrong = VerificationError{"journal.jsonl", 0, replayed.error().message};
  else
    verdict.checked.push_back("replay: " + std::to_string(replayed->phases) +
                              " phases walked again from the journal alone, each to the same end");
}

// A copy to hand on, which says of itself what it is.
Result<Reply> export_redacted(CommandContext& context, const RunState& state,
                              const std::string& place, const EvidenceFiles& files) {
  const Redacted copy = redacted(files, state.id());
  TRY(write_evidence(place, copy.files));
  Page page(context.console.style());
  page.line(0, {{"Written to " + place + ": " + std::to_string(copy.files.size()) + " files."}});
  page.line(2, {{"Replaced: " + std::to_string(copy.replaced.at("numbers")) + " phone numbers, " +
                 std::to_string(copy.replaced.at("addresses")) + " addresses, " +
                 std::to_string(copy.replaced.at("names")) + " names."}});
  page.line(2, {{"It says that it is redacted, and does not verify: keep the original for that.",
                 Tone::warning}});
  return Reply{page.text(),
               {{"run", state.id()},
                {"status", state.status},
                {"folder", place},
                {"files", copy.files.size()},
                {"redacted", copy.replaced},
                {"manifest_sha256", sha256_hex(files.at(kManifest))}}};
}

}  // namespace

Result<Reply> export_command(CommandContext& context) {
  Home* home = TRY(context.app.home());
  const RunFile run = TRY(read_run(*home, context.arguments.run));
  const RunState& state = run.state;
  if (context.arguments.redact && context.arguments.folder.empty())
    return Error{"usage", "a redacted copy is not put in the evidence's own place",
                 "say where with --to DIR"};
  const std::string place = TRY(place_of(context, state));
  const EvidenceFiles files = TRY(files_of(run));
  if (context.arguments.redact) return export_redacted(context, state, place, files);
  TRY(write_evidence(place, files));

  Page page(context.console.style());
  page.line(0, {{"Written to " + place + ": " + std::to_string(files.size()) + " files."}});
  if (!is_finished(state))
    page.line(2, {{"The run is " + standing_of(state) + "; every page says so.", Tone::warning}});
  page.line(2, {{"README.md tells the story, report.html is the page to hand on."}});
  page.command(2, "countersign verify " + place, "offline, on any machine");
  return Reply{page.text(),
               {{"run", state.id()},
                {"status", state.status},
                {"folder", place},
                {"files", files.size()},
                {"journal", run.journal->head()}}};
}

Result<Reply> verify_command(CommandContext& context) {
  std::optional<AllowedSigners> signers;
  if (!context.arguments.signers.empty()) {
    const Result<std::string> text = read_text_file(context.arguments.signers);
    if (!text)
      return Error{"usage", text.error().message, "--signers names an allowed_signers file"};
    AllowedSigners read = TRY(parse_allowed_signers(*text, context.arguments.signers));
    signers = std::move(read);
  }
  std::string policy_sha256;
  if (!context.arguments.policy.empty()) {
    const Result<std::string> text = read_text_file(context.arguments.policy);
    if (!text) return Error{"usage", text.error().message, "--policy names a policy.toml"};
    TRY(parse_policy(*text, context.arguments.policy));
    policy_sha256 = sha256_hex(*text);
  }
  EvidenceFiles files;
  Verdict verdict;
  TRY(gather(context, files, verdict));
  if (!verdict.wrong) {
    VerifyOptions options;
    options.signers = signers ? &*signers : nullptr;
    options.policy_sha256 = policy_sha256;
    options.version = kVersion;
    options.pages = [](Dossier& dossier) { add_pages(dossier, standard_catalogue()); };
    verdict = verify_evidence(files, options);
    if (!verdict.wrong) replay_evidence(context, files, verdict);
  }
  return Reply{verdict_text(verdict, context.console.style()), verdict_json(verdict),
               static_cast<int>(verdict.wrong           ? kCheckFailed
                                : verdict.end.is_signed ? kDone
                                                        : kEndNotSigned)};
}

}  // namespace countersign
