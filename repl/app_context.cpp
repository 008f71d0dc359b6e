#include "repl/app_context.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "approvals/pins.h"
#include "approvals/signed_authorizer.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/run_index.h"
#include "repl/engine_setup.h"
#include "repl/log.h"
#include "repl/reading_commands.h"
#include "repl/secret_parameter.h"
#include "repl/waiting.h"
#include "repl/windows.h"
#include "stdlib/catalogue.h"
#include "stdlib/http/retry.h"
#include "stdlib/session/provider_session.h"

namespace countersign {
namespace fs = std::filesystem;

struct AppContext::State {
  bool looked_for_configuration = false;
  std::optional<Configuration> configuration;
  std::unique_ptr<Home> home;
  std::unique_ptr<Vault> vault;
  std::function<std::string(std::string)> scrubbed_before;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Authorizer> authorizer;
  std::unique_ptr<Engine> engine;
};

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Below `variable`, or below `fallback` of the home directory; empty where neither is known.
std::string user_folder(const char* variable, const char* fallback) {
  if (const std::string folder = environment(variable); !folder.empty()) return folder;
  const std::string home = environment("HOME");
  return home.empty() ? "" : home + "/" + fallback;
}

bool is_file(const std::string& path) {
  std::error_code bad;
  return fs::is_regular_file(path, bad);
}

std::string absolute(const std::string& path) {
  std::error_code bad;
  return fs::absolute(path, bad).lexically_normal().string();
}

Result<std::string> existing(const std::string& path, const std::string& said_by) {
  if (is_file(path)) return path;
  return Error{"config",
               "there is no configuration file \"" + path + "\", which " + said_by + " names",
               "`countersign init` writes one to start from"};
}

}  // namespace

AppContext::AppContext(const Arguments& arguments, Clock& clock)
    : arguments_(arguments), clock_(clock), state_(std::make_unique<State>()) {}

AppContext::~AppContext() {
  if (state_->vault) scrub_log_with(std::move(state_->scrubbed_before));
}

void AppContext::hold_secrets(const Home& home) {
  const bool first = !state_->vault;
  state_->vault = std::make_unique<Vault>(home.key());
  auto before = scrub_log_with(
      [vault = state_->vault.get()](std::string text) { return vault->scrub(std::move(text)); });
  // A context inside of another leaves the outer one's as it was.
  if (first) state_->scrubbed_before = std::move(before);
}

// An empty path: there is none.
Result<std::string> AppContext::configuration_path() const {
  if (!arguments_.config.empty()) return existing(arguments_.config, "--config");
  if (const std::string named = environment("COUNTERSIGN_CONFIG"); !named.empty())
    return existing(named, "COUNTERSIGN_CONFIG");
  if (is_file("countersign.toml")) return std::string("countersign.toml");
  const std::string folder = user_folder("XDG_CONFIG_HOME", ".config");
  const std::string path = folder + "/countersign/countersign.toml";
  return !folder.empty() && is_file(path) ? path : std::string();
}

Result<const Configuration*> AppContext::configuration_if_any() {
  if (!state_->looked_for_configuration) {
    const std::string path = TRY(configuration_path());
    if (!path.empty()) {
      log(LogLevel::debug, "configuration " + path);
      Configuration read = TRY(read_configuration(path));
      if (static bool said = false; !read.old_form.empty() && !std::exchange(said, true)) {
        log(LogLevel::warn, read.old_form);
        if (!arguments_.quiet)
          std::fprintf(stderr, "countersign: warning: %s\n", read.old_form.c_str());
      }
      const auto beside = [&](std::string& file, const char* name) {
        if (file.empty()) file = read.folder + "/" + name;
      };
      beside(read.trust.allowed_signers, "allowed_signers");
      beside(read.trust.revoked, "revoked");
      beside(read.trust.policy, "policy.toml");
      // Only the policy that was accepted lets a program run without approval.
      read.reading_commands =
          [this, listed = reading_commands(read.trust.policy)]() -> Result<std::set<std::string>> {
        const std::string folder = TRY(home_path());
        TRY(TrustPins(folder).unaltered(*trust()));
        return listed();
      };
      state_->configuration = std::move(read);
    }
    state_->looked_for_configuration = true;
  }
  return state_->configuration ? &*state_->configuration : nullptr;
}

Result<const Configuration*> AppContext::configuration() {
  const Result<const Configuration*> found = configuration_if_any();
  if (!found || *found != nullptr) return found;
  return Error{"config",
               "there is no countersign.toml here, nor in the user's configuration folder",
               "`countersign init` writes one to start from; --config names one elsewhere"};
}

Result<const Profile*> AppContext::profile(const std::string& name) {
  const Configuration* config = TRY(configuration());
  const auto at = config->profiles.find(name);
  if (at != config->profiles.end()) return &at->second;
  std::vector<std::string> names;
  std::string all;
  for (const auto& [one, profile] : config->profiles) {
    names.push_back(one);
    all += (all.empty() ? "" : ", ") + one;
  }
  return Error{
      "usage", "there is no profile \"" + name + "\" in " + config->path,
      did_you_mean(name, names, all.empty() ? "add [profiles." + name + "]" : "there are: " + all)};
}

Result<TrustPaths> AppContext::trust() {
  const Configuration* config = TRY(configuration());
  return TrustPaths{config->trust.allowed_signers, config->trust.revoked, config->trust.policy,
                    absolute(config->path)};
}

Result<std::string> AppContext::home_path() {
  if (!arguments_.home.empty()) return absolute(arguments_.home);
  if (const std::string named = environment("COUNTERSIGN_HOME"); !named.empty())
    return absolute(named);
  const Configuration* config = TRY(configuration_if_any());
  if (config != nullptr && !config->home.empty()) return config->home;
  const std::string folder = user_folder("XDG_STATE_HOME", ".local/state");
  if (folder.empty())
    return Error{"state", "it is not known where runs are kept: HOME is not set",
                 "name a folder with --home or COUNTERSIGN_HOME"};
  return absolute(folder) + "/countersign";
}

Result<Home*> AppContext::home() {
  if (!state_->home) {
    const std::string path = TRY(home_path());
    ::umask(077);  // from here on what is written is the home's; a workspace's files have modes of
                   // their own
    std::unique_ptr<Home> opened = TRY(Home::open(path));
    TRY(restore_lost_index(*opened));
    state_->home = std::move(opened);
    log_into(path + "/log");
    log(LogLevel::debug, "home " + path);
  }
  return state_->home.get();
}

void AppContext::make_engine(Home& home) {
  hold_secrets(home);
  state_->engine = countersign::make_engine(
      home, clock_, *state_->authorizer,
      [this](const std::string& name, Documents& documents) { return session(name, documents); },
      hold_secret_parameter);
  state_->engine->event = event;
  state_->engine->print = print;
  state_->engine->interrupted = interrupted;
}

Result<Engine*> AppContext::engine(const std::string& principal) {
  if (state_->engine) return state_->engine.get();
  const Configuration* config = TRY(configuration());
  Home* folder = TRY(home());
  AuthorizerSettings settings;
  settings.trust = *trust();
  settings.home = folder->path();
  settings.operator_principal = principal.empty() ? config->user.principal : principal;
  settings.operator_key = config->user.key;
  state_->authorizer = signed_authorizer(settings);
  make_engine(*folder);
  // Files that are not sound are named when a decision is needed; looking needs none of them.
  if (const Result<Trust> read = load_trust(settings.trust))
    take_windows(read->policy, *state_->engine);
  return state_->engine.get();
}

Result<Engine*> AppContext::reading_engine(bool with_profile) {
  if (with_profile) {
    TRY(home());
  } else {
    state_->home = Home::nowhere();
  }
  state_->authorizer = deny_everything();
  make_engine(*state_->home);
  return state_->engine.get();
}

Result<std::unique_ptr<Session>> AppContext::session(const std::string& name,
                                                     Documents& documents) {
  TRY(profile(name));
  if (!state_->vault) {
    Home* folder = TRY(home());
    hold_secrets(*folder);
  }
  if (!state_->transport)
    state_->transport = watched(provider_transport(clock_, {.interrupted = interrupted}), waiting);
  return std::unique_ptr<Session>(
      std::make_unique<ProviderSession>(*state_->configuration, name, *state_->transport,
                                        *state_->vault, documents, standard_catalogue(), clock_));
}

}  // namespace countersign
