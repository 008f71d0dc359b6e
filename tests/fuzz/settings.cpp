// The configuration: countersign.toml is a file of the user's, but runbook folders bring theirs.
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "stdlib/session/configuration.h"
#include "tests/fuzz/target.h"

namespace countersign::fuzz {

void play_configuration(std::string_view bytes) {
  static const std::string path = [] {
    const bool fast = access("/dev/shm", W_OK) == 0;
    return std::string(fast ? "/dev/shm" : "/tmp") + "/countersign-fuzz-" +
           std::to_string(getpid()) + ".toml";
  }();
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  const auto configuration = read_configuration(path);
  unlink(path.c_str());
  if (!configuration)
    return expect(configuration.error().kind == "config", "the file is named as what is wrong");
  for (const auto& [name, profile] : configuration->profiles)
    expect(profile.text("twilio.account_sid").size() == 34, "a profile has an account");
}

}  // namespace countersign::fuzz
