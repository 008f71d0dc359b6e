#include "repl/scenarios/scenario_environment.h"

#include <sys/stat.h>

#include <filesystem>

#include "approvals/signed_authorizer.h"
#include "interpreter/home.h"
#include "interpreter/vault.h"
#include "interpreter/whole_file.h"
#include "repl/engine_setup.h"
#include "repl/input.h"
#include "repl/reading_commands.h"
#include "repl/scenarios/staged_configuration.h"
#include "repl/scenarios/workspace_copy.h"
#include "repl/scenarios/world_change.h"
#include "repl/secret_parameter.h"
#include "repl/windows.h"
#include "stdlib/catalogue.h"
#include "stdlib/http/curl_transport.h"
#include "stdlib/http/retry.h"
#include "stdlib/session/provider_session.h"
#include "stdlib/simulator/server/server.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

// Simulated seconds in a second: what providers take their time for, such as a build, passes while
// a program looks for it again.
constexpr double kTimeScale = 20;

// The seam to the network: the scene's own simulator, and nothing else there is.
class OwnProviders : public Transport {
 public:
  OwnProviders(Transport& inner, Interruption& interruption)
      : inner_(inner), interruption_(interruption) {}

  Result<HttpResponse> send(const HttpRequest& request) override {
    Error refused{"refused", "a scenario reaches nothing but its own simulator"};
    refused.status = -1;
    if (request.url.rfind(endpoint + "/", 0) != 0) return refused;
    if (interruption_.came()) return Error{"refused", "it was interrupted"};
    return inner_.send(request);
  }

  std::string endpoint;

 private:
  Transport& inner_;
  Interruption& interruption_;
};

bool is_world_change(const json& event) {
  return event.contains("set") || event.contains("remove");
}

}  // namespace

// The simulator goes last: everything else may still ask it.
struct ScenarioEnvironment::State {
  State(Interruption& by, std::string where)
      : folder(std::move(where)), interruption(by), providers(curl, by) {}

  std::string folder;
  StagePlaces places;
  Interruption& interruption;
  simulator::Simulator simulator;
  std::optional<Interruption::Guard> guard;
  RunbookFile script;
  std::string script_copy;
  Configuration configuration;
  TestPeople cast;
  std::unique_ptr<Home> home;
  std::unique_ptr<Vault> vault;
  CurlTransport curl;
  OwnProviders providers;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Authorizer> authorizer;
  std::unique_ptr<Engine> engine;
};

ScenarioEnvironment::ScenarioEnvironment(std::unique_ptr<State> state) : state_(std::move(state)) {}

ScenarioEnvironment::~ScenarioEnvironment() = default;

Result<std::unique_ptr<ScenarioEnvironment>> ScenarioEnvironment::set(const ScenarioFile& file,
                                                                      const json& breaks,
                                                                      KeyRing& keys,
                                                                      Interruption& interruption,
                                                                      const std::string& folder) {
  std::unique_ptr<ScenarioEnvironment> scene(
      new ScenarioEnvironment(std::make_unique<State>(interruption, folder)));
  State& state = *scene->state_;
  state.script = file.script;
  state.places = {folder + "/workspace", folder + "/home", folder + "/trust", folder + "/secrets",
                  folder + "/user"};
  std::error_code bad;
  for (const std::string& place :
       {state.places.workspace, state.places.trust, state.places.secrets, state.places.user})
    fs::create_directories(place, bad);
  if (bad)
    return Error{"state", "the folder \"" + folder + "\" cannot be used: " + bad.message(),
                 "free some space, or set TMPDIR to a folder that is writable"};
  if (!file.workspace.empty()) TRY(copy_workspace(file.workspace, state.places.workspace));

  json world = file.world;
  for (const json& event : breaks) {
    if (is_world_change(event)) {
      json changed = TRY(changed_world(world, event));
      world = std::move(changed);
    } else if (event.contains("edit")) {
      TRY(scene->edit(event));
    }
  }
  TRY(state.simulator.start(world, {.time_scale = kTimeScale}));
  state.guard.emplace(interruption, [&state] { state.simulator.stop(); });
  TRY(scene->furnish(file, state.simulator.world(), keys));
  scene->wire();
  for (const json& event : breaks)
    if (event.contains("fault") || event.contains("call")) TRY(scene->happen(event));
  return scene;
}

// Configuration, policy, and everybody's keys.
Status ScenarioEnvironment::furnish(const ScenarioFile& file, const json& world, KeyRing& keys) {
  State& state = *state_;
  Configuration read = TRY(staged_configuration(state.places, world, state.simulator.endpoint()));
  state.configuration = std::move(read);

  TestPeople cast =
      TRY(TestPeople::assemble(file.people, state.configuration.trust.policy,
                               state.configuration.user.principal, state.places.trust, keys));
  state.cast = std::move(cast);
  state.configuration.trust.policy = state.places.trust + "/policy.toml";
  state.configuration.reading_commands = reading_commands(state.configuration.trust.policy);
  state.configuration.user = {state.cast.requester().principals.front(),
                              state.cast.key_of(state.cast.requester())};
  std::unique_ptr<Home> home = TRY(Home::open(state.places.home, state.places.home + "/user"));
  state.home = std::move(home);
  return Done{};
}

void ScenarioEnvironment::wire() {
  State& state = *state_;
  state.providers.endpoint = state.simulator.endpoint();
  state.vault = std::make_unique<Vault>(state.home->key());
  // Whatever waits, between two tries or for a provider to show a change, waits in simulated time.
  state.transport = std::make_unique<RetryingTransport>(state.providers, clock());
  AuthorizerSettings settings;
  settings.trust = {state.configuration.trust.allowed_signers, state.configuration.trust.revoked,
                    state.configuration.trust.policy};
  settings.home = state.home->path();
  settings.operator_principal = state.configuration.user.principal;
  settings.operator_key = state.configuration.user.key;
  const TrustPaths trust = settings.trust;
  state.authorizer = signed_authorizer(std::move(settings));
  const auto session = [&state](const std::string& name,
                                Documents& documents) -> Result<std::unique_ptr<Session>> {
    if (state.configuration.profiles.count(name) == 0) {
      std::string all;
      for (const auto& [one, profile] : state.configuration.profiles)
        all += (all.empty() ? "" : ", ") + one;
      return Error{"usage", "there is no profile \"" + name + "\" in the scenario's workspace",
                   "there are: " + all};
    }
    return std::unique_ptr<Session>(std::make_unique<ProviderSession>(
        state.configuration, name, *state.transport, *state.vault, documents, standard_catalogue(),
        state.simulator.clock()));
  };
  // A secret of a scenario is a file of its workspace, where nothing real is.
  const auto secret = [&state](Session& session, const std::string& text) -> Result<json> {
    const std::string path = state.places.workspace + "/" + text.substr(text.find(':') + 1);
    std::error_code bad;
    if (text.rfind("file:", 0) != 0 || text.find("..") != std::string::npos ||
        !fs::is_regular_file(fs::symlink_status(path, bad)))
      return Error{"usage", "a scenario's secret is a file of its workspace, not \"" + text + "\"",
                   "write it as file:PATH, relative to the workspace"};
    ::chmod(path.c_str(), 0600);
    std::string secret = TRY(open_secret(SecretReference{.file = path}));
    return session.vault().hold(text, std::move(secret));
  };
  state.engine = make_engine(*state.home, clock(), *state.authorizer, session, secret);
  if (const Result<Trust> read = load_trust(trust)) take_windows(read->policy, *state.engine);
}

// Of the workspace, or of the script and its modules, which are then copied too.
Status ScenarioEnvironment::edit(const json& event) {
  State& state = *state_;
  const std::string name = event.value("edit", ""), from = event.value("from", ""),
                    to = event.value("to", "");
  std::error_code bad;
  const bool own = from.empty() || fs::is_regular_file(state.places.workspace + "/" + name, bad);
  if (own || !fs::is_regular_file(fs::path(state.script.folder) / name, bad))
    return edit_file(state.places.workspace, name, from, to);
  if (state.script_copy.empty()) {
    state.script_copy = state.folder + "/script";
    if (const Status copied = copy_scripts(state.script.folder, state.script_copy); !copied)
      return copied;
    const std::string file = fs::path(state.script.script.chunk).filename().string();
    state.script.script.chunk = state.script_copy + "/" + file;
    state.script.folder = state.script_copy;
  }
  if (const Status edited = edit_file(state.script_copy, name, from, to); !edited) return edited;
  std::string text = TRY(read_input(state.script.script.chunk));
  state.script.script.text = std::move(text);
  return Done{};
}

Engine& ScenarioEnvironment::engine() {
  return *state_->engine;
}

const RunbookFile& ScenarioEnvironment::script() const {
  return state_->script;
}

const TestPeople& ScenarioEnvironment::cast() const {
  return state_->cast;
}

Result<json> ScenarioEnvironment::happen(const json& event) {
  State& state = *state_;
  if (is_world_change(event)) {
    const json patch = TRY(patch_for(world(), event));
    TRY(state.simulator.patch(patch));
    return json();
  }
  if (event.contains("edit")) {
    TRY(edit(event));
    return json();
  }
  if (event.contains("fault")) {
    TRY(state.simulator.add_fault(event.value("fault", "")));
    return json();
  }
  HttpRequest request;
  request.method = "POST";
  request.url = state.simulator.endpoint() + "/_sim/calls";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = event.value("call", json()).dump(-1, ' ', false, json::error_handler_t::replace);
  const HttpResponse response = TRY(state.providers.send(request));
  json answer = json::parse(response.body, nullptr, false);
  if (response.status != 200 || !answer.is_object()) {
    const json error = answer.is_object() ? answer.value("error", json::object()) : json::object();
    return Error{"usage", "call: " + error.value("message", "the simulator refused it"),
                 error.value("hint", "")};
  }
  return answer;
}

Clock& ScenarioEnvironment::clock() {
  return state_->simulator.clock();
}

json ScenarioEnvironment::world() const {
  return state_->simulator.world();
}

json ScenarioEnvironment::requests() const {
  return state_->simulator.requests();
}

std::optional<std::string> ScenarioEnvironment::file(const std::string& name) const {
  const std::string path = state_->places.workspace + "/" + name;
  std::error_code bad;
  if (!fs::is_regular_file(path, bad)) return std::nullopt;
  return read_whole(path).bytes;
}

json ScenarioEnvironment::without_secrets(json value) const {
  state_->vault->scrub(value);
  return value;
}

}  // namespace countersign
