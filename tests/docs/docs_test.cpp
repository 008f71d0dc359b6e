// The documents do what they say: the tutorial is followed to the letter, every script in them is
// sound, every command in them is one.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "approvals/request.h"
#include "interpreter/terms.h"
#include "stdlib/simulator/server/server.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"

using namespace countersign;
namespace fs = std::filesystem;

namespace {

const std::string kRoot = COUNTERSIGN_SOURCE_DIR;
const std::string kBinary = COUNTERSIGN_BINARY_DIR "/countersign";

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Block {
  std::string file, kind, name, text;  // "lua", and what it is to be saved as
  int line = 0;
};

std::vector<std::string> documents() {
  std::vector<std::string> all = {kRoot + "/README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(kRoot + "/docs"))
    if (entry.path().extension() == ".md" &&
        entry.path().string().find("/examples/") == std::string::npos)
      all.push_back(entry.path().string());
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<Block> blocks(const std::string& file) {
  std::vector<Block> all;
  std::istringstream in(file_text(file));
  std::string line;
  bool inside = false;
  for (int n = 1; std::getline(in, line); ++n) {
    if (line.rfind("```", 0) != 0) {
      if (inside) all.back().text += line + "\n";
      continue;
    }
    inside = !inside;
    if (!inside) continue;
    Block block{file.substr(kRoot.size() + 1), line.substr(3), "", "", n};
    if (const std::size_t space = block.kind.find(" file="); space != std::string::npos) {
      block.name = block.kind.substr(space + 6);
      block.kind.erase(space);
    }
    all.push_back(block);
  }
  return all;
}

struct Folder {
  Folder() {
    char draft[] = "/tmp/countersign-docs-XXXXXX";
    path = ::mkdtemp(draft);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string path;
};

// A port that is free now.
int free_port() {
  simulator::Simulator simulator;
  const Result<int> port = simulator.start(nlohmann::json::object());
  REQUIRE(port);
  const int number = *port;
  simulator.stop();
  return number;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

int count(const std::string& text, const std::string& part) {
  int times = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++times;
  return times;
}

}  // namespace

TEST_CASE("the tutorial, followed to the letter, ends with a tested playbook and a closed run") {
  const Folder home;
  REQUIRE(run_process({{"mkdir", home.path + "/.ssh"}, "/"}).code == 0);
  REQUIRE(run_process({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        home.path + "/.ssh/id_ed25519"},
                       "/"})
              .code == 0);
  std::string script;
  int playbook = 0;
  for (const Block& block : blocks(kRoot + "/docs/tutorial.md")) {
    if (block.kind == "sh") script += block.text;
    if (block.kind != "lua") continue;
    REQUIRE_FALSE(block.name.empty());
    script += "cat > " + block.name + " <<'ENDOFSCRIPT'\n" + block.text + "ENDOFSCRIPT\n";
    if (block.name == "busy-signal.lua") playbook = count(block.text, "\n");
  }
  CHECK(playbook > 20);
  CHECK(playbook <= 40);
  replace_all(script, "8400", std::to_string(free_port()));
  std::ofstream(home.path + "/follow.sh") << script << "kill %1\nwait\n";
  const Ran ran = run_process({{"bash", "follow.sh"},
                               home.path,
                               {{"HOME", home.path},
                                {"USER", "me"},
                                {"NO_COLOR", "1"},
                                {"COUNTERSIGN", kRoot},
                                {"PATH", COUNTERSIGN_BINARY_DIR ":/usr/bin:/bin"}}});
  INFO(ran.out << "\n" << ran.err);
  // Nothing that was typed was refused.
  CHECK(ran.err.find("countersign: ") == std::string::npos);
  CHECK(ran.out.find(": busy signal") != std::string::npos);
  CHECK(ran.out.find("1 script, nothing found") != std::string::npos);
  CHECK(ran.out.find("3 scenarios: 3 as expected") != std::string::npos);
  CHECK(ran.out.find("fix: Have the number ring its flow") != std::string::npos);
  CHECK(ran.out.find(": agent accepted") != std::string::npos);
  CHECK(ran.out.find(" done\n") != std::string::npos);
  CHECK(ran.out.find("consistent, not authenticated") != std::string::npos);
}

TEST_CASE(
    "a newcomer comes to a signed change in twelve commands, and to a tested symptom in twenty") {
  const Folder home;
  REQUIRE(run_process({{"mkdir", home.path + "/.ssh"}, "/"}).code == 0);
  std::string script;
  int commands = 0, approved = 0, resumed = 0, proven = 0;
  for (const Block& block : blocks(kRoot + "/docs/newcomer.md")) {
    REQUIRE(block.kind == "sh");
    std::istringstream lines(block.text);
    for (std::string line; std::getline(lines, line);) {
      ++commands;
      if (line.find("countersign approve") != std::string::npos) approved = commands;
      if (line.find("countersign resume") != std::string::npos) resumed = commands;
      if (line.find("countersign test --prove") != std::string::npos) proven = commands;
      // What is tried was built, and is found, already.
      if (line.rfind("./dev build", 0) == 0 || line.rfind("export PATH", 0) == 0) continue;
      script += line + "\necho \"[$?] " + std::to_string(commands) + "\"\n";
    }
  }
  CHECK(approved > 0);
  CHECK(approved <= 12);
  CHECK(resumed <= 12);
  CHECK(proven > 0);
  CHECK(proven <= 20);
  const std::string port = std::to_string(free_port());
  replace_all(script, "8400", port);
  // The configuration that init wrote names the port that the page says.
  replace_all(script, "cd first\n", "cd first\nsed -i s/8400/" + port + "/ countersign.toml\n");
  std::ofstream(home.path + "/follow.sh") << script << "kill %1\nwait\n";
  const Ran ran = run_process({{"bash", "follow.sh"},
                               home.path,
                               {{"HOME", home.path},
                                {"USER", "me"},
                                {"NO_COLOR", "1"},
                                {"PATH", COUNTERSIGN_BINARY_DIR ":/usr/bin:/bin"}}});
  INFO(ran.out << "\n" << ran.err);
  CHECK(ran.err.find("countersign: ") == std::string::npos);
  // hello stops with a plan.
  CHECK(ran.out.find("Give the number its new name") != std::string::npos);
  CHECK(ran.out.find("[3] 7\n") != std::string::npos);
  CHECK(ran.out.find(" done\n") != std::string::npos);
  // The scenario fails first, for what it lacks, and then passes.
  const std::size_t red = ran.out.find("[1] 15\n"), green = ran.out.find("[0] 17\n");
  CHECK(red != std::string::npos);
  CHECK(green != std::string::npos);
  CHECK(ran.out.find("unwired") < red);
  CHECK(ran.out.find("1 scenario: 1 as expected") != std::string::npos);
  CHECK(ran.out.find("[0] 18\n") != std::string::npos);
}

TEST_CASE("a wrong diagnosis is found in its run, mended offline and kept, as the page says") {
  const Folder home;
  std::string script;
  for (const Block& block : blocks(kRoot + "/docs/incident.md"))
    if (block.kind == "sh") script += block.text;
  replace_all(script, "8401", std::to_string(free_port()));
  std::ofstream(home.path + "/follow.sh") << "set -e\n" << script;
  const Ran ran = run_process({{"bash", "follow.sh"},
                               home.path,
                               {{"HOME", home.path},
                                {"USER", "olive"},
                                {"NO_COLOR", "1"},
                                {"COUNTERSIGN", kRoot},
                                {"PATH", COUNTERSIGN_BINARY_DIR ":/usr/bin:/bin"}}});
  INFO(ran.out << "\n" << ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.err.find("countersign: ") == std::string::npos);
  CHECK(ran.out.find("- provider-outage (dead-air)") != std::string::npos);
  CHECK(ran.out.find("+ function-failing (dead-air)") != std::string::npos);
  CHECK(ran.out.find("+ command.run") != std::string::npos);
  CHECK(ran.out.find("snapshot.capture {baselines = yes, label = \"PRE\"}") != std::string::npos);
  CHECK(ran.out.find("red: the fault is still in the runbooks") != std::string::npos);
  CHECK(ran.out.find("1 scenario: 1 as expected") != std::string::npos);
}

TEST_CASE("every script in the documents is one that check finds nothing wrong with") {
  const Folder folder;
  int scripts = 0;
  for (const std::string& file : documents()) {
    for (const Block& block : blocks(file)) {
      if (block.kind != "lua") continue;
      INFO(block.file << ":" << block.line);
      const std::string path = folder.path + "/script.lua";
      std::ofstream(path) << block.text;
      const Ran ran = run_process({{kBinary, "--json", "check", path}, folder.path});
      const auto found = nlohmann::json::parse(ran.out, nullptr, false);
      INFO(ran.out << ran.err);
      REQUIRE(found.is_array());
      CHECK(found == nlohmann::json::array());
      ++scripts;
    }
  }
  CHECK(scripts >= 6);
}

TEST_CASE("every command that the documents name is one, with the options that they give") {
  // What the program says of its commands, and of each one's options.
  std::map<std::string, std::string> help;
  const auto of = [&](const std::string& command) -> const std::string& {
    if (help.count(command) == 0) {
      std::vector<std::string> words = {kBinary};
      std::istringstream in(command);
      for (std::string word; in >> word;) words.push_back(word);
      words.push_back("--help");
      const Ran ran = run_process({words, "/"});
      help[command] = ran.code == 0 ? ran.out : "";
    }
    return help[command];
  };
  const std::set<std::string> groups = {"sim", "trust", "signature"};
  int commands = 0;
  for (const std::string& file : documents()) {
    for (const Block& block : blocks(file)) {
      if (block.kind != "sh") continue;
      std::istringstream lines(block.text);
      for (std::string line; std::getline(lines, line);) {
        const std::size_t at = line.find("countersign ");
        if (at == std::string::npos || (at > 0 && std::isalnum(line[at - 1])) ||
            line.find("build/release") != std::string::npos)
          continue;
        INFO(block.file << ": " << line);
        std::istringstream words(line.substr(at + 12));
        std::string command, word;
        while (words >> command && command.rfind("--", 0) == 0)
          if (command == "--config" || command == "--home") words >> word;
        if (groups.count(command) == 1 && words >> word && word.rfind("-", 0) != 0)
          command += " " + word;
        CHECK(of(command) != "");
        for (; words >> word;)
          if (word.rfind("--", 0) == 0 && word != "--json")
            CHECK(of(command).find(word.substr(0, word.find('='))) != std::string::npos);
        ++commands;
      }
    }
  }
  CHECK(commands > 15);
}

TEST_CASE("the example of a request is one, and each of its parts is explained") {
  const std::string text = file_text(kRoot + "/docs/examples/request.json");
  const Result<Request> request = parse_request(text);
  INFO((request ? std::string() : request.error().message));
  REQUIRE(request);
  const json value = json::parse(text);
  const std::string page = file_text(kRoot + "/docs/formats/request.md");
  std::set<std::string> known = {"type", "version", "run", "title", "baselines", "reference_hint"};
  for_each_part(Terms{}, [&]<class P>(P) {
    const std::string part(P::kName);
    INFO(part);
    CHECK(value.contains(part));
    CHECK(page.find("| `" + part + "`") != std::string::npos);
    CHECK(P::differs(value[part], value[part]).empty());
    known.insert(part);
  });
  for (const auto& [key, one] : value.items()) {
    INFO(key);
    CHECK((known.count(key) != 0 || page.find("`" + key + "`") != std::string::npos));
  }
}

TEST_CASE("the demo's workspace has what its runbooks need: a place for keys that they make too") {
  std::ifstream in(kRoot + "/docs/examples/demo/countersign.toml");
  std::stringstream text;
  text << in.rdbuf();
  for (const char* table : {"[secret_store]\nfolder = ", "[commands.deploy-serverless]",
                            "[commands.commit-source]", "adjacent = "}) {
    INFO(table);
    CHECK(text.str().find(table) != std::string::npos);
  }
}
