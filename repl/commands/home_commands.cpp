// backup, prune: the state folder as a whole.
#include <algorithm>
#include <filesystem>
#include <set>

#include "approvals/evidence/folder.h"
#include "approvals/evidence/verification.h"
#include "interpreter/digest.h"
#include "interpreter/times.h"
#include "interpreter/ways_on.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/home_copy.h"
#include "repl/run_file.h"
#include "repl/version.h"
#include "repl/views/console.h"
#include "repl/views/evidence_pages.h"
#include "repl/views/plan_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

constexpr Time kOlderThan = 90 * 86400;

std::string count_of(std::size_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

}  // namespace

Result<Reply> backup_command(CommandContext& context) {
  Home* home = TRY(context.app.home());
  const std::string& to = context.arguments.folder;
  const CopiedFiles files = TRY(copy_home(home->path(), to));
  const std::string digest = sha256_hex(sums_of(files));
  const std::size_t runs =
      static_cast<std::size_t>(std::count_if(files.begin(), files.end(), [](const auto& file) {
        return file.first.rfind("runs/", 0) == 0;
      }));
  Page page(context.console.style());
  page.line(0, {{"Copied to " + to + ": " + count_of(runs, "run", "runs") + ", " +
                 count_of(files.size(), "file", "files") + "."}});
  page.field("sha256", {{digest}, {"  of " + std::string(kSums), Tone::faint}});
  page.line(2,
            {{"It holds the folder's keys: keep it as safe as the folder itself.", Tone::warning}});
  page.command(2, "(cd " + to + " && sha256sum -c --quiet " + kSums + ")", "whether it is whole");
  return Reply{page.text(),
               {{"folder", to},
                {"home", home->path()},
                {"runs", runs},
                {"files", files.size()},
                {"sha256", digest}}};
}

namespace {

// Folders of evidence below the given ones, by the run that they say they are of.
std::multimap<std::string, std::string> evidence_below(const std::vector<std::string>& folders) {
  std::multimap<std::string, std::string> found;
  for (const std::string& folder : folders) {
    std::error_code bad;
    const auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at(folder, options, bad), end; !bad && at != end;
         at.increment(bad)) {
      if (at->path().filename() != "journal.jsonl" || !at->is_regular_file()) continue;
      const std::string place = at->path().parent_path().string();
      EvidenceFiles files;
      if (read_evidence(place, files)) continue;
      const std::string& journal = files.at("journal.jsonl");
      const json first = json::parse(journal.substr(0, journal.find('\n')), nullptr, false);
      if (first.is_object() && first.contains("body") && first["body"].is_object())
        found.emplace(first["body"].value("run", ""), place);
    }
  }
  return found;
}

// Whether the folder holds all of the run, and nothing is wrong with it.
bool holds(const std::string& place, const RunFile& run) {
  EvidenceFiles files;
  if (read_evidence(place, files)) return false;
  // The last record names the hash of all before it.
  const std::string& journal = files.at("journal.jsonl");
  const std::size_t last = journal.size() < 2 ? 0 : journal.rfind('\n', journal.size() - 2) + 1;
  const json end = json::parse(journal.substr(last), nullptr, false);
  const Record& record = run.journal->records().back();
  if (!end.is_object() || end.value("previous", "") != record.previous ||
      end.value("kind", "") != record.kind || end.value("body", json()) != record.body)
    return false;
  VerifyOptions options;
  options.version = kVersion;
  options.pages = [](Dossier& dossier) { add_pages(dossier, standard_catalogue()); };
  const Verdict verdict = verify_evidence(files, options);
  return !verdict.wrong;
}

// Why a run is kept; empty: it may go.
Result<std::string> why_kept(Home& home, const RunFile& run, Time before,
                             const std::multimap<std::string, std::string>& evidence,
                             std::string& place) {
  const RunState& state = run.state;
  if (!is_final(state.status)) return std::string("it has not ended");
  for (const json& one : state.obligations)
    if (!state.attested(one.value("slug", ""))) return std::string("something is still due of it");
  if (state.last_time >= before) return std::string("it is too new");
  if (!state.begun.empty()) return std::string("an operation of it is in doubt");
  if (state.status == RunStatus::failed && !state.confirmed.empty() &&
      undo_of(state) != Undo::over) {
    const std::string successor = TRY(home.successor(state.id()));
    if (successor.empty()) return std::string("it failed half done, and no run goes on with it");
  }
  const auto [from, to] = evidence.equal_range(state.id());
  if (from == to) return std::string("no exported evidence of it was found");
  for (auto one = from; one != to; ++one)
    if (holds(one->second, run)) {
      place = one->second;
      return std::string();
    }
  return "its evidence in " + from->second + " does not hold all of it, or does not verify";
}

// Where exported evidence lies: as given, else with the dev-logs.
Result<std::vector<std::string>> evidence_folders(CommandContext& context) {
  if (!context.arguments.paths.empty()) {
    for (const std::string& folder : context.arguments.paths)
      if (std::error_code bad; !fs::is_directory(folder, bad))
        return Error{"usage", "\"" + folder + "\" is no folder",
                     "--evidence names where `countersign export` wrote"};
    return context.arguments.paths;
  }
  const Configuration* config = TRY(context.app.configuration_if_any());
  if (config == nullptr || config->workspace.dev_logs.empty())
    return Error{"usage", "it is not known where exported evidence lies",
                 "name the folder with --evidence DIR"};
  const std::string& dev_logs = config->workspace.dev_logs;
  return std::vector<std::string>{
      fs::path(dev_logs).is_absolute() ? dev_logs : config->folder + "/" + dev_logs};
}

Result<Time> older_than(const Arguments& typed) {
  if (typed.since.empty()) return kOlderThan;
  if (const auto span = parse_duration(typed.since)) return *span;
  return Error{"usage", "--older-than: \"" + typed.since + "\" is no duration",
               "write 90d, or 0s for whatever has ended"};
}

}  // namespace

Result<Reply> prune_command(CommandContext& context) {
  const Time span = TRY(older_than(context.arguments));
  const std::vector<std::string> folders = TRY(evidence_folders(context));
  Home* home = TRY(context.app.home());
  const Time before = context.app.clock().now() - span + (span == 0 ? 1 : 0);
  const std::multimap<std::string, std::string> evidence = evidence_below(folders);
  json goes = json::array(), stays = json::array();
  Page page(context.console.style());
  for (const std::string& id : home->run_ids()) {
    const Result<RunFile> run = read_run(*home, id);
    std::string place;
    const Result<std::string> why =
        run ? why_kept(*home, *run, before, evidence, place)
            : Result<std::string>("it cannot be read: " + run.error().message);
    if (!why) return why.error();
    const std::string title = run ? run->state.started["runbook"].value("title", "") : "";
    if (why->empty())
      goes.push_back({{"run", id},
                      {"title", title},
                      {"updated", iso_time(run->state.last_time)},
                      {"evidence", place}});
    else
      stays.push_back({{"run", id}, {"title", title}, {"why", *why}});
  }
  for (const json& one : goes)
    page.line(0,
              {{"goes     ", Tone::bad},
               {one["run"].get<std::string>(), Tone::strong},
               {"  " + one["title"].get<std::string>()},
               {"  evidence: " + one["evidence"].get<std::string>(), Tone::faint}},
              9);
  for (const json& one : stays)
    page.line(0,
              {{"kept     ", Tone::good},
               {one["run"].get<std::string>(), Tone::strong},
               {"  " + one["title"].get<std::string>()},
               {"  " + one["why"].get<std::string>(), Tone::faint}},
              9);
  bool removed = false;
  if (goes.empty()) {
    page.line(0, {{"Nothing is removed."}});
  } else {
    if (!context.arguments.yes && !context.arguments.json && context.console.can_ask()) {
      context.console.say(page.text());
      removed = context.console.agrees("Remove " + count_of(goes.size(), "run", "runs") + "?");
      page = Page(context.console.style());
    } else {
      removed = context.arguments.yes;
    }
    if (!removed) page.line(0, {{"Nothing was removed: give --yes to remove what is marked."}});
    for (std::size_t i = 0; removed && i < goes.size(); ++i)
      TRY(home->remove_run(goes[i]["run"].get<std::string>()));
    if (removed)
      page.line(0, {{count_of(goes.size(), "run was", "runs were") +
                     " removed; the evidence is all that is left of them."}});
  }
  return Reply{page.text(), {{"removed", removed}, {"prunes", goes}, {"keeps", stays}}};
}

}  // namespace countersign
