// What `check` finds in scripts with one fault each, and that it is silent about sound ones.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "interpreter/clock.h"
#include "repl/check/check.h"
#include "repl/skeleton.h"
#include "stdlib/catalogue.h"
#include "tests/support/catch.h"
#include "tests/support/durations.h"

using namespace countersign;
namespace fs = std::filesystem;

namespace {

const lua::CheckOptions kTerms = {*parse_iso_time("2026-11-21T12:00:00Z"), 180 * 86400};

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> scripts_in(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".lua") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// As the comments in the scripts say it: "--> 21:14 error unknown-name: … → …".
std::string line_of(const ScriptFinding& one) {
  return "--> " + std::to_string(one.line) + ":" + std::to_string(one.column) + " " + one.severity +
         " " + one.code + ": " + one.message + (one.hint.empty() ? "" : " → " + one.hint);
}

std::string said(const std::string& path) {
  std::string all;
  for (const ScriptFinding& one : check_script(path, text_of(path), standard_catalogue(), kTerms))
    all += one.file.substr(one.file.rfind('/') + 1) + " " + line_of(one) + "\n";
  return all;
}

}  // namespace

TEST_CASE("each fault is found at its place and said in its words") {
  const std::string folder = COUNTERSIGN_SOURCE_DIR "/tests/check/faulty";
  std::map<std::string, std::vector<ScriptFinding>> found;
  for (const std::string& path : scripts_in(folder))
    for (const ScriptFinding& one :
         check_script(path, text_of(path), standard_catalogue(), kTerms)) {
      auto& of = found[one.file];
      // A module's are found again by way of what loads it.
      if (std::none_of(of.begin(), of.end(),
                       [&](const ScriptFinding& other) { return says_again(other, one); }))
        of.push_back(one);
    }
  std::size_t faults = 0;
  for (const std::string& path : scripts_in(folder)) {
    std::vector<std::string> wanted, is;
    std::istringstream lines(text_of(path));
    for (std::string line; std::getline(lines, line);)
      if (line.rfind("--> ", 0) == 0) wanted.push_back(line);
    for (const ScriptFinding& one : found[path]) is.push_back(line_of(one));
    std::sort(wanted.begin(), wanted.end());
    std::sort(is.begin(), is.end());
    INFO(path);
    CHECK(is == wanted);
    CHECK_FALSE(wanted.empty());
    faults += wanted.size();
  }
  CHECK(scripts_in(folder).size() >= 60);
  CHECK(faults >= 150);
}

TEST_CASE("every code of finding is found in some faulty script, and stands in the docs") {
  std::set<std::string> met;
  for (const std::string& path : scripts_in(COUNTERSIGN_SOURCE_DIR "/tests/check/faulty"))
    for (const ScriptFinding& one : check_script(path, text_of(path), standard_catalogue(), kTerms))
      met.insert(one.code);
  const std::string page = text_of(COUNTERSIGN_SOURCE_DIR "/docs/check.md");
  for (const std::string& code : met) {
    INFO(code);
    CHECK(page.find("`" + code + "`") != std::string::npos);
  }
}

TEST_CASE("nothing is said of sound scripts, hard to follow as they are") {
  for (const std::string& path : scripts_in(COUNTERSIGN_SOURCE_DIR "/tests/check/sound"))
    CHECK(said(path) == "");
}

TEST_CASE("nothing is said of the shipped runbooks and the examples") {
  for (const char* folder : {"/runbooks", "/docs"})
    for (const std::string& path : scripts_in(COUNTERSIGN_SOURCE_DIR + std::string(folder)))
      CHECK(said(path) == "");
}

TEST_CASE("nothing is said of the scripts to start from") {
  const auto silent = [](const std::string& text) {
    return check_script("start.lua", text, standard_catalogue(), kTerms).empty();
  };
  const Skeleton runbook = runbook_skeleton("rename-number");
  const Skeleton symptom = symptom_skeleton("dead-air", "2026-11-21");
  CHECK(silent(runbook.script));
  CHECK(silent(runbook.scenarios));
  CHECK(silent(symptom.script));
  CHECK(silent(symptom.scenarios));
  CHECK(std::count(symptom.script.begin(), symptom.script.end(), '\n') <= 40);
}

TEST_CASE("durations are held to the one grammar without running the script") {
  const std::string path = COUNTERSIGN_SOURCE_DIR "/tests/check/sound/order.lua";
  const std::string whole = text_of(path), written = "duration = \"1h\"";
  REQUIRE(whole.find(written) != std::string::npos);
  const auto refused = [&](const std::string& duration) {
    std::string text = whole;
    text.replace(text.find(written), written.size(), "duration = \"" + duration + "\"");
    const auto found = check_script(path, text, standard_catalogue(), kTerms);
    return std::any_of(found.begin(), found.end(), [](const ScriptFinding& one) {
      return one.message.find("want a duration such as \"24h\"") != std::string::npos;
    });
  };
  for (const auto& [text, seconds] : kDurations) {
    INFO(text);
    CHECK_FALSE(refused(text));
  }
  for (const char* text : kNoDurations) {
    INFO(text);
    CHECK(refused(text));
  }
}
