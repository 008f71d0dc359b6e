// drift: the source files of the Flex configuration against what is live.
#include "interpreter/journal.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/views/console.h"
#include "repl/views/drift_view.h"
#include "stdlib/session/at_once.h"
#include "stdlib/session/system.h"
#include "stdlib/twilio/flex_drift.h"

namespace countersign {
namespace {

constexpr std::size_t kAtOnce = 64;  // accounts

struct Account {
  std::string profile, sid;
  std::unique_ptr<Journal> documents;
  std::unique_ptr<Session> session;
  Result<json> found = json();
};

json shown(const Account& one) {
  json out = {{"profile", one.profile},       {"account", one.sid}, {"in_step", nullptr},
              {"differences", json::array()}, {"writer", nullptr},  {"error", nullptr}};
  if (!one.found) {
    out["error"] = to_json(one.found.error());
    return out;
  }
  out.update(*one.found);
  out["in_step"] = out["differences"].empty();
  return out;
}

// What differs comes before what could not be looked at.
int code_of(const std::vector<Account>& accounts) {
  int code = kDone;
  for (const Account& one : accounts) {
    if (one.found && !(*one.found)["differences"].empty()) return kCheckFailed;
    if (!one.found && code == kDone) code = exit_code(one.found.error());
  }
  return code;
}

}  // namespace

Result<Reply> drift_command(CommandContext& context) {
  const Configuration* config = TRY(context.app.configuration());
  if (config->workspace.flex_config.empty())
    return Error{"config", "no folder of Flex source files is declared",
                 "name it as flex_config under [workspace]"};
  std::vector<std::string> names;
  if (const std::string& only = context.arguments.profile; !only.empty()) {
    names.push_back(only);
  } else {
    for (const auto& [name, profile] : config->profiles) names.push_back(name);
  }
  std::vector<Account> accounts;
  for (const std::string& name : names) {
    const Profile* profile = TRY(context.app.profile(name));
    Account one{name, identity_of(*profile, own_system()), Journal::in_memory(), nullptr, json()};
    auto session = TRY(context.app.session(name, *one.documents));
    one.session = std::move(session);
    accounts.push_back(std::move(one));
  }
  std::vector<std::function<Status()>> jobs;
  for (Account& one : accounts)
    jobs.emplace_back([&one]() -> Status {
      one.found = flex_drift(static_cast<ProviderSession&>(*one.session));
      return Done{};  // one account's error is its own
    });
  TRY(at_once(jobs, kAtOnce));
  Reply reply{"", json::array(), code_of(accounts)};
  for (const Account& one : accounts) reply.value.push_back(shown(one));
  reply.text = drift_text(reply.value, context.console.style());
  return reply;
}

}  // namespace countersign
