// init: a working folder to start from.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "approvals/text_file.h"
#include "approvals/trust.h"
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/definitions.h"
#include "repl/skeleton.h"
#include "repl/views/console.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

std::string configuration_text(const std::string& principal, const std::string& key) {
  return "# Countersign: see docs/configuration.md. No secret stands here in the clear.\n"
         "[trust]\n"
         "allowed_signers = \"allowed_signers\"\n"
         "revoked = \"revoked\"\n"
         "policy = \"policy.toml\"\n\n"
         "[operator]\n"
         "principal = \"" +
         principal +
         "\"\n"
         "key = \"" +
         key +
         "\"\n\n"
         "# [state]\n"
         "# home = \"runs\"                     # else ~/.local/state/countersign\n\n"
         "# A simulated account to try things on: countersign sim --world worlds/demo.json --port "
         "8400\n"
         "[profiles.demo]\n"
         "environment = \"test\"\n"
         "endpoint = \"http://127.0.0.1:8400\"\n"
         "[profiles.demo.twilio]\n"
         "account_sid = \"AC68c8096035594cd23248bd5540f7c7ee\"\n"
         "api_key = \"SK29061521b0294920183e16344b29f240\"\n"
         "api_secret = { file = \"worlds/demo.secret\" }\n\n"
         "# One for each account; without endpoint it is the providers':\n"
         "# [profiles.acme]\n"
         "# environment = \"production\"       # or \"staging\", \"test\"\n"
         "# [profiles.acme.twilio]\n"
         "# account_sid = \"AC…\"\n"
         "# api_key = \"SK…\"\n"
         "# api_secret = { env = \"ACME_API_SECRET\" }   # or { file = \"…\" }, { command = "
         "[\"pass\", \"show\", \"…\"] }\n"
         "# [profiles.acme.mailgun]\n"
         "# domain = \"mail.acme.example\"\n"
         "# account_key = { env = \"ACME_MAILGUN_KEY\" }\n";
}

std::string user_name() {
  const char* user = std::getenv("USER");
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return std::string(user && *user ? user : "me") + "@" + host;
}

// The public key to trust: --key, or the first that ssh-keygen makes by default.
Result<std::string> public_key_file(const std::string& named) {
  std::error_code bad;
  if (!named.empty()) {
    const bool is_public = named.size() > 4 && named.substr(named.size() - 4) == ".pub";
    const std::string path = is_public ? named : named + ".pub";
    if (fs::is_regular_file(path, bad)) return path;
    return Error{"usage", "there is no public key \"" + path + "\"",
                 "ssh-keygen -t ed25519 makes one"};
  }
  const char* home = std::getenv("HOME");
  for (const char* name : {"id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_rsa"}) {
    const std::string path = std::string(home ? home : "") + "/.ssh/" + name + ".pub";
    if (fs::is_regular_file(path, bad)) return path;
  }
  return Error{"usage", "you have no SSH key in ~/.ssh yet, and decisions are signed with one",
               "make one with `ssh-keygen -t ed25519`, or name one with --key FILE.pub"};
}

}  // namespace

Result<Reply> init_command(CommandContext& context) {
  const Arguments& typed = context.arguments;
  const fs::path folder = typed.folder.empty() ? "." : typed.folder;
  const std::string key_file = TRY(public_key_file(typed.key));
  const std::string key = TRY(read_text_file(key_file));
  std::error_code bad;
  // All or nothing: what is there is found before anything is written.
  for (const char* name : {"countersign.toml", "policy.toml", "allowed_signers", "revoked",
                           "runbooks/hello.lua", "worlds/demo.json", "worlds/demo.secret"})
    if (fs::exists(folder / name, bad))
      return Error{"usage",
                   "\"" + (folder / name).string() + "\" is there already, and nothing was written",
                   "name another folder: countersign init DIR"};
  fs::create_directories(folder / "runbooks", bad);
  if (!bad) fs::create_directories(folder / "worlds", bad);
  if (bad)
    return Error{"usage",
                 "the folder \"" + folder.string() + "\" cannot be made: " + bad.message()};

  const std::string principal = typed.principal.empty() ? user_name() : typed.principal;
  const std::string private_key =
      fs::absolute(key_file.substr(0, key_file.size() - 4), bad).lexically_normal().string();
  const auto at = [&](const char* name) { return (folder / name).string(); };
  FirstPerson person;
  person.principal = principal;
  person.name = principal.substr(0, principal.find('@'));
  person.public_key = key;
  TRY(write_initial_trust({at("allowed_signers"), at("revoked"), at("policy.toml")}, person));
  TRY(create_file(at("countersign.toml"), configuration_text(principal, private_key)));
  TRY(create_file(at("runbooks/hello.lua"), first_runbook()));
  TRY(create_file(at("worlds/demo.json"), starter_world()));
  // Of the simulated account; what belongs to a real one stands in no file that others read.
  TRY(create_file(at("worlds/demo.secret"), "fake-api-secret-acme\n"));
  fs::permissions(at("worlds/demo.secret"), fs::perms::owner_read | fs::perms::owner_write, bad);
  TRY(support_editors(folder.string(), folder.string()));

  Page page(context.console.style());
  page.line(0, {{"Ready in " + folder.string() + ":", Tone::strong}});
  page.table(2, {{{"countersign.toml"}, {"accounts and where their secrets are", Tone::faint}},
                 {{"policy.toml"}, {"who is who, and what a change needs", Tone::faint}},
                 {{"allowed_signers"}, {principal + ", with " + key_file, Tone::faint}},
                 {{"revoked"}, {"keys that no longer count", Tone::faint}},
                 {{"runbooks/hello.lua"}, {"a first runbook", Tone::faint}},
                 {{"worlds/demo.json"}, {"a simulated account to try it on", Tone::faint}},
                 {{".luarc.json"}, {"for editors: what operations there are", Tone::faint}}});
  page.line(0, {{"Next, in that folder:"}});
  page.command(2, "countersign sim --world worlds/demo.json --port 8400 &",
               "the simulated account");
  page.command(2, "countersign run hello", "looks, and stops with a plan to approve");
  return Reply{page.text(),
               {{"folder", folder.string()}, {"principal", principal}, {"key", key_file}}};
}

}  // namespace countersign
