// The small world of the simulator's tests behind a session, as a run has it: real HTTP, a vault,
// documents.
#pragma once
#include <map>

#include "interpreter/difference.h"
#include "interpreter/overlay.h"
#include "stdlib/catalogue.h"
#include "stdlib/http/curl_transport.h"
#include "stdlib/http/retry.h"
#include "stdlib/session/provider_session.h"
#include "tests/simulator/simulator_fixture.h"
#include "tests/stdlib/workspace_fixture.h"
#include "tests/support/manual_clock.h"

namespace desk {

using namespace countersign;

inline constexpr const char* kAccountSecret = "account";

// A secret in a file of its own, as a profile refers to it.
inline SecretReference in_file(const workbench::TemporaryFolder& folder, const std::string& name,
                               const std::string& secret) {
  folder.write(name, secret + "\n");
  ::chmod((folder.path + "/" + name).c_str(), 0600);
  SecretReference reference;
  reference.file = folder.path + "/" + name;
  return reference;
}

// A secret that is a word of the providers' own would be found wherever they say it.
inline constexpr const char* kSendingSecret = "fake-sending-key";
inline nlohmann::json telling_apart(nlohmann::json world) {
  if (world.contains("mailgun") && world["mailgun"].contains("keys"))
    for (nlohmann::json& key : world["mailgun"]["keys"])
      if (key.value("secret", "") == "sending") key["secret"] = kSendingSecret;
  return world;
}

class ProviderFixture {
 public:
  explicit ProviderFixture(nlohmann::json world = small_world(), double scale = 0)
      : stage(telling_apart(std::move(world)), scale), vault(std::string(32, 'k')) {
    configuration.folder = folder.path;
    configuration.secret_store.folder = folder.path + "/kept";
    Profile acme;
    acme.name = "acme";
    acme.texts["twilio.account_sid"] = sid("AC", 'a');
    acme.texts["twilio.api_key"] = sid("SK", 'a');
    acme.texts["twilio.workspace_sid"] = sid("WS", 'a');
    acme.environment = "production";
    acme.variant = "full";
    acme.texts["mailgun.region"] = "us";
    acme.texts["mailgun.domain"] = "acme.example";
    acme.texts["twilio.serverless_domain"] = "waiting-dev.twil.io";
    acme.secrets["twilio.api_secret"] = in_file(folder, "api_secret", "secret");
    acme.secrets["twilio.auth_token"] = in_file(folder, "auth_token", "token");
    acme.secrets["mailgun.account_key"] = in_file(folder, "mailgun_account_key", kAccountSecret);
    acme.secrets["mailgun.sending_key"] = in_file(folder, "mailgun_sending_key", kSendingSecret);
    acme.endpoint = stage.simulator.endpoint();
    configuration.profiles["acme"] = acme;
  }

  Profile& profile() { return configuration.profiles.at("acme"); }
  ProviderSession& session() {
    if (!session_)
      session_ = std::make_unique<ProviderSession>(configuration, "acme", transport, vault,
                                                   documents, standard_catalogue(), clock);
    return *session_;
  }
  // After a change of the configuration.
  void begin_again() { session_.reset(); }

  Result<json> call(const std::string& name, const json& arguments,
                    const Overlay* overlay = nullptr) {
    const Row* row = standard_catalogue().find(name);
    if (!row) return Error{"argument", "no row " + name};
    if (Status right = check_arguments(*row, arguments); !right) return right.error();
    return row->carrier(Call{session(), arguments, overlay});
  }

  workbench::TemporaryFolder folder;
  SimulatorFixture stage;
  Configuration configuration;
  CurlTransport curl;
  ManualClock clock;
  RetryingTransport transport{curl, clock, RetryRule{.random = [] { return 0.5; }}};
  Vault vault;
  workbench::Documents documents;

 private:
  std::unique_ptr<ProviderSession> session_;
};

// The error as people read it, or "done".
template <typename T>
std::string told(const Result<T>& result) {
  return result ? "done" : result.error().kind + ": " + result.error().message;
}

}  // namespace desk
