// What belongs to accounts and requests, not to a home folder: whichever home folder a process
// works in, it sees the same locks, latches, changes and used decisions. The folder is chosen by
// the user that the process runs as, and by nothing else: no option, variable or configuration.
//   <user>/accounts/DIGEST/account.json     the account's key in the clear
//   <user>/accounts/DIGEST/lock             one run at a time changes the account
//   <user>/accounts/DIGEST/latches/         what blocks its changes (latches.h)
//   <user>/accounts/DIGEST/changes          who changed it when: a line for each, only appended to
//   <user>/used/SHA256                      the decision on the request of that digest was used
//
// A decision is used in this order, and each step is on the disk before the next one begins:
//   1. the run's journal: "consumed", with a token that nobody else has
//   2. used/SHA256 with the same token, made as a whole or not at all, by one process alone
//   then for every changing operation
//   3. the run's journal: "intent"
//   4. its number and key at the end of used/SHA256 (not synced: it may lack the last ones after a
//      power cut, but never holds one that the journal lacks)
//   5. the request is sent
// A process that ends between 1 and 2 leaves a journal whose token nobody has used: resuming makes
// the file. Any later end leaves the file with the journal's own token. So what is found on
// resuming tells a run's own file from a copy and from one that was put back:
//   not consumed, and the file is there        an older copy of a run that used the decision
//   consumed, and the file has another token   another copy used it first
//   the file names an operation without intent the journal was restored from a backup
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"
#include "interpreter/lock.h"

namespace countersign {

using json = nlohmann::json;

// Who changed an account when.
struct AccountChange {
  std::string run;
  Time at = 0;
  std::string home;    // binding of the home folder
  std::string folder;  // its path, for people
};

// Who used a decision, and what was sent under it.
struct DecisionUse {
  std::string token, run, home;
  Time at = 0;
  std::set<std::pair<int, std::string>> sent;  // number and key
};

class UserState {
 public:
  // Empty: there is none; nothing is kept and nothing found.
  explicit UserState(std::string folder) : folder_(std::move(folder)) {}
  // <the user's home by uid>/.local/state/countersign-user; /var/tmp/countersign-UID where that
  // home does not exist or cannot be written. Errors: kind "state", the system cannot say.
  static Result<std::string> folder_by_uid();

  const std::string& folder() const { return folder_; }

  // All errors are of kind "state": the folder is not the user's own and nobody else's, or cannot
  // be used. Whoever gets one changes nothing.

  // Of the account; empty: there is no user's folder.
  Result<std::string> latch_folder(const std::string& account) const;
  // Makes the account's folder first. Errors also: refused, another run has it.
  Result<Lock> lock_account(const std::string& account, const std::string& run,
                            const std::string& home) const;
  Result<std::string> made_latch_folder(const std::string& account) const;

  Status note_change(const std::string& account, const AccountChange& change) const;
  Result<std::vector<AccountChange>> changes(const std::string& account) const;

  // Nothing: the decision was not used.
  Result<std::optional<DecisionUse>> use_of(const std::string& request_sha256) const;
  // Whoever comes first uses it; `use.sent` is not looked at. What `use_of` says then.
  Result<DecisionUse> use(const std::string& request_sha256, const DecisionUse& use) const;
  Status note_sent(const std::string& request_sha256, int n, const std::string& key) const;

 private:
  // Whether it is there and this user's own.
  Result<bool> there() const;
  Status make(const std::string& below) const;
  std::string account_folder(const std::string& account) const;
  Result<std::string> made_account(const std::string& account) const;
  std::string use_path(const std::string& request_sha256) const;

  std::string folder_;
};

}  // namespace countersign
