#include "stdlib/session/provider_session.h"

#include "interpreter/canonical.h"
#include "stdlib/session/at_once.h"
#include "stdlib/session/provider_state.h"
#include "stdlib/session/secret_store.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

constexpr std::chrono::seconds kAccountSeconds{60};

json facts_of(const Configuration& configuration, const Profile& profile) {
  json facts = {
      {"name", profile.name}, {"environment", profile.environment}, {"variant", profile.variant}};
  const auto add = [&](const std::string& key, const std::string& value) {
    if (!value.empty()) facts[key] = value;
  };
  for (const System& system : systems())
    for (const Setting& setting : system.settings) {
      if (!setting.shown) continue;
      if (!setting.beside.empty() && profile.text(system.name + "." + setting.beside).empty())
        continue;
      add(setting.id, value_of(profile, system, setting));
    }
  facts["adjacent"] = profile.adjacent;
  // As people write them: below the configuration's folder.
  const std::string folder = configuration.folder + "/";
  for (const auto& [key, path] : {std::pair{"incidents", configuration.workspace.incidents},
                                  std::pair{"doctrine", configuration.workspace.doctrine}})
    add(key, path.rfind(folder, 0) == 0 ? path.substr(folder.size()) : path);
  return facts;
}

Error no_credential(const Profile& profile, const System& system, const Setting& setting) {
  return Error{"config", "profile \"" + profile.name + "\" has no " + setting.id,
               "add " + setting.name + " to [profiles." + profile.name + "." + system.name +
                   "] in countersign.toml"};
}

const Setting* setting_named(const System& system, const std::string& name) {
  for (const Setting& setting : system.settings)
    if (setting.name == name) return &setting;
  return nullptr;
}

}  // namespace

ProviderSession::State::State(const Configuration& c, const std::string& name, Transport& t,
                              Vault& v, Documents& d, const Catalogue& rows, Clock& clock_given)
    : configuration(c),
      profile(c.profiles.at(name)),
      transport(t),
      vault(v),
      documents(d),
      catalogue(rows),
      time(clock_given),
      workspace(c),
      facts(facts_of(c, profile)) {}

Result<std::string> ProviderSession::State::secret(const System& system, const Setting& setting) {
  const SecretReference& reference = profile.secret(key_of(system, setting));
  if (reference.empty()) return no_credential(profile, system, setting);
  const std::lock_guard lock(mutex);
  if (const auto at = opened.find(setting.id); at != opened.end()) return at->second;
  auto value = open_secret(reference);
  if (!value) {
    Error error = value.error();
    error.message = "profile \"" + profile.name + "\", " + setting.id + ": " + error.message;
    return error;
  }
  vault.know("profile:" + profile.name + "." + setting.id, *value);
  opened[setting.id] = *value;
  return *value;
}

Result<std::pair<std::string, std::string>> ProviderSession::State::login(
    const std::string& credential) {
  using Login = std::pair<std::string, std::string>;
  if (credential.empty()) return Login();
  const System* system = system_of(credential);
  const CredentialKind* kind = credential_named(credential);
  if (!system || !kind)
    return Error{"config", "no system has the credential \"" + credential + "\""};
  std::string user = kind->user;
  if (user.rfind('{', 0) == 0) {
    const Setting& setting = *setting_named(*system, user.substr(1, user.size() - 2));
    user = profile.text(key_of(*system, setting));
    if (user.empty()) return no_credential(profile, *system, setting);
  }
  auto value = TRY(secret(*system, *setting_named(*system, kind->secret)));
  return Login(user, value);
}

Result<json> ProviderSession::State::clock() {
  const auto url = split_url(profile.endpoint);
  if (profile.endpoint.empty() || !url || !is_loopback(url->host)) return json();
  HttpRequest request;
  request.url = profile.endpoint + "/_sim/clock";
  request.timeout_ms = 10'000;
  request.max_bytes = 4'096;
  const auto answer = TRY(transport.send(request));
  if (answer.status != 200) return json();
  const auto said = parse_json(answer.body);
  const bool whole = said && said->is_object() && said->value("time", json()).is_string() &&
                     said->value("unix", json()).is_number() &&
                     said->value("scale", json()).is_number();
  return whole ? *said : json();
}

ProviderSession::ProviderSession(const Configuration& configuration,
                                 const std::string& profile_name, Transport& transport,
                                 Vault& vault, Documents& documents, const Catalogue& catalogue,
                                 Clock& clock)
    : state_(std::make_unique<State>(configuration, profile_name, transport, vault, documents,
                                     catalogue, clock)) {
  know_configured_secrets(configuration, vault);
  hold_stored_secrets(configuration.secret_store, profile_name, vault);
}

ProviderSession::~ProviderSession() = default;

const json& ProviderSession::facts() const {
  return state_->facts;
}

std::string ProviderSession::own_credential() const {
  return own_system().credentials.front().name;
}

Result<std::string> ProviderSession::account(const std::string& named, bool again) {
  if (named.empty()) return std::string();
  const System* system = system_of(named);
  if (!system) return Error{"config", "no system has the credential \"" + named + "\""};
  const CredentialKind& kind = *credential_named(named);
  const std::string credential = kind.asked_with.empty() ? named : kind.asked_with;
  if (!system->who) return identity_of(state_->profile, *system);
  const Clock::Span now = state_->time.steady();
  if (!again) {
    const std::lock_guard lock(state_->mutex);
    const auto at = state_->accounts.find(credential);
    if (at != state_->accounts.end() && now - at->second.since < kAccountSeconds)
      return at->second.account;
  }
  auto account = system->who(*this, credential);
  const std::lock_guard lock(state_->mutex);
  if (account)
    state_->accounts[credential] = {*account, now};
  else
    state_->accounts.erase(credential);
  return account;
}

Result<std::string> ProviderSession::secret(const std::string& key) {
  for (const System& system : systems())
    for (const Setting& setting : system.settings)
      if (key_of(system, setting) == key) return state_->secret(system, setting);
  return Error{"config", "no system has the setting \"" + key + "\""};
}

Result<json> ProviderSession::endpoint() {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->endpoint) return *state_->endpoint;
  }
  json found = {{"origin", origin_of(state_->profile, own_system())}, {"simulated", false}};
  if (const auto url = split_url(state_->profile.endpoint)) {
    const auto clock = TRY(state_->clock());
    found = {{"origin", url->origin()}, {"simulated", !clock.is_null()}};
    if (!clock.is_null() && clock.value("instance", json()).is_string())
      found["instance"] = clock["instance"];
  }
  const std::lock_guard lock(state_->mutex);
  state_->endpoint = found;
  return found;
}

Result<Time> ProviderSession::now() {
  const auto where = TRY(endpoint());
  if (!where["simulated"].get<bool>()) return state_->time.now();
  const auto clock = TRY(state_->clock());
  if (clock.is_null())
    return Error{"transport", "the simulator at " + state_->profile.endpoint + " is gone",
                 "start it again with `countersign sim`"};
  return static_cast<Time>(clock["unix"].get<double>());
}

Clock& ProviderSession::clock() const {
  return state_->time;
}

Status ProviderSession::pause(int seconds) {
  const auto where = TRY(endpoint());
  if (!where["simulated"].get<bool>()) {
    state_->time.sleep(std::chrono::seconds(seconds));
    return Done{};
  }
  HttpRequest request;
  request.method = "POST";
  request.url = state_->profile.endpoint + "/_sim/clock";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = json{{"advance", seconds}}.dump();
  request.timeout_ms = 10'000;
  request.max_bytes = 4'096;
  request.safe = false;
  TRY(state_->transport.send(request));
  return Done{};
}

Result<json> ProviderSession::baselines() {
  json all = json::object();
  std::mutex mutex;
  std::vector<std::function<Status()>> jobs;
  for (const std::string& name : state_->profile.adjacent)
    jobs.push_back([&]() -> Status {
      ProviderSession other(state_->configuration, name, state_->transport, state_->vault,
                            state_->documents, state_->catalogue, state_->time);
      const OneLook look(&other);
      const auto fail = [&](Error error) {
        error.message = "adjacent profile \"" + name + "\": " + error.message;
        return error;
      };
      if (const auto account = other.account(other.own_credential()); !account)
        return fail(account.error());
      std::vector<std::string> wanted;
      for (const System& system : systems())
        for (const SnapshotScope& scope : system.scopes)
          if (scope.adjacent) wanted.push_back(scope.name);
      auto snapshot = other.snapshot(wanted);
      if (!snapshot) return fail(snapshot.error());
      for (const System& system : systems())
        for (const SnapshotScope& scope : system.scopes)
          for (const std::string& key : scope.not_adjacent) (*snapshot)[scope.name].erase(key);
      const std::lock_guard lock(mutex);
      all[name] = std::move(*snapshot);
      return Done{};
    });
  TRY(at_once(jobs, 4));
  return all;
}

void ProviderSession::begin_look() {
  const std::lock_guard lock(state_->mutex);
  ++state_->looks;
}

void ProviderSession::end_look() {
  const std::lock_guard lock(state_->mutex);
  if (--state_->looks == 0) state_->forget();
}

Vault& ProviderSession::vault() {
  return state_->vault;
}
Documents& ProviderSession::documents() {
  return state_->documents;
}
const Profile& ProviderSession::profile() const {
  return state_->profile;
}
const Workspace& ProviderSession::workspace() const {
  return state_->workspace;
}

}  // namespace countersign
