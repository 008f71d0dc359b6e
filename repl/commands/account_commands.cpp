// profiles, snapshot: the configured accounts, and what is in them.
#include <algorithm>
#include <filesystem>

#include "approvals/text_file.h"
#include "interpreter/canonical.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/digest.h"
#include "interpreter/durable_file.h"
#include "interpreter/journal.h"
#include "interpreter/whole_file.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/fleet.h"
#include "repl/views/console.h"
#include "repl/views/value_view.h"
#include "stdlib/session/provider_session.h"
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

namespace {

Result<json> taken(Session& session, const std::vector<std::string>& scopes) {
  for (const std::string& scope : scopes) {
    const auto& known = session.scopes();
    if (std::find(known.begin(), known.end(), scope) != known.end()) continue;
    std::string all;
    for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
    return Error{"usage", "there is no scope \"" + scope + "\"",
                 did_you_mean(scope, known, "there are: " + all)};
  }
  TRY(session.account(session.own_credential()));
  return session.snapshot(scopes);
}

// Each account into a file of its own, which is there as a whole or not at all.
Result<Reply> snapshots_of_all(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (typed.output.empty())
    return Error{"usage", "snapshots of every account need a folder",
                 "name it with --output DIR; each account gets a file of its name there"};
  const Configuration* config = TRY(context.app.configuration());
  if (!make_private_folder(typed.output))
    return Error{"state", "the folder \"" + typed.output + "\" cannot be made",
                 "check who may write there, or name another"};
  const auto file_of = [&](const std::string& name) { return typed.output + "/" + name + ".json"; };
  json all = json::array();
  std::vector<std::string> names;
  for (const auto& [name, profile] : config->profiles) {
    std::error_code bad;
    if (typed.go_on && std::filesystem::exists(file_of(name), bad))
      all.push_back({{"profile", name},
                     {"account", identity_of(profile, own_system())},
                     {"written", file_of(name)},
                     {"sha256", sha256_hex(read_whole(file_of(name)).bytes)},
                     {"error", nullptr}});
    else
      names.push_back(name);
  }
  const auto look = [&](ProviderSession& session) -> Result<json> {
    const std::string text = TRY(taken(session, typed.scopes)).dump(2) + "\n";
    TRY(replace_file(file_of(session.profile().name), text));
    return json(sha256_hex(text));
  };
  const auto found =
      TRY(look_at_fleet(context.app, context.console, names, {"snapshot", look, {}}));
  Reply reply;
  for (const FleetAccount& one : found) {
    all.push_back({{"profile", one.profile},
                   {"account", one.account},
                   {"written", one.found ? json(file_of(one.profile)) : json()},
                   {"sha256", one.found ? *one.found : json()},
                   {"error", one.found ? json() : to_json(one.found.error())}});
    if (!one.found && reply.code == kDone) reply.code = exit_code(one.found.error());
  }
  Page page(context.console.style());
  for (const json& one : all) {
    const bool ok = one["error"].is_null();
    page.line(
        0, {{ok ? "✓ " : "! ", ok ? Tone::good : Tone::warning},
            {one["profile"].get<std::string>(), Tone::strong},
            {"  " + (ok ? one["written"].get<std::string>() : one["error"].value("message", ""))}});
  }
  reply.text = page.text();
  reply.value = std::move(all);
  return reply;
}

}  // namespace

Result<Reply> snapshot_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  if (typed.all) return snapshots_of_all(context);
  if (typed.profile.empty())
    return Error{"usage", "it is not known which account is meant",
                 "name it with --profile, or take --all with --output DIR"};
  const std::unique_ptr<Journal> documents = Journal::in_memory();
  std::unique_ptr<Session> session = TRY(context.app.session(typed.profile, *documents));
  const json snapshot = TRY(taken(*session, typed.scopes));
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
