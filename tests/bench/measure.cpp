#include "tests/bench/measure.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace countersign {
namespace {

using nlohmann::json;

bool as_json = false;
json table = {{"machine", nullptr}, {"rows", json::array()}, {"growth", json::array()}};

std::string first_line(const std::vector<std::string>& argv) {
  try {
    const std::string out = run_process({argv}).out;
    return out.substr(0, out.find('\n'));
  } catch (const std::exception&) {
    return "";
  }
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown";
}

json machine(const std::string& binary) {
  utsname kernel{};
  uname(&kernel);
  json versions = json::object();
  for (const auto& [name, argv] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"countersign", {binary, "--version"}},
           {"curl", {"curl", "--version"}},
           {"jq", {"jq", "--version"}},
           {"node", {"node", "--version"}},
           {"lua5.4", {"lua5.4", "-v"}}})
    if (name == "countersign" || installed(argv[0])) versions[name] = first_line(argv);
  return {{"processor", processor()},
          {"cores", sysconf(_SC_NPROCESSORS_ONLN)},
          {"kernel", kernel.release},
          {"versions", versions}};
}

}  // namespace

void begin_table(bool json_wanted, const std::string& binary) {
  as_json = json_wanted;
  table["machine"] = machine(binary);
  if (as_json) return;
  std::printf("%s, %ld cores, Linux %s\n", table["machine"]["processor"].get<std::string>().c_str(),
              table["machine"]["cores"].get<long>(),
              table["machine"]["kernel"].get<std::string>().c_str());
  for (const auto& [name, version] : table["machine"]["versions"].items())
    std::printf("  %s: %s\n", name.c_str(), version.get<std::string>().c_str());
  std::printf("%-52s %13s  %-22s %13s  %8s\n", "", "countersign", "beside", "", "ratio");
}

void row(const std::string& what, double ours, const std::string& peer, double theirs,
         const std::string& unit, double scale, double goal) {
  const double ratio = ours / theirs;
  table["rows"].push_back({{"what", what},
                           {"ours", ours},
                           {"peer", peer},
                           {"theirs", theirs},
                           {"ratio", ratio},
                           {"goal", goal > 0 ? json(goal) : json()},
                           {"reached", goal > 0 ? json(ratio <= goal) : json()}});
  if (as_json) return;
  std::printf("%-52s %9.3f %-3s  %-22s %9.3f %-3s  %6.2f ×", what.c_str(), ours * scale,
              unit.c_str(), peer.c_str(), theirs * scale, unit.c_str(), ratio);
  if (goal > 0) std::printf("  %s %.2f", ratio <= goal ? "✓ ≤" : "✗ >", goal);
  std::printf("\n");
}

void row(const std::string& what, double ours, const std::string& unit, double scale) {
  table["rows"].push_back({{"what", what}, {"ours", ours}});
  if (!as_json) std::printf("%-52s %9.3f %s\n", what.c_str(), ours * scale, unit.c_str());
}

void row(const std::string& what, const std::string& said, const std::string& peer,
         const std::string& beside) {
  table["rows"].push_back({{"what", what}, {"ours", said}});
  if (!peer.empty()) table["rows"].back().update({{"peer", peer}, {"theirs", beside}});
  if (as_json) return;
  std::printf("%-52s %13s", what.c_str(), said.c_str());
  if (!peer.empty()) std::printf("  %-22s %13s", peer.c_str(), beside.c_str());
  std::printf("\n");
}

void skipped(const std::string& what, const std::string& program) {
  table["rows"].push_back({{"what", what}, {"skipped", program + " is not installed"}});
  if (!as_json) std::printf("%-52s skipped: %s is not installed\n", what.c_str(), program.c_str());
}

void growth(const std::string& what, const std::vector<std::pair<double, double>>& points) {
  // The slope of the line through the logarithms, by least squares.
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const auto& [n, time] : points) {
    x += std::log(n);
    y += std::log(time);
    xx += std::log(n) * std::log(n);
    xy += std::log(n) * std::log(time);
  }
  const double count = static_cast<double>(points.size());
  const double exponent = (count * xy - x * y) / (count * xx - x * x);
  json all = json::array();
  for (const auto& [n, time] : points) all.push_back({{"n", n}, {"seconds", time}});
  table["growth"].push_back({{"what", what}, {"points", all}, {"exponent", exponent}});
  if (as_json) return;
  std::printf("%s\n", what.c_str());
  for (const auto& [n, time] : points)
    std::printf("  n = %6.0f  %10.1f ms  %9.3f ms each\n", n, time * 1e3, time * 1e3 / n);
  std::printf("  grows as n^%.2f\n", exponent);
}

void say_table() {
  if (as_json) std::printf("%s\n", table.dump(2).c_str());
}

}  // namespace countersign
