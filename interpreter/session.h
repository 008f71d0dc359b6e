// One profile's live world as the engine sees it: who it is, what time it is there, what must not
// change. The interpreter knows no system; stdlib implements this and rows act through it.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/catalogue.h"
#include "interpreter/documents.h"
#include "interpreter/error.h"

namespace countersign {

class Vault;

class Session {
 public:
  virtual ~Session() = default;

  // run.profile: name, environment, variant, what the systems' settings say: facts, no secrets.
  virtual const json& facts() const = 0;

  // The credential of the system whose account the run's is.
  virtual std::string own_credential() const = 0;

  // The account that the credential belongs to, asked from the provider with the credential itself
  // (no credential: ""). Remembered for `kAccountSeconds`; `again` asks anew.
  // Errors: refused, if it is not the profile's account; transport; provider.
  virtual Result<std::string> account(const std::string& credential, bool again = false) = 0;

  // Where the session is and what it works with, as configured, without asking anybody:
  //   {"folder": the configuration's, real path,
  //    "systems": [{"name", "identity", "learnt", "origin", "facts": {…}}],
  //    "adjacent": {profile: {"identity", "origin"}},
  //    "stores": {…}}
  // The first system's account is the run's. `learnt` says how an identity becomes known: "asked"
  // of the provider with the credential, before each of its operations; "origin" where no question
  // tells it and where it is has to do. What has no account of its own has facts alone.
  // Read anew where the configuration changed since the session began, and what it says now is
  // told. Errors (kind "config"): it cannot be read any more.
  virtual Result<json> surroundings() = 0;

  // {"origin": the provider's or the profile's endpoint, "simulated": bool}, the same for all
  // systems of the profile. Simulated is what the endpoint proved, not what a file says.
  virtual Result<json> endpoint() = 0;

  // The run's clock: the simulator's for a simulated endpoint, else the system's.
  virtual Result<Time> now() = 0;

  // A snapshot of the account: an object whose top-level keys are `scopes` (all when empty), so
  // that every row's target is a pointer into it. Canonical, redacted.
  virtual Result<json> snapshot(const std::vector<std::string>& scopes) = 0;
  virtual const std::vector<std::string>& scopes() const = 0;
  // Pointers in snapshots that are records or volatile: never a difference.
  virtual const std::vector<std::string>& volatile_fields() const = 0;

  // Profile name of each adjacent account to the snapshot of what must not change there.
  virtual Result<json> baselines() = 0;

  // Between these each thing is read once and answered from memory when it is asked for again,
  // until something is sent that may change it. Looks may lie within each other. See OneLook.
  virtual void begin_look() {}
  virtual void end_look() {}

  virtual Vault& vault() = 0;
  virtual Documents& documents() = 0;
};

// One look at the account: what is compared, and what is then sent, are of the same answers.
class OneLook {
 public:
  explicit OneLook(Session* session) : session_(session) {
    if (session_) session_->begin_look();
  }
  ~OneLook() { end(); }
  OneLook(const OneLook&) = delete;
  OneLook& operator=(const OneLook&) = delete;
  void end() {
    if (session_) session_->end_look();
    session_ = nullptr;
  }

 private:
  Session* session_;
};

}  // namespace countersign
