#include "repl/scenarios/key_ring.h"

#include "approvals/text_file.h"
#include "stdlib/session/program.h"

namespace countersign {

Result<KeyPair> KeyRing::of(const std::string& person) {
  const std::lock_guard lock(mutex_);
  if (const auto at = made_.find(person); at != made_.end()) return at->second;
  const std::string path = folder_ + "/" + std::to_string(made_.size() + 1);
  const ProgramRun ran =
      TRY(run_program({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", path}, "",
                      65536, 30'000));
  if (ran.status != 0)
    return Error{"config", "ssh-keygen made no key for \"" + person + "\"",
                 "`countersign doctor` says whether ssh-keygen is sound"};
  std::string line = TRY(read_text_file(path + ".pub"));
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return made_[person] = KeyPair{path, line};
}

}  // namespace countersign
