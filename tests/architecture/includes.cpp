// Who may know whom: read from the #include lines, so that it cannot part from what is built.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "tests/support/catch.h"

namespace fs = std::filesystem;

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
