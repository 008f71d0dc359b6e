#include "stdlib/provider_session.h"

#include "interpreter/canonical.h"
#include "stdlib/at_once.h"
#include "stdlib/provider_state.h"
#include "stdlib/secret_store.h"

namespace countersign {
namespace {

constexpr std::chrono::seconds kAccountSeconds{60};

json facts_of(const Configuration& configuration, const Profile& profile) {
  json facts = {{"name", profile.name},
                {"account_sid", profile.account_sid},
                {"environment", profile.environment},
                {"variant", profile.variant}};
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) facts[key] = value;
  };
  add("workspace_sid", profile.workspace_sid);
  add("mailgun_domain", profile.mailgun_domain);
  add("phone_number", profile.phone_number);
  add("env_file", profile.env_file);
  add("serverless_domain", profile.serverless_domain);
  if (!profile.mailgun_domain.empty()) facts["mailgun_region"] = profile.mailgun_region;
  facts["adjacent"] = profile.adjacent;
  // As people write them: below the configuration's folder.
  const std::string folder = configuration.folder + "/";
  for (const auto& [key, path] : {std::pair{"incidents", configuration.workspace.incidents},
                                  std::pair{"doctrine", configuration.workspace.doctrine}})
    add(key, path.rfind(folder, 0) == 0 ? path.substr(folder.size()) : path);
  return facts;
}

Error no_credential(const Profile& profile, const std::string& key) {
  return Error{"config", "profile \"" + profile.name + "\" has no " + key,
               "add " + key + " to [profiles." + profile.name + "] in countersign.toml"};
}

// Twilio: the account that a Flex read with this very credential names. Standard keys cannot read
// /Accounts, and a parent's credential passes paths of other accounts (iam/api-keys).
Result<std::string> twilio_account(ProviderSession& session, Credential credential) {
  auto answer = session.request(credential, "GET", "https://flex-api.twilio.com/v1/Configuration");
  // Flex may be down while the rest is not. Lists without an account in their path tell it, too.
  if (!answer && (answer.error().kind == "transport" || answer.error().status >= 500))
    for (const auto& [url, key] :
         {std::pair{"https://taskrouter.twilio.com/v1/Workspaces?PageSize=1", "workspaces"},
          std::pair{"https://serverless.twilio.com/v1/Services?PageSize=1", "services"}}) {
      const auto list = session.request(credential, "GET", url);
      if (!list || !list->is_object() || !list->value(key, json()).is_array() ||
          (*list)[key].empty())
        continue;
      answer = (*list)[key][0];
      break;
    }
  if (!answer && answer.error().status == 404)
    return Error{"refused",
                 "the account behind the " + std::string(to_string(credential)) + " of profile \"" +
                     session.profile().name + "\" has no Flex configuration to be known by",
                 "only accounts with Flex can be worked on"};
  if (!answer) return answer.error();
  const auto at = answer->find("account_sid");
  if (at == answer->end() || !at->is_string())
    return Error{"transport", "flex-api.twilio.com does not say which account answered"};
  const std::string& wanted = session.profile().account_sid;
  if (*at != wanted)
    return Error{"refused",
                 "the " + std::string(to_string(credential)) + " of profile \"" +
                     session.profile().name + "\" belongs to " + at->get<std::string>() +
                     ", not to " + wanted,
                 "put the right credential or the right account_sid into countersign.toml"};
  return at->get<std::string>();
}

// Mailgun: an account is known by the sending domain that its key sees.
Result<std::string> mailgun_account(ProviderSession& session) {
  const Profile& profile = session.profile();
  if (profile.mailgun_domain.empty()) return no_credential(profile, "mailgun_domain");
  const auto answer = session.request(
      Credential::mail_account, "GET",
      "https://" + mailgun_host(profile) + "/v4/domains/" + percent_encode(profile.mailgun_domain));
  if (!answer) {
    if (answer.error().status != 404) return answer.error();
    Error unseen{"refused",
                 "the mailgun_account_key of profile \"" + profile.name +
                     "\" does not see the domain " + profile.mailgun_domain,
                 "it is another account's key, or the domain or mailgun_region is wrong"};
    unseen.status = 404;
    return unseen;
  }
  const json domain = answer->value("domain", json::object());
  const std::string name = domain.is_object() ? domain.value("name", "") : "";
  if (name != profile.mailgun_domain)
    return Error{"refused", "Mailgun answered for the domain \"" + name + "\", not for " +
                                profile.mailgun_domain};
  return name;
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

Result<std::string> ProviderSession::State::secret(const SecretReference& reference,
                                                   const std::string& key) {
  if (reference.empty()) return no_credential(profile, key);
  const std::lock_guard lock(mutex);
  if (const auto at = opened.find(key); at != opened.end()) return at->second;
  auto value = open_secret(reference);
  if (!value) {
    Error error = value.error();
    error.message = "profile \"" + profile.name + "\", " + key + ": " + error.message;
    return error;
  }
  vault.know("profile:" + profile.name + "." + key, *value);
  opened[key] = *value;
  return *value;
}

Result<std::pair<std::string, std::string>> ProviderSession::State::login(Credential credential) {
  using Login = std::pair<std::string, std::string>;
  const auto with = [&](const std::string& user, const SecretReference& reference,
                        const std::string& key) -> Result<Login> {
    auto value = TRY(secret(reference, key));
    return Login(user, value);
  };
  switch (credential) {
    case Credential::none:
      return Login();
    case Credential::api_key:
      if (profile.api_key.empty()) return no_credential(profile, "api_key");
      return with(profile.api_key, profile.api_secret, "api_secret");
    case Credential::auth_token:
      return with(profile.account_sid, profile.auth_token, "auth_token");
    case Credential::mail_account:
      return with("api", profile.mailgun_account_key, "mailgun_account_key");
    case Credential::mail_sending:
      return with("api", profile.mailgun_sending_key, "mailgun_sending_key");
  }
  return Login();
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

Result<std::string> ProviderSession::account(Credential credential, bool again) {
  if (credential == Credential::none) return std::string();
  // A sending key may do nothing but send, so its account cannot be asked; the account key's can.
  if (credential == Credential::mail_sending) credential = Credential::mail_account;
  const Clock::Span now = state_->time.steady();
  if (!again) {
    const std::lock_guard lock(state_->mutex);
    const auto at = state_->accounts.find(credential);
    if (at != state_->accounts.end() && now - at->second.since < kAccountSeconds)
      return at->second.account;
  }
  auto account = credential == Credential::mail_account ? mailgun_account(*this)
                                                        : twilio_account(*this, credential);
  const std::lock_guard lock(state_->mutex);
  if (account)
    state_->accounts[credential] = {*account, now};
  else
    state_->accounts.erase(credential);
  return account;
}

Result<std::string> ProviderSession::auth_token() {
  return state_->secret(state_->profile.auth_token, "auth_token");
}

Result<json> ProviderSession::endpoint() {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->endpoint) return *state_->endpoint;
  }
  json found = {{"origin", "https://api.twilio.com"}, {"simulated", false}};
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
      if (const auto account = other.account(Credential::api_key); !account)
        return fail(account.error());
      auto snapshot = other.snapshot({"flex", "numbers", "flows", "serverless"});
      if (!snapshot) return fail(snapshot.error());
      (*snapshot)["serverless"].erase("services");
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

bool belongs(Credential credential, const std::string& host) {
  static const std::string twilio = ".twilio.com";
  switch (credential) {
    case Credential::none:
      return true;
    case Credential::api_key:
    case Credential::auth_token:
      return host.size() > twilio.size() &&
             host.compare(host.size() - twilio.size(), twilio.size(), twilio) == 0;
    case Credential::mail_account:
    case Credential::mail_sending:
      return host == "api.mailgun.net" || host == "api.eu.mailgun.net";
  }
  return false;
}

std::string mailgun_host(const Profile& profile) {
  return profile.mailgun_region == "eu" ? "api.eu.mailgun.net" : "api.mailgun.net";
}

}  // namespace countersign
