// command.*: the declared programs.
#include <chrono>

#include "interpreter/placeholder.h"
#include "stdlib/session/program_identity.h"
#include "stdlib/workspace/command_process.h"
#include "stdlib/workspace/glob.h"
#include "tests/stdlib/workspace_fixture.h"

using namespace workbench;

namespace {

struct Declared : WorkspaceFixture {
  Declared() { folder.write("serverless/src/a.js", "a"); }
  CommandDeclaration& declare(const std::string& name, const std::string& script,
                              const std::string& effect = "mutate") {
    CommandDeclaration& command = config.commands[name];
    command.name = name;
    command.argv = {"/bin/sh", "-c", script};
    command.cwd = folder.path + "/serverless";
    command.effect = effect;
    return command;
  }
};

}  // namespace

TEST_CASE("a command runs without a shell, in its folder, with nothing of our environment") {
  Declared bench;
  ::setenv("WORKBENCH_LEAK", "leaked", 1);
  CommandDeclaration& command = bench.declare("show", "");
  command.argv = {"printf", "%s\n", "$HOME; `id` && *"};
  CHECK(bench.carry("command.run", {{"name", "show"}})["text"] == "$HOME; `id` && *\n");

  CommandDeclaration& shows =
      bench.declare("env", "env | sort; pwd; cat; ls /proc/self/fd | wc -l");
  shows.environment = {{"DECLARED", "yes"}};
  shows.variables = {"ENVIRONMENT", "NODE_ENV"};
  const std::string text = bench.carry(
      "command.run",
      {{"name", "env"}, {"environment", {{"ENVIRONMENT", "acme"}, {"NODE_ENV", "test"}}}})["text"];
  CHECK(text.find("DECLARED=yes\nENVIRONMENT=acme\n") != std::string::npos);
  CHECK(text.find("WORKBENCH") == std::string::npos);
  CHECK(text.find("api-secret") == std::string::npos);
  CHECK(text.find("\n" + bench.folder.path + "/serverless\n4\n") !=
        std::string::npos);  // 0, 1, 2 and ls's own
}

TEST_CASE("a command's secrets reach it and nobody else") {
  Declared bench;
  ::setenv("WORKBENCH_DEPLOY_TOKEN", "deploy-token-0123", 1);
  CommandDeclaration& command =
      bench.declare("deploy", "echo $TOKEN $KEY | tee seen; echo $TOKEN | base64");
  command.secrets["TOKEN"].env = "WORKBENCH_DEPLOY_TOKEN";
  command.variables = {"KEY"};
  const json key = bench.vault.hold("test:key", "runbook-key-4567");
  const json result =
      bench.carry("command.run", {{"name", "deploy"}, {"environment", {{"KEY", key}}}});
  CHECK(bench.folder.read("serverless/seen") == "deploy-token-0123 runbook-key-4567\n");
  const std::string text = result["text"];
  CHECK(text.find("[secret command:deploy.TOKEN] [secret test:key]\n") == 0);
  for (const auto& [id, bytes] : bench.documents.all) {
    CHECK(bytes.find("deploy-token-0123") == std::string::npos);
    CHECK(bytes.find("ZGVwbG95LXRva2VuLTAxMjM") == std::string::npos);
  }
  CHECK(*bench.documents.get(handle_id(result["output"])) == text);
}

TEST_CASE("what ends badly is an error that says how and where its output is") {
  Declared bench;
  bench.declare("fails", "echo some output; echo why >&2; exit 3");
  const json arguments = {{"name", "fails"}};
  const auto failed = bench.row("command.run").carrier(Call{bench.session, arguments});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == "provider");
  CHECK(failed.error().message == "the command \"fails\" ended with exit status 3");
  CHECK(failed.error().hint == "its output is document " + sha256_hex("some output\nwhy\n") +
                                   "; it ended with: some output\nwhy\n");
  bench.declare("killed", "kill -9 $$");
  CHECK(bench.carry("command.run", {{"name", "killed"}})["message"] ==
        "the command \"killed\" ended with exit status 137");
  bench.declare("absent", "").argv = {"no-such-program"};
  CHECK(bench.carry("command.run", {{"name", "absent"}})["message"] ==
        "the program \"no-such-program\" is not there, or cannot be run");
}

TEST_CASE("a command that takes too long is ended with all that it started") {
  Declared bench;
  CommandDeclaration& command =
      bench.declare("slow", "trap '' TERM; (sleep 4; touch late) & echo begun; sleep 30");
  command.timeout_seconds = 1;
  const auto begin = std::chrono::steady_clock::now();
  const json result = bench.carry("command.run", {{"name", "slow"}});
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(8));
  CHECK(result ==
        json{{"error", "in_doubt"}, {"message", "the command \"slow\" was stopped after 1 s"}});
  ::usleep(2'000'000);
  CHECK_FALSE(bench.folder.has("serverless/late"));
}

TEST_CASE("what a command leaves running does not hold us, and ends with it") {
  Declared bench;
  bench.declare("leaves", "(sleep 2; touch late) & echo done");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(bench.carry("command.run", {{"name", "leaves"}})["text"] == "done\n");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  ::usleep(2'500'000);
  CHECK_FALSE(bench.folder.has("serverless/late"));
}

TEST_CASE("more output than is kept is cut, and the command is not held up by it") {
  CommandProcess process;
  process.argv = {"/bin/sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; exit 5"};
  process.cwd = "/";
  process.environment = {{"PATH", "/usr/bin:/bin"}};
  process.most = 1000;
  const auto outcome = run_command(process);
  REQUIRE(outcome);
  CHECK(outcome->status == 5);
  CHECK(outcome->cut);
  CHECK(outcome->output == std::string(1000, 'x'));
}

TEST_CASE("what a reading command prints is handed over whole, or said to be cut") {
  Declared bench;
  bench.config.reading_commands = [] {
    return std::set<std::string>{"lists", "says", "wrong", "huge", "forges"};
  };
  bench.declare("lists", "head -c 200000 /dev/zero | tr '\\0' x", "read");
  const json long_one = bench.carry("command.read", {{"name", "lists"}});
  CHECK(long_one["text"].get<std::string>().size() == 200000);
  CHECK(long_one["truncated"] == false);
  CHECK_FALSE(long_one.contains("json"));

  bench.declare("says", "echo '{\"a\": [1, null]}'", "read");
  const json read = bench.carry("command.read", {{"name", "says"}, {"json", true}});
  CHECK(read["json"] == json::parse(R"({"a": [1, null]})"));
  CHECK(read["truncated"] == false);

  bench.declare("wrong", "echo no", "read");
  CHECK(bench.carry("command.read", {{"name", "wrong"}, {"json", true}})["message"] ==
        "what the command \"wrong\" printed is no JSON");

  bench.declare("huge", "head -c 2000000 /dev/zero | tr '\\0' x", "read");
  const json cut = bench.carry("command.read", {{"name", "huge"}});
  CHECK(cut["truncated"] == true);
  CHECK(cut["text"].get<std::string>().size() <= 1u << 20);
  CHECK(bench.carry("command.read", {{"name", "huge"}, {"json", true}})["message"] ==
        "the command \"huge\" printed more than can be read as JSON");

  bench.declare("forges", "echo '{\"$countersign\": {\"handle\": \"document\", \"id\": \"x\"}}'",
                "read");
  const json forged = bench.carry("command.read", {{"name", "forges"}, {"json", true}});
  CHECK(forged["json"].dump().find("\"$countersign\":") == std::string::npos);
}

TEST_CASE("refusals of commands, in full") {
  Declared bench;
  ::setenv("WORKBENCH_DEPLOY_TOKEN", "deploy-token-0123", 1);
  CommandDeclaration& deploy = bench.declare("deploy", "touch ran");
  deploy.secrets["TOKEN"].env = "WORKBENCH_DEPLOY_TOKEN";
  deploy.variables = {"A", "XDG_CONFIG_HOME", "HTTPS_PROXY"};
  bench.config.reading_commands = [] { return std::set<std::string>{"look", "nosy"}; };
  bench.declare("spy", "touch ran", "read");
  bench.declare("look", "touch ran", "read");
  bench.declare("nosy", "touch ran", "read").secrets["TOKEN"].env = "WORKBENCH_DEPLOY_TOKEN";
  const json key = bench.vault.hold("test:key", "runbook-key-4567");
  const struct {
    const char* row;
    json arguments;
    const char *error, *message;
  } table[] = {
      {"command.run", {{"name", "deplo"}}, "argument", "name: no command \"deplo\" is declared"},
      {"command.run",
       {{"name", "/bin/sh"}},
       "argument",
       "name: no command \"/bin/sh\" is declared"},
      {"command.run",
       {{"name", "look"}},
       "refused",
       "the command \"look\" is declared with effect = \"read\""},
      {"command.read",
       {{"name", "deploy"}},
       "refused",
       "the command \"deploy\" is not declared with effect = \"read\""},
      {"command.read",
       {{"name", "nosy"}},
       "refused",
       "the reading command \"nosy\" is declared with secrets"},
      {"command.read",
       {{"name", "look"}, {"environment", {{"KEY", key}}}},
       "refused",
       "environment: KEY: a command that reads gets no secret"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"TOKEN", "mine"}}}},
       "refused",
       "environment: TOKEN is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"LD_PRELOAD", "x.so"}}}},
       "refused",
       "environment: LD_PRELOAD is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"PATH", "/tmp"}}}},
       "refused",
       "environment: PATH is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"NODE_OPTIONS", "--require x"}}}},
       "refused",
       "environment: NODE_OPTIONS is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"XDG_CONFIG_HOME", "./x"}}}},
       "refused",
       "environment: XDG_CONFIG_HOME is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"HTTPS_PROXY", "http://127.0.0.1:9"}}}},
       "refused",
       "environment: HTTPS_PROXY is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"B", "x"}}}},
       "refused",
       "environment: B is not among the variables that the command \"deploy\" lets a runbook set"},
      {"command.read",
       {{"name", "look"}, {"environment", {{"B", "x"}}}},
       "refused",
       "environment: B is not among the variables that the command \"look\" lets a runbook set"},
      {"command.read",
       {{"name", "spy"}},
       "refused",
       "the policy does not let the command \"spy\" run without approval, although it is declared "
       "with effect = \"read\""},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"A=B", "x"}}}},
       "argument",
       "environment: \"A=B\" is not the name of a variable"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"A", std::string("a\0b", 3)}}}},
       "argument",
       "environment: A holds a NUL"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"A", 1}}}},
       "argument",
       "environment: A: want text"},
  };
  for (const auto& [row, arguments, error, message] : table) {
    INFO(row << " " << arguments.dump());
    CHECK(bench.carry(row, arguments) == json{{"error", error}, {"message", message}});
    if (std::string(row) == "command.run")
      CHECK(bench.before(row, arguments)["message"] == message);
  }
  CHECK_FALSE(bench.folder.has("serverless/ran"));
}

TEST_CASE("a command's state is its declaration and its inputs") {
  Declared bench;
  bench.folder.write("serverless/.env.acme", "KEY=secret-0123\n");
  bench.folder.write("serverless/src/deep/b.js", "b");
  bench.folder.write("serverless/node_modules/x.js", "x");
  bench.folder.write("serverless/README.md", "r");
  bench.declare("deploy", "exit 0").inputs = {"**/*.js", ".env.*"};
  const json arguments = {{"name", "deploy"}};
  const json state = bench.before("command.run", arguments);
  CHECK(state["inputs"] == json{{".env.acme", bench.vault.fingerprint("KEY=secret-0123\n")},
                                {"src/a.js", sha256_hex("a")},
                                {"src/deep/b.js", sha256_hex("b")}});
  const auto changed = [&](const std::string& what) {
    INFO(what);
    const bool differs = bench.before("command.run", arguments) != state;
    return differs;
  };
  bench.folder.write("serverless/README.md", "other");
  CHECK_FALSE(changed("no input"));
  bench.folder.write("serverless/src/new.js", "n");
  CHECK(changed("a new input"));
  fs::remove(bench.folder.path + "/serverless/src/new.js");
  CHECK_FALSE(changed("as before"));
  bench.config.commands["deploy"].argv.push_back("more");
  CHECK(changed("argv"));
  bench.config.commands["deploy"].argv.pop_back();
  bench.config.commands["deploy"].environment["A"] = "1";
  CHECK(changed("environment"));
  bench.config.commands["deploy"].environment.clear();
  // A plan's own new files count as they will on the disk.
  const Overlay overlay;
  overlay.set_content(bench.folder.path + "/serverless/src/planned.js", "p");
  overlay.set_content(bench.folder.path + "/serverless/node_modules/planned.js", "p");
  overlay.remove_content(bench.folder.path + "/serverless/src/a.js");
  CHECK(bench.before("command.run", arguments, &overlay)["inputs"] ==
        json{{".env.acme", bench.vault.fingerprint("KEY=secret-0123\n")},
             {"src/deep/b.js", sha256_hex("b")},
             {"src/planned.js", sha256_hex("p")}});
  fs::create_symlink("a.js", bench.folder.path + "/serverless/src/link.js");
  CHECK(bench.before("command.run", arguments)["message"] ==
        "the input \"src/link.js\" is a link or a device");
}

TEST_CASE("a refusal names the file and the line that would allow it") {
  Declared bench;
  bench.config.trust.policy = "/etc/countersign/policy.toml";
  bench.config.reading_commands = [] { return std::set<std::string>{"git-log"}; };
  bench.declare("look", "exit 0", "read");
  bench.declare("deploy", "exit 0").variables = {"STAGE"};
  const json arguments = {{"name", "look"}};
  CHECK(bench.row("command.read").carrier(Call{bench.session, arguments}).error().hint ==
        "add it to [commands] in /etc/countersign/policy.toml: read = [\"git-log\", \"look\"]; or "
        "declare it without effect, and start it with command.run");
  const json more = {{"name", "deploy"}, {"environment", {{"CLIENT", "acme"}}}};
  CHECK(bench.row("command.run").carrier(Call{bench.session, more}).error().hint ==
        "list it under [commands.deploy] in countersign.toml: variables = [\"STAGE\", \"CLIENT\"]");
  bench.config.reading_commands = []() -> Result<std::set<std::string>> {
    return Error{"config", "no policy"};
  };
  CHECK(bench.carry("command.read", arguments)["message"] == "no policy");
  bench.config.reading_commands = nullptr;
  CHECK(bench.carry("command.read", arguments)["error"] == "refused");
}

TEST_CASE("a command has a home of its own, empty and gone afterwards, and makes files as usual") {
  Declared bench;
  bench.declare("home", "ls -A $HOME | wc -l; touch $HOME/x; echo $HOME; stat -c %a $HOME; umask");
  const mode_t before = ::umask(077);
  const std::string text = bench.carry("command.run", {{"name", "home"}})["text"];
  CHECK(::umask(before) == 077);
  const std::size_t end = text.find("\n700\n0022\n");
  REQUIRE(end != std::string::npos);
  CHECK(text.substr(0, 2) == "0\n");
  const std::string home = text.substr(2, end - 2);
  CHECK(home != std::getenv("HOME"));
  CHECK_FALSE(fs::exists(home));
  bench.config.commands["home"].environment["HOME"] = bench.folder.path + "/serverless";
  CHECK(bench.carry("command.run", {{"name", "home"}})["text"].get<std::string>().find(
            "\n" + bench.folder.path + "/serverless\n") != std::string::npos);
}

TEST_CASE("what a command starts is known: program, interpreter, and every file that it is given") {
  Declared bench;
  const auto write = [&](const std::string& name, const std::string& text) {
    bench.folder.write("serverless/" + name, text);
    ::chmod((bench.folder.path + "/serverless/" + name).c_str(), 0755);
  };
  const std::string here = bench.folder.path + "/serverless/";
  write("tool", "#!/usr/bin/env -S FOO=1 inner --flag\n");
  write("bin/inner", "#!/bin/sh\necho ran\n");
  write("hook.js", "h");
  write("conf", "c");
  write("list", "l");
  write(".env.acme", "KEY=secret-0123\n");
  CommandDeclaration& command = bench.declare("tool", "");
  command.argv = {"./tool", "--require=./hook.js", "-fconf", "@list", "word", ".env.acme", "true"};
  command.environment["PATH"] = here + "bin:/usr/bin:/bin";
  const auto state = [&] { return bench.before("command.run", {{"name", "tool"}}); };
  const json first = state();
  CHECK(first["program"] == json{{"path", here + "tool"},
                                 {"sha256", sha256_hex("#!/usr/bin/env -S FOO=1 inner --flag\n")}});
  CHECK(first["interpreter"]["path"] == fs::canonical("/usr/bin/env").string());
  CHECK(first["interpreter"]["interpreter"]["path"] == here + "bin/inner");
  CHECK(first["interpreter"]["interpreter"]["interpreter"]["path"] ==
        fs::canonical("/bin/sh").string());
  const std::string program = fs::canonical("/usr/bin/true").string();
  CHECK(first["files"] == json{{"hook.js", sha256_hex("h")},
                               {"conf", sha256_hex("c")},
                               {"list", sha256_hex("l")},
                               {".env.acme", bench.vault.fingerprint("KEY=secret-0123\n")},
                               {program, *file_sha256(program)}});
  CHECK(first["cwd"] == bench.folder.path + "/serverless");
  CHECK(first["argv"] == json(command.argv));
  CHECK(first["environment"]["HOME"] == "");
  CHECK(first["timeout"] == 600);
  for (const char* name : {"tool", "bin/inner", "hook.js", "conf", "list", ".env.acme"}) {
    INFO(name);
    const std::string text = bench.folder.read(std::string("serverless/") + name);
    write(name, text + "# more\n");
    CHECK(state() != first);
    write(name, text);
    CHECK(state() == first);
  }
  // A program of the same name that is found earlier is another program.
  command.environment["PATH"] = here + "early:" + here + "bin:/usr/bin:/bin";
  const json second = state();
  write("early/inner", "#!/bin/sh\necho other\n");
  CHECK(state() != second);
  // The real file counts, whatever link leads to it.
  fs::rename(here + "tool", here + "real");
  fs::create_symlink("real", here + "tool");
  CHECK(state()["program"]["path"] == here + "real");
}

TEST_CASE("what a program's first line says is understood, or it is not started") {
  Declared bench;
  const std::string here = bench.folder.path + "/serverless/";
  const auto said = [&](const std::string& line) {
    bench.folder.write("serverless/tool", line + "\n");
    ::chmod((here + "tool").c_str(), 0755);
    bench.declare("tool", "").argv = {"./tool"};
    const json state = bench.before("command.run", {{"name", "tool"}});
    return state.contains("message") ? state["message"].get<std::string>()
                                     : state.value("interpreter", json()).value("path", "");
  };
  CHECK(said("#! /bin/sh -eu") == fs::canonical("/bin/sh").string());
  CHECK(said("#!/no/such/shell") ==
        "the program \"/no/such/shell\" is not there, or cannot be run");
  CHECK(said("#!") == "the program \"" + here + "tool\" has an empty \"#!\" line");
  CHECK(said("#!/usr/bin/env no-such-shell") ==
        "the program \"no-such-shell\" is not there, or cannot be run");
  CHECK(said("#!/usr/bin/env -S -u HOME sh") ==
        "the program \"env\" is given the option -u, with which it is not known what it starts");
  CHECK(said("#!/usr/bin/env -S PATH=/tmp sh") ==
        "the program \"env\" sets PATH, so it is not known what it starts");
  CHECK(said("#!./tool") ==
        "the program \"" + here + "tool\" has an interpreter of an interpreter, and so on");
  bench.declare("tool", "").argv = {"env", "A=1", "sh", "-c", "exit 0"};
  CHECK(bench.before("command.run", {{"name", "tool"}})["interpreter"]["path"] ==
        fs::canonical("/bin/sh").string());
}

TEST_CASE("a program that changes between the look at it and its start is not started") {
  Declared bench;
  bench.folder.write("serverless/tool", "#!/bin/sh\ntouch ran\n");
  ::chmod((bench.folder.path + "/serverless/tool").c_str(), 0755);
  CommandProcess process;
  process.argv = {"./tool"};
  process.cwd = bench.folder.path + "/serverless";
  process.program = process.cwd + "/tool";
  process.digests = {{process.program, sha256_hex("#!/bin/sh\nexit 0\n")}};
  const auto outcome = run_command(process);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == "drift");
  CHECK_FALSE(bench.folder.has("serverless/ran"));
  process.digests = {{process.program, sha256_hex("#!/bin/sh\ntouch ran\n")}};
  process.environment = {{"PATH", "/usr/bin:/bin"}};
  CHECK(run_command(process)->status == 0);
  CHECK(bench.folder.has("serverless/ran"));
}

TEST_CASE("node_modules is an input where a glob names it, and is said not to be where none does") {
  Declared bench;
  bench.folder.write("serverless/node_modules/x/run.js", "x");
  fs::create_directories(bench.folder.path + "/serverless/node_modules/.bin");
  fs::create_symlink("../x/run.js", bench.folder.path + "/serverless/node_modules/.bin/run");
  CommandDeclaration& command = bench.declare("deploy", "exit 0");
  const auto state = [&] { return bench.before("command.run", {{"name", "deploy"}}); };
  command.inputs = {"**"};
  CHECK(state()["inputs"] == json{{"src/a.js", sha256_hex("a")}});
  CHECK(state()["not_covered"] ==
        json{"**/node_modules/**", "**/.git/**",
             "whatever else the program opens, starts or asks the network for"});
  command.inputs = {"**", "node_modules/**"};
  CHECK(state()["inputs"] == json{{"node_modules/.bin/run", "to ../x/run.js, " + sha256_hex("x")},
                                  {"node_modules/x/run.js", sha256_hex("x")},
                                  {"src/a.js", sha256_hex("a")}});
  CHECK(state()["not_covered"][0] == "**/.git/**");
  fs::create_symlink("/etc/passwd", bench.folder.path + "/serverless/node_modules/.bin/out");
  CHECK(state()["message"] ==
        "the input \"node_modules/.bin/out\" leads out of the command's folder");
  command.inputs = {};
  command.argv.push_back("src");
  CHECK(state()["not_covered"] ==
        json{"files below its folder: no inputs are declared",
             "what is in the folder \"src\", but for what inputs name",
             "whatever else the program opens, starts or asks the network for"});
}

TEST_CASE("a pattern matches paths segment by segment") {
  const struct {
    const char *pattern, *path;
    bool matches;
  } table[] = {
      {"a.js", "a.js", true},
      {"a.js", "b/a.js", false},
      {"*.js", "a.js", true},
      {"*.js", "b/a.js", false},
      {"*", ".hidden", true},
      {"?.js", "a.js", true},
      {"?.js", ".js", false},
      {"src/*", "src/a", true},
      {"src/*", "src/a/b", false},
      {"src/**", "src/a/b", true},
      {"src/**", "src", true},
      {"**/*.js", "a.js", true},
      {"**/*.js", "a/b/c.js", true},
      {"**/b/*.js", "a/b/c.js", true},
      {"**/b/*.js", "a/c.js", false},
      {"a/**/z", "a/z", true},
      {"a/**/z", "a/b/c/z", true},
      {"a/**/z", "b/a/z", false},
      {"./a", "a", true},
      {"*a*b*c*", "xxaxxbxxcxx", true},
      {"*a*b*c*", "xxaxxcxxbxx", false},
      {"", "a", false},
      {"**", "a/b", true},
  };
  for (const auto& [pattern, path, matches] : table) {
    INFO(pattern << " " << path);
    CHECK(glob_matches(pattern, path) == matches);
  }
  std::string stars;
  for (int i = 0; i < 2000; ++i) stars += "*a";
  CHECK_FALSE(glob_matches(stars + "b", std::string(20'000, 'a')));
}
