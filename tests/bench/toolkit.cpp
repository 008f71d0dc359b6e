#include "tests/bench/toolkit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/bench/measure.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kSource = COUNTERSIGN_SOURCE_DIR;
const std::string kAccount = "AC68c8096035594cd23248bd5540f7c7ee";
const std::string kKey = "SK29061521b0294920183e16344b29f240:fake-api-secret-acme";
const std::string kFlow = "FWbc3a4d5bbdf441d90c3cc781e7ef61fd";
constexpr int kRounds = 15;
constexpr int kLatency = 50;  // ms of each request, where there is any
// To count what waits for what: a latency that nothing else comes near, and a clock of which even
// the seconds that are logged tell milliseconds.
constexpr int kSlow = 400;
constexpr int kFastClock = 1000;

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The demo's firm in a folder of its own, and its providers as a process of their own.
class CrashFixture {
 public:
  CrashFixture(const std::string& binary, int latency, int time_scale = 1) {
    char draft[] = "/tmp/countersign-bench-XXXXXX";
    if (mkdtemp(draft) == nullptr) std::abort();
    folder_ = draft;
    fs::copy(kSource + "/docs/examples/demo", folder_, fs::copy_options::recursive);
    fs::create_directory(folder_ / "secrets");
    for (const auto& [name, secret] : {std::pair("acme.secret", "fake-api-secret-acme"),
                                       std::pair("acme.token", "fake-auth-token-acme"),
                                       std::pair("cct.secret", "fake-api-secret-cct"),
                                       std::pair("devsandbox.secret", "fake-api-secret-devsandbox"),
                                       std::pair("mailgun", "fake-mailgun-account-key")}) {
      std::ofstream(folder_ / "secrets" / name) << secret;
      fs::permissions(folder_ / "secrets" / name, fs::perms::owner_read);
    }
    // The run stops for a decision, and for that people have to be known.
    fs::create_directory(folder_ / "keys");
    for (const char* person : {"olive", "carla"}) {
      const std::string key = (folder_ / "keys" / person).string();
      run_process({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key}});
      std::ofstream(folder_ / "allowed_signers", std::ios::app)
          << person << "@connie.example " << text_of(key + ".pub");
    }
    run_process({{"sh", "-c",
                  "git init -q . && git add flex-config && git -c user.name=olive -c "
                  "user.email=olive@connie.example commit -qm Deploy"},
                 folder_.string()});
    // Something to find: the functions are not deployed.
    json world = json::parse(text_of(kSource + "/docs/examples/worlds/demo.json"));
    world["accounts"][kAccount]["serverless"][0]["environments"][0]["build_sid"] = nullptr;
    std::ofstream(folder_ / "world.json") << world.dump();
    std::ofstream(folder_ / "revoked") << "# countersign revocations\n";
    std::vector<std::string> words = {
        binary,        "sim",  "--world",      "world.json",
        "--port-file", "port", "--time-scale", std::to_string(time_scale)};
    if (latency > 0) {
      words.emplace_back("--fault");
      words.push_back("kind=delay,ms=" + std::to_string(latency) + ",times=always");
    }
    simulator_ = begin(words);
    for (int i = 0; i < 200 && text_of(folder_ / "port").empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::string port = std::to_string(std::atoi(text_of(folder_ / "port").c_str()));
    endpoint = "http://127.0.0.1:" + port;
    std::string toml = text_of(folder_ / "countersign.toml");
    for (std::size_t at = toml.find("PORT"); at != std::string::npos; at = toml.find("PORT"))
      toml.replace(at, 4, port);
    std::ofstream(folder_ / "countersign.toml") << toml;
  }
  ~CrashFixture() {
    kill(simulator_, SIGTERM);
    waitpid(simulator_, nullptr, 0);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  CrashFixture(const CrashFixture&) = delete;
  CrashFixture& operator=(const CrashFixture&) = delete;

  // How long it takes; `wanted`: the exit code that says it did what it should.
  double took(const std::vector<std::string>& argv, int wanted) const {
    Ran ran;
    const double time = seconds([&] {
      ran = run_process({argv, folder_.string(), {{"KEY", kKey}}});
    });
    if (ran.code != wanted)
      std::printf("%s %s ended with %d: %s%s\n", argv[0].c_str(), argv[1].c_str(), ran.code,
                  ran.out.c_str(), ran.err.c_str());
    return time;
  }
  // Every request so far, in order.
  json requests() const {
    const Ran ran = run_process({{"curl", "-s", endpoint + "/_sim/requests"}});
    const json all = json::parse(ran.out, nullptr, false);
    return all.is_array() ? all : json::array();
  }

  std::string endpoint;

 private:
  // In the folder, quietly; it ends with us, however we end.
  pid_t begin(std::vector<std::string>& words) const {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child < 0) std::abort();
    if (child > 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int log = open((folder_ / "sim.log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || chdir(folder_.c_str()) != 0) _exit(1);
    execv(argv[0], argv.data());
    _exit(1);
  }

  fs::path folder_;
  pid_t simulator_ = 0;
};

struct Kind {
  std::vector<std::string> argv;
  int wanted;  // exit code
};

struct Times {
  double near = 0, far = 0;  // without latency, and with
  std::size_t requests = 0, in_sequence = 0;
};

// Seconds of the simulator's clock, of "2026-11-20T12:00:00Z".
long clock_of(const json& request) {
  std::tm time = {};
  const std::string text = request.value("time", "");
  strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time);
  return timegm(&time);
}

// How many of the requests began only after another one of them had been answered, and so on: the
// longest chain. Each takes kSlow, so that what began a latency later has waited.
std::size_t chain(const json& requests, std::size_t from) {
  std::vector<long> begun;
  for (std::size_t i = from; i < requests.size(); ++i) begun.push_back(clock_of(requests[i]));
  std::sort(begun.begin(), begun.end());
  std::size_t length = 0;
  long last = 0;
  for (const long time : begun) {
    if (length > 0 && time - last < kSlow * kFastClock / 1000 * 9 / 10) continue;
    ++length;
    last = time;
  }
  return length;
}

void say(const char* what, const Times& ours, const Times* theirs) {
  if (theirs != nullptr) {
    row((std::string(what) + ", no latency").c_str(), ours.near, "curl + jq", theirs->near, "ms",
        1e3);
    row((std::string(what) + ", 50 ms").c_str(), ours.far, "curl + jq", theirs->far, "ms", 1e3);
  } else {
    std::printf("%-52s %9.3f ms\n", (std::string(what) + ", no latency").c_str(), ours.near * 1e3);
    std::printf("%-52s %9.3f ms\n", (std::string(what) + ", 50 ms").c_str(), ours.far * 1e3);
  }
  const auto count = [](const Times& one) {
    return std::to_string(one.in_sequence) + " of " + std::to_string(one.requests);
  };
  std::printf("%-52s %13s", "  round trips in sequence, of requests", count(ours).c_str());
  if (theirs != nullptr) std::printf("  %-22s %13s", "curl + jq", count(*theirs).c_str());
  std::printf("\n");
}

}  // namespace

void toolkit(const std::string& binary) {
  for (const char* program : {"curl", "jq", "git", "ssh-keygen"})
    if (!installed(program)) {
      std::printf("%-52s skipped: %s is not installed\n", "the diagnostic toolkit", program);
      return;
    }
  std::printf("Over plain HTTP on this machine, which is what the simulator offers; no TLS:\n");
  const CrashFixture near(binary, 0), far(binary, kLatency), slow(binary, kSlow, kFastClock);
  const auto kinds = [&](const CrashFixture& site) -> std::vector<Kind> {
    return {{{binary, "eval", "--profile", "acme", kSource + "/tests/bench/toolkit.lua"}, 0},
            {{kSource + "/tests/bench/toolkit.sh", site.endpoint, kAccount, kFlow}, 0},
            {{binary, "run", "connie/troubleshoot", "-p", "client=acme", "-p", "symptom=dead air",
              "-p", "started=6h", "-p", "reporter=agent", "-p", "reproducibility=always"},
             3}};
  };
  std::vector<Times> times(3);
  for (std::size_t kind = 0; kind < times.size(); ++kind) {
    const std::size_t before = slow.requests().size();
    slow.took(kinds(slow)[kind].argv, kinds(slow)[kind].wanted);
    const json all = slow.requests();
    times[kind].requests = all.size() - before;
    times[kind].in_sequence = chain(all, before);
  }
  std::vector<std::vector<double>> nears(3), fars(3);
  for (int round = 0; round < kRounds; ++round)
    for (std::size_t kind = 0; kind < times.size(); ++kind) {
      if (kind == 2 && round >= kRounds / 3) continue;
      nears[kind].push_back(near.took(kinds(near)[kind].argv, kinds(near)[kind].wanted));
      fars[kind].push_back(far.took(kinds(far)[kind].argv, kinds(far)[kind].wanted));
    }
  for (std::size_t kind = 0; kind < times.size(); ++kind) {
    times[kind].near = median(nears[kind]);
    times[kind].far = median(fars[kind]);
  }
  say("the diagnostic toolkit", times[0], &times[1]);
  say("run connie/troubleshoot to its plan", times[2], nullptr);
}

}  // namespace countersign
