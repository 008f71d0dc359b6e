// The readers that meet foreign bytes, each behind one entry point. libFuzzer drives them with what
// it invents (./dev fuzz), a test with what was kept of that (corpus/<target>/), through the same
// functions: what a fuzzer found once is tried at every build.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::fuzz {

// Reads `bytes` as one reader would. Nothing may come of it but a value or an error; what must hold
// of a value is checked with `expect`.
using Play = void (*)(std::string_view bytes);

void play_allowed_signers(std::string_view bytes);
void play_answer(std::string_view bytes);
void play_canonical(std::string_view bytes);
void play_configuration(std::string_view bytes);
void play_http(std::string_view bytes);
void play_journal(std::string_view bytes);
void play_json(std::string_view bytes);
void play_policy(std::string_view bytes);
void play_request(std::string_view bytes);
void play_scenario(std::string_view bytes);
void play_sshsig(std::string_view bytes);
void play_wire(std::string_view bytes);
void play_world(std::string_view bytes);

struct Target {
  const char* name;
  Play play;
};

inline const std::vector<Target>& targets() {
  static const std::vector<Target> all = {
      {"allowed_signers", play_allowed_signers},
      {"answer", play_answer},
      {"canonical", play_canonical},
      {"configuration", play_configuration},
      {"http", play_http},
      {"journal", play_journal},
      {"json", play_json},
      {"policy", play_policy},
      {"request", play_request},
      {"scenario", play_scenario},
      {"sshsig", play_sshsig},
      {"wire", play_wire},
      {"world", play_world},
  };
  return all;
}

// A broken promise ends the fuzzer, and fails the test.
inline void expect(bool holds, const char* promise) {
  if (!holds) throw std::logic_error(promise);
}

}  // namespace countersign::fuzz
