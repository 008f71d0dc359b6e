// The home folder: one file per run, an index of them, the fingerprint key, and the locks.
//   <home>/key            32 random bytes, 0600, never exported; likewise closing_key, which signs
//   <home>/index.sqlite   what runs there are; rebuilt from the runs where it is lost
//   <home>/runs/ID.run    a run: its journal and documents (journal.h)
//   <home>/locks/         one process at a time works on a run
//   <home>/successors/ID  the run that took over the work of run ID
//   <home>/latches/       what blocks changes of accounts that come later (latches.h)
//   <home>/generation     which machine and which file of it this folder is bound to, so that a
//                         copy or a restored folder is told from the one that was worked in
// What belongs to accounts and requests is not here but with the user (user_state.h).
#pragma once
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"
#include "interpreter/latches.h"
#include "interpreter/lock.h"
#include "interpreter/user_state.h"

namespace countersign {

using json = nlohmann::json;

class Home {
 public:
  // Errors (kind "state"): it cannot be made or read; the key is readable by others. `user_state`
  // stands for the user's own folder (user_state.h) where several worlds share one process, and in
  // tests.
  static Result<std::unique_ptr<Home>> open(const std::string& path,
                                            std::optional<std::string> user_state = std::nullopt);
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
  // <home>/generation, which is made anew at every `renew_binding`. Not recognised: a folder
  // put back together with its inodes (a snapshot of the whole file system).
  const std::string& binding() const;
  // The same binding in a new file: an earlier one that is put back into its place is told from it.
  // To be called where a decision is about to be used. Errors: kind "state".
  Status renew_binding();

  // Both those of this folder and those of the user's accounts.
  Latches latches() const;

  // Who changed an account when, by account key, from whichever home folder of the user.
  Status note_change(const std::string& account, const std::string& run, Time at);
  Result<std::vector<AccountChange>> changes(const std::string& account) const;

  // Who used the decision on a request; nothing: nobody did. Errors: kind "state".
  Result<std::optional<DecisionUse>> use_of(const std::string& request_sha256) const;
  // Uses it, unless somebody did. To be called once the journal's record with the same token is
  // synced. Errors: in_doubt, another copy of the run used it; state.
  Status use_decision(const std::string& request_sha256, const std::string& token,
                      const std::string& run, Time at);
  // That an operation is about to be sent, once the journal's record of it is synced.
  Status note_sent(const std::string& request_sha256, int n, const std::string& key);

  // What the index knows of a run, or null: a run's file that is behind it was put back.
  Result<json> noted(const std::string& run) const;

  // The ids of all runs that have a file.
  std::vector<std::string> run_ids() const;

  // The full id of a run from it or an unambiguous beginning. Errors (kind "usage"): none, several.
  Result<std::string> find_run(const std::string& text) const;

  // The run that goes on with what `run` did; empty: none. Errors: kind "state".
  Result<std::string> successor(const std::string& run) const;
  // One run only. Errors: usage, another one does; state.
  Status succeed(const std::string& run, const std::string& by);

  // Errors (kind "refused"): another process holds it.
  Result<Lock> lock_run(const std::string& id);
  // One mutating run per account at a time, in all home folders of the user. `run` and this folder
  // are named to whoever comes second.
  Result<Lock> lock_account(const std::string& account, const std::string& run);

  // The index: {"run", "runbook", "profile", "account", "status", "started", "updated"}, newest
  // first.
  Status note(const json& run);
  Result<std::vector<json>> runs() const;
  // Removes a run's file and its line of the index; which run went on with its work stays known,
  // and that its decision was used. Errors: refused, another process works on it; state.
  Status remove_run(const std::string& run);

  // Runs that have ended and wait for nobody, by id, with what their file looked like then: as long
  // as it looks so they need not be read to know it.
  Result<std::map<std::string, std::string>> quiet() const;
  Status note_quiet(const std::map<std::string, std::string>& stamps);
  // What a run's file looks like now: device, inode, size and times. Empty: it is not there, or is
  // being written.
  std::string stamp_of_run(const std::string& id) const;

 private:
  struct State;
  explicit Home(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace countersign
