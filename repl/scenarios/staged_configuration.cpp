#include "repl/scenarios/staged_configuration.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "approvals/text_file.h"
#include "interpreter/utf8.h"
#include "repl/input.h"
#include "stdlib/command_process.h"
#include "stdlib/program_identity.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

Error cannot(const std::string& what, const std::string& why, const std::string& hint = "") {
  return Error{"config", "the workspace's " + what + " " + why, hint};
}

bool inside(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
  return !relative.empty() && *relative.begin() != "..";
}

// The secrets that the simulated providers know, kept as files; by where the configuration says
// that they are.
class SimulatedSecrets {
 public:
  SimulatedSecrets(std::string folder, const json& world)
      : folder_(std::move(folder)), world_(world) {}

  Status replace(Configuration& configuration) {
    for (auto& [name, profile] : configuration.profiles) {
      const json account = at(world_.value("accounts", json::object()), profile.account_sid);
      const json mailgun = world_.value("mailgun", json::object());
      json key = at(account.value("api_keys", json::object()), profile.api_key);
      if (key.is_object()) key = key.value("secret", json());
      json sending;
      for (const json& one : mailgun.value("keys", json::array()))
        if (one.value("domain_name", "") == profile.mailgun_domain)
          sending = one.value("secret", json());
      const std::vector<std::pair<SecretReference*, json>> all = {
          {&profile.api_secret, key},
          {&profile.auth_token, account.value("auth_token", json())},
          {&profile.mailgun_account_key, mailgun.value("account_key", json())},
          {&profile.mailgun_sending_key, sending}};
      for (const auto& [reference, value] : all)
        if (const Status kept = keep(*reference, value); !kept) return kept;
    }
    for (auto& [name, command] : configuration.commands)
      for (auto& [variable, reference] : command.secrets)
        if (const Status kept = keep(reference, json()); !kept) return kept;
    return Done{};
  }

 private:
  static json at(const json& object, const std::string& key) {
    const auto found = object.find(key);
    return found == object.end() ? json::object() : *found;
  }

  Status keep(SecretReference& reference, const json& value) {
    if (reference.empty()) return Done{};
    std::string place = "env:" + reference.env + "\nfile:" + reference.file;
    for (const std::string& word : reference.command) place += "\n" + word;
    std::string& path = paths_[place];
    if (path.empty() || value.is_string()) {
      if (path.empty()) path = folder_ + "/" + std::to_string(paths_.size());
      const std::string text = value.is_string() ? value.get<std::string>() : "simulated";
      if (const Status written = replace_file(path, text + "\n"); !written) return written;
    }
    reference = SecretReference{.file = path};
    return Done{};
  }

  std::string folder_;
  const json& world_;
  std::map<std::string, std::string> paths_;  // by reference, as one secret may serve several
};

// Without a workspace: the accounts of the world, by their names.
Configuration configuration_of(const json& world, const std::string& folder) {
  Configuration out;
  out.folder = folder;
  out.path = folder + "/countersign.toml";
  const json mailgun = world.value("mailgun", json::object());
  const json accounts = world.value("accounts", json::object());
  for (const auto& [sid, account] : accounts.items()) {
    Profile profile;
    profile.name = account.value("friendly_name", sid);
    profile.account_sid = sid;
    profile.environment = "production";
    profile.variant = "full";
    profile.mailgun_region = mailgun.value("region", "us");
    const json keys = account.value("api_keys", json::object());
    if (!keys.empty()) profile.api_key = keys.begin().key();
    profile.api_secret.env = profile.name + " api_secret";
    profile.auth_token.env = profile.name + " auth_token";
    profile.mailgun_account_key.env = "mailgun_account_key";
    for (const json& one : account.value("taskrouter", json::array()))
      if (profile.workspace_sid.empty()) profile.workspace_sid = one.value("sid", "");
    for (const json& one : account.value("phone_numbers", json::array()))
      if (profile.phone_number.empty()) profile.phone_number = one.value("phone_number", "");
    for (const json& service : account.value("serverless", json::array()))
      for (const json& one : service.value("environments", json::array()))
        if (profile.serverless_domain.empty())
          profile.serverless_domain = one.value("domain_name", "");
    const json domains = mailgun.value("domains", json::object());
    for (const auto& [domain, state] : domains.items())
      if (domain.rfind(profile.name + ".", 0) == 0) profile.mailgun_domain = domain;
    out.profiles[profile.name] = std::move(profile);
  }
  return out;
}

// Whatever the file says of other places: a scenario has its own, or none.
Status confine(Configuration& configuration, const fs::path& folder) {
  auto& in = configuration.workspace;
  const std::vector<std::pair<const char*, std::string*>> all = {
      {"flex_config", &in.flex_config}, {"serverless", &in.serverless}, {"registry", &in.registry},
      {"dev_logs", &in.dev_logs},       {"incidents", &in.incidents},   {"doctrine", &in.doctrine},
      {"repository", &in.repository}};
  for (const auto& [name, path] : all)
    if (!path->empty() && !inside(*path, folder))
      return cannot(std::string(name) + " \"" + *path + "\"", "lies outside of it",
                    "a scenario changes copies only: put it into the workspace");
  for (const auto& [name, profile] : configuration.profiles)
    if (!profile.env_file.empty() && !inside(folder / profile.env_file, folder))
      return cannot("env_file \"" + profile.env_file + "\"", "lies outside of it",
                    "a scenario changes copies only: put it into the workspace");
  for (const auto& [name, command] : configuration.commands)
    if (!inside(command.cwd, folder))
      return cannot("command \"" + name + "\"", "works outside of it, in \"" + command.cwd + "\"",
                    "a scenario changes copies only: give it a cwd in the workspace");
  return Done{};
}

// One commit of everything, so that what a runbook asks of the repository has an answer. Nothing of
// the user's own git plays a part: neither configuration nor variables.
Status make_repository(const std::string& folder) {
  const std::vector<std::vector<std::string>> steps = {
      {"git", "init", "-q", "--template="},
      {"git", "-c", "core.fsmonitor=false", "add", "-A"},
      {"git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c",
       "user.name=scenario", "-c", "user.email=scenario@localhost", "commit", "-q", "--allow-empty",
       "-m", "As it was before the run"}};
  for (const std::vector<std::string>& argv : steps) {
    CommandProcess git;
    git.argv = argv;
    git.cwd = folder;
    git.environment = {{"PATH", kProgramPath},
                       {"HOME", folder},
                       {"GIT_CONFIG_NOSYSTEM", "1"},
                       {"GIT_CONFIG_GLOBAL", "/dev/null"}};
    git.milliseconds = 60'000;
    const CommandOutcome ran = TRY(run_command(git));
    if (ran.status != 0)
      return cannot("copy", "cannot be made a git repository: " + clipped(ran.output, 200, ""));
  }
  return Done{};
}

}  // namespace

Result<Configuration> staged_configuration(const StagePlaces& places, const json& world,
                                           const std::string& endpoint) {
  const std::string path = places.workspace + "/countersign.toml";
  std::error_code bad;
  Configuration out = configuration_of(world, places.workspace);
  if (fs::is_regular_file(path, bad)) {
    // The port stands in commands' variables too, and in a template as the word PORT.
    std::string text = TRY(read_input(path));
    static const std::regex address(R"(http://(127\.0\.0\.1|localhost):(PORT|[0-9]+))");
    std::ofstream(path, std::ios::binary) << std::regex_replace(text, address, endpoint);
    Configuration read = TRY(read_configuration(path));
    out = std::move(read);
    TRY(confine(out, places.workspace));
  }
  for (auto& [name, profile] : out.profiles) profile.endpoint = endpoint;
  for (auto& [name, command] : out.commands) command.environment.emplace("HOME", places.user);
  TRY(SimulatedSecrets(places.secrets, world).replace(out));
  if (out.secret_store.empty() || !out.secret_store.command.empty() ||
      !inside(out.secret_store.folder, places.workspace))
    out.secret_store = SecretStore{.folder = places.secrets + "/kept"};
  out.home = places.home;
  out.trust.allowed_signers = places.trust + "/allowed_signers";
  out.trust.revoked = places.trust + "/revoked";
  if (out.trust.policy.empty() || !inside(out.trust.policy, places.workspace))
    out.trust.policy = places.workspace + "/policy.toml";
  if (!out.workspace.repository.empty() && fs::is_directory(out.workspace.repository, bad))
    TRY(make_repository(out.workspace.repository));
  return out;
}

}  // namespace countersign
