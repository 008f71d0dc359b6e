// The home folder: one file per run, an index of them, the fingerprint key, and the locks.
//   <home>/key            32 random bytes, 0600, never exported
//   <home>/index.sqlite   what runs there are; rebuilt from the runs where it is lost
//   <home>/runs/ID.run    a run: its journal and documents (journal.h)
//   <home>/locks/         held with flock(2), so that a killed process holds nothing
//   <home>/latches/       what blocks changes (latches.h)
//   <home>/generation     which machine and which file of it this folder is bound to, so that a
//   copy
//                         or a restored folder is told from the one that was worked in
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"
#include "interpreter/latches.h"

namespace countersign {

using json = nlohmann::json;

// A lock that is held while it lives.
class Lock {
 public:
  explicit Lock(int fd) : fd_(fd) {}
  Lock(Lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Lock& operator=(Lock&&) = delete;
  ~Lock();

 private:
  int fd_;
};

class Home {
 public:
  // Errors (kind "state"): it cannot be made or read; the key is readable by others.
  static Result<std::unique_ptr<Home>> open(const std::string& path);
  // A home without a folder and with a key of its own, for what keeps nothing: reading without a
  // profile.
  static std::unique_ptr<Home> nowhere();
  ~Home();

  const std::string& path() const;
  const std::string& key() const;  // 32 raw bytes
  std::string run_path(const std::string& id) const;
  std::string new_run_id(Time now) const;

  // The name of this folder's continuous life: the same as long as it is neither copied nor put
  // back from a backup; another one afterwards. Recognised by machine, inode and birth time of
  // <home>/generation, which is written anew at every `next_generation`. Not recognised: a folder
  // put back together with its inodes (a snapshot of the whole file system).
  const std::string& binding() const;
  // To be called where something is about to be changed. Errors: kind "state".
  Status next_generation();

  Latches latches() const;

  // Who changed an account when, by account key (RunState::account_key).
  struct Change {
    std::string run;
    Time at = 0;
  };
  Status note_change(const std::string& account, const std::string& run, Time at);
  Result<std::vector<Change>> changes(const std::string& account) const;

  // What the index knows of a run, or null: a run's file that is behind it was put back.
  Result<json> noted(const std::string& run) const;

  // The ids of all runs that have a file.
  std::vector<std::string> run_ids() const;

  // The full id of a run from it or an unambiguous beginning. Errors (kind "usage"): none, several.
  Result<std::string> find_run(const std::string& text) const;

  // Errors (kind "refused"): another process holds it.
  Result<Lock> lock_run(const std::string& id);
  // One mutating run per account at a time. `run` is named to whoever comes second.
  Result<Lock> lock_account(const std::string& account, const std::string& run);

  // The index: {"run", "runbook", "profile", "account", "status", "started", "updated"}, newest
  // first.
  Status note(const json& run);
  Result<std::vector<json>> runs() const;

 private:
  struct State;
  explicit Home(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace countersign
