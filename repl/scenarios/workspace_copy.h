// The copy of a workspace that a scenario works in: its own files, its own configuration, and no
// way out of it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"
#include "stdlib/configuration.h"

namespace countersign {

using json = nlohmann::json;

// Copies what is in `from` into the new folder `to`, hidden state of git aside. Errors (kind
// "config"): a link that leads out of the folder, more than 256 MiB or 20000 files, `to` below
// `from`.
Status copy_workspace(const std::string& from, const std::string& to);

// Copies the scripts (*.lua) below `from` into the new folder `to`, hidden folders aside. Errors:
// config.
Status copy_scripts(const std::string& from, const std::string& to);

// Puts `to` in place of the first `from` in a file below `folder`; an empty `from` stands for the
// whole file, which need not be there. Errors (kind "usage"): no such file, the text is not in it,
// a path that leads out.
Status edit_file(const std::string& folder, const std::string& file, const std::string& from,
                 const std::string& to);

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
