// What Countersign costs, each number beside its limit or peer, measured in the same run on the
// same machine.
//
//   countersign_bench [COUNTERSIGN]
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace countersign {
namespace {

constexpr int kRuns = 51;
constexpr int kCalls = 10'000;

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool installed(const std::string& program) {
  try {
    return run_process({{"sh", "-c", "command -v " + program}}).code == 0;
  } catch (const std::exception&) {
    return false;
  }
}

void row(const char* what, double ours, const char* peer, double theirs, const char* unit,
         double scale) {
  std::printf("%-52s %9.3f %-3s  %-22s %9.3f %-3s  %6.2f ×\n", what, ours * scale, unit, peer,
              theirs * scale, unit, ours / theirs);
}

// Interleaved, so that both see the same machine.
void start_up(const std::string& binary) {
  const std::vector<std::vector<std::string>> peers = {
      {"lua5.4", "-e", "return 1"}, {"jq", "-n", "1"}, {"node", "-e", "1"}};
  for (const auto& peer : peers) {
    if (!installed(peer[0])) {
      std::printf("%-52s skipped: %s is not installed\n", "start-up, eval -e 'return 1'",
                  peer[0].c_str());
      continue;
    }
    std::vector<double> ours, theirs;
    for (int i = 0; i < kRuns; ++i) {
      ours.push_back(seconds([&] { run_process({{binary, "eval", "-e", "return 1"}}); }));
      theirs.push_back(seconds([&] { run_process({peer}); }));
    }
    row("start-up, eval -e 'return 1'", median(ours), peer[0].c_str(), median(theirs), "ms", 1e3);
  }
}

// A message there and one back between two processes, and nothing else.
double bare_round_trips(int count) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
  const pid_t child = fork();
  char message[128] = {};
  if (child == 0) {
    close(ends[0]);
    for (;;) {
      if (read(ends[1], message, sizeof message) != sizeof message) _exit(0);
      if (write(ends[1], message, sizeof message) != sizeof message) _exit(0);
    }
  }
  close(ends[1]);
  const double took = seconds([&] {
    for (int i = 0; i < count; ++i)
      if (write(ends[0], message, sizeof message) != sizeof message ||
          read(ends[0], message, sizeof message) != sizeof message)
        std::abort();
  });
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return took / count;
}

// An operation's way from the script to the gate and back. The row compares nothing with nothing,
// so what is left is the way.
void gate(const std::string& binary) {
  char folder[] = "/tmp/countersign-bench-XXXXXX";
  if (mkdtemp(folder) == nullptr) std::abort();
  std::ofstream(std::string(folder) + "/countersign.toml")
      << "[state]\nhome = \"home\"\n[profiles.none]\n"
         "account_sid = \"AC00000000000000000000000000000001\"\n";
  const auto calls = [&](int count) {
    const std::string code =
        "for i = 1, " + std::to_string(count) + " do snapshot.only({}, {}) end return true";
    return seconds([&] {
      const Ran ran = run_process({{binary, "eval", "--profile", "none", "-e", code}, folder});
      if (ran.code != 0) std::printf("%s", ran.err.c_str());
    });
  };
  std::vector<double> ours, bare;
  for (int i = 0; i < 7; ++i) {
    // What starting costs is not what a call costs.
    const double begin = calls(1);
    ours.push_back((calls(kCalls + 1) - begin) / kCalls);
    bare.push_back(bare_round_trips(kCalls));
  }
  row("one operation, script to gate and back, journaled", median(ours), "bare round trip",
      median(bare), "µs", 1e6);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace countersign

int main(int argc, char** argv) {
  const std::string binary = argc > 1 ? argv[1] : COUNTERSIGN_BINARY_DIR "/countersign";
  std::printf("%-52s %13s  %-22s %13s  %8s\n", "", "countersign", "beside", "", "ratio");
  countersign::start_up(binary);
  countersign::gate(binary);
}
