#include "tests/bench/toolkit.h"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/bench/measure.h"
#include "tests/bench/site.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kSource = COUNTERSIGN_SOURCE_DIR;
const std::string kAccount = "AC68c8096035594cd23248bd5540f7c7ee";
const std::string kFlow = "FWbc3a4d5bbdf441d90c3cc781e7ef61fd";
constexpr int kRounds = 15;
constexpr int kLatency = 50;  // ms of each request, where there is any
// To count what waits for what: a latency that nothing else comes near, and a clock of which even
// the seconds that are logged tell milliseconds.
constexpr int kSlow = 400;
constexpr int kFastClock = 1000;

// The demo's company: what the toolkit is measured on.
void furnish(Site& site, const std::string& binary, int latency, int time_scale) {
  fs::copy(kSource + "/docs/examples/demo", site.folder, fs::copy_options::recursive);
  for (const auto& [name, secret] : {std::pair("acme.secret", "fake-api-secret-acme"),
                                     std::pair("acme.token", "fake-auth-token-acme"),
                                     std::pair("cct.secret", "fake-api-secret-cct"),
                                     std::pair("devsandbox.secret", "fake-api-secret-devsandbox"),
                                     std::pair("mailgun", "fake-mailgun-account-key")})
    site.write(std::string("secrets/") + name, secret, fs::perms::owner_read);
  // The run stops for a decision, and for that people have to be known.
  site.people({"olive", "carla"});
  run_process({{"sh", "-c",
                "git init -q . && git add flex-config && git -c user.name=olive -c "
                "user.email=olive@connie.example commit -qm Deploy"},
               site.folder.string()});
  // Something to find: the functions are not deployed.
  json world = json::parse(text_of(kSource + "/docs/examples/worlds/demo.json"));
  world["accounts"][kAccount]["serverless"][0]["environments"][0]["build_sid"] = nullptr;
  std::vector<std::string> words = {"--time-scale", std::to_string(time_scale)};
  if (latency > 0) {
    words.emplace_back("--fault");
    words.push_back("kind=delay,ms=" + std::to_string(latency) + ",times=always");
  }
  site.simulate(binary, world, words);
  site.write("countersign.toml", site.with_port(text_of(site.folder / "countersign.toml")));
}

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

void say(const std::string& what, const Times& ours, const Times* theirs) {
  if (theirs != nullptr) {
    row(what + ", no latency", ours.near, "curl + jq", theirs->near, "ms", 1e3, 1.0 / 8);
    row(what + ", 50 ms", ours.far, "curl + jq", theirs->far, "ms", 1e3);
  } else {
    row(what + ", no latency", ours.near, "ms", 1e3);
    row(what + ", 50 ms", ours.far, "ms", 1e3);
  }
  const auto count = [](const Times& one) {
    return std::to_string(one.in_sequence) + " of " + std::to_string(one.requests);
  };
  row("  round trips in sequence, of requests", count(ours), theirs ? "curl + jq" : "",
      theirs ? count(*theirs) : "");
}

}  // namespace

void toolkit(const std::string& binary) {
  for (const char* program : {"curl", "jq", "git", "ssh-keygen"})
    if (!installed(program)) {
      skipped("the diagnostic toolkit", program);
      return;
    }
  Site near, far, slow;
  furnish(near, binary, 0, 1);
  furnish(far, binary, kLatency, 1);
  furnish(slow, binary, kSlow, kFastClock);
  const auto kinds = [&](const Site& site) -> std::vector<Kind> {
    return {{{binary, "eval", "--profile", "acme", kSource + "/tests/bench/toolkit.lua"}, 0},
            {{kSource + "/tests/bench/toolkit.sh", site.endpoint(), kAccount, kFlow}, 0},
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
