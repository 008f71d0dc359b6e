// drift: the source files of the Flex configuration against what is live.
#include <algorithm>
#include <filesystem>

#include "interpreter/whole_file.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/conversation/terminal_signals.h"
#include "repl/drift_judgement.h"
#include "repl/exit_code.h"
#include "repl/fleet.h"
#include "repl/views/console.h"
#include "repl/views/drift_view.h"
#include "stdlib/session/provider_session.h"
#include "stdlib/twilio/flex_drift.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;

json shown(const FleetAccount& one) {
  json out = {{"profile", one.profile},       {"account", one.account}, {"in_step", nullptr},
              {"differences", json::array()}, {"writer", nullptr},      {"error", nullptr}};
  if (!one.found) {
    out["error"] = to_json(one.found.error());
    return out;
  }
  out.update(*one.found);
  return out;
}

// The snapshot that live is compared with: `since` itself, or the profile's in that folder. Null
// where there is none of this profile.
Result<json> snapshot_of(const std::string& since, const std::string& profile) {
  std::error_code bad;
  const std::string path = fs::is_directory(since, bad) ? since + "/" + profile + ".json" : since;
  if (!fs::exists(path, bad)) {
    if (path != since) return json();
    return Error{"usage", "there is no snapshot \"" + since + "\"",
                 "`countersign snapshot --all --output DIR` writes them"};
  }
  const WholeFile file = read_whole(path);
  json value = json::parse(file.bytes, nullptr, false);
  if (!file || !value.is_object() || !value.value("flex", json()).is_object())
    return Error{"usage", "\"" + path + "\" is not a snapshot with the scope flex",
                 "`countersign snapshot --profile " + profile + " --output FILE` writes one"};
  return value;
}

// What was found, judged: what is known and which side moved. Judged at every call: neither the
// list nor the day is that of the look.
Status judge(json& account, const Configuration& config, const std::string& since, Time now) {
  if (!account["error"].is_null()) return Done{};
  json& differences = account["differences"];
  const std::string profile = account["profile"];
  if (!since.empty()) {
    const json snapshot = TRY(snapshot_of(since, profile));
    if (!snapshot.is_null()) say_which_moved(differences, snapshot);
  }
  if (const auto notes = mark_known(differences, config.known_drift, profile, now); !notes.empty())
    account["notes"] = notes;
  account["in_step"] = unknown(differences) == 0;
  return Done{};
}

// Worst first: what differs most, what could not be looked at, what differs as is known.
void sort_worst_first(json& accounts) {
  const auto rank = [](const json& one) {
    const std::size_t differ = unknown(one["differences"]);
    return std::tuple(differ > 0                   ? 0
                      : !one["error"].is_null()    ? 1
                      : one["differences"].empty() ? 3
                                                   : 2,
                      -static_cast<long>(differ));
  };
  std::stable_sort(accounts.begin(), accounts.end(),
                   [&](const json& a, const json& b) { return rank(a) < rank(b); });
}

// What differs comes before what could not be looked at.
int code_of(const json& accounts) {
  int code = kDone;
  for (const json& one : accounts) {
    if (one["in_step"] == false) return kCheckFailed;
    if (!one["error"].is_null() && code == kDone) code = exit_code(error_from_json(one["error"]));
  }
  return code;
}

}  // namespace

Result<Reply> drift_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  const Configuration* config = TRY(context.app.configuration());
  if (config->workspace.flex_config.empty())
    return Error{"config", "no folder of Flex source files is declared",
                 "name it as flex_config under [workspace]"};
  if (!typed.since.empty()) TRY(snapshot_of(typed.since, typed.profile));
  std::vector<std::string> names;
  if (!typed.profile.empty())
    names.push_back(typed.profile);
  else
    for (const auto& [name, profile] : config->profiles) names.push_back(name);

  std::optional<FleetReport> report;
  if (!typed.report.empty())
    report = TRY(FleetReport::open(typed.report, typed.go_on, "drift", config->path));
  json accounts = json::array();
  if (report) {
    std::vector<std::string> left;
    for (const std::string& name : names) {
      const auto at = report->known().find(name);
      if (at == report->known().end())
        left.push_back(name);
      else
        accounts.push_back(at->second);
    }
    names = std::move(left);
  }
  // What was broken off is said, with how it goes on.
  const TerminalSignals interruption;
  context.app.interrupted = &interruption.flag();
  FleetLook look{"drift", [](ProviderSession& session) { return flex_drift(session); }, {}};
  if (report) look.ended = [&](const FleetAccount& one) { return report->add(shown(one)); };
  auto found = look_at_fleet(context.app, context.console, names, look);
  if (!found) {
    Error error = found.error();
    if (report && error.kind == "interrupted")
      error.hint = "go on with: countersign drift --report " + typed.report + " --continue";
    return error;
  }
  for (const FleetAccount& one : *found) accounts.push_back(shown(one));
  for (json& one : accounts) TRY(judge(one, *config, typed.since, context.app.clock().now()));
  sort_worst_first(accounts);
  Reply reply{"", accounts, code_of(accounts)};
  reply.text = drift_text(reply.value, context.console.style());
  return reply;
}

}  // namespace countersign
