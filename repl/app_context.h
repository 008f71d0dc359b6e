// What the commands work with, made when it is first asked for: a command that needs no
// configuration and no network loads neither.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "approvals/trust.h"
#include "interpreter/clock.h"
#include "interpreter/engine.h"
#include "interpreter/home.h"
#include "interpreter/vault.h"
#include "repl/arguments.h"
#include "stdlib/session/configuration.h"

namespace countersign {

class Waiting;

class AppContext {
 public:
  // `clock`: the time for everything that is done here. Both outlive this.
  AppContext(const Arguments& arguments, Clock& clock);
  ~AppContext();
  AppContext(const AppContext&) = delete;
  AppContext& operator=(const AppContext&) = delete;

  // The first that exists of --config, $COUNTERSIGN_CONFIG, ./countersign.toml and
  // $XDG_CONFIG_HOME/countersign/countersign.toml; the first two must exist where they are given.
  // Trust files that it does not name are those beside it. Errors: config.
  Result<const Configuration*> configuration();
  // The same, or null where there is none. Errors: config, where there is one that cannot be read.
  Result<const Configuration*> configuration_if_any();
  // A profile of the configuration. Errors (kind "usage"): none of that name.
  Result<const Profile*> profile(const std::string& name);
  Result<TrustPaths> trust();
  // Where runs are kept, whether the folder is there or not; nothing is made.
  Result<std::string> home_path();
  // --home, $COUNTERSIGN_HOME, [state].home, $XDG_STATE_HOME/countersign.
  Result<Home*> home();

  // For runs. `principal`: who asks; empty: [operator].principal. Made once.
  Result<Engine*> engine(const std::string& principal);
  // For eval: without a profile it needs neither configuration nor home, and nobody may decide
  // anything.
  Result<Engine*> reading_engine(bool with_profile);
  // A profile's session, for commands that look at an account themselves.
  Result<std::unique_ptr<Session>> session(const std::string& profile, Documents& documents);

  Clock& clock() const { return clock_; }

  // To be set before the engine is made.
  std::function<void(const Record&)> event;
  std::function<void(const std::string&)> print;
  // Set where the user breaks off what is under way.
  const std::atomic<bool>* interrupted = nullptr;
  // Told of what is waited for; null: nobody is. It outlives this.
  Waiting* waiting = nullptr;

 private:
  struct State;
  Result<std::string> configuration_path() const;
  void make_engine(Home& home);
  void hold_secrets(const Home& home);

  const Arguments& arguments_;
  Clock& clock_;
  std::unique_ptr<State> state_;
};

}  // namespace countersign
