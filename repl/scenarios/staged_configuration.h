// The configuration that a scenario has: of its own places, its own simulator, simulated secrets.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"
#include "stdlib/session/configuration.h"

namespace countersign {

using json = nlohmann::json;

// Where a scenario's things are.
struct StagePlaces {
  std::string workspace;  // the copy, or an empty folder
  std::string home, trust, secrets;
  std::string user;  // the HOME of programs: empty, nothing of the user's is found there
};

// The configuration of the copy: its countersign.toml where it has one, else a profile for each
// account of the world, named as the account is. In either, every profile's endpoint is the
// simulator's, every secret is the one that the simulated providers know, written to
// `places.secrets` (mode 0600): no real one is opened. Home and trust are those of `places`.
// `world`: filled in, as the simulator has it. Errors (kind "config"): the file is wrong, or names
// a folder that lies outside of the copy.
Result<Configuration> staged_configuration(const StagePlaces& places, const json& world,
                                           const std::string& endpoint);

}  // namespace countersign
