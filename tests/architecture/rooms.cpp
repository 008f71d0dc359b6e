// Rooms of the standard library: who may include whom below stdlib/, read from the #include lines,
// and which words stay in whose room.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <vector>

#include "stdlib/catalogue.h"
#include "stdlib/session/system.h"
#include "tests/support/catch.h"

namespace fs = std::filesystem;

namespace {

struct Line {
  std::string file, text;  // the file by its path in the source tree; comments left out
};

std::vector<Line> lines_below(const std::string& folder) {
  std::vector<Line> all;
  const fs::path root = COUNTERSIGN_SOURCE_DIR;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp") continue;
    std::ifstream in(entry.path());
    std::string line;
    while (std::getline(in, line)) {
      const std::size_t comment = line.find("// ");
      all.push_back({entry.path().lexically_relative(root).string(), line.substr(0, comment)});
    }
  }
  return all;
}

// What a file includes of ours, without the ending.
std::map<std::string, std::set<std::string>> includes_below(const std::string& folder) {
  static const std::regex include("^\\s*#include \"([a-z_0-9/]+)\\.h\"");
  std::map<std::string, std::set<std::string>> all;
  for (const Line& line : lines_below(folder)) {
    std::set<std::string>& of = all[line.file];
    std::smatch match;
    if (std::regex_search(line.text, match, include)) of.insert(match[1]);
  }
  return all;
}

// "stdlib/twilio" of "stdlib/twilio/flow_rows", "stdlib/simulator/calls" of what is there; "stdlib"
// of the catalogue.
std::string room_of(const std::string& path) {
  const std::string below = "stdlib/";
  if (path.rfind(below, 0) != 0) return path.substr(0, path.find('/'));
  const std::size_t from =
      path.rfind(below + "simulator/", 0) == 0 ? (below + "simulator/").size() : below.size();
  const std::size_t end = path.find('/', from);
  return end == std::string::npos ? "stdlib" : path.substr(0, end);
}

}  // namespace

TEST_CASE("a room of the standard library includes only from the rooms that it may know") {
  const std::string session = "stdlib/session", http = "stdlib/http";
  const std::string server = "stdlib/simulator/server", calls = "stdlib/simulator/calls",
                    twilio = "stdlib/simulator/twilio", mailgun = "stdlib/simulator/mailgun";
  std::map<std::string, std::set<std::string>> may = {
      {http, {}},
      {session, {http}},
      {"stdlib/lua", {}},
      {"stdlib", {session}},
      // The simulated providers are written apart from the clients that are tried on them. Of the
      // product they know how a text is escaped for XML.
      {server, {calls, twilio, mailgun}},
      {twilio, {server, calls}},
      {calls, {server, twilio, http}},
      {mailgun, {server}},
  };
  // A system knows itself, the session and HTTP, and no other system.
  for (const countersign::System& system : countersign::systems()) {
    may["stdlib/" + system.name] = {session, http};
    may["stdlib"].insert("stdlib/" + system.name);
  }
  std::size_t seen = 0;
  for (const auto& [file, names] : includes_below("stdlib")) {
    const std::string room = room_of(file);
    for (const std::string& name : names) {
      const std::string other = room_of(name);
      if (other == room || other == "interpreter") continue;
      ++seen;
      INFO(file + " includes " + name);
      REQUIRE(may.count(room) == 1);
      CHECK(may.at(room).count(other) == 1);
    }
  }
  CHECK(seen > 100);
}

TEST_CASE("the units of the simulator know each other in one direction") {
  std::map<std::string, std::set<std::string>> units;
  for (const auto& [file, names] : includes_below("stdlib/simulator")) {
    const std::string unit = file.substr(0, file.rfind('.'));
    for (const std::string& name : names)
      if (name != unit && name.rfind("stdlib/simulator/", 0) == 0) units[unit].insert(name);
  }
  CHECK(units.size() > 50);
  // Walks on from each unit; a unit that is met again on the way stands in a circle.
  std::set<std::string> done;
  std::vector<std::string> way;
  const std::function<void(const std::string&)> walk = [&](const std::string& unit) {
    const auto met = std::find(way.begin(), way.end(), unit);
    if (met != way.end()) {
      std::string circle;
      for (auto at = met; at != way.end(); ++at) circle += *at + " -> ";
      FAIL_CHECK(circle + unit);
      return;
    }
    if (!done.insert(unit).second) return;
    way.push_back(unit);
    for (const std::string& next : units[unit]) walk(next);
    way.pop_back();
  };
  for (const auto& [unit, next] : std::map(units)) {
    done.clear();
    walk(unit);
  }
}

TEST_CASE("the interpreter, the session and HTTP name no system, setting, scope or credential") {
  // Whole words, also as parts of longer names: twilio_list, kMailgun, "/flex/date_updated".
  std::string words = "flex|studio|taskrouter|serverless";
  for (const countersign::System& system : countersign::systems()) {
    // The workspace's files are the session's too: where a path may lead is decided there.
    if (system.identity.empty()) continue;
    words += "|" + system.name;
    for (const countersign::Setting& setting : system.settings)
      if (setting.id.find('_') != std::string::npos) words += "|" + setting.id;
    for (const countersign::CredentialKind& kind : system.credentials) words += "|" + kind.name;
  }
  const std::regex never(words, std::regex::icase);
  // What keys are public or secret is decided by their names, which are those of deployed systems;
  // countersign.toml names the folders of the workspace.
  const std::map<std::string, std::regex> apart = {
      {"stdlib/session/public_keys.cpp", std::regex("MAILGUN_DOMAIN")},
      {"stdlib/session/configuration.cpp", std::regex("flex_config|serverless")},
      {"stdlib/session/configuration.h", std::regex("flex_config|serverless")},
      {"stdlib/session/confinement.cpp", std::regex("flex_config|serverless")},
      {"stdlib/session/surroundings.cpp", std::regex("flex_config|serverless")},
  };
  for (const char* folder : {"interpreter", "stdlib/session", "stdlib/http"})
    for (const Line& line : lines_below(folder)) {
      std::string text = line.text;
      if (const auto at = apart.find(line.file); at != apart.end())
        text = std::regex_replace(text, at->second, "");
      INFO(line.file + ": " + line.text);
      CHECK_FALSE(std::regex_search(text, never));
    }
}
