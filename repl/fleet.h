// Many accounts looked at at once: each with a session of its own, made when its turn comes and let
// go of when it is done, so that memory is that of the accounts in flight.
#pragma once
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

class AppContext;
class Console;
class ProviderSession;

struct FleetAccount {
  std::string profile, account;
  Result<json> found = json();
};

struct FleetLook {
  std::string what;  // "drift": what progress calls it
  std::function<Result<json>(ProviderSession&)> look;
  // Called for each account as it ends, one at a time; what it returns ends the whole. May be
  // empty.
  std::function<Status(const FleetAccount&)> ended;
};

// Looks at each profile, 64 at a time. An account's error is its own; the whole fails where the
// user breaks it off (kind "interrupted") or `ended` does. `counts` says of what was found whether
// it is worth counting, for the line of progress.
Result<std::vector<FleetAccount>> look_at_fleet(AppContext& app, Console& console,
                                                const std::vector<std::string>& profiles,
                                                const FleetLook& look);

// What is known of accounts already, from a look that was broken off: a file of one JSON object
// per line, each with "profile". Each account is appended as it ends.
class FleetReport {
 public:
  // `go_on`: the file is there and is gone on with; else it must not exist. `what` and
  // `configuration` stand in its first line and must be the same. Errors: usage, state.
  static Result<FleetReport> open(const std::string& path, bool go_on, const std::string& what,
                                  const std::string& configuration);

  // By profile; those that ended with an error are looked at again.
  const std::map<std::string, json>& known() const { return known_; }
  Status add(const json& account);

 private:
  std::string path_;
  std::map<std::string, json> known_;
};

}  // namespace countersign
