// profiles, snapshot: the configured accounts, and what is in them.
#include <algorithm>

#include "approvals/text_file.h"
#include "interpreter/canonical.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/journal.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/views/console.h"
#include "repl/views/value_view.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

// A profile and what it resolves to: whether the account behind its credential is the one it names.
json resolved(CommandContext& context, const Profile& profile) {
  json out = {{"profile", profile.name},
              {"account_sid", identity_of(profile, own_system())},
              {"environment", profile.environment},
              {"variant", profile.variant},
              {"endpoint", origin_of(profile, own_system())},
              {"adjacent", profile.adjacent},
              {"systems", json::array()},
              {"mailgun_domain", nullptr},
              {"simulated", nullptr},
              {"ok", false},
              {"error", nullptr}};
  for (const System& system : systems()) {
    if (system.identity.empty()) continue;
    const std::string identity = identity_of(profile, system);
    if (profile.has(system.name))
      out["systems"].push_back(
          {{"name", system.name}, {"identity", identity}, {"origin", origin_of(profile, system)}});
    // What it was called before there were systems.
    if (out.contains(system.name + "_" + system.identity) && !identity.empty())
      out[system.name + "_" + system.identity] = identity;
  }
  const std::unique_ptr<Journal> documents = Journal::in_memory();
  const Result<std::unique_ptr<Session>> session = context.app.session(profile.name, *documents);
  const auto failed = [&](const Error& error) {
    out["error"] = to_json(error);
    return out;
  };
  if (!session) return failed(session.error());
  const Result<json> endpoint = (*session)->endpoint();
  if (!endpoint) return failed(endpoint.error());
  out["simulated"] = (*endpoint)["simulated"];
  const Result<std::string> account = (*session)->account((*session)->own_credential());
  if (!account) return failed(account.error());
  out["ok"] = true;
  return out;
}

}  // namespace

Result<Reply> profiles_command(CommandContext& context) {
  const Configuration* config = TRY(context.app.configuration());
  json all = json::array();
  Page page(context.console.style());
  for (const auto& [name, profile] : config->profiles) {
    all.push_back(resolved(context, profile));
    const json& one = all.back();
    const bool ok = one["ok"].get<bool>();
    page.line(0, {{ok ? "✓ " : "✗ ", ok ? Tone::good : Tone::bad},
                  {name, Tone::strong},
                  {"  " + profile.environment + ", " + profile.variant},
                  {"  " + identity_of(profile, own_system()), Tone::faint}});
    if (one["simulated"] == true)
      page.line(2, {{"simulated at " + profile.endpoint, Tone::warning}});
    if (!profile.adjacent.empty())
      page.line(2, {{"beside it: " + plain(one["adjacent"], 90), Tone::faint}});
    if (!ok) {
      page.line(2, {{one["error"].value("message", "")}}, 2);
      if (const std::string hint = one["error"].value("hint", ""); !hint.empty())
        page.line(2, {{"→ " + hint}});
    }
  }
  if (all.empty()) page.line(0, {{"No profiles yet: add [profiles.NAME] to " + config->path}});
  const bool good =
      std::all_of(all.begin(), all.end(), [](const json& one) { return one["ok"].get<bool>(); });
  return Reply{page.text(), all, static_cast<int>(good ? kDone : kCheckFailed)};
}

Result<Reply> snapshot_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  const std::unique_ptr<Journal> documents = Journal::in_memory();
  std::unique_ptr<Session> session = TRY(context.app.session(typed.profile, *documents));
  for (const std::string& scope : typed.scopes) {
    const auto& known = session->scopes();
    if (std::find(known.begin(), known.end(), scope) != known.end()) continue;
    std::string all;
    for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
    return Error{"usage", "there is no scope \"" + scope + "\"",
                 did_you_mean(scope, known, "there are: " + all)};
  }
  TRY(session->account(session->own_credential()));
  const json snapshot = TRY(session->snapshot(typed.scopes));
  Reply reply;
  reply.exact = true;
  if (typed.output.empty()) {
    reply.text = snapshot.dump(2) + "\n";
    return reply;
  }
  TRY(replace_file(typed.output, snapshot.dump(2) + "\n"));
  context.console.progress("written to " + typed.output + "\n");
  reply.exact = false;
  reply.value = {{"written", typed.output}};
  return reply;
}

}  // namespace countersign
