// A world small enough to hold in the head: an account that is a shelf of named things. The
// engine's tests run real runbooks in real script hosts against it; only providers and people are
// replaced.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "interpreter/engine.h"
#include "interpreter/home.h"
#include "interpreter/run.h"
#include "interpreter/vault.h"

namespace countersign::shelf {

// What the provider holds, and every request that reached it.
struct World {
  json things = json::object();
  std::vector<std::string> changes, reads;
  json neighbours = json::object();
  std::string account = "ACshelf", instance = "0123456789abcdef";
  Time now = 1'700'000'000;
  // What the session says of itself.
  std::string origin = "memory";
  bool simulated = true;
  json facts = json::object(), adjacent = json::object(), stores = json::object();
  // Called at the start of every change; an Error is the provider's answer. `after` likewise, once
  // it acted.
  std::function<Status(const std::string&)> before_change, after_change;
  // Called before a snapshot is taken, before adjacent accounts are looked at, and before a
  // changing row looks at its thing.
  std::function<Status()> before_snapshot, before_baselines;
  std::function<Status(const std::string&)> before_look;
};

// Anybody's signature counts: verdict and principal stand in the document itself.
class Trusting : public Authorizer {
 public:
  Result<Signed> request(const json& draft, Time now, const PageMaker& page) override;
  Result<Answer> examine(const std::string& subject, const Signed& answer, Time now) override;
  Status authorize(const Signed& request, const std::vector<Signed>& decisions, Time now,
                   bool begun) override;
  Status holds(const std::vector<Answer>& answers, const std::vector<std::string>& roles) override;
  Status may_lift(const Answer& answer) override;
  std::map<std::string, std::string> trust_files() override { return {{"policy", "trusting"}}; }
  bool revoked = false;
  Time not_after = 0;
};

Signed decision(const RunState& state, const std::string& verdict,
                const json& more = json::object());
Signed attestation(const RunState& state, const std::string& subject, const std::string& verdict,
                   const std::string& person = "ceo");
Signed settlement(const RunState& state, const std::string& subject, const std::string& verdict);
// Of what a person settled otherwise before: of the last.
Signed correction(const RunState& state, const std::string& verdict);

class Fixture {
 public:
  Fixture();
  ~Fixture();
  World world;
  Trusting trust;
  std::vector<std::string> printed;
  std::string folder;

  // Writes a runbook into the fixture's folder; `procedure` is the inside of `procedure = { … }`.
  std::string runbook(const std::string& procedure, const std::string& more = "");
  Result<std::unique_ptr<Run>> start(const std::string& text, json parameters = json::object());
  Result<std::unique_ptr<Run>> open(const std::string& id);
  // Starts and goes as far as it can. What `advance` said is in `said`.
  std::unique_ptr<Run> run(const std::string& text);
  Error said;
  // Explores: an expression or chunk, without a run.
  PhaseResult explore(const std::string& code);
  Engine& engine() { return *engine_; }
  // Another home folder of the same user from now on, as another process would open it.
  void move_home(const std::string& path);
  Home& home() { return *home_; }

 private:
  Catalogue catalogue_;
  std::unique_ptr<Home> home_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace countersign::shelf
