// doctor: whether this installation can do its work, part by part.
#include <unistd.h>

#include <filesystem>

#include "approvals/pins.h"
#include "approvals/weak_setup.h"
#include "interpreter/clock.h"
#include "interpreter/jail.h"
#include "interpreter/phase_execution.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/conversation/edit_library.h"
#include "repl/exit_code.h"
#include "repl/runbook_file.h"
#include "repl/version.h"
#include "repl/views/console.h"
#include "stdlib/http/curl_library.h"
#include "stdlib/session/program.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

struct Finding {
  std::string what;
  bool ok;
  bool needed;  // without it something does not work; else something works less well
  std::string detail, hint;
};

Finding of(const std::string& what, const Error& error) {
  return {what, false, true, error.message, error.hint};
}

Finding jail() {
  const std::string strength = jail_strength();
  if (strength != "none") return {"scripts are jailed", true, true, strength, ""};
  return {"scripts are jailed", false, false, "this build has no system-call filter",
          "a process that only computes is all that stands between a script and this machine"};
}

Finding script_host(CommandContext& context) {
  const Result<Engine*> engine = context.app.reading_engine(false);
  if (!engine) return of("the script host runs", engine.error());
  Ledger ledger(Journal::in_memory(), RunState{}, {}, context.app.clock());
  PhaseContext standing;
  standing.stage = Stage::explore;
  PhaseExecution walk(**engine, nullptr, ledger, standing, ".");
  const PhaseResult ending =
      walk.run({"doctor", "doctor", "return 6 * 7"}, {{"kind", "eval"}}, "doctor");
  if (ending.kind != PhaseResult::finished) return of("the script host runs", ending.error);
  return {"the script host runs", ending.value == 42, true, "", ""};
}

Finding ssh_keygen() {
  // Without arguments it would ask for a file's name; with an unknown one it says how it is used.
  const char* path = std::getenv("PATH");
  std::string folders = path ? path : "";
  for (std::size_t at = 0; at <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    const std::string file = folders.substr(at, end - at) + "/ssh-keygen";
    if (access(file.c_str(), X_OK) == 0) return {"ssh-keygen is there", true, true, file, ""};
    at = end + 1;
  }
  return {"ssh-keygen is there", false, true, "it is not on the PATH",
          "install openssh-client; without it nothing can be signed here"};
}

Finding network() {
  if (const auto library = curl_library(); !library) return of("libcurl is there", library.error());
  return {"libcurl is there", true, true, "", ""};
}

Finding editing() {
  const auto library = edit_library();
  if (library) return {"lines can be edited", true, true, "", ""};
  return {"lines can be edited", false, false, library.error().message, library.error().hint};
}

Finding home(CommandContext& context) {
  const Result<Home*> opened = context.app.home();
  if (!opened) return of("runs can be kept", opened.error());
  const std::string path = (*opened)->path();
  if (access((path + "/runs").c_str(), W_OK) != 0)
    return {"runs can be kept", false, true, path + " cannot be written",
            "make it writable, or name another folder with --home"};
  return {"runs can be kept", true, true, path, ""};
}

void configured(CommandContext& context, std::vector<Finding>& findings) {
  const Result<const Configuration*> config = context.app.configuration_if_any();
  if (!config) return findings.push_back(of("the configuration is sound", config.error()));
  if (*config == nullptr)
    return findings.push_back({"the configuration is sound", false, false, "there is none here",
                               "`countersign init` writes one to start from"});
  findings.push_back({"the configuration is sound", true, true, (*config)->path, ""});
  const TrustPaths paths = *context.app.trust();
  const Result<Trust> trust = load_trust(paths);
  if (!trust) return findings.push_back(of("the trust files are sound", trust.error()));
  const auto doubts = check_trust(*trust, paths, context.app.clock().now());
  if (doubts.empty())
    findings.push_back({"the trust files are sound", true, true,
                        std::to_string(trust->policy.people.size()) + " people", ""});
  for (const Error& one : doubts)
    findings.push_back(
        {"the trust files are sound", false, true, one.message + " (" + one.where + ")", one.hint});
  if (const Result<Home*> opened = context.app.home())
    if (const Status same = TrustPins((*opened)->path()).unaltered(paths); !same)
      findings.push_back(of("the trust files are those that were accepted", same.error()));
  const auto weak = weak_setup(*trust, paths, (*config)->user.principal, context.app.clock().now());
  if (weak.empty())
    findings.push_back({"who asks and who approves are apart", true, false, "", ""});
  for (const Error& one : weak)
    findings.push_back({"who asks and who approves are apart", false, false,
                        one.message + " (" + one.where + ")", one.hint});
  for (const auto& [name, profile] : (*config)->profiles) {
    const System& system = own_system();
    const std::string& key = system.credentials.front().secret;
    const SecretReference& secret = profile.secret(system.name + "." + key);
    if (secret.empty()) {
      findings.push_back({"profile " + name + " has its secret", false, true, "it has no " + key,
                          "add " + key + " to [profiles." + name + "." + system.name + "]"});
    } else if (secret.command.empty()) {
      // A program that asks for a passphrase is not started for a look around.
      const Result<std::string> opened = open_secret(secret);
      if (!opened)
        findings.push_back(of("profile " + name + " has its secret", opened.error()));
      else
        findings.push_back(
            {"profile " + name + " has its secret", true, true, secret.locator(), ""});
    }
  }
}

}  // namespace

Result<Reply> doctor_command(CommandContext& context) {
  std::vector<Finding> findings;
  findings.push_back(jail());
  findings.push_back(ssh_keygen());
  findings.push_back(network());
  findings.push_back(editing());
  findings.push_back(home(context));
  configured(context, findings);
  findings.push_back(script_host(context));
  json all = json::array();
  bool sound = true;
  Page page(context.console.style());
  page.line(0, {{std::string("countersign ") + kVersion, Tone::strong}});
  for (const Finding& one : findings) {
    sound = sound && (one.ok || !one.needed);
    const Tone tone = one.ok ? Tone::good : one.needed ? Tone::bad : Tone::warning;
    page.line(0, {{one.ok       ? "✓ "
                   : one.needed ? "✗ "
                                : "! ",
                   tone},
                  {one.what},
                  {one.detail.empty() ? "" : ": " + one.detail, Tone::faint}});
    if (!one.hint.empty()) page.line(2, {{"→ " + one.hint}});
    all.push_back({{"what", one.what},
                   {"ok", one.ok},
                   {"needed", one.needed},
                   {"detail", one.detail},
                   {"hint", one.hint}});
  }
  return Reply{page.text(),
               {{"version", kVersion}, {"sound", sound}, {"findings", all}},
               sound ? kDone : kCheckFailed};
}

}  // namespace countersign
