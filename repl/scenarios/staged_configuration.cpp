#include "repl/scenarios/staged_configuration.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "approvals/text_file.h"
#include "interpreter/utf8.h"
#include "repl/input.h"
#include "stdlib/session/program_identity.h"
#include "stdlib/session/system.h"
#include "stdlib/workspace/command_process.h"

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
      for (const System& system : systems()) {
        const json known =
            system.simulated_secrets ? system.simulated_secrets(profile, world_) : json::object();
        for (const Setting& setting : system.settings)
          if (const auto at = profile.secrets.find(key_of(system, setting));
              at != profile.secrets.end())
            if (const Status kept = keep(at->second, known.value(setting.name, json())); !kept)
              return kept;
      }
    }
    for (auto& [name, command] : configuration.commands)
      for (auto& [variable, reference] : command.secrets)
        if (const Status kept = keep(reference, json()); !kept) return kept;
    return Done{};
  }

 private:
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
  const json accounts = world.value("accounts", json::object());
  for (const auto& [sid, account] : accounts.items()) {
    Profile profile;
    profile.name = account.value("friendly_name", sid);
    profile.environment = "production";
    profile.variant = "full";
    for (const System& system : systems())
      if (system.simulated_profile) system.simulated_profile(profile, sid, world);
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
    for (const System& system : systems())
      for (const Setting& setting : system.settings) {
        if (setting.kind != Setting::Kind::file) continue;
        const std::string& file = profile.text(key_of(system, setting));
        if (!file.empty() && !inside(folder / file, folder))
          return cannot(setting.id + " \"" + file + "\"", "lies outside of it",
                        "a scenario changes copies only: put it into the workspace");
      }
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
