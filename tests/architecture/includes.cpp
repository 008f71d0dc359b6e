// Who may know whom: read from the #include lines, so that it cannot part from what is built.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "tests/support/catch.h"

namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Lines of C++ in the folder that match, without their comments, as "path: line".
std::vector<std::string> lines_with(const std::string& folder, const std::regex& pattern) {
  std::vector<std::string> found;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(COUNTERSIGN_SOURCE_DIR) / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp") continue;
    std::istringstream in(read_file(entry.path()));
    std::string line;
    while (std::getline(in, line))
      if (std::regex_search(line.substr(0, line.find("//")), pattern))
        found.push_back(fs::relative(entry.path(), COUNTERSIGN_SOURCE_DIR).string() + ": " + line);
  }
  return found;
}

std::string path_of(const std::string& found) {
  return found.substr(0, found.find(':'));
}

}  // namespace

TEST_CASE("nothing reads or waits for the time behind the clock's back") {
  const std::regex behind(
      "steady_clock|system_clock|high_resolution_clock|this_thread::sleep|sleep_for|nanosleep|"
      "usleep|(^|[ (;!])::sleep\\(|gettimeofday|clock_gettime|timespec_get|\\.wait_for\\(|"
      "\\.wait_until\\(|(std::|[ (;!]::|[ (;!])time\\((nullptr|NULL|0|&)");
  // The system's clock itself; how much processor time a script host has used.
  const std::set<std::string> may = {"interpreter/clock.cpp", "interpreter/host_process.cpp"};
  std::set<std::string> used;
  for (const char* folder : {"interpreter", "approvals", "stdlib"})
    for (const std::string& line : lines_with(folder, behind)) {
      INFO(line);
      CHECK(may.count(path_of(line)) == 1);
      used.insert(path_of(line));
    }
  CHECK(used == may);
}

TEST_CASE(
    "only what waits for a process or the disk, or serves a port, is bound to this machine's "
    "clock") {
  const std::set<std::string> may = {
      // Where it is, the script host, the disk, programs, and what a simulator starts from.
      "interpreter/clock.cpp",
      "interpreter/clock.h",
      "interpreter/wire.cpp",
      "interpreter/host_conversation.cpp",
      "interpreter/journal.cpp",
      "stdlib/session/program.cpp",
      "stdlib/workspace/command_process.cpp",
      "stdlib/simulator/server/server.h",
      "stdlib/simulator/server/world.h",
  };
  std::set<std::string> used;
  for (const char* folder : {"interpreter", "approvals", "stdlib"})
    for (const std::string& line : lines_with(folder, std::regex("wall_clock")))
      used.insert(path_of(line));
  CHECK(used == may);
}

TEST_CASE("one kind of signature is behind the seam that every kind is behind") {
  // Whoever decides asks a SignatureScheme. What makes signatures, with ssh-keygen or with the
  // engine's own key, makes OpenSSH's.
  const std::set<std::string> may = {"approvals/ssh_scheme.cpp", "approvals/sshsig.cpp",
                                     "approvals/signing.cpp", "approvals/engine_key.cpp"};
  std::set<std::string> used;
  for (const char* folder : {"interpreter", "approvals", "stdlib", "repl"})
    for (const std::string& line : lines_with(
             folder, std::regex("approvals/sshsig\\.h|verify_signature|parse_public_key\\(")))
      if (path_of(line) != "approvals/sshsig.h" && path_of(line) != "approvals/public_key.h" &&
          path_of(line) != "approvals/public_key.cpp")
        used.insert(path_of(line));
  CHECK(used == may);
}

TEST_CASE("no folder includes from a folder above it") {
  const std::map<std::string, std::set<std::string>> may = {
      {"interpreter", {"interpreter"}},
      {"approvals", {"approvals", "interpreter"}},
      {"stdlib", {"stdlib", "interpreter"}},
      {"repl", {"repl", "approvals", "stdlib", "interpreter"}},
  };
  const std::regex include("^\\s*#include \"([a-z_]+)/");
  std::size_t seen = 0;
  for (const auto& [folder, allowed] : may) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(COUNTERSIGN_SOURCE_DIR) / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      std::ifstream in(entry.path());
      std::string line;
      while (std::getline(in, line)) {
        std::smatch match;
        if (!std::regex_search(line, match, include)) continue;
        ++seen;
        INFO(entry.path().string() + " includes from " + match[1].str());
        CHECK(allowed.count(match[1].str()) == 1);
      }
    }
  }
  CHECK(seen > 100);
}

TEST_CASE(
    "the interpreter and the approvals know neither providers nor the network, and approvals no "
    "Lua") {
  const std::map<std::string, std::regex> never = {
      {"interpreter",
       std::regex("twilio|mailgun|curl/curl\\.h|httplib|sodium\\.h", std::regex::icase)},
      {"approvals", std::regex("#include .*(lua|curl|httplib)", std::regex::icase)},
  };
  for (const auto& [folder, pattern] : never) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(COUNTERSIGN_SOURCE_DIR) / folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path());
      std::string line;
      while (std::getline(in, line)) {
        // Comments may name what is kept out.
        const std::string code = line.substr(0, line.find("//"));
        INFO(entry.path().string() + ": " + line);
        CHECK_FALSE(std::regex_search(code, pattern));
      }
    }
  }
}
