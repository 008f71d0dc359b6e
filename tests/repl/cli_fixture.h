// A room to work in: a temporary folder, two people's SSH keys, the simulated providers, and the
// program itself, started as its users start it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "stdlib/simulator/server/server.h"
#include "tests/support/process.h"

namespace countersign::room {

using json = nlohmann::json;

class CliFixture {
 public:
  CliFixture();
  ~CliFixture();

  // The program, in the room's folder, with nothing of the developer's own configuration.
  Ran countersign(const std::vector<std::string>& words, const std::string& input = "");
  // The same with --json: stdout must be one JSON value and nothing else.
  json value(const std::vector<std::string>& words, int code = 0);
  // What an error said: its kind and message, of --json.
  std::string error(const std::vector<std::string>& words, int code);

  // Starts the simulated providers with the demo world, and writes countersign.toml, policy and
  // trust files: olive asks and approves herself.
  void furnish(const std::string& more = "");
  std::string configuration(const std::string& secret = "{ env = \"SECRET\" }") const;

  void write(const std::string& name, const std::string& text, int mode = 0644) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const;
  // A key pair in the folder, made by ssh-keygen; the public line.
  std::string key(const std::string& name, const std::string& type = "ed25519");

  std::map<std::string, std::string> environment;
  std::string folder;
  simulator::Simulator simulator;
};

// Whether `text` has `part`, checked; lines may be broken between words, as a terminal's width
// wants.
bool has(const std::string& text, const std::string& part);

// Requests so far that change something.
std::size_t changes(const CliFixture& room);

// A runbook that names the number as its parameter `label` says; `again`: an hour later once more,
// with "!" behind. `done` is the inside of the list of that name.
std::string renaming(const std::string& done, bool again = true);

}  // namespace countersign::room
