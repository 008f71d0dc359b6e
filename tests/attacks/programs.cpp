// Programs that the engine starts, and what they read: what was not signed does not run, and
// nothing runs because somebody looks.
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "interpreter/journal.h"
#include "repl/process_setup.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using room::CliFixture;
namespace fs = std::filesystem;

namespace {

// A room in which one declared command can be run, and what it leaves when it ran.
class Yard : public CliFixture {
 public:
  explicit Yard(const std::string& more = "") {
    furnish(more);
    write("deploy.lua",
          "return runbook { name = \"deploy\", title = \"Deploy\",\n"
          "  parameters = { client = param.profile { why = \"which\" } }, procedure = {\n"
          "    mutate \"go\" (function() step \"Go\" command.run { name = \"tool\" } end) } }\n");
    script("tool.sh", "touch ran");
  }
  void script(const std::string& name, const std::string& text,
              const std::string& first = "#!/bin/sh") {
    write(name, first + "\n" + text + "\n", 0755);
  }
  void read_phase(const std::string& body) {
    write("look.lua",
          "return runbook { name = \"look\", title = \"Look\",\n"
          "  parameters = { client = param.profile { why = \"which\" } }, procedure = {\n"
          "    read \"look\" (function() " +
              body + " end) } }\n");
  }
  std::string planned() {
    return value({"run", "deploy.lua", "-p", "client=acme"}, 3).value("run", "");
  }
  std::string approved() {
    const std::string run = planned();
    value({"approve", run, "--key", "olive", "--yes"});
    return run;
  }
  void replace(const std::string& name, const std::string& from, const std::string& to) {
    std::string text = read(name);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    write(name, text.replace(at, from.size(), to));
  }
};

// What is said, however its lines are broken.
std::string flat(const Ran& ran) {
  std::istringstream words(ran.out + " " + ran.err);
  std::string text;
  for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
  return text;
}

constexpr const char* kEvil = "touch PWNED";

}  // namespace

TEST_CASE("a command runs as it was signed, and not when any part of it is another") {
  const struct {
    const char *what, *declared;
    std::function<void(Yard&)> prepare, attack;
  } table[] = {
      {"nothing", "argv = [\"./tool.sh\"]\n", nullptr, nullptr},
      {"the program", "argv = [\"./tool.sh\"]\n", nullptr,
       [](Yard& yard) { yard.script("tool.sh", kEvil); }},
      {"the program behind a link", "argv = [\"./link\"]\n",
       [](Yard& yard) { fs::create_symlink("tool.sh", yard.folder + "/link"); },
       [](Yard& yard) {
         yard.script("evil.sh", kEvil);
         fs::remove(yard.folder + "/link");
         fs::create_symlink("evil.sh", yard.folder + "/link");
       }},
      {"a script among the words", "argv = [\"sh\", \"./tool.sh\"]\n", nullptr,
       [](Yard& yard) { yard.script("tool.sh", kEvil); }},
      {"a file in an option", "argv = [\"env\", \"ENV=x\", \"sh\", \"tool.sh\", \"--with=conf\"]\n",
       [](Yard& yard) { yard.write("conf", "a"); }, [](Yard& yard) { yard.write("conf", "b"); }},
      {"the interpreter", "argv = [\"./hosted\"]\n",
       [](Yard& yard) {
         yard.script("host", "touch ran");
         yard.script("hosted", "", "#!" + yard.folder + "/host");
       },
       [](Yard& yard) { yard.script("host", kEvil); }},
      {"the interpreter that env finds",
       "argv = [\"./hosted\"]\nenvironment = { PATH = \"FOLDER/bin:/usr/bin:/bin\" }\n",
       [](Yard& yard) {
         yard.script("bin/host", "touch ran");
         yard.script("hosted", "", "#!/usr/bin/env host");
       },
       [](Yard& yard) { yard.script("bin/host", kEvil); }},
      {"an interpreter that is found earlier",
       "argv = [\"./hosted\"]\nenvironment = { PATH = \"FOLDER/early:FOLDER/bin:/usr/bin:/bin\" "
       "}\n",
       [](Yard& yard) {
         yard.script("bin/host", "touch ran");
         yard.script("hosted", "", "#!/usr/bin/env host");
       },
       [](Yard& yard) { yard.script("early/host", kEvil); }},
      {"an input", "argv = [\"./tool.sh\"]\ninputs = [\"src/**\"]\n",
       [](Yard& yard) { yard.write("src/a", "a"); }, [](Yard& yard) { yard.write("src/a", "b"); }},
      {"a file in node_modules that a glob names",
       "argv = [\"./tool.sh\"]\ninputs = [\"node_modules/**\"]\n",
       [](Yard& yard) { yard.script("node_modules/x/run.sh", "exit 0"); },
       [](Yard& yard) { yard.script("node_modules/x/run.sh", kEvil); }},
      {"the folder", "argv = [\"./tool.sh\"]\ncwd = \"place\"\n",
       [](Yard& yard) {
         yard.script("one/tool.sh", "touch ../ran");
         yard.script("two/tool.sh", "touch ../ran");
         fs::create_symlink("one", yard.folder + "/place");
       },
       [](Yard& yard) {
         fs::remove(yard.folder + "/place");
         fs::create_symlink("two", yard.folder + "/place");
       }},
      {"a variable", "argv = [\"./tool.sh\"]\nenvironment = { WHERE = \"here\" }\n", nullptr,
       [](Yard& yard) { yard.replace("countersign.toml", "\"here\"", "\"there\""); }},
      {"another variable that a runbook may set", "argv = [\"./tool.sh\"]\nvariables = [\"A\"]\n",
       nullptr, [](Yard& yard) { yard.replace("countersign.toml", "[\"A\"]", "[\"A\", \"B\"]"); }},
      {"the words of a secret's program",
       "argv = [\"./tool.sh\"]\nenvironment = { TOK = { command = [\"echo\", \"signed\"] } }\n",
       nullptr, [](Yard& yard) { yard.replace("countersign.toml", "signed", "another"); }},
      {"a secret's program",
       "argv = [\"./tool.sh\"]\nenvironment = { TOK = { command = [\"./get.sh\"] } }\n",
       [](Yard& yard) { yard.script("get.sh", "echo secret-one"); },
       [](Yard& yard) { yard.script("get.sh", "touch PWNED; echo secret-two"); }},
  };
  for (const auto& [what, declared, prepare, attack] : table) {
    DYNAMIC_SECTION(what) {
      Yard yard;
      std::string text = declared;
      for (std::size_t at; (at = text.find("FOLDER")) != std::string::npos;)
        text.replace(at, 6, yard.folder);
      yard.write("countersign.toml", yard.read("countersign.toml") + "[commands.tool]\n" + text);
      if (prepare) prepare(yard);
      const std::string run = yard.approved();
      if (attack) attack(yard);
      const Ran resumed = yard.countersign({"resume", run});
      INFO(resumed.out << resumed.err);
      CHECK(resumed.code == (attack ? 7 : 0));
      CHECK(yard.has("ran") == !attack);
      CHECK_FALSE(yard.has("PWNED"));
    }
  }
}

TEST_CASE("the plan says which program is started and what of it nobody signs") {
  Yard yard("[commands.tool]\nargv = [\"./tool.sh\"]\ninputs = [\"src/**\"]\n");
  yard.write("src/a", "a");
  const std::string shown = flat(yard.countersign({"plan", yard.planned()}));
  INFO(shown);
  const auto stands = [&](std::string text) {
    // The page breaks its lines where it must.
    std::string whole = shown;
    for (std::string* one : {&whole, &text})
      one->erase(std::remove(one->begin(), one->end(), ' '), one->end());
    return whole.find(text) != std::string::npos;
  };
  CHECK(stands("program: · path: \"" + yard.folder + "/tool.sh\" · sha256: \""));
  CHECK(stands("not_covered: · **/node_modules/** · **/.git/** · whatever else the program"));
}

TEST_CASE("a command that reads runs nothing that a runbook or the operator's home brings along") {
  const std::string git =
      "[commands.git-status]\nargv = [\"git\", \"status\", \"--short\"]\neffect = \"read\"\n";
  Yard yard(git + "[workspace]\nrepository = \".\"\n");
  yard.write("policy.toml", yard.read("policy.toml") + "[commands]\nread = [\"git-status\"]\n");
  REQUIRE(run_process({{"git", "init", "-q"}, yard.folder, yard.environment}).code == 0);
  yard.script("monitor", "touch " + yard.folder + "/PWNED");
  const std::string monitor = "[core]\nfsmonitor = " + yard.folder + "/monitor\n";
  const auto looks = [&](const std::string& body) {
    yard.read_phase(body);
    return yard.countersign({"run", "look.lua", "-p", "client=acme"});
  };
  SECTION("by a variable") {
    yard.write("xdg/git/config", monitor);
    const Ran ran = looks(
        "command.read { name = \"git-status\", environment = { XDG_CONFIG_HOME = \"./xdg\" } }");
    CHECK(ran.code == 9);
    CHECK(flat(ran).find("XDG_CONFIG_HOME is not a runbook's to set") != std::string::npos);
    CHECK(flat(looks("command.read { name = \"git-status\", environment = { STAGE = \"x\" } }"))
              .find("is not among the variables") != std::string::npos);
  }
  SECTION("by the operator's configuration of git") {
    yard.write(".gitconfig", monitor);
    yard.write(".config/git/config", monitor);
    CHECK(looks("command.read { name = \"git-status\" } repository.log {}").code != 9);
  }
  SECTION("by the repository's own") {
    yard.write(".git/config", yard.read(".git/config") + monitor);
    CHECK(looks("command.read { name = \"git-status\" } repository.log {}").code != 9);
  }
  CHECK_FALSE(yard.has("PWNED"));
}

TEST_CASE("a command that reads runs only where the policy lists it") {
  Yard yard("[commands.tool]\nargv = [\"./tool.sh\"]\neffect = \"read\"\n");
  yard.read_phase("command.read { name = \"tool\" }");
  const std::vector<std::vector<std::string>> ways = {
      {"run", "look.lua", "-p", "client=acme"},
      {"eval", "--profile", "acme", "-e", "return command.read { name = \"tool\" }.text"}};
  for (const auto& words : ways) {
    const Ran ran = yard.countersign(words);
    INFO(words[0] << ran.out << ran.err);
    CHECK(ran.code == 9);
    CHECK(flat(ran).find("the policy does not let the command \"tool\" run") != std::string::npos);
    CHECK(flat(ran).find(yard.folder + "/policy.toml: read = [\"tool\"]") != std::string::npos);
  }
  CHECK_FALSE(yard.has("ran"));
  yard.write("policy.toml", yard.read("policy.toml") + "[commands]\nread = [\"tool\"]\n");
  for (const auto& words : ways)
    CHECK(flat(yard.countersign(words)).find("is not the version that was accepted") !=
          std::string::npos);
  CHECK_FALSE(yard.has("ran"));
  REQUIRE(yard.countersign({"trust", "accept", "--reason", "it only looks", "--yes"}).code == 0);
  for (const auto& words : ways) {
    fs::remove(yard.folder + "/ran");
    const Ran ran = yard.countersign(words);
    INFO(words[0] << ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(yard.has("ran"));
  }
}

TEST_CASE("to look at a run and to answer it opens no secret") {
  Yard yard("[commands.tool]\nargv = [\"./tool.sh\"]\nvariables = [\"TOK\"]\n");
  yard.script("get.sh", "echo opened >> " + yard.folder + "/opened; echo secret-of-the-run");
  yard.script("tool.sh", "echo \"$TOK\" > ran");
  yard.write(
      "deploy.lua",
      "return runbook { name = \"deploy\", title = \"Deploy\", parameters = {\n"
      "  client = param.profile { why = \"which\" }, tok = param.secret { why = \"for it\" }\n"
      "}, procedure = { mutate \"go\" (function(run) step \"Go\" command.run { name = "
      "\"tool\", environment = { TOK = run.params.tok } } end) } }\n");
  const std::string run = yard.value({"run", "deploy.lua", "-p", "client=acme", "-p",
                                      "tok=command:" + yard.folder + "/get.sh"},
                                     3)
                              .value("run", "");
  CHECK(yard.read("opened") == "opened\n");  // its fingerprint is part of what is signed
  const auto answers = [&] {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"show", run},
                                               {"plan", run},
                                               {"runs"},
                                               {"export", run, "--to", "out"},
                                               {"approve", run, "--key", "olive", "--yes"}})
      CHECK(yard.countersign(words).code == 0);
  };
  SECTION("and a carrier that needs it does, once") {
    answers();
    CHECK(yard.read("opened") == "opened\n");
    CHECK(yard.countersign({"resume", run}).code == 0);
    CHECK(yard.read("opened") == "opened\nopened\n");
    CHECK(yard.read("ran") == "secret-of-the-run\n");
  }
  SECTION("and one that prints something else is not used") {
    answers();
    yard.script("get.sh", "echo another-secret-here");
    const Ran resumed = yard.countersign({"resume", run});
    INFO(resumed.out << resumed.err);
    CHECK(resumed.code == 7);
    CHECK_FALSE(yard.has("ran"));
  }
  SECTION("and another place in the run's file is never asked") {
    const std::string path = yard.folder + "/home/runs/" + run + ".run";
    {
      auto journal = Journal::open(path, false);
      REQUIRE(journal);
      auto forged = Journal::open(yard.folder + "/forged", true);
      REQUIRE(forged);
      for (const std::string& id : (*journal)->documents())
        (void)(*forged)->put(*(*journal)->get(id));
      for (const Record& record : (*journal)->records()) {
        nlohmann::json body = record.body;
        if (record.kind == "run.started")
          body["secrets"]["tok"] = "command:touch " + yard.folder + "/PWNED";
        REQUIRE((*forged)->append(record.kind, body, record.time));
      }
      REQUIRE((*forged)->sync());
    }
    fs::rename(yard.folder + "/forged", path);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"show", run},
                                               {"plan", run},
                                               {"approve", run, "--key", "olive", "--yes"},
                                               {"resume", run}}) {
      const Ran ran = yard.countersign(words);
      INFO(words[0] << ran.out << ran.err);
      CHECK_FALSE(yard.has("PWNED"));
    }
    CHECK_FALSE(yard.has("ran"));
  }
}

TEST_CASE("the operator's PATH decides about no secret's program") {
  CliFixture room;
  room.furnish();
  room.write("countersign.toml",
             room.configuration("{ command = [\"printf\", \"fake-api-secret-acme\"] }"));
  room.write("bin/printf", "#!/bin/sh\ntouch " + room.folder + "/PWNED\necho x\n", 0755);
  room.environment["PATH"] = room.folder + "/bin:/usr/bin:/bin";
  const Ran ran = room.countersign({"eval", "--profile", "acme", "-e", "return 1"});
  CHECK(ran.code == 0);
  const Ran listed =
      room.countersign({"eval", "--profile", "acme", "-e", "return #twilio.numbers.list()"});
  INFO(listed.out << listed.err);
  CHECK(listed.code == 0);
  CHECK_FALSE(room.has("PWNED"));
}

TEST_CASE("nothing in the environment has a library opened, or secrets written down") {
  CliFixture room;
  room.furnish();
  room.write("openssl.cnf", "openssl_conf = x\n[x]\n");
  room.environment["OPENSSL_CONF"] = room.folder + "/openssl.cnf";
  const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  REQUIRE(watch >= 0);
  REQUIRE(inotify_add_watch(watch, (room.folder + "/openssl.cnf").c_str(), IN_OPEN) >= 0);
  CHECK(
      room.countersign({"eval", "--profile", "acme", "-e", "return #twilio.numbers.list()"}).code ==
      0);
  char events[4096];
  CHECK(::read(watch, events, sizeof events) < 0);  // nobody opened it
  // The watch would have seen it.
  (void)room.read("openssl.cnf");
  CHECK(::read(watch, events, sizeof events) > 0);
  ::close(watch);

  for (const char* name : {"OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSLKEYLOGFILE",
                           "SSL_CERT_FILE", "GCONV_PATH", "HOSTALIASES", "RES_OPTIONS",
                           "LOCALDOMAIN", "MALLOC_TRACE", "NODE_OPTIONS", "BASH_ENV", "ENV"}) {
    INFO(name);
    ::setenv(name, "x", 1);
    close_environment();
    CHECK(std::getenv(name) == nullptr);
  }
  ::setenv("COUNTERSIGN_HOME", "/x", 1);
  close_environment();
  CHECK(std::getenv("COUNTERSIGN_HOME") != nullptr);
  ::unsetenv("COUNTERSIGN_HOME");
}

TEST_CASE("the engine leaves no core file, and its memory is its own") {
  CliFixture room;
  room.furnish();
  const Ran ran = run_process(
      {{"sh", "-c",
        "ulimit -c unlimited; " COUNTERSIGN_BINARY_DIR
        "/countersign eval --profile acme -e 'local n = twilio.numbers.list() while true do end' & "
        "sleep 1; grep 'core file' /proc/$!/limits; kill -SEGV $!; wait $!; echo $?"},
       room.folder,
       room.environment});
  INFO(ran.out << ran.err);
  CHECK(ran.out.find("Max core file size        0                    0 ") != std::string::npos);
  CHECK(ran.out.find("\n139\n") != std::string::npos);
  for (const auto& entry : fs::directory_iterator(room.folder))
    CHECK(entry.path().filename().string().rfind("core", 0) != 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    keep_memory_private();
    rlimit limit = {1, 1};
    ::getrlimit(RLIMIT_CORE, &limit);
    ::_exit(limit.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
#ifndef COUNTERSIGN_SANITIZE
  CHECK(status == 0);
#endif
}

TEST_CASE("a run's files are the operator's alone, whatever the umask is") {
  Yard yard("[commands.tool]\nargv = [\"./tool.sh\"]\n");
  const mode_t before = ::umask(0);
  const std::string run = yard.planned();
  ::umask(before);
  for (const auto& entry : fs::recursive_directory_iterator(yard.folder + "/home")) {
    struct stat about {};
    REQUIRE(::lstat(entry.path().c_str(), &about) == 0);
    INFO(entry.path());
    CHECK((about.st_mode & 077) == 0);
  }
}
